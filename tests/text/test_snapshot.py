"""Compiling a wordlist: what is refused, what is shared, what is ready."""

import gc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.entry import Entry, Match
from app.domain.labels import Label
from app.text.checker import Checker
from app.text.compiling import LONGEST_PATTERN, compile_snapshot
from app.text.forms import Kind
from app.text.snapshot import Snapshot
from tests.text.helpers import ENGINES, entry, snapshot


def problems(*rows: Entry) -> dict[str, str]:
    made = compile_snapshot(rows)
    return {problem.term: problem.message for problem in made.problems}


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (Entry(""), "empty"),
        (Entry("   "), "empty"),
        (Entry("😀"), "nothing is left"),
        (Entry("---"), "nothing is left"),
        (Entry("\u200b"), "nothing is left"),
        (Entry("出售&"), "nothing beside it"),
        (Entry("出售&枪"), "at least two"),
        (Entry("出售&---"), "nothing is left"),
        (Entry("a\\b"), "backslash"),
        (Entry("出售{30}"), "window"),
        (Entry("假" * (LONGEST_PATTERN + 1)), "longer than"),
        (Entry("假" * 501), "characters"),
        (Entry("\ud800a", match=Match.EXACT), "not characters"),
        (Entry("a\uffff", match=Match.EXACT), "not characters"),
        (Entry("a\ufffe", match=Match.EXACT), "not characters"),
        (Entry("甲乙&丙丁", None), "no rule"),
    ],
)
def test_terms_that_cannot_work_are_listed(row: Entry, message: str) -> None:
    (said,) = problems(row).values()
    assert message in said


def test_a_bad_term_does_not_spoil_the_others() -> None:
    made = snapshot("假钞", "---", "出售&", "办假证")
    assert [row.term for row in made.entries] == ["假钞", "办假证"]
    assert len(made.problems) == 2
    assert len(Checker(made).check("假钞，办假证").findings) == 2


@pytest.mark.parametrize(
    ("term", "match"),
    [
        ("😀", Match.EXACT),
        ("---", Match.EXACT),
        ("\U0010fffd", Match.EXACT),
        ("\ue000", Match.EXACT),
        ("黄", Match.STANDARD),
        ("假" * LONGEST_PATTERN, Match.FUZZY),
    ],
)
def test_unusual_terms_that_do_work(term: str, match: Match) -> None:
    made = compile_snapshot([Entry(term, match=match)])
    assert not made.problems
    (found,) = Checker(made).check(f"…{term}…").findings
    assert (found.start, found.end) == (1, 1 + len(term))


@pytest.mark.parametrize("engine", ENGINES)
def test_nothing_compiles_to_nothing(engine: str) -> None:
    made = compile_snapshot([])
    assert made.automaton is None
    assert list(made.entries) == []
    assert Checker(made).check(engine).findings == ()


@pytest.mark.parametrize("version", ["", "7", "v2"])
def test_the_version_is_kept(version: str) -> None:
    assert compile_snapshot([], version=version).version == version


def test_views_that_nothing_needs_have_no_table() -> None:
    exact = snapshot(entry("假钞", Match.EXACT))
    assert exact.exact_table is not None
    assert exact.triple_table is None
    standard = snapshot(entry("假钞", Match.STANDARD))
    assert standard.exact_table is None
    assert standard.triple_table is None
    fuzzy = snapshot(entry("赌场"))
    assert fuzzy.triple_table is not None


def kinds(made: Snapshot, term: str) -> set[Kind]:
    found = {number for number, unit in enumerate(made.units) if unit.text == term}
    return {ref.kind for refs in made.refs for ref in refs if ref.unit in found}


def test_match_decides_on_the_forms() -> None:
    assert kinds(snapshot(entry("假钞", Match.EXACT)), "假钞") == {Kind.EXACT}
    assert kinds(snapshot(entry("假钞", Match.STANDARD)), "假钞") == {Kind.PLAIN}
    assert kinds(snapshot(entry("假钞")), "假钞") > {Kind.PLAIN, Kind.PINYIN}


def test_exempt_phrases_have_no_fuzzy_forms() -> None:
    made = snapshot(Entry("识别假钞", None, match=Match.FUZZY))
    assert kinds(made, "识别假钞") == {Kind.PLAIN}


def test_terms_that_fold_alike_share_a_pattern_and_are_both_found() -> None:
    rows = [Entry("ABC", Label.ADS), Entry("ａｂｃ", Label.PORN)]
    found = Checker(compile_snapshot(rows)).check("abc").findings
    assert {f.label for f in found} == {Label.ADS, Label.PORN}


def test_escaped_signs_are_plain() -> None:
    (found,) = Checker(snapshot(entry(r"AT\&T", Match.EXACT))).check("AT&T").findings
    assert found.term == r"AT\&T"


@pytest.mark.parametrize("running", [True, False])
def test_the_collector_is_left_as_it_was(*, running: bool) -> None:
    before = gc.isenabled()
    try:
        (gc.enable if running else gc.disable)()
        compile_snapshot([entry("假钞")])
        assert gc.isenabled() is running
    finally:
        (gc.enable if before else gc.disable)()


TERMS = st.lists(
    st.text("假钞办证ab1 -&~|\\{}", max_size=8) | st.text(st.characters(), max_size=5),
    max_size=8,
)


@given(TERMS, st.sampled_from(Match))
def test_every_row_is_either_compiled_or_refused(
    terms: list[str], match: Match
) -> None:
    made = compile_snapshot([Entry(term, match=match) for term in terms])
    assert len(made.entries) + len(made.problems) == len(terms)
    assert all(problem.message for problem in made.problems)
    assert all(unit.folded for unit in made.units)
