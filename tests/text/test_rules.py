"""Combination rules against a brute-force reading of their definition."""

from collections.abc import Sequence
from itertools import combinations, pairwise, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.entry import Match
from app.text.rules import Piece, Rule, match_rule
from tests.text.helpers import checker, entry, hits

EXACT = Match.EXACT


def piece(group: int, start: int, end: int) -> Piece:
    return Piece(group, start, end, 0, ())


def satisfies(rule: Rule, chosen: Sequence[Piece], vetoes: Sequence[Piece]) -> bool:
    """The definition: apart, within the window, and nothing forbidden near."""
    ordered = sorted(chosen, key=lambda p: p.start)
    apart = all(a.end <= b.start for a, b in pairwise(ordered))
    if not apart or ordered[-1].start - ordered[0].end > rule.window:
        return False
    low = ordered[0].start - rule.window
    high = max(p.end for p in ordered) + rule.window
    return not any(veto.end >= low and veto.start <= high for veto in vetoes)


def brute_force(rule: Rule, pieces: Sequence[Piece]) -> bool:
    groups = [[p for p in pieces if p.group == g] for g in range(rule.required)]
    vetoes = [p for p in pieces if p.group >= rule.required]
    return any(satisfies(rule, chosen, vetoes) for chosen in product(*groups))


RULES = st.builds(
    Rule,
    entry=st.just(0),
    required=st.integers(1, 4),
    forbidden=st.integers(0, 2),
    window=st.integers(1, 12),
)


@st.composite
def placed(draw: st.DrawFn) -> tuple[Rule, list[Piece]]:
    rule = draw(RULES)
    pieces = st.builds(
        lambda group, start, size: piece(group, start, start + size),
        st.integers(0, rule.required + rule.forbidden - 1),
        st.integers(0, 40),
        st.integers(1, 4),
    )
    return rule, draw(st.lists(pieces, max_size=14))


@given(placed())
def test_equals_the_definition(case: tuple[Rule, list[Piece]]) -> None:
    rule, pieces = case
    found = match_rule(rule, pieces)
    assert (found is not None) is brute_force(rule, pieces)


@given(placed())
def test_a_match_is_one_piece_of_each_group_in_text_order(
    case: tuple[Rule, list[Piece]],
) -> None:
    rule, pieces = case
    found = match_rule(rule, pieces)
    if found is not None:
        assert sorted(p.group for p in found) == list(range(rule.required))
        assert list(found) == sorted(found, key=lambda p: p.start)
        vetoes = [p for p in pieces if p.group >= rule.required]
        assert satisfies(rule, found, vetoes)


@given(placed(), st.randoms(use_true_random=False))
def test_the_order_of_pieces_does_not_matter(
    case: tuple[Rule, list[Piece]], random: object
) -> None:
    rule, pieces = case
    backwards = match_rule(rule, pieces[::-1])
    assert (match_rule(rule, pieces) is None) is (backwards is None)


@pytest.mark.parametrize(
    ("window", "gap", "holds"), [(5, 4, True), (5, 5, True), (5, 6, False)]
)
def test_the_window_counts_what_stands_between(
    window: int, gap: int, *, holds: bool
) -> None:
    rule = Rule(0, 2, 0, window)
    pieces = [piece(0, 0, 2), piece(1, 2 + gap, 4 + gap)]
    assert (match_rule(rule, pieces) is not None) is holds


def test_the_first_match_in_text_order_is_given() -> None:
    rule = Rule(0, 2, 0, 10)
    pieces = [piece(1, 20, 22), piece(0, 24, 26), piece(0, 50, 52), piece(1, 54, 56)]
    found = match_rule(rule, pieces)
    assert found is not None
    assert [p.start for p in found] == [20, 24]


def test_one_word_is_not_two_pieces() -> None:
    rule = Rule(0, 2, 0, 10)
    assert match_rule(rule, [piece(0, 3, 5), piece(1, 3, 5)]) is None
    assert match_rule(rule, [piece(0, 3, 6), piece(1, 5, 8)]) is None


def test_a_far_veto_does_not_count() -> None:
    rule = Rule(0, 1, 1, 5)
    assert match_rule(rule, [piece(0, 10, 12), piece(1, 18, 20)]) is not None
    assert match_rule(rule, [piece(0, 10, 12), piece(1, 17, 19)]) is None
    assert match_rule(rule, [piece(0, 10, 12), piece(1, 2, 5)]) is None
    assert match_rule(rule, [piece(0, 10, 12), piece(1, 2, 4)]) is not None


