"""Each part runs from end to end on very little; no time is asserted."""

import json
import shutil
from functools import partial
from pathlib import Path

import pytest
from rich.console import Console

from app.domain.entry import Entry
from benchmarks import boot, importing, matching, postgres, shadow, stall, web
from benchmarks.__main__ import PARTS
from benchmarks.matching import ENGINES
from benchmarks.measure import alternate, least
from benchmarks.report import PAGE, Claim, Part, Row, markdown, save, show, write_page


def test_candidates_take_turns_in_both_directions() -> None:
    order: list[str] = []

    def turn(name: str) -> float:
        order.append(name)
        return 1.0

    turns = {name: partial(turn, name) for name in "ab"}
    kept = alternate(turns, rounds=3, seconds=60)
    assert "".join(order) == "abbaab"
    assert kept.ratio("a", "b") == 1.0


def test_one_round_is_complete_however_short_the_time() -> None:
    kept = alternate({"a": lambda: 2.0, "b": lambda: 1.0}, rounds=9, seconds=-1)
    assert kept.costs == {"a": [2.0], "b": [1.0]}


def test_least_adds_the_quietest_round_of_each_piece() -> None:
    costs = iter([5.0, 1.0, 2.0, 7.0])
    pieces = [{"a": lambda: next(costs)}, {"a": lambda: next(costs)}]
    assert least(pieces, rounds=2, seconds=60) == {"a": 3.0}


@pytest.mark.parametrize(
    ("claim", "ratio", "holds"),
    [
        (Claim("≤", 1.0), 0.9, True),
        (Claim("≤", 1.0), 1.1, False),
        (Claim("≥", 1.2), 1.3, True),
        (Claim("≥", 1.2), 1.1, False),
        (None, 1.1, None),
    ],
)
def test_claims(claim: Claim | None, ratio: float, holds: bool | None) -> None:
    assert Row("x", "1", "2", ratio, claim).holds is holds


def test_report_in_every_form(tmp_path: Path) -> None:
    part = Part("text", "Title", [Row("one", "2 µs", "1 µs", 2.0, Claim("≤", 1.0))])
    show(part, Console(quiet=True))
    saved = json.loads(save(part, tmp_path).read_text("utf-8"))
    assert saved["rows"][0]["holds"] is False
    assert "| one | 2 µs | 1 µs | 2.00 | ≤ 1 | **no** |" in markdown(part)


def test_tables_replace_what_stands_between_the_markers(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("a\n<!-- x: begin -->\nold\n<!-- x: end -->\nb\n", "utf-8")
    for _ in range(2):
        write_page([Part("x", "X", [Row("new", "1")])], page)
    text = page.read_text("utf-8")
    assert text.startswith("a\n<!-- x: begin -->\n\n| What |")
    assert text.endswith("<!-- x: end -->\nb\n")
    assert text.count("| new | 1 |") == 1
    assert "\nold\n" not in text


def test_a_page_without_markers_is_refused(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("nothing\n", "utf-8")
    with pytest.raises(ValueError, match="no place"):
        write_page([Part("x", "X")], page)


@pytest.mark.parametrize("name", PARTS)
def test_the_page_has_a_place_for_every_part(name: str) -> None:
    text = PAGE.read_text("utf-8")
    assert f"<!-- {name}: begin -->" in text
    assert f"<!-- {name}: end -->" in text


def test_text_part(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("daachorse")
    monkeypatch.setattr(
        matching, "with_packs", lambda plain: [*plain, Entry("甲甲乙&丙丁丁")]
    )
    size = matching.Size(
        terms=300, comments=100, rounds=1, seconds=1, longer=((500, 2),)
    )
    part = matching.run(size)
    assert [row.what for row in part.rows][:2] == [
        f"standard, 35 characters, {name}" for name in ENGINES
    ]
    claimed = [row.what for row in part.rows if row.claim]
    assert len(claimed) == len(ENGINES) + 1
    assert [what for what in claimed if matching.WITH_MODEL in what] == [
        "standard, 35 characters, words and model, daachorse"
    ]


@pytest.mark.slow
def test_http_part() -> None:
    if shutil.which("wrk") is None:
        pytest.skip("wrk is not installed")
    size = web.Size(terms=300, comments=200, rounds=1, wrk_seconds=1, connections=2)
    assert len([row for row in web.run(size).rows if row.ratio]) > 3


def test_http_part_says_that_wrk_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    part = web.run(web.Size(terms=10, comments=10))
    assert part.rows == []
    assert "wrk is not installed" in part.notes[0]


@pytest.mark.slow
def test_start_part(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(boot, "ENGINES", ("pyahocorasick",))
    part = boot.run(boot.Size(terms=300, rounds=1, seconds=1))
    kinds = [row.what.split(",")[0] for row in part.rows]
    assert kinds == ["start", "start", *["memory"] * 3]


@pytest.mark.slow
def test_stall_part(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres, "missing", lambda: "Left out here.")
    size = stall.Size(
        terms=300, comments=50, rate=50.0, quiet=1.0, words=1, lists=1, workers=(1,)
    )
    part = stall.run(size)
    assert [row.claim is not None for row in part.rows] == [True] * 4 + [False]
    assert part.rows[0].ratio == 0.0
    assert "Left out here." in part.notes


def test_a_window_holds_what_fell_into_it() -> None:
    watched = stall.Watched(
        [stall.Publish(stall.WORD, 10.0, 12.0)],
        [(9.0, 0.1, True), (10.0, 0.3, True), (12.5, 0.2, True), (13.5, 0.4, True)],
    )
    assert watched.latencies(stall.WORD) == [0.2, 0.3]
    assert watched.latencies(None) == [0.1, 0.4]
    assert watched.served_after(stall.WORD) == [2.0]


def test_shadow_part() -> None:
    size = shadow.Size(terms=300, added=30, texts=50, rounds=1, seconds=1)
    rows = shadow.run(size).rows
    assert len(rows) == 4
    assert all(row.claim and row.ratio for row in rows)


def test_import_part(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres, "missing", lambda: "Left out here.")
    part = importing.run(importing.Size(lines=3000, short=300))
    assert [row.what for row in part.rows] == [
        "read and judge the file alone",
        "import, SQLite",
        "import, SQLite, memory",
        "import, SQLite, longest wait of others",
    ]
    assert all(row.claim and row.ratio is not None for row in part.rows[1:])
    assert "Left out here." in part.notes
