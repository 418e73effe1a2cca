"""A small circuit breaker: an endpoint that keeps failing is left alone for a while."""

import time
from collections.abc import Callable
from typing import Final

FAILURES: Final = 5
RESTING: Final = 30.0


class Breaker:
    """Counts failures in a row; for one event loop.

    After `failures` of them nobody asks for `seconds`. Then one caller tries, and
    the others go on waiting: when it succeeds all may ask again, and when it fails
    the endpoint rests once more. Who may ask says how it went, exactly once.
    """

    def __init__(
        self,
        failures: int = FAILURES,
        seconds: float = RESTING,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`clock` tells seconds and never goes back."""
        self._most = failures
        self._seconds = seconds
        self._clock = clock
        self._failed = 0
        self._until: float | None = None
        self._trying = False

    @property
    def resting(self) -> bool:
        """Whether the endpoint has failed too often, and not answered since."""
        return self._until is not None

    def may_ask(self) -> bool:
        """Whether the caller may ask now."""
        if self._until is None:
            return True
        if self._trying or self._clock() < self._until:
            return False
        self._trying = True
        return True

    def succeeded(self) -> None:
        """The endpoint has answered as it should."""
        self._failed, self._until, self._trying = 0, None, False

    def failed(self) -> None:
        """It has not."""
        self._failed += 1
        if self._trying or (self._until is None and self._failed >= self._most):
            self._until = self._clock() + self._seconds
        self._trying = False

    def gave_up(self) -> None:
        """The caller went away before it knew."""
        self._trying = False
