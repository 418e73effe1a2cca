"""Several files under one mapping."""

from pathlib import Path

import pytest

from app.domain.scenes import Scene
from app.evaluate.errors import EvaluateError
from app.evaluate.reading import Columns, Samples, parse_mapping, read_samples
from tests.evaluate.helpers import sample, write


def test_files_are_joined_and_rows_know_where_they_stand(tmp_path: Path) -> None:
    one = write(tmp_path / "a.csv", "text,label,scene\nx,1,chat\ny,0,\nz,0,moon\n")
    two = write(tmp_path / "b.jsonl", '{"text": "w", "label": "ads", "scene": 5}\nno\n')
    mapping = parse_mapping(["1=ads", "0=clean"])
    got = read_samples([one, two], Columns(), mapping, scene=Scene.TITLE)
    rows = [(s.text, s.truth, s.scene, s.source, s.line) for s in got.samples]
    assert rows == [
        ("x", "ads", Scene.CHAT, "a.csv", 2),
        ("y", "normal", Scene.TITLE, "a.csv", 3),
        ("w", "ads", Scene.CHAT, "b.jsonl", 1),
    ]
    assert [(b.source, b.line, b.why) for b in got.broken] == [
        ("a.csv", 4, "unknown scene"),
        ("b.jsonl", 2, "not JSON"),
    ]


def test_files_without_a_single_row_are_an_error(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "text,label\nx,\n")
    with pytest.raises(EvaluateError, match=r"no row of a\.csv can be used; line 2"):
        read_samples([path], Columns(), parse_mapping([]))
    path = write(tmp_path / "b.csv", "text,label\n")
    with pytest.raises(EvaluateError, match=r"no row of b\.csv can be used$"):
        read_samples([path], Columns(), parse_mapping([]))
    path = write(tmp_path / "c.csv", "text,label,scene\nx,clean,moon\n")
    with pytest.raises(EvaluateError, match="none names a scene that exists"):
        read_samples([path], Columns(), parse_mapping([]))


def test_a_limit_draws_by_chance_in_order_and_by_seed() -> None:
    samples = Samples([sample(str(n)) for n in range(100)])
    drawn = [int(s.text) for s in samples.drawn(10, seed=1)]
    assert len(drawn) == 10
    assert drawn == sorted(drawn) != list(range(10))
    assert [int(s.text) for s in samples.drawn(10, seed=1)] == drawn
    assert [int(s.text) for s in samples.drawn(10, seed=2)] != drawn
    assert samples.drawn(None, seed=1) is samples.drawn(100, seed=1) is samples.samples
