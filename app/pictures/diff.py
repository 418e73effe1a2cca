"""Two versions of the lists side by side, page by page."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from itertools import groupby

from sqlalchemy.ext.asyncio import AsyncConnection

from app.pictures.errors import PicturesError
from app.pictures.picture import is_text
from app.pictures.records import DiffPage, DiffRow
from app.store import pictures_diff as store
from app.store.pictures_diff import Differing, Place

MAX_PAGE = 1000
_NO_CURSOR = "`after` is not the `next` of another page"


async def compare(
    connection: AsyncConnection,
    first: int,
    second: int,
    *,
    after: str | None,
    limit: int,
) -> DiffPage:
    """One page of what the second version has otherwise than the first.

    Raises:
        PicturesError: `after` is no `next` of ours.
    """
    place = None if after is None else read_cursor(after)
    limit = min(max(limit, 1), MAX_PAGE)
    counts = await store.count_differences(connection, first, second)
    found = await store.differences(
        # Each picture has two rows at most, and one row shows that there is more.
        connection,
        first,
        second,
        after=place,
        limit=2 * limit + 1,
    )
    pictures = [(at, list(rows)) for at, rows in groupby(found, lambda one: one.place)]
    shown = pictures[:limit]
    more = write_cursor(shown[-1][0]) if len(pictures) > limit else None
    return DiffPage(*counts, [_row(rows) for _, rows in shown], more)


def write_cursor(place: Place) -> str:
    """A place as the caller sends it back."""
    said = json.dumps([place.list_name, place.hash.hex()]).encode()
    return urlsafe_b64encode(said).decode()


def read_cursor(text: str) -> Place:
    """The place behind `write_cursor`.

    Raises:
        PicturesError: it is none.
    """
    try:
        name, value = json.loads(urlsafe_b64decode(text.encode()))
        place = Place(name, bytes.fromhex(value))
        sound = isinstance(name, str) and is_text(name)
    except (ValueError, TypeError):
        raise PicturesError(_NO_CURSOR) from None
    if not sound:
        raise PicturesError(_NO_CURSOR)
    return place


def _row(rows: list[Differing]) -> DiffRow:
    sides = {one.first: one.row for one in rows}
    return DiffRow(sides.get(True), sides.get(False))
