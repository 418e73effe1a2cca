"""What a process that is killed takes with it: two seconds of counts, no more."""

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import select

from app.store import Database
from app.store.vitals_tables import vitals_day
from app.vitals.service import FLUSH_SECONDS
from app.vitals.sketch import Sketch

ROOT = Path(__file__).resolve().parent.parent.parent
RUNS = 6.0
SLACK = 3.0
"""Seconds for the flush itself, on a machine that does other work."""


class Reader(threading.Thread):
    """Notes when the child had counted how much."""

    def __init__(self, child: "subprocess.Popen[str]") -> None:
        super().__init__(daemon=True)
        self._child = child
        self.seen: list[tuple[float, int]] = []

    def run(self) -> None:
        assert self._child.stdout is not None
        for line in self._child.stdout:
            self.seen.append((time.monotonic(), int(line)))

    def counted_by(self, moment: float) -> int:
        return max((count for at, count in self.seen if at <= moment), default=0)


@contextmanager
def counting(url: str) -> Iterator[tuple["subprocess.Popen[str]", Reader]]:
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.vitals.counting_child", url],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    reader = Reader(child)
    reader.start()
    try:
        yield child, reader
    finally:
        child.kill()
        child.wait(30)
        reader.join(30)
        assert child.stdout is not None
        child.stdout.close()


@pytest.mark.slow
async def test_kill_9_loses_two_seconds_at_most(
    database_url: str, database: Database
) -> None:
    with counting(database_url) as (child, reader):
        end = time.monotonic() + 60
        while not reader.seen and time.monotonic() < end:
            time.sleep(0.05)  # noqa: ASYNC251 - nothing else runs here
        assert reader.seen, "the child never began"
        time.sleep(RUNS)  # noqa: ASYNC251
        killed_at = time.monotonic()
        child.kill()
    query = select(vitals_day.c.hits, vitals_day.c.users)
    async with database.read() as connection:
        rows = (await connection.execute(query)).all()
    hits = sum(row.hits for row in rows)
    safe = reader.counted_by(killed_at - FLUSH_SECONDS - SLACK)
    assert 0 < safe <= hits <= reader.seen[-1][1] + 1
    # Nothing is torn: the users are those of the hits.
    assert all(0 < Sketch.from_bytes(row.users).count() <= 20 for row in rows)
