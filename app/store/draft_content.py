"""The rows of a draft: those of a version, less what it removes, and what it adds."""

from collections.abc import AsyncIterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, exists, literal, select
from sqlalchemy.ext.asyncio import AsyncConnection

from app.store.draft_sets import in_draft
from app.store.draft_tables import draft_change
from app.store.lexicon import READ_BATCH, TermRow, belongs
from app.store.lexicon_tables import lexicon_term

_change = draft_change.c


def changed(
    draft_id: int, op: str, column: str, value: ColumnElement[Any]
) -> ColumnElement[bool]:
    """Whether the draft has a change of one kind with this digest or key."""
    other = draft_change.alias()
    return exists(
        select(literal(1)).where(
            in_draft(other, draft_id), other.c[column] == value, other.c.op == op
        )
    )


def removed(draft_id: int, rows: FromClause) -> ColumnElement[bool]:
    """Whether the draft takes a row away, alone or with its list."""
    listwise = in_draft(draft_change, draft_id) & _change.term.is_(None)
    dropped = select(_change.list_name).where(listwise, _change.op == "drop_list")
    alone = changed(draft_id, "remove", "digest", rows.c.digest)
    return alone | rows.c.list_name.in_(dropped)


def has_row(rows: FromClause, version: int) -> ColumnElement[bool]:
    """Whether a version has a row of the same content."""
    other = lexicon_term.alias()
    # Live rows are found by digest, rows of any version by the key of the word.
    same = (other.c.key == rows.c.key) & (other.c.digest == rows.c.digest)
    return exists(select(literal(1)).where(same, belongs(other, version)))


def kept(draft_id: int, version: int) -> Select[Any]:
    """The rows of the version that the draft keeps."""
    columns = [lexicon_term.c[name] for name in TermRow._fields]
    own = belongs(lexicon_term, version) & ~removed(draft_id, lexicon_term)
    return select(*columns).where(own).order_by(lexicon_term.c.id)


def fresh(draft_id: int, version: int) -> Select[Any]:
    """The rows of the draft that the version does not have."""
    columns = [_change[name] for name in TermRow._fields]
    own = in_draft(draft_change, draft_id) & (_change.op == "add")
    new = ~has_row(draft_change, version)
    return select(*columns).where(own, new).order_by(_change.id)


async def draft_terms(
    connection: AsyncConnection,
    draft_id: int,
    version: int,
    list_name: str | None = None,
) -> AsyncIterator[Sequence[TermRow]]:
    """The content of a draft on top of a version, in batches."""
    for query, rows in (
        (kept(draft_id, version), lexicon_term),
        (fresh(draft_id, version), draft_change),
    ):
        wanted = (
            query if list_name is None else query.where(rows.c.list_name == list_name)
        )
        wanted = wanted.execution_options(yield_per=READ_BATCH)
        async with connection.stream(wanted) as result:
            async for batch in result.partitions():
                yield list(map(TermRow._make, batch))
