"""Starting workers, without those classifiers that would keep them from starting."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from app.image.errors import Trouble
from app.image.figures import Tally
from app.image.setup import Setup
from app.image.worker import StartError, Worker

RETRY_SECONDS: Final = 60.0
"""A classifier that ended a worker is left out for so long, then twice as long."""
_LONGEST_RETRY: Final = 3600.0
_TOLD: Final = {
    Trouble.CRASHED: "it ended its worker while it was loaded",
    Trouble.TIMEOUT: "it took longer to load than allowed",
    Trouble.MEMORY: "it needed more memory to load than allowed",
    Trouble.UNAVAILABLE: "no worker could be started",
}


@dataclass(slots=True)
class _Broken:
    """A classifier that ended workers, and until when it is not tried again."""

    why: str
    times: int
    until: float


class Nursery:
    """Makes workers and remembers how that went."""

    def __init__(
        self,
        setup: Setup,
        tally: Tally,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Workers get this setup; `clock` gives seconds."""
        self._setup = setup
        self._tally = tally
        self._clock = clock
        self._broken: dict[str, _Broken] = {}
        self.models: dict[str, str] = {}
        """By name, the models of what the last worker loaded."""
        self.missing: dict[str, str] = {}
        """By name, why the last worker lacks a classifier."""
        self.confined = False

    async def start(self) -> Worker:
        """A worker that is ready, with whatever can be loaded.

        Raises:
            StartError: not even a worker without classifiers comes to be.
        """
        while True:
            now = self._clock()
            broken = {n: b.why for n, b in self._broken.items() if b.until > now}
            try:
                worker = await Worker.start(self._setup.without(broken))
            except StartError as error:
                self._tally.died(error.trouble)
                if error.name is None:
                    raise
                self._leave_out(error.name, error.trouble)
                continue
            worker.missing.update(broken)
            self._remember(worker)
            return worker

    def _leave_out(self, name: str, trouble: Trouble) -> None:
        before = self._broken.get(name)
        times = before.times + 1 if before else 1
        pause = min(RETRY_SECONDS * 2.0 ** (times - 1), _LONGEST_RETRY)
        self._broken[name] = _Broken(_TOLD[trouble], times, self._clock() + pause)

    def _remember(self, worker: Worker) -> None:
        self.models, self.missing = dict(worker.models), dict(worker.missing)
        self.confined = worker.confined
        for name in worker.models:
            self._broken.pop(name, None)
