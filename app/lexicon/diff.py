"""Two contents side by side, page by page."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator
from itertools import groupby

from sqlalchemy.ext.asyncio import AsyncConnection

from app.lexicon.candidate import Candidate
from app.lexicon.content import draft_lists, found_version
from app.lexicon.draft_rows import open_draft
from app.lexicon.errors import LexiconError
from app.lexicon.lists import is_text, to_scope
from app.lexicon.records import DiffPage, DiffRow, ListDiff
from app.store import lexicon_diff as store
from app.store.lexicon import live_number
from app.store.lexicon_diff import Differing, Place, Side
from app.store.lexicon_lists import ListRow, lists_at

MAX_PAGE = 1000
"""Most differing words in one page."""

_MOST_ROWS = 2**31
_NO_CURSOR = "`after` is not the `next` of another page"


async def compare(
    connection: AsyncConnection,
    first: Candidate,
    second: Candidate,
    *,
    after: str | None,
    limit: int,
) -> DiffPage:
    """One page of what the second candidate has otherwise than the first.

    Raises:
        NotFoundError: there is no such version or draft.
        StaleError: a draft is at another revision.
        LexiconError: a draft is closed, or `after` is no `next` of ours.
    """
    place = None if after is None else read_cursor(after)
    limit = min(max(limit, 1), MAX_PAGE)
    sides = await _side(connection, first), await _side(connection, second)
    counts = await store.count_differences(connection, *sides)
    found = await store.differences(
        # Each word has two rows at most, and one row shows that there is more.
        connection,
        *sides,
        after=place,
        limit=2 * limit + 1,
    )
    words = [(at, list(rows)) for at, rows in groupby(found, lambda one: one.place)]
    shown = words[:limit]
    more = write_cursor(shown[-1][0]) if len(words) > limit else None
    rows = [_row(word) for _, word in shown]
    lists = [await _lists(connection, side) for side in sides]
    return DiffPage(rows, more, *counts, list(_list_diffs(*lists)))


def write_cursor(place: Place) -> str:
    """A place as text that callers hand back."""
    list_name, start, key, rank = place
    written = json.dumps([list_name, start, key.hex(), rank], ensure_ascii=False)
    return urlsafe_b64encode(written.encode()).decode().rstrip("=")


def read_cursor(text: str) -> Place:
    """The place that `write_cursor` wrote.

    Raises:
        LexiconError: it is no such text.
    """
    padded = text.encode() + b"=" * (-len(text) % 4)
    try:
        list_name, start, key, rank = json.loads(urlsafe_b64decode(padded))
        place = Place(str(list_name), str(start), bytes.fromhex(key), int(rank))
    except (ValueError, TypeError, RecursionError):
        raise LexiconError(_NO_CURSOR) from None
    if not is_text(place.list_name + place.start) or not 0 < place.rank < _MOST_ROWS:
        raise LexiconError(_NO_CURSOR)
    return place


async def _side(connection: AsyncConnection, candidate: Candidate) -> Side:
    number = candidate.number
    if candidate.kind == "draft":
        await open_draft(connection, number, candidate.revision, lock=False)
        return Side(await live_number(connection) or 0, number)
    if number:
        await found_version(connection, number)
    return Side(number)


def _row(word: list[Differing]) -> DiffRow:
    """One word: the row that it had, the row that it has, or both."""
    before = next((one.row for one in word if one.first), None)
    after = next((one.row for one in word if not one.first), None)
    name = word[0].row.list_name
    if before is None:
        return DiffRow("added", name, None, after)
    return DiffRow("removed" if after is None else "changed", name, before, after)


async def _lists(connection: AsyncConnection, side: Side) -> dict[str, ListRow]:
    if side.draft_id is None:
        rows = await lists_at(connection, side.version)
    else:
        rows = await draft_lists(connection, side.draft_id, side.version)
    return {row.list_name: row for row in rows}


def _list_diffs(
    before: dict[str, ListRow], after: dict[str, ListRow]
) -> Iterator[ListDiff]:
    for name in sorted(before.keys() | after.keys()):
        old, new = before.get(name), after.get(name)
        if old is None or new is None or old.digest != new.digest:
            yield ListDiff(name, old and to_scope(old), new and to_scope(new))
