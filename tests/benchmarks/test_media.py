from benchmarks import media


def test_the_part_runs_on_very_little() -> None:
    part = media.run(media.Size(seconds=2, rounds=1, longest=0.1))
    assert len(part.rows) == 4
    assert all(row.ratio is not None and row.ratio > 0 for row in part.rows)
