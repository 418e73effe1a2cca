"""`python -m tests.lexicon.filling_child URL DRAFT ROWS PHASE`: an import to kill.

It prints a line when it has reached the phase: the function of that name is about to
be called, or half of the file is read. In a function it then waits to be killed.
"""

import asyncio
import sys
import time
from collections.abc import AsyncIterator

from app.domain.entry import Entry
from app.lexicon import filling
from app.lexicon.drafts import Drafts
from app.lexicon.rows import to_row
from app.store import Database, draft, draft_fill
from app.store.lexicon import TermRow

BATCH = 1000
PLACES = {
    "drop_present": draft_fill,
    "remove_others": draft_fill,
    "advance": draft,
    "clear_set": filling,
}


def reached() -> None:
    print("reached", flush=True)  # noqa: T201 - the parent waits for it


async def rows(count: int, phase: str) -> AsyncIterator[list[TermRow]]:
    for start in range(0, count, BATCH):
        if phase == "reading" and start >= count // 2:
            reached()
            phase = "read"
        numbers = range(start, min(start + BATCH, count))
        yield [to_row("own", Entry(f"词语{n}")) for n in numbers]


def wait_before(phase: str) -> None:
    async def hang(*_: object) -> None:
        reached()
        time.sleep(60)  # noqa: ASYNC251 - nothing else may go on

    setattr(PLACES[phase], phase, hang)


async def main(url: str, number: str, count: str, phase: str) -> None:
    if phase in PLACES:
        wait_before(phase)
    db = Database.open(url)
    await Drafts(db).fill(
        int(number),
        rows(int(count), phase),
        list_name="own",
        mode="replace",
        revision=None,
        who="child",
    )
    await db.close()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
