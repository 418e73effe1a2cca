"""A hundred thousand hashes: bounded memory, shared rows, one file."""

import tracemalloc
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from random import Random

import pytest

from app.domain.labels import Label
from app.image.known_file import KnownFile
from app.image.pdq import BYTES
from app.pictures.files import PictureFiles
from app.pictures.picture import Picture
from tests.pictures.house import House, picture

MANY = 100_000
BATCH = 5000
MOST_MEMORY = 24 * 1024 * 1024
"""A hundred thousand pictures as objects would take several times as much."""


async def many(seed: int = 1) -> AsyncIterator[Sequence[tuple[Picture, bool]]]:
    random = Random(seed)
    for _ in range(MANY // BATCH):
        yield [
            (Picture(random.randbytes(BYTES), Label.PORN, 90), False)
            for _ in range(BATCH)
        ]


@pytest.mark.slow
async def test_a_hundred_thousand(
    house: House, database_url: str, tmp_path: Path
) -> None:
    tracemalloc.start()
    try:
        made = await house.pictures.fill("big", many(), who="carol")
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < MOST_MEMORY
    assert (made.added, await house.left_over()) == (MANY, 0)
    again = await house.pictures.fill("big", many(), who="carol")
    assert (again.version, again.unchanged) == (None, MANY)
    for number in range(20):
        await house.add(picture(number), name="big")
    assert await house.rows_stored() == MANY + 20
    await house.pictures.rollback(1, who="dora")
    assert await house.rows_stored() == MANY + 20
    diff = await house.pictures.diff(1, 21, limit=5)
    assert (diff.added, len(diff.rows)) == (20, 5)
    path = await PictureFiles(tmp_path / "files", database_url).file(
        await house.pictures.live()
    )
    assert path is not None
    assert KnownFile.open(path).count == MANY
