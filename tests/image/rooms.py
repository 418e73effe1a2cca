"""Pools for tests, and the pictures that make trouble in them."""

import asyncio
import os
from collections.abc import Callable
from pathlib import Path

from app.image.admission import QueueLimits
from app.image.limits import MEBIBYTE, WorkerLimits
from app.image.pool import Pool
from app.image.setup import Choice, Setup
from app.image.visit import Visit
from tests.image.files import png
from tests.image.offers.seccheck_trouble import ACTS, TRIGGER

PATIENT = 60.0
"""Seconds that suffice on the busiest machine."""
GOOD = png()
LIMITS = WorkerLimits(memory=400 * MEBIBYTE, seconds=PATIENT, decode_seconds=PATIENT)


def trouble(act: str) -> bytes:
    """A picture with which the classifier `trouble` does this."""
    return png(TRIGGER, 1 + list(ACTS).index(act))


def choice(name: str, seconds: float = PATIENT, **settings: str) -> Choice:
    return Choice(name=name, settings=settings, seconds=seconds)


def setup(*choices: Choice, worker: WorkerLimits = LIMITS) -> Setup:
    return Setup(choices=choices, worker=worker)


def pids(pool: Pool) -> list[int]:
    return [worker.pid for worker in pool._workers.values()]


async def until(true: Callable[[], bool]) -> None:
    """Wait for something that comes soon, if it comes."""
    async with asyncio.timeout(PATIENT):
        while not true():
            await asyncio.sleep(0.01)


async def one_pool(*choices: Choice, worker: WorkerLimits = LIMITS) -> Pool:
    """A pool of one worker that has started; close it."""
    made = Pool(setup(*choices, worker=worker), queue=QueueLimits(seconds=PATIENT))
    await made.start()
    return made


def errors(visit: Visit) -> dict[str, str | None]:
    return {name: reading.error for name, reading in visit.readings.items()}


async def works(pool: Pool) -> None:
    """The next picture is looked at by everybody."""
    visit = await pool.look(GOOD)
    assert visit.readings
    assert set(errors(visit).values()) == {None}


def exists(pid: int) -> bool:
    """Whether there is such a process, if only as a zombie."""
    return Path(f"/proc/{pid}").exists()


def environment(pid: int) -> set[str]:
    """The names in the environment of a process."""
    lines = Path(f"/proc/{pid}/environ").read_text(encoding="utf-8").split("\0")
    return {line.partition("=")[0] for line in lines if line}


def descendants() -> set[int]:
    """All processes that this one has started and that are still there."""
    found = set()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            name, _, rest = stat.read_text(encoding="utf-8").rpartition(")")
        except OSError:
            continue
        if rest.split()[1] == str(os.getpid()):
            found.add(int(name.split()[0]))
    return found
