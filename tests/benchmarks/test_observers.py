"""The part runs from end to end on very little; no time is asserted."""

from benchmarks import observers


def test_observers_part() -> None:
    size = observers.Size(terms=300, texts=50, calls=10, rounds=2, seconds=1)
    rows = observers.run(size).rows
    assert [row.claim is not None for row in rows] == [True] * 2 + [False] * 3
    assert all(row.ratio for row in rows[:2])
    assert all(row.measured.endswith(" ns") for row in rows[2:])


def test_the_observer_counts_what_it_is_told() -> None:
    """Or the benchmark would measure nothing."""
    vitals = observers.vitals()
    vitals.saw(observers._observed(3, 7))
    (batch,) = vitals._counter.take()
    assert {tally.hits for tally in batch.tallies.values()} == {1}
    assert len(batch.tallies) == 3
