"""`python -m benchmarks.import_child WORK URL FILE`: one import and what it took.

In a process of its own, so that its peak of memory is its own. Prints JSON.
"""

import asyncio
import json
import re
import sqlite3
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import Final

import asyncpg  # type: ignore[import-untyped]  # ships no types

from app.lexicon.drafts import Drafts
from app.lexicon.formats import iter_entries
from app.lexicon.rows import to_row
from app.lexicon.validity import settled
from app.store import Database
from app.store.lexicon import TermRow

LIST: Final = "imported"
BATCH: Final = 5000
_PAUSE: Final = 0.05
_COLUMNS: Final = (
    "list_name text, digest {bytes}, term text, label integer, level integer,"
    " match text, scenes text, starts bigint, expires bigint, note text"
)


def main(work: str, url: str, file: str) -> None:
    """Do one of `WORKS` and print what it took; see `benchmarks.importing.Done`."""
    peak, cpu, waits = _peak(), time.process_time(), [0.0]
    seconds = asyncio.run(WORKS[work](url, Path(file), waits))
    done = {
        "seconds": seconds,
        "cpu": time.process_time() - cpu,
        "growth": _peak() - peak,
        "waited": max(waits),
    }
    print(json.dumps(done))


async def filled(url: str, file: Path, waits: list[float]) -> float:
    """Through the formats into a new draft, as the admin API does it."""
    db = Database.open(url)
    drafts = Drafts(db)
    other = asyncio.create_task(_write_now_and_then(url, waits))
    try:
        draft = await drafts.create("benchmark", "benchmark")
        started = time.perf_counter()
        report = await drafts.fill(
            draft.id,
            _given(file),
            list_name=LIST,
            mode="replace",
            revision=draft.revision,
            who="benchmark",
        )
        taken = time.perf_counter() - started
        assert report.added == (await drafts.get(draft.id)).changes > 0
        return taken
    finally:
        other.cancel()
        with suppress(asyncio.CancelledError):
            await other
        await db.close()


async def _write_now_and_then(url: str, waits: list[float]) -> None:
    """What any other process does meanwhile: short transactions."""
    db = Database.open(url)
    try:
        async with db.write() as connection:
            await connection.exec_driver_sql(
                "CREATE TABLE IF NOT EXISTS moment (n int)"
            )
        while True:
            await asyncio.sleep(_PAUSE)
            began = time.perf_counter()
            async with db.write() as connection:
                await connection.exec_driver_sql("INSERT INTO moment VALUES (1)")
            waits.append(time.perf_counter() - began)
    finally:
        await db.close()


async def read(_url: str, file: Path, _waits: list[float]) -> float:
    """Only read the file and make the rows."""
    started = time.perf_counter()
    for _ in _batches(file):
        """Nobody wants them."""
    return time.perf_counter() - started


async def bare(url: str, file: Path, _waits: list[float]) -> float:
    """The same rows by `executemany` of the driver into an empty table."""
    if url.startswith("sqlite"):
        return await asyncio.to_thread(_bare_sqlite, url, file)
    return await _bare_postgresql(url, file)


WORKS: Final = {"fill": filled, "read": read, "bare": bare}


def _bare_sqlite(url: str, file: Path) -> float:
    connection = sqlite3.connect(url.removeprefix("sqlite:///"))
    connection.execute("PRAGMA synchronous=FULL")  # as in the service
    connection.execute(f"CREATE TABLE bare ({_COLUMNS.format(bytes='blob')})")
    marks = ",".join("?" * len(TermRow._fields))
    taken = 0.0
    for batch in _batches(file):
        started = time.perf_counter()
        with connection:
            connection.executemany(f"INSERT INTO bare VALUES ({marks})", batch)  # noqa: S608
        taken += time.perf_counter() - started
    connection.close()
    return taken


async def _bare_postgresql(url: str, file: Path) -> float:
    connection = await asyncpg.connect(url)
    await connection.execute(f"CREATE TABLE bare ({_COLUMNS.format(bytes='bytea')})")
    marks = ",".join(f"${n + 1}" for n in range(len(TermRow._fields)))
    taken = 0.0
    for batch in _batches(file):
        started = time.perf_counter()
        await connection.executemany(f"INSERT INTO bare VALUES ({marks})", batch)  # noqa: S608
        taken += time.perf_counter() - started
    await connection.close()
    return taken


async def _given(file: Path) -> AsyncIterator[list[TermRow]]:
    batches = _batches(file)
    while batch := await asyncio.to_thread(next, batches, None):
        yield batch


def _batches(file: Path) -> Iterator[list[TermRow]]:
    with file.open("rb") as opened:
        entries = (row.entry for row in iter_entries(opened, "csv"))
        rows = (to_row(LIST, settled(entry)) for entry in entries if entry is not None)
        while batch := list(islice(rows, BATCH)):
            yield batch


def _peak() -> float:
    """The most memory that this process has held so far, in MiB."""
    # getrusage would count what the parent held when it began this process.
    status = Path("/proc/self/status").read_text("ascii")
    found = re.search(r"^VmHWM:\s+(\d+) kB", status, re.MULTILINE)
    return int(found[1]) / 1024 if found else 0.0


if __name__ == "__main__":
    main(*sys.argv[1:])
