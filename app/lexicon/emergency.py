"""The draft behind an emergency block: one word, made and published in one go.

A process that is killed in between leaves it open, to be published or discarded.
"""

from datetime import UTC, datetime
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncConnection

from app.domain.entry import Entry
from app.domain.lists import ListScope
from app.lexicon.blocks import merge
from app.lexicon.draft_rows import begin_draft, make_stamp
from app.lexicon.errors import LexiconError
from app.lexicon.lint import faults_of
from app.lexicon.lint_clash import clashes
from app.lexicon.lint_item import Item, make_item
from app.lexicon.lists import to_scope
from app.lexicon.plan import to_rows
from app.lexicon.rows import term_key, to_entry
from app.store.draft import add_term_changes, advance, close_draft, draft_row
from app.store.lexicon import live_number
from app.store.lexicon_lists import lists_at
from app.store.lexicon_lives import live_exempt, live_word

TITLE = "emergency block"


class Begun(NamedTuple):
    """A draft that was made for a block, at its revision."""

    draft_id: int
    revision: int


async def refuse_useless(
    connection: AsyncConnection, list_name: str, entry: Entry, now: datetime
) -> None:
    """Refuse a block that would help nobody, while whoever asked thinks it does.

    Raises:
        LexiconError: the entry is invalid or would hit nothing, or nearly
            everything; nothing in the list counts; the word is an exempt phrase.
    """
    (row,) = to_rows(list_name, [entry])
    item = make_item(list_name, 0, to_entry(row))
    for remark in faults_of(item, softened=False):
        if remark.blocking or not item.exact:
            raise LexiconError(f"it cannot be blocked: {remark.message}")
    live = await live_number(connection) or 0
    scopes = {row.list_name: to_scope(row) for row in await lists_at(connection, live)}
    own = scopes.get(list_name)
    if own is not None and not (own.enabled and own.active(now)):
        raise LexiconError(f"nothing in the list {list_name} counts at present")
    await _refuse_exempt(connection, item, scopes, now)


async def begin_block(
    connection: AsyncConnection,
    list_name: str,
    entry: Entry,
    *,
    who: str,
    why: str,
    now: float,
) -> Begun | None:
    """Write the draft that blocks this word; None when it is blocked so already."""
    (row,) = to_rows(list_name, [entry])
    key = term_key(list_name, row.term)
    present = {row: to_entry(row) for row in await live_word(connection, key)}
    moment = datetime.fromtimestamp(now, UTC)
    merged = merge(to_entry(row), list(present.values()), moment)
    if merged is None:
        return None
    added = to_rows(list_name, [merged.entry])
    gone = [row for row, entry in present.items() if entry in merged.replaced]
    draft_id = await begin_draft(
        connection, TITLE, who=who, origin="emergency", now=now
    )
    stamp = await make_stamp(connection, who, why, now)
    await add_term_changes(connection, draft_id, "remove", gone, stamp)
    await add_term_changes(connection, draft_id, "add", added, stamp)
    await advance(connection, draft_id)
    made = await draft_row(connection, draft_id)
    return Begun(draft_id, made.revision if made else 0)


async def give_up_block(connection: AsyncConnection, draft_id: int) -> None:
    """Close the draft of a block that failed."""
    row = await draft_row(connection, draft_id, lock=True)
    if row is not None and row.state == "open":
        await close_draft(connection, draft_id, "discarded")


async def _refuse_exempt(
    connection: AsyncConnection, item: Item, scopes: dict[str, ListScope], now: datetime
) -> None:
    """Refuse a word that is exempt wherever it was to be blocked: it never hits."""
    wanted, phrases = item.entry.scenes, []
    for row in await live_exempt(connection):
        entry = to_entry(row)
        scope = scopes.get(row.list_name, ListScope(row.list_name))
        for_all = scope.enabled and scope.apps is None and not scope.scenes
        all_scenes = not entry.scenes or (bool(wanted) and wanted <= entry.scenes)
        if for_all and all_scenes and scope.active(now) and entry.active(now):
            phrases.append(make_item(row.list_name, 0, entry))
    for remark in clashes([item, *phrases]):
        message = f"it is an exempt phrase in the list {remark.file}; take that away"
        raise LexiconError(message)
