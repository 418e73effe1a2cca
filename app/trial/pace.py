"""How long work in the background rests, so that the event loop goes first."""

import os
import threading
import time
from collections.abc import Callable
from typing import Final

MOST: Final = 0.2
"""Largest share of a core that the work may have, while the loop is idle."""
LEAST: Final = 0.01
"""Its share while the loop has no time left at all."""
PART: Final = 0.25
"""The part of the loop's idle time that the work may use."""


def loop_seconds() -> Callable[[], float]:
    """A clock of the seconds in which the calling thread ran or waited for a core.

    For other threads to read. A thread that waits for a core is as busy as one that
    runs. Where the system does not tell, only the running counts, and where it does
    not tell that either, the clock stands still: the loop then seems idle.
    """
    statistics = f"/proc/self/task/{threading.get_native_id()}/schedstat"
    try:
        _busy(statistics)
    except (OSError, ValueError):
        return _cpu_clock()
    return lambda: _busy(statistics)


def _busy(statistics: str) -> float:
    """Both times of a thread, as Linux counts them in nanoseconds."""
    file = os.open(statistics, os.O_RDONLY)
    try:
        ran, waited, _ = map(int, os.read(file, 100).split())
    finally:
        os.close(file)
    return (ran + waited) / 1e9


def _cpu_clock() -> Callable[[], float]:
    find: Callable[[int], int] | None = getattr(time, "pthread_getcpuclockid", None)
    if find is None:
        return lambda: 0.0
    number = find(threading.get_ident())
    return lambda: time.clock_gettime(number)


class Pace:
    """Rests after each piece of work, longer the busier the loop is meanwhile.

    The loop is only measured while the work rests: a piece that holds the
    interpreter would make it look idle.
    """

    def __init__(
        self,
        used: Callable[[], float],
        *,
        clock: Callable[[], float] = time.perf_counter,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        """`used` are busy seconds of the loop, `clock` and `sleep` are in seconds."""
        self._used = used
        self._clock = clock
        self._sleep = sleep
        self._share = LEAST  # until more is known

    def rest(self, spent: float, *, least: float = 0.0) -> None:
        """Rest after `spent` seconds of work, for `least` seconds anyway."""
        began, used = self._clock(), self._used()
        self._sleep(max(spent * (1 / self._share - 1), least))
        passed = self._clock() - began
        if passed <= 0:
            return
        idle = 1 - min((self._used() - used) / passed, 1)
        self._share = min(max(idle * PART, LEAST), MOST)
