"""How long a request may keep us waiting, for less than a timer each.

Nearly every body is there before its request is looked at. So tasks that wait for
one are only written down, and one timer for all looks after them while there are any.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic

_SWEEP_SECONDS = 1.0


class OutOfPatienceError(Exception):
    """The task waited longer than it was allowed to."""


class Patience:
    """Ends the waits that take too long, within a second of their time."""

    def __init__(self) -> None:
        """Nothing waits yet."""
        self._until: dict[asyncio.Task[object], float] = {}
        self._ended: set[asyncio.Task[object]] = set()
        self._loop: asyncio.AbstractEventLoop | None = None

    @contextmanager
    def limit(self, seconds: float) -> Iterator[None]:
        """Let the current task wait inside for at most so many seconds.

        Raises:
            OutOfPatienceError: it took longer.
        """
        task = asyncio.current_task()
        if task is None:
            yield
            return
        self._until[task] = monotonic() + seconds
        loop = task.get_loop()
        if self._loop is not loop:
            self._loop = loop
            loop.call_later(min(_SWEEP_SECONDS, seconds), self._sweep)
        try:
            yield
        except asyncio.CancelledError:
            if task not in self._ended:
                raise
            task.uncancel()
            raise OutOfPatienceError from None
        finally:
            del self._until[task]
            self._ended.discard(task)

    def _sweep(self) -> None:
        now = monotonic()
        for task, until in list(self._until.items()):
            if until <= now and task not in self._ended:
                self._ended.add(task)
                task.cancel()
        loop, self._loop = self._loop, None
        if self._until and loop is not None:
            soonest = min(self._until.values()) - now
            self._loop = loop
            loop.call_later(min(_SWEEP_SECONDS, max(soonest, 0.01)), self._sweep)
