"""Entries, units and rules as columns and back."""

from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.entry import Entry, Match
from app.domain.labels import Label
from app.domain.scenes import Scene
from app.lexicon.csvfile import read_entries
from app.text.checker import Checker
from app.text.columns import Lazy
from app.text.compiling import compile_block, compile_snapshot
from app.text.container import DamagedError, read_sections, write_sections
from app.text.snapshot import thaw

MOMENTS = st.none() | st.integers(-(10**15), 10**15).map(
    lambda number: datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=number)
)
ENTRIES = st.builds(
    Entry,
    term=st.text("赌博假钞ab1 ", min_size=1).filter(str.strip),
    label=st.none() | st.sampled_from(Label),
    level=st.integers(0, 100),
    match=st.sampled_from(Match),
    scenes=st.frozensets(st.sampled_from(Scene)),
    starts=MOMENTS,
    expires=MOMENTS,
    note=st.text(),
    list_name=st.sampled_from(["", "ads", "mine"]),
)


@given(st.lists(ENTRIES, max_size=8))
def test_entries_survive(entries: list[Entry]) -> None:
    made = compile_snapshot(entries)
    refused = len(made.problems)
    assert len(made.entries) + refused == len(entries)
    if not refused:
        assert list(made.entries) == entries
        assert [e.list_name for e in made.entries] == [e.list_name for e in entries]


def test_rules_survive() -> None:
    rule = Entry("出售|转让&枪支|子弹~玩具{12}", Label.CRIME)
    made = compile_snapshot([Entry("假钞"), rule])
    (number,) = made.rules
    plan = made.rules[number].rule
    assert (number, plan.required, plan.forbidden) == (1, 2, 1)
    assert len(made.rules) == 1
    assert Checker(made).check("转让几发子弹").findings[0].term == rule.term
    assert not Checker(made).check("转让几发玩具子弹").findings


def test_a_lazy_sequence_is_a_sequence() -> None:
    asked: list[int] = []

    def make(at: int) -> str:
        asked.append(at)
        return str(at)

    lazy = Lazy(5, make)
    assert (lazy[3], lazy[3], lazy[-1], lazy[1:3]) == ("3", "3", "4", ["1", "2"])
    assert asked == [3, 4, 1, 2], "each item is made once"
    assert list(lazy) == ["0", "1", "2", "3", "4"]
    for wrong in (5, -6):
        with pytest.raises(IndexError):
            lazy[wrong]


def test_nothing_is_made_before_it_is_hit() -> None:
    made = compile_snapshot([Entry(f"词语{chr(0x4E00 + i)}") for i in range(500)])
    Checker(made).check("一句普通的话")
    assert isinstance(made.entries, Lazy)
    assert made.entries._made == {}


def test_a_block_of_another_release_is_refused() -> None:
    sections = dict(read_sections(memoryview(compile_block([Entry("假钞")]))))
    meta = bytes(sections["meta"]).replace(b'"format": 1', b'"format": 0')
    raw = {name: bytes(view) for name, view in sections.items()}
    with pytest.raises(DamagedError, match="another release"):
        thaw(memoryview(write_sections(raw | {"meta": meta})))


def test_a_broken_automaton_is_refused() -> None:
    sections = read_sections(
        memoryview(compile_block([Entry("假钞")], engine="daachorse"))
    )
    raw = {name: bytes(view) for name, view in sections.items()}
    with pytest.raises(DamagedError, match="automaton"):
        thaw(memoryview(write_sections(raw | {"automaton.main": b"nothing"})))


@pytest.mark.parametrize("engine", ["daachorse", "pyahocorasick"])
def test_a_shipped_pack_says_the_same_again(engine: str) -> None:
    path = Path(__file__).parents[2] / "wordlists" / "crime.csv"
    entries = list(islice(read_entries(path).entries, 400))
    one = Checker(compile_snapshot(entries, engine=engine))  # type: ignore[arg-type]
    two = Checker(thaw(memoryview(compile_block(entries))))
    for entry in entries:
        text = f"听说{entry.term}了"
        assert one.check(text).findings == two.check(text).findings
