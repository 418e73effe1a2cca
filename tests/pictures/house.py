"""Lists of known pictures in a few words, for tests."""

from collections.abc import AsyncIterator, Iterable, Sequence
from random import Random

from sqlalchemy import func, select

from app.domain.labels import Label
from app.image.pdq import BYTES
from app.pictures.picture import Picture
from app.pictures.records import Changed
from app.pictures.service import Pictures
from app.store import Database
from app.store.pictures_tables import picture_entry, picture_load, picture_staged

NOW = 1_800_000_000.0


class Clock:
    """A clock that stands still unless it is moved."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> float:
        return self.now


def hashed(seed: object) -> bytes:
    """Any hash, always the same one for a seed."""
    return Random(str(seed)).randbytes(BYTES)


def picture(
    seed: object,
    label: Label | None = Label.PORN,
    *,
    quality: int = 100,
    centre: bytes | None = None,
    note: str = "",
) -> Picture:
    return Picture(hashed(seed), label, quality, centre, note)


async def batches_of(
    given: Iterable[Picture | tuple[Picture, bool]], size: int = 3
) -> AsyncIterator[Sequence[tuple[Picture, bool]]]:
    """Pictures as a file brings them; a pair says whether it is gone."""
    rows = [one if isinstance(one, tuple) else (one, False) for one in given]
    for start in range(0, len(rows), size):
        yield rows[start : start + size]


class House:
    """What an operator has."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self.clock = Clock()
        self.pictures = Pictures(db, clock=self.clock)

    async def add(
        self, *given: Picture, name: str = "own", expected: int | None = None
    ) -> Changed:
        return await self.pictures.add(
            name, given, who="alice", why="seen", expected=expected
        )

    async def remove(self, *seeds: object, name: str = "own") -> Changed:
        hashes = [hashed(seed) for seed in seeds]
        return await self.pictures.remove(name, hashes, who="bob")

    async def fill(
        self,
        *given: Picture | tuple[Picture, bool],
        name: str = "own",
        replace: bool = False,
        expected: int | None = None,
        dry_run: bool = False,
    ) -> Changed:
        return await self.pictures.fill(
            name,
            batches_of(given),
            who="carol",
            mode="replace" if replace else "merge",
            expected=expected,
            dry_run=dry_run,
        )

    async def listed(self, version: int | None = None) -> set[tuple[str, bytes]]:
        """Names of lists and hashes of a version."""
        found = set()
        async for batch in self.pictures.content(version=version):
            found |= {(row.list_name, row.hash) for row in batch}
        return found

    async def rows_stored(self) -> int:
        """Rows of all versions together."""
        return await self._count(picture_entry)

    async def left_over(self) -> int:
        """Rows of files that are still being read, or were left behind."""
        return await self._count(picture_staged) + await self._count(picture_load)

    async def _count(self, table: object) -> int:
        async with self.db.read() as connection:
            query = select(func.count()).select_from(table)  # type: ignore[arg-type]
            return int(await connection.scalar(query) or 0)


def named(*seeds: object, name: str = "own") -> set[tuple[str, bytes]]:
    """What `House.listed` gives for these."""
    return {(name, hashed(seed)) for seed in seeds}
