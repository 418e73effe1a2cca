"""Lists of known pictures as numbered, immutable versions."""

import time
from collections.abc import AsyncIterable, Callable, Sequence

from app.lexicon.rows import Checksum
from app.pictures.errors import NotListedError, PicturesError
from app.pictures.loading import Loader
from app.pictures.picture import (
    Picture,
    checked,
    checked_name,
    checked_why,
    to_row,
    with_centre,
)
from app.pictures.reading import PictureReader
from app.pictures.records import Changed, Mode
from app.pictures.versions import (
    Author,
    begin_version,
    checked_number,
    finish_version,
    locked,
)
from app.store import Database, pictures_lives
from app.store import pictures as store
from app.store.pictures import VersionRow

MAX_AT_ONCE = 1000
"""Pictures in one call; a file of more is an import."""


class Pictures(PictureReader):
    """Reading and changing the lists; the database is the truth."""

    def __init__(self, db: Database, *, clock: Callable[[], float] = time.time) -> None:
        """Work on an open, migrated database; `clock` gives Unix seconds."""
        super().__init__(db)
        self._clock = clock

    async def add(
        self,
        name: str,
        pictures: Sequence[Picture],
        *,
        who: str,
        why: str = "",
        expected: int | None = None,
        origin: str = "add",
    ) -> Changed:
        """List pictures; one that a list has already is listed as given now.

        A centre that is known stays where none is given.

        Raises:
            MovedError: another version is live than the expected one.
            PicturesError: a picture or the name of the list is not usable.
        """
        author = Author(who, checked_why(why), expected)
        checked_name(name)
        _refuse_many(pictures)
        rows = {one.hash: to_row(name, checked(one)) for one in pictures}
        async with locked(self._db, expected) as (connection, live):
            present = await store.live_rows(connection, name, list(rows))
            rows |= {
                row.hash: with_centre(rows[row.hash], row.centre) for row in present
            }
            same = {row.digest for row in present}
            new = [row for row in rows.values() if row.digest not in same]
            if not new:
                return Changed(None, unchanged=len(rows))
            version = await begin_version(
                connection, live, author, origin, self._clock()
            )
            hashes = [row.hash for row in new]
            await pictures_lives.end_rows(connection, name, hashes, version.number)
            await pictures_lives.begin_rows(connection, new, version.number)
            made = await finish_version(connection, version)
        return _changed(made, unchanged=len(rows) - len(new))

    async def remove(
        self,
        name: str,
        hashes: Sequence[bytes],
        *,
        who: str,
        why: str = "",
        expected: int | None = None,
    ) -> Changed:
        """Take pictures out of a list, all or none.

        Raises:
            NotListedError: one is not in the list; the message names it.
            MovedError: another version is live than the expected one.
            PicturesError: too many at once.
        """
        author = Author(who, checked_why(why), expected)
        _refuse_many(hashes)
        wanted = list(dict.fromkeys(hashes))
        async with locked(self._db, expected) as (connection, live):
            present = await store.live_rows(connection, name, wanted)
            known = {row.hash for row in present}
            missing = [one.hex() for one in wanted if one not in known]
            if missing:
                message = f"the list {name} does not have {missing[0]}"
                raise NotListedError(message)
            version = await begin_version(
                connection, live, author, "remove", self._clock()
            )
            await pictures_lives.end_rows(connection, name, wanted, version.number)
            made = await finish_version(connection, version)
        return _changed(made)

    async def rollback(
        self, number: int, *, who: str, why: str = "", expected: int | None = None
    ) -> VersionRow:
        """Serve the content of a former version again, under a new number.

        Number 0 is what there was before the first version: nothing.

        Raises:
            NotListedError: there is no such version.
            MovedError: another version is live than the expected one.
            PicturesError: its content is live, or it is damaged.
        """
        author = Author(who, checked_why(why), expected)
        async with locked(self._db, expected) as (connection, live):
            await checked_number(connection, number)
            former = await store.version_row(connection, number)
            checksum = former.checksum if former else Checksum().text()
            if live is None or live.checksum == checksum:
                message = f"the content of version {number} is live already"
                raise PicturesError(message)
            version = await begin_version(
                connection,
                live,
                author,
                "rollback",
                self._clock(),
                rolled_back_to=number,
            )
            await pictures_lives.restore(connection, number, version.number)
            made = await finish_version(connection, version)
            if made.checksum != checksum:
                message = f"version {number} is damaged: its checksum does not fit"
                raise PicturesError(message)
        return made

    async def fill(
        self,
        name: str,
        batches: AsyncIterable[Sequence[tuple[Picture, bool]]],
        *,
        who: str,
        why: str = "",
        mode: Mode = "merge",
        expected: int | None = None,
        dry_run: bool = False,
    ) -> Changed:
        """Bring a file of pictures into a list, whole or not at all.

        A picture comes with whether the file says that it is no longer listed. Of
        one that stands in it again, the last counts; a centre that is known stays
        where the file has none. Whatever `batches` raises changes nothing.

        Raises:
            MovedError: another version is live than the expected one.
            PicturesError: a picture or the name of the list is not usable.
        """
        author = Author(who, checked_why(why), expected)
        loader = Loader(self._db, self._clock, checked_name(name), mode)
        return await loader.run(batches, author, dry_run=dry_run)


def _refuse_many(given: Sequence[object]) -> None:
    """One call takes some pictures, not none and not a file of them."""
    if not given:
        raise PicturesError("no picture was given")
    if len(given) > MAX_AT_ONCE:
        message = f"more than {MAX_AT_ONCE} at once; import them as a file"
        raise PicturesError(message)


def _changed(made: VersionRow, *, unchanged: int = 0) -> Changed:
    return Changed(made, made.added, made.changed, made.removed, unchanged)
