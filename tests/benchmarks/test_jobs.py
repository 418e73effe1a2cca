"""The part runs from end to end on very little; no time is asserted."""

from benchmarks import postgres
from benchmarks.jobs import Size, run


def test_accepting_and_claiming_are_measured() -> None:
    part = run(Size(seconds=0.05, rounds=1, few=50, many=200, claims=5))
    kinds = ["SQLite"] if postgres.missing() else ["SQLite", "PostgreSQL"]
    assert len(part.rows) == 2 * len(kinds)
    assert all(row.ratio and row.ratio > 0 for row in part.rows)
