"""A draft's changes become rows of a version, inside one transaction."""

from sqlalchemy.ext.asyncio import AsyncConnection

from app.lexicon.lists import to_list_row, unpack_scope
from app.store.draft import ChangeRow, Stamp, advance, draft_row, list_changes
from app.store.draft_apply import apply_terms, end_words, oldest_sight
from app.store.draft_settle import settle_terms
from app.store.lexicon_lists import add_list, end_list, live_list


async def apply_draft(connection: AsyncConnection, draft_id: int, number: int) -> None:
    """Write everything that a draft changes as version `number`."""
    for change in await list_changes(connection, draft_id):
        await _apply_list(connection, change, number)
    await apply_terms(connection, draft_id, number)


async def settle_draft(connection: AsyncConnection, draft_id: int, stamp: Stamp) -> int:
    """Let a draft win over what is live; its new revision.

    Rows that later versions gave to its words become removals of the draft, as
    changes with this stamp; all its changes count as made on what is live now.
    """
    since = await oldest_sight(connection, draft_id)
    await settle_terms(connection, draft_id, stamp, since or 0)
    await advance(connection, draft_id)
    row = await draft_row(connection, draft_id)
    return row.revision if row else 0


async def _apply_list(
    connection: AsyncConnection, change: ChangeRow, number: int
) -> None:
    """Give a list the settings that the draft has for it, or none any more."""
    name = change.list_name
    if change.scope is None:
        await end_list(connection, name, number)
        await end_words(connection, name, number)
        return
    row = to_list_row(unpack_scope(name, change.scope))
    live = await live_list(connection, name)
    if live is None or live.digest != row.digest:
        await end_list(connection, name, number)
        await add_list(connection, row, number)
