"""Pictures through worker processes beside the same work called bare."""

import asyncio
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import numpy as np

from app.image.decode import decode
from app.image.limits import MEBIBYTE, WorkerLimits
from app.image.ocr_engine import Engine
from app.image.pool import Pool
from app.image.setup import Setup
from app.plugins.discovery import load
from app.plugins.door import Classifier
from benchmarks.image_pictures import PATIENT, choices, settings_of

FAST: Final = ("codes", "known", "nsfw")
"""All that looks besides the reader of text."""
LIMITS: Final = WorkerLimits(niceness=0, cpu_seconds=PATIENT, seconds=PATIENT)
"""Workers stand back for nobody here: the bare calls do not, either."""


@dataclass(frozen=True)
class Crowd:
    """A pool of workers, and the loop that it belongs to."""

    runner: asyncio.Runner
    pool: Pool
    workers: int

    def seconds(self, files: Sequence[bytes]) -> float:
        """What one picture takes while every worker always has one."""
        began = time.perf_counter()
        self.runner.run(self._all(files))
        return (time.perf_counter() - began) / len(files)

    async def _all(self, files: Sequence[bytes]) -> None:
        waiting = iter(files)
        async with asyncio.TaskGroup() as group:
            for _ in range(self.workers):
                group.create_task(self._some(waiting))

    async def _some(self, waiting: Iterator[bytes]) -> None:
        for file in waiting:
            visit = await self.pool.look(file)
            failed = {name: one.error for name, one in visit.readings.items()}
            if any(failed.values()):
                message = f"a picture was not looked at: {failed}"
                raise RuntimeError(message)

    @property
    def memory(self) -> float:
        """MiB that the largest worker holds."""
        return max(self.pool.figures().memory, default=0) / MEBIBYTE


@contextmanager
def crowd(names: Sequence[str], workers: int = 1) -> Iterator[Crowd]:
    """Workers that have loaded these classifiers.

    Raises:
        RuntimeError: they cannot be loaded.
    """
    setup = Setup(choices=choices(*names), worker=LIMITS)
    with asyncio.Runner() as runner:
        made = Pool(setup, workers=workers)
        try:
            status = runner.run(made.start())
            if status.missing or status.ready < workers:
                message = f"not all workers are there: {dict(status.missing)}"
                raise RuntimeError(message)
            yield Crowd(runner, made, workers)
        finally:
            runner.run(made.close())


def loaded(*names: str) -> dict[str, Classifier]:
    """The classifiers in this process."""
    wanted = choices(*names)
    return {one.name: load(one.name, settings_of(one.name)) for one in wanted}


def bare(classifiers: Sequence[Classifier], files: Sequence[bytes]) -> float:
    """Seconds for one picture, decoded and looked at right here."""
    began = time.perf_counter()
    for file in files:
        sample = decode(file)
        for classifier in classifiers:
            classifier.classify(sample)
    return (time.perf_counter() - began) / len(files)


def bare_reader(side: int) -> Callable[[bytes], object]:
    """The package rapidocr with our settings, in one call for all."""
    engine = Engine(side=side, threads=1)
    return partial(_read, engine._ocr, use_cls=False)


def default_reader() -> Callable[[bytes], object]:
    """The package rapidocr as it comes."""
    import rapidocr  # noqa: PLC0415 an extra

    return partial(_read, rapidocr.RapidOCR(params={"Global.log_level": "critical"}))


def _read(reader: Any, file: bytes, **options: bool) -> object:
    picture = decode(file).frames[0].pixels
    return reader(np.ascontiguousarray(picture[..., ::-1]), **options)


def timed(work: Callable[[bytes], object], files: Sequence[bytes]) -> float:
    """Seconds by the clock for one picture."""
    began = time.perf_counter()
    for file in files:
        work(file)
    return (time.perf_counter() - began) / len(files)
