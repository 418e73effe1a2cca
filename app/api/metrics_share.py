"""How the counters of several worker processes add up.

Every worker writes its numbers to a file of its own, once a second and when it
stops, in a folder that belongs to one start of the service. A scrape reads all
of them, so the sum lags by at most a second and no count is lost when a worker
is replaced. With one worker no file is ever written.
"""

import asyncio
import contextlib
import os
import shutil
import time
from pathlib import Path

import orjson

from app.api.metrics import Metrics, Total

_FLUSH_SECONDS = 1.0
_SILENT_SECONDS = 15.0
"""A process that has not written for so long has ended, or hangs."""


def run_name(pid: int) -> str:
    """Name one start of the service by its supervisor: pid and start time.

    A pid alone repeats in containers, where it is 1 each time.
    """
    started = ""
    with contextlib.suppress(OSError, IndexError):
        line = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
        started = line.rpartition(")")[2].split()[19]
    return f"{pid}-{started}"


class SharedMetrics:
    """One process's view of the numbers of all processes.

    `folder` is shared by the workers of one start; None means that this process
    is alone.
    """

    def __init__(self, metrics: Metrics, folder: Path | None) -> None:
        self._metrics = metrics
        self._folder = folder
        self._own = folder / f"{os.getpid()}.json" if folder else None

    def prepare(self) -> None:
        """Make the folder and remove those of former starts."""
        if self._folder is None:
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        for other in self._folder.parent.iterdir():
            pid = other.name.partition("-")[0]
            if other != self._folder and pid.isdecimal() and not _current(other.name):
                shutil.rmtree(other, ignore_errors=True)

    def flush(self) -> None:
        """Leave this process's numbers where the others find them."""
        if self._own is None:
            return
        fresh = self._own.with_suffix(".new")
        with contextlib.suppress(OSError):
            fresh.write_bytes(orjson.dumps(self._metrics.snapshot()))
            fresh.replace(self._own)

    async def run(self) -> None:
        """Flush once a second until cancelled, and a last time then."""
        try:
            while self._own is not None:
                self.flush()
                await asyncio.sleep(_FLUSH_SECONDS)
        finally:
            self.flush()

    def total(self) -> Total:
        """Add up this process's numbers and the latest of every other one."""
        total = Total()
        total.add(self._metrics.snapshot())
        for path in self._folder.glob("*.json") if self._folder else ():
            if path != self._own:
                with contextlib.suppress(OSError, ValueError, KeyError):
                    silent = time.time() - path.stat().st_mtime
                    told = orjson.loads(path.read_bytes())
                    total.add(told, living=silent < _SILENT_SECONDS)
        return total


def _current(name: str) -> bool:
    pid, _, _ = name.partition("-")
    return run_name(int(pid)) == name
