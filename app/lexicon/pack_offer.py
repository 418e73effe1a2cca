"""What packs have otherwise than before, where operators left the words alone."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncConnection

from app.lexicon.rows import term_key
from app.store import lexicon_packs as store
from app.store.draft import DraftRow
from app.store.lexicon import TermRow
from app.store.lexicon_packs import PackKey


@dataclass(frozen=True, slots=True)
class Packs:
    """The packs in a folder: the file stem names the list.

    `mark` is a digest of the files; equal ones need no second look. `torn` lists
    have rows that could not be read, so that a missing word says nothing.
    """

    mark: bytes
    lists: dict[str, list[TermRow]] = field(default_factory=dict)
    torn: set[str] = field(default_factory=set)

    def rows(self) -> Iterator[TermRow]:
        """The rows of all packs."""
        for rows in self.lists.values():
            yield from rows


class Offer(NamedTuple):
    """Rows to add and digests to remove; `rows` are what is offered from now on."""

    added: list[TermRow]
    removed: list[bytes]
    rows: list[PackKey]


class _Present(NamedTuple):
    """The rows of lists as they are now, and the lists that are there."""

    rows: list[PackKey]
    names: set[str]


def pack_key(row: TermRow) -> PackKey:
    """What is remembered of a row."""
    return PackKey(row.digest, row.list_name, term_key(row.list_name, row.term))


async def make_offer(
    connection: AsyncConnection, packs: Packs, draft: DraftRow | None
) -> Offer:
    """Compare packs with what was offered last and with what is there now.

    `draft` is the open one of an earlier offer: its words count as there.
    """
    offered = await store.offered_rows(connection)
    names = {row.list_name for row in offered} | packs.lists.keys()
    present = await _present(connection, names, draft)
    # What was offered once and is there no longer was dropped, as a whole.
    dropped = {row.list_name for row in offered} - present.names
    shipped = {row.digest: row for row in packs.rows()}
    keys = [pack_key(row) for row in shipped.values()]
    kept = _unread(packs, keys, offered)
    offer = Offer([], [], [*keys, *kept])
    new, old, now = _words(offer.rows), _words(offered), _words(present.rows)
    for key in {row.key for row in (*keys, *offered) if row.list_name not in dropped}:
        if old[key] == now[key]:
            offer.added.extend(shipped[digest] for digest in new[key] - old[key])
            offer.removed.extend(old[key] - new[key])
    return offer


def _unread(
    packs: Packs, keys: Iterable[PackKey], offered: Iterable[PackKey]
) -> list[PackKey]:
    """Rows of words that may be in the packs, in a line that could not be read."""
    known = {row.key for row in keys}
    return [
        row for row in offered if row.list_name in packs.torn and row.key not in known
    ]


async def _present(
    connection: AsyncConnection, names: set[str], draft: DraftRow | None
) -> _Present:
    """What live lists have, with the changes of a draft."""
    live = await store.live_keys_of(connection, names)
    lists = await store.live_list_names(connection)
    changes = [] if draft is None else await store.draft_keys(connection, draft.id)
    gone = {row.digest for row in changes if row.op == "remove"}
    dropped = {row.list_name for row in changes if row.op == "drop_list"}
    rows = [
        row for row in live if row.digest not in gone and row.list_name not in dropped
    ]
    rows += [PackKey(*row[:3]) for row in changes if row.op == "add"]
    return _Present(rows, lists - dropped | {row.list_name for row in rows})


def _words(rows: Iterable[PackKey]) -> defaultdict[bytes, set[bytes]]:
    """The digests of the rows of each word."""
    words: defaultdict[bytes, set[bytes]] = defaultdict(set)
    for row in rows:
        words[row.key].add(row.digest)
    return words
