"""What a candidate holds: its words, and the settings of its lists."""

from collections.abc import AsyncIterable, Iterable, Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from app.domain.entry import Entry
from app.lexicon.candidate import Candidate
from app.lexicon.draft_rows import open_draft
from app.lexicon.errors import LexiconError, NotFoundError
from app.lexicon.lists import to_list_row, to_scope, unpack_scope
from app.lexicon.records import Content
from app.lexicon.rows import Checksum, to_entry
from app.store import draft, draft_content
from app.store import lexicon as store
from app.store.lexicon import TermRow, VersionRow
from app.store.lexicon_lists import ListRow, lists_at
from app.text.compiling import without_collection

_LAST_NUMBER = 2**31 - 1

Batches = AsyncIterable[Sequence[TermRow]]


async def read_content(connection: AsyncConnection, candidate: Candidate) -> Content:
    """Everything of a candidate; of version 0, nothing.

    Raises:
        NotFoundError: there is no such version or draft.
        StaleError: the draft is at another revision.
        LexiconError: the draft is closed, or the version is damaged.
    """
    if candidate.kind == "draft":
        return await _draft(connection, candidate)
    return await _version(connection, candidate.number)


async def read_entries(
    connection: AsyncConnection, number: int, list_name: str | None
) -> list[Entry]:
    """The entries of a version or of one of its lists, oldest first.

    Raises:
        NotFoundError: there is no such version.
        LexiconError: it is damaged.
    """
    if list_name is None:
        return (await _version(connection, number)).entries
    if number:
        await found_version(connection, number)
    batches = store.terms_at(connection, number, list_name)
    return (await _collected(batches, [])).entries


async def found_version(connection: AsyncConnection, number: int) -> VersionRow:
    """The row of a version.

    Raises:
        NotFoundError: there is none of this number.
    """
    row = None
    if 0 < number <= _LAST_NUMBER:
        row = await store.version_row(connection, number)
    if row is None:
        raise NotFoundError(f"there is no version {number}")
    return row


async def draft_lists(
    connection: AsyncConnection, draft_id: int, version: int
) -> list[ListRow]:
    """The settings of lists as a draft on top of a version leaves them, by name."""
    rows = {row.list_name: row for row in await lists_at(connection, version)}
    for change in await draft.list_changes(connection, draft_id):
        name = change.list_name
        rows.pop(name, None)
        if change.scope is not None:
            rows[name] = to_list_row(unpack_scope(name, change.scope))
    return [rows[name] for name in sorted(rows)]


async def _version(connection: AsyncConnection, number: int) -> Content:
    if number == 0:
        return Content(Checksum().text(), [], [])
    row = await found_version(connection, number)
    lists = await lists_at(connection, number)
    content = await _collected(store.terms_at(connection, number), lists)
    if content.checksum != row.checksum:
        message = f"version {number} is damaged: its checksum does not fit"
        raise LexiconError(message)
    return content


async def _draft(connection: AsyncConnection, candidate: Candidate) -> Content:
    number = candidate.number
    await open_draft(connection, number, candidate.revision, lock=False)
    live = await store.live_number(connection) or 0
    lists = await draft_lists(connection, number, live)
    batches = draft_content.draft_terms(connection, number, live)
    return await _collected(batches, lists)


async def _collected(batches: Batches, lists: Iterable[ListRow]) -> Content:
    """Rows as the text engine takes them, with the checksum of them all."""
    checksum = Checksum()
    entries: list[Entry] = []
    scopes = []
    for row in lists:
        checksum.add(row.digest)
        scopes.append(to_scope(row))
    with without_collection():
        async for batch in batches:
            for term in batch:
                checksum.add(term.digest)
                entries.append(to_entry(term))
    return Content(checksum.text(), entries, scopes)
