"""A list served in one call, for tests that are about something else."""

import time
from collections.abc import AsyncIterator, Callable, Iterable, Sequence

from app.domain.entry import Entry
from app.lexicon.drafts import Drafts
from app.lexicon.plan import Mode, to_rows
from app.lexicon.publish import Publisher
from app.lexicon.service import Lexicon
from app.store import Database
from app.store.lexicon import TermRow


async def serve_list(
    db: Database,
    entries: Iterable[Entry],
    *,
    list_name: str = "own",
    mode: Mode = "replace",
    who: str = "me",
    why: str = "",
    clock: Callable[[], float] = time.time,
) -> int:
    """Make a list what is given; the number of the version that is live then."""
    drafts = Drafts(db, clock=clock)
    draft = await drafts.create("a list", who)
    await drafts.fill(
        draft.id,
        _whole(to_rows(list_name, entries)),
        list_name=list_name,
        mode=mode,
        revision=draft.revision,
        who=who,
    )
    filled = await drafts.get(draft.id)
    if not filled.changes:
        return await Lexicon(db).live_version()
    made = await Publisher(db, clock=clock).publish(
        draft.id, revision=filled.revision, who=who, why=why
    )
    return made.number


async def _whole(rows: Sequence[TermRow]) -> AsyncIterator[Sequence[TermRow]]:
    yield rows