def test_a_match_beyond_a_vetoed_one_is_found() -> None:
    rule = Rule(0, 2, 1, 5)
    pieces = [piece(0, 0, 2), piece(1, 3, 5), piece(2, 6, 8)]
    pieces += [piece(0, 50, 52), piece(1, 53, 55)]
    found = match_rule(rule, pieces)
    assert found is not None
    assert found[0].start == 50


@pytest.mark.parametrize("size", [50, 150])
def test_hostile_repetition_ends(size: int) -> None:
    rule = Rule(0, 5, 1, 500)
    pieces = [piece(i % 5, 3 * i, 3 * i + 2) for i in range(size)]
    veto = piece(5, 3 * size, 3 * size + 2)
    assert match_rule(rule, [*pieces, veto]) is None


# The same through the whole checker.


@pytest.mark.parametrize(
    ("rule", "text", "found"),
    [
        ("出售&枪支", "低价出售各种枪支", "出售各种枪支"),
        ("出售&枪支", "枪支大量出售", "枪支大量出售"),
        ("出售&枪支", "只是出售", None),
        ("出售&枪支", "只有枪支", None),
        ("出售|转让&枪支|子弹", "子弹便宜转让", "子弹便宜转让"),
        ("出售&枪支~模型", "出售枪支模型", None),
        ("出售&枪支~模型", "模型爱好者，出售枪支", None),
        ("出售&枪支~模型|玩具", "出售玩具，也出售枪支", None),
        ("出售&枪支~模型{3}", "模型很好看很好看。出售枪支", "出售枪支"),
        ("枪支~玩具", "真的枪支", "枪支"),
        ("枪支~玩具", "玩具枪支", None),
        ("枪支|子弹", "有子弹", "子弹"),
        ("出售&枪支&联系", "出售枪支，请联系我", "出售枪支，请联系"),
        ("出售&枪支{2}", "出售各种枪支", "出售各种枪支"),
        ("出售&枪支{2}", "出售各种好枪支", None),
    ],
)
def test_rules_in_a_text(rule: str, text: str, found: str | None) -> None:
    assert hits(rule, text, Match.STANDARD) == ([] if found is None else [found])


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("出-售 枪😀支", "出-售 枪😀支"),
        ("出瘦枪支", None),
        ("槍支出售", "槍支出售"),
    ],
)
def test_parts_are_matched_like_terms(text: str, found: str | None) -> None:
    wanted = [] if found is None else [found]
    assert hits("出售&枪支", text, Match.STANDARD) == wanted


def test_fuzzy_parts_are_seen_by_sound() -> None:
    assert hits("出售&枪支", "出瘦枪枝") != []


def test_a_finding_lists_its_parts_and_masks_only_them() -> None:
    result = checker(entry("出售&枪支", Match.STANDARD)).check("现出售各种枪支！")
    (finding,) = result.findings
    assert [(p.start, p.end) for p in finding.parts] == [(1, 3), (5, 7)]
    assert result.masked == "现**各种**！"


WORDS = ["甲乙", "丙丁", "戊己", "庚辛"]


@st.composite
def rule_texts(draw: st.DrawFn) -> tuple[str, int, str]:
    window = draw(st.integers(1, 8))
    sides = draw(st.permutations(WORDS))
    require, forbid = draw(st.integers(1, 3)), draw(st.integers(0, 1))
    term = "&".join(sides[:require])
    if forbid or require == 1:
        term += "~" + sides[require]
    parts = draw(st.lists(st.sampled_from([*WORDS, "x", "xx", "xxxx"]), max_size=12))
    return f"{term}{{{window}}}", window, "".join(parts)


@given(rule_texts())
def test_the_whole_checker_equals_the_definition(case: tuple[str, int, str]) -> None:
    term, window, text = case
    body = term[: term.index("{")]
    require, _, forbid = body.partition("~")
    sides = [*require.split("&"), *([forbid] if forbid else [])]
    pieces = [
        piece(group, start, start + 2)
        for group, word in enumerate(sides)
        for start in range(len(text))
        if text.startswith(word, start)
    ]
    rule = Rule(0, require.count("&") + 1, int(bool(forbid)), window)
    found = checker(entry(term, EXACT)).check(text).findings
    assert bool(found) is brute_force(rule, pieces)


def test_the_definition_itself_knows_pairs() -> None:
    rule = Rule(0, 2, 0, 3)
    pieces = [piece(0, 0, 1), piece(1, 2, 3), piece(1, 9, 10)]
    fitting = [c for c in combinations(pieces, 2) if satisfies(rule, c, [])]
    assert fitting == [(pieces[0], pieces[1])]
