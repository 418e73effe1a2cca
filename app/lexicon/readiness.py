"""What must be so before a draft goes live: others agree, and nothing collides."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from app.lexicon.errors import SHOWN_CONFLICTS, FourEyesError
from app.lexicon.lists import to_list_row, unpack_scope
from app.store import draft as store
from app.store import draft_apply
from app.store.draft import ApprovalRow, ChangeRow, DraftRow
from app.store.lexicon import live_number
from app.store.lexicon_lists import live_list, live_list_has_rows


async def approvers(
    connection: AsyncConnection, draft: DraftRow, *, four_eyes: bool
) -> tuple[str, ...]:
    """Who approved the draft as it is now.

    Raises:
        FourEyesError: `four_eyes` is wanted, and all of them had a hand in it.
    """
    given = await store.approvals(connection, [draft.id])
    names = _names(given.get(draft.id, []), draft.revision)
    if four_eyes:
        authors = await store.authors(connection, draft.id) | {draft.created_by}
        if authors.issuperset(names):
            raise FourEyesError(
                f"draft {draft.id} needs the approval, at its revision"
                f" {draft.revision}, of somebody who did not work on it"
            )
    return names


async def collisions(
    connection: AsyncConnection, draft_id: int
) -> Sequence[tuple[str, str]]:
    """Some of the words and lists that later versions made otherwise.

    Named as in `ConflictError`.
    """
    since = await draft_apply.oldest_sight(connection, draft_id)
    if since is None or since == await live_number(connection):
        return []  # no version came after
    lists = {
        change.list_name
        for change in await store.list_changes(connection, draft_id)
        if await _list_collides(connection, change)
    }
    lists |= {
        name
        for name in await draft_apply.lists_dropped(connection, draft_id, since)
        if not await _exists(connection, name)
    }
    words = await draft_apply.conflicts(connection, draft_id, since, SHOWN_CONFLICTS)
    return [*((name, "") for name in sorted(lists)), *words]


def _names(given: Sequence[ApprovalRow], revision: int) -> tuple[str, ...]:
    found = (one.who for one in given if one.revision == revision)
    return tuple(dict.fromkeys(found))


async def _list_collides(connection: AsyncConnection, change: ChangeRow) -> bool:
    """Whether later versions made a list otherwise, and not as the draft does."""
    name, dropped = change.list_name, change.op == "drop_list"
    seen = change.stamp.seen
    if not await draft_apply.list_touched(connection, name, seen, words=dropped):
        return False
    if change.scope is None:
        return await _exists(connection, name)
    live = await live_list(connection, name)
    wanted = to_list_row(unpack_scope(name, change.scope))
    return live is None or live.digest != wanted.digest


async def _exists(connection: AsyncConnection, name: str) -> bool:
    """Whether a list is there now, with settings or with words."""
    settings = await live_list(connection, name)
    return settings is not None or await live_list_has_rows(connection, name)
