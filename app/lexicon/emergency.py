"""The draft behind an emergency block: one word, made and published in one go."""

from datetime import UTC, datetime
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncConnection

from app.domain.entry import Entry
from app.lexicon.blocks import merge
from app.lexicon.draft_rows import begin_draft, make_stamp
from app.lexicon.errors import LexiconError
from app.lexicon.lists import to_scope
from app.lexicon.plan import to_rows
from app.lexicon.rows import term_key, to_entry
from app.store.draft import add_term_changes, advance, draft_row
from app.store.lexicon_lists import live_list
from app.store.lexicon_lives import live_word

TITLE = "emergency block"


class Begun(NamedTuple):
    """A draft that was made for a block, at its revision."""

    draft_id: int
    revision: int


async def begin_block(
    connection: AsyncConnection,
    list_name: str,
    entry: Entry,
    *,
    who: str,
    why: str,
    now: float,
) -> Begun | None:
    """Write the draft that blocks this word; None when it is blocked so already.

    Raises:
        LexiconError: the entry is invalid, or nothing in the list counts.
    """
    (row,) = to_rows(list_name, [entry])
    moment = datetime.fromtimestamp(now, UTC)
    await _refuse_idle(connection, list_name, moment)
    key = term_key(list_name, row.term)
    present = {row: to_entry(row) for row in await live_word(connection, key)}
    merged = merge(to_entry(row), list(present.values()), moment)
    if merged is None:
        return None
    rows = to_rows(list_name, [merged.entry])
    gone = [row for row, entry in present.items() if entry in merged.replaced]
    draft_id = await begin_draft(
        connection, TITLE, who=who, origin="emergency", now=now
    )
    stamp = await make_stamp(connection, who, why, now)
    await add_term_changes(connection, draft_id, "remove", gone, stamp)
    await add_term_changes(connection, draft_id, "add", rows, stamp)
    await advance(connection, draft_id)
    made = await draft_row(connection, draft_id)
    return Begun(draft_id, made.revision if made else 0)


async def _refuse_idle(
    connection: AsyncConnection, list_name: str, now: datetime
) -> None:
    """Refuse a list in which a word would do nothing."""
    row = await live_list(connection, list_name)
    if row is None:
        return
    scope = to_scope(row)
    if not scope.enabled:
        raise LexiconError(f"the list {list_name} is switched off; block in another")
    if not scope.active(now):
        raise LexiconError(f"the list {list_name} does not count now")
