"""How long a file was decoded, and how much of it could not be."""

import time
from collections.abc import Callable

_TOLERATED = 2
"""Packets that players skip without a word, as at the start of many files."""
_SHARE = 0.001


class Budget:
    """Counts for one file; all reading of it asks whether to go on."""

    def __init__(
        self, seconds: float, clock: Callable[[], float] = time.process_time
    ) -> None:
        """`clock` gives seconds of the processor's time."""
        self._clock = clock
        self._until = clock() + seconds
        self._packets = 0
        self._broken = 0
        self._why: str | None = None

    @property
    def why(self) -> str | None:
        """Why the file was not looked at as a whole; None if it was."""
        if self._why is None and self._damaged:
            return "parts of the file cannot be decoded"
        return self._why

    @property
    def _damaged(self) -> bool:
        return self._broken > max(_TOLERATED, _SHARE * self._packets)

    @property
    def spent(self) -> bool:
        """Whether it is time to stop; notes why."""
        if self._clock() < self._until:
            return False
        self.stop("decoding all of it would take longer than allowed")
        return True

    def stop(self, why: str) -> None:
        """Note why something is left out; the first reason is told."""
        self._why = self._why or why

    def packet(self) -> None:
        """Count a packet."""
        self._packets += 1

    def broken(self) -> None:
        """Count a packet that could not be decoded."""
        self._broken += 1
