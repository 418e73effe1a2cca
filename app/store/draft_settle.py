"""A draft that is to win over what other versions made of its words meanwhile."""

from sqlalchemy import delete, literal, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from app.store.dialect import upsert
from app.store.draft import Stamp
from app.store.draft_apply import came
from app.store.draft_sets import in_draft, set_of
from app.store.draft_tables import draft_change
from app.store.lexicon import TermRow
from app.store.lexicon_lives import alive
from app.store.lexicon_tables import lexicon_term

_change = draft_change.c
_term = lexicon_term.c
_CONTENT = [*TermRow._fields, "key"]


async def settle_terms(
    connection: AsyncConnection, draft_id: int, stamp: Stamp, since: int
) -> None:
    """Make a draft remove what later versions gave to its words.

    Changes that those versions have made already are forgotten; the others count
    as made in sight of version `stamp.seen`.
    """
    mine = in_draft(draft_change, draft_id)
    own = draft_change.alias()
    fixed = [set_of(draft_id), *map(literal, ("remove", *stamp))]
    rows = select(*(_term[name] for name in _CONTENT), *fixed).where(
        came(own, draft_id, since)
    )
    names = [*_CONTENT, "set_id", "op", *Stamp._fields]
    remove = upsert(connection, draft_change).from_select(names, rows)
    await connection.execute(remove.on_conflict_do_nothing())
    there = alive(lexicon_term, _change.digest)
    done = or_((_change.op == "add") & there, (_change.op == "remove") & ~there)
    await connection.execute(delete(draft_change).where(mine, done))
    look = update(draft_change).where(mine)
    await connection.execute(look.values(seen=stamp.seen))
