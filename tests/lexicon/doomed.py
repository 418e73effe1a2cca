"""A process that says how far it has come, and waits there to be killed.

`python -m tests.lexicon.doomed URL POINT [DRAFT]`
"""

import asyncio
import sys
import time
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any

from app.domain.entry import Entry
from app.lexicon import going_live, publish, versions
from app.lexicon.plan import to_rows
from app.store import Database, draft
from app.store.lexicon import TermRow
from tests.lexicon.house import House

FILE_ROWS = 12_000


def stop_here() -> None:
    """Say so, and hold everything that is held: the whole process stands still."""
    sys.stdout.write("here\n")
    sys.stdout.flush()
    time.sleep(60)


def _stopping(function: Callable[..., Any], *, after: bool) -> Callable[..., Any]:
    async def stopped(*given: Any, **named: Any) -> Any:
        if not after:
            stop_here()
        result = await function(*given, **named)
        stop_here()
        return result

    return stopped


async def file_of(rows: int, *, stop: bool = False) -> AsyncIterator[Sequence[TermRow]]:
    """A file that breaks off, as far as the database sees."""
    for start in range(0, rows, 1000):
        yield to_rows("own", [Entry(f"词语{n}") for n in range(start, start + 1000)])
    if stop:
        stop_here()


async def main(url: str, point: str, draft_id: int) -> None:
    database = Database.open(url)
    house = House(database)
    if point == "compiling":
        house = House(database, check=_stopping(asyncio.sleep, after=False))
    elif point == "written":  # rows are there, the version is not counted yet
        for module in (going_live, publish):
            name = "complete_version"
            stopped = _stopping(versions.complete_version, after=False)
            setattr(module, name, stopped)
    elif point == "served":  # all is written, but for the end of the transaction
        stopped = _stopping(draft.close_draft, after=True)
        setattr(going_live, "close_draft", stopped)  # noqa: B010 - imported there
        stopped = _stopping(versions.complete_version, after=True)
        setattr(publish, "complete_version", stopped)  # noqa: B010
    if point == "reading":
        batches = file_of(FILE_ROWS, stop=True)
        await house.drafts.fill(
            draft_id, batches, list_name="own", mode="merge", revision=None, who="x"
        )
    elif draft_id:
        await house.publish(await house.drafts.get(draft_id))
    else:
        await house.publisher.rollback(1, who="alice")
    sys.stdout.write("done\n")
    await database.close()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
