"""The part runs from end to end on very little; no time is asserted."""

from benchmarks import postgres
from benchmarks.jobs import Size, run
from benchmarks.jobs_whole import Size as Whole

TINY = Whole(rounds=1, jobs=30, waiting=4, turns=1, idle=2)


def test_accepting_claiming_and_the_whole_way_are_measured() -> None:
    part = run(Size(seconds=0.05, rounds=1, few=50, many=200, claims=5, whole=TINY))
    rows = 5 if postgres.missing() else 5 + 6  # SQLite has no second worker
    assert len(part.rows) == rows
    assert all(row.ratio and row.ratio > 0 for row in part.rows)
    assert all(row.claim for row in part.rows)
