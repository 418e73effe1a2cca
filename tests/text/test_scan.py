"""Long texts: slices hide nothing, add nothing, and yield."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.entry import Entry, Match
from app.domain.scenes import Scene
from app.text.automaton import Engine
from app.text.scan import LOOKBACK, MOST_CANDIDATES, OVERLAP, SLICE, Hit, Hits, Scan
from tests.text.helpers import ENGINES, checker, entry, outcome, snapshot

TERMS = ["假钞", "办假证", "porn"]
WRITTEN = {
    "plain": "假钞",
    "separator": "办-假-证",
    "space": "办 假 证",
    "zero_width": "假\u200b钞",
    "inserted": "假88钞",
    "repeat": "假假假钞钞",
    "pinyin": "jiachao",
    "mixed": "办jia证",
    "sound": "贾钞",
    "latin": "p.o.r.n",
    "leet": "p0rn",
    "accent": "pörn\u0336",
    "line": "办\n假\n证",
}
FILLER = "。"
CHECKER = checker(*TERMS)
BORDERS = [SLICE, 2 * SLICE, SLICE + OVERLAP, 3 * SLICE]


def found(text: str) -> list[tuple[int, int]]:
    findings = CHECKER.check(text).findings
    return [(f.start or 0, f.end or 0) for f in findings]


@pytest.mark.parametrize("border", BORDERS)
@pytest.mark.parametrize("written", WRITTEN.values(), ids=WRITTEN)
def test_terms_on_a_border_are_found_once(written: str, border: int) -> None:
    size = len(written)
    for start in range(border - size - 1, border + 2):
        text = FILLER * start + written + FILLER * (4 * SLICE - start)
        assert found(text) == [(start, start + size)], start


@pytest.mark.parametrize("start", [0, 1, SLICE - 1, SLICE, 2 * SLICE - 2, 7345])
@pytest.mark.parametrize("written", WRITTEN.values(), ids=WRITTEN)
def test_position_in_a_long_text_does_not_matter(written: str, start: int) -> None:
    text = FILLER * start + written + FILLER * (8000 - start)
    near = FILLER * 20 + written + FILLER * 20
    (long,) = CHECKER.check(text).findings
    (short,) = CHECKER.check(near).findings
    assert (long.start, long.end) == (start, start + len(written))
    assert (long.term, long.level, long.folds) == (
        short.term,
        short.level,
        short.folds,
    )


@pytest.mark.parametrize("offset", range(-LOOKBACK, 4, 3))
def test_word_borders_are_seen_across_slices(offset: int) -> None:
    one = checker("大麻", "shit")
    for text in ("这次的大麻烦怎么收场", "fried shiitake"):
        start = SLICE + offset
        long = FILLER * start + text + FILLER * (2 * SLICE)
        assert one.check(long).findings == ()


@given(
    st.lists(
        st.tuples(st.sampled_from(sorted(WRITTEN.values())), st.integers(2, 900)),
        min_size=4,
        max_size=12,
    )
)
def test_a_long_text_gives_what_its_pieces_give(
    planted: list[tuple[str, int]],
) -> None:
    text, wanted = "", list[tuple[int, int]]()
    for written, gap in planted:
        text += FILLER * gap
        wanted.append((len(text), len(text) + len(written)))
        text += written
    assert found(text + FILLER * 3000) == wanted


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("size", [0, 10, SLICE, SLICE + OVERLAP, 5 * SLICE + 17])
def test_steps_end_in_what_check_gives(size: int, engine: Engine) -> None:
    text = ("好的假钞，p0rn " * (size // 9 + 1))[:size]
    one = checker(*TERMS, engine=engine)
    *before, last = one.steps(text, now=0)
    assert all(step is None for step in before)
    assert last == one.check(text, now=0)


def test_long_texts_yield_once_for_each_slice() -> None:
    steps = list(CHECKER.steps(FILLER * (10 * SLICE)))
    assert len(steps) == 11
    assert len(list(CHECKER.steps(FILLER * SLICE))) == 1


def test_parts_of_a_rule_may_stand_in_different_slices() -> None:
    one = checker(entry("甲乙&丙丁{400}", Match.EXACT))
    for start in (SLICE - 300, SLICE - 2, SLICE - 1, SLICE, SLICE + 1):
        text = FILLER * start + "甲乙" + FILLER * 390 + "丙丁" + FILLER * 3 * SLICE
        (finding,) = one.check(text).findings
        assert (finding.start, finding.end) == (start, start + 394)


def test_a_veto_may_stand_in_another_slice() -> None:
    one = checker(entry("甲乙~丙丁{400}", Match.EXACT))
    text = FILLER * (SLICE - 2) + "甲乙" + FILLER * 390 + "丙丁" + FILLER * 3 * SLICE
    assert one.check(text).findings == ()


def test_an_exempt_phrase_may_stand_across_slices() -> None:

    one = checker("假钞", Entry("识别假钞的方法", None))
    for start in range(SLICE - 8, SLICE + 2):
        text = FILLER * start + "识别假钞的方法" + FILLER * 2 * SLICE
        assert one.check(text).findings == (), start


def scan(text: str, *terms: str) -> Scan:
    made = Scan(snapshot(*terms), text, Scene.COMMENT, explain=False)
    for _ in made.steps():
        pass
    return made


def test_a_scan_keeps_the_folded_text() -> None:
    assert scan("Ａ-b", "假钞").folded == "ab"


def test_a_scan_counts_candidates() -> None:
    assert scan("好的", "假钞").candidates == 0
    assert scan("假钞假钞", "假钞").candidates >= 2
    assert not scan("假钞假钞", "假钞").truncated


def test_too_many_candidates_truncate() -> None:
    assert scan("假钞" * (MOST_CANDIDATES + 1), "假钞").truncated


def test_a_scene_of_its_own_costs_no_candidate() -> None:

    made = Scan(
        snapshot(Entry("假钞", scenes=frozenset({Scene.SEARCH}))),
        "假钞",
        Scene.COMMENT,
        explain=False,
    )
    list(made.steps())
    assert made.candidates == 0
    assert not made.hits.anything


def test_hits_keep_the_mildest_form_of_each_place() -> None:
    hits = Hits()
    for penalty in (20, 5, 30):
        hits.add(Hit(0, 1, 3, penalty, (str(penalty),)))
    hits.add(Hit(0, 4, 6, 50, ()))
    assert hits.anything
    assert sorted(hit.penalty for hit in hits.best.values()) == [5, 50]


@pytest.mark.parametrize("text", ["", "x", FILLER * (SLICE + OVERLAP + 1)])
def test_engines_agree_on_slices(text: str) -> None:
    one, other = (checker(*TERMS, engine=engine) for engine in ENGINES)
    text = text + "假钞" + text + "p0rn" + text
    assert outcome(one, text) == outcome(other, text)


def test_no_hits_are_not_anything() -> None:
    assert not Hits().anything
