"""After many deaths nothing is left over: no descriptor, zombie, thread or memory."""

import gc
import os
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from app.image.admission import QueueLimits
from app.image.errors import PictureError
from app.image.limits import MEBIBYTE
from app.image.pool import Pool
from tests.image.files import encode, speckled
from tests.image.rooms import LIMITS, PATIENT, choice, setup, trouble, works

DEATHS = 20
PICTURES = 150


def descriptors() -> int:
    return len(os.listdir("/proc/self/fd"))  # noqa: PTH208 - counted while it is read


def children() -> list[str]:
    """The states of all processes that this one has started."""
    mine = str(os.getpid())
    states = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text(encoding="utf-8").rpartition(")")[2].split()
        except OSError:
            continue
        if fields[1] == mine:
            states.append(fields[0])
    return states


def memory() -> int:
    for line in Path("/proc/self/status").read_text(encoding="utf-8").splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) * 1024
    return 0


async def pool(name: str, pictures: int = 500) -> Pool:
    limits = replace(LIMITS, pictures=pictures)
    made = Pool(setup(choice(name), worker=limits), queue=QueueLimits(seconds=PATIENT))
    await made.start()
    return made


@pytest.mark.slow
async def test_many_deaths_leave_nothing_behind() -> None:
    others = len(children())
    made = await pool("trouble", pictures=7)
    try:
        await works(made)
        before, threads = descriptors(), threading.active_count()
        for number in range(DEATHS):
            act = ("segfault", "exit", "flood", "exhaust", "raise")[number % 5]
            await made.look(trouble(act))
            with pytest.raises(PictureError):
                await made.look(b"no picture")
        await works(made)
        assert sum(made.figures().deaths.values()) == DEATHS * 4 // 5
        assert descriptors() <= before + 1
        assert threading.active_count() <= threads + 1
        assert len(children()) == others + 1
        assert children().count("Z") == 0
    finally:
        await made.close()
    assert len(children()) == others


@pytest.mark.slow
async def test_the_memory_of_the_service_does_not_grow() -> None:
    """Each picture has 2 MB; kept, they would be 300."""
    made = await pool("calm")
    picture = encode(speckled(900, 800), "BMP")
    try:
        for _ in range(20):
            await made.look(picture)
        gc.collect()
        before = memory()
        for _ in range(PICTURES):
            await made.look(picture)
        gc.collect()
        assert len(picture) > 2 * MEBIBYTE
        assert memory() - before < 24 * MEBIBYTE
        (held,) = made.figures().memory
        assert held < 250 * MEBIBYTE
    finally:
        await made.close()
