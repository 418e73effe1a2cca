"""Giving memory back: what a library has freed is not what the system gets back.

Pictures come in all sizes, and the gaps that each leaves in the heap fit few others.
Giving all of it back after every picture would cost more than looking at it.
"""

import ctypes
import os
import resource
from collections.abc import Callable
from typing import Final

SHARE: Final = 0.4
"""Of its memory limit a worker holds so much before it gives back."""


class Trimmer:
    """Asks the C library to give back what is free, when much is held."""

    def __init__(self, limit: int, *, trim: Callable[[], object] | None = None) -> None:
        """Find what is needed before the worker is confined; `limit` is in bytes."""
        self._most = SHARE * limit
        self._page = resource.getpagesize()
        self._trim = trim or _malloc_trim()
        try:
            self._status: int | None = os.open("/proc/self/statm", os.O_RDONLY)
        except OSError:
            self._status = None

    @property
    def held(self) -> int:
        """Bytes that are resident at present; 0 when that is unknown."""
        if self._status is None:
            return 0
        return int(os.pread(self._status, 200, 0).split()[1]) * self._page

    def after(self) -> bool:
        """To be called after each picture; whether memory was given back."""
        if self._trim is None or self.held < self._most:
            return False
        self._trim()
        return True


def _malloc_trim() -> Callable[[], object] | None:
    """The function of glibc; other C libraries have none."""
    try:
        function = ctypes.CDLL(None).malloc_trim
    except (OSError, AttributeError):
        return None
    return lambda: function(0)
