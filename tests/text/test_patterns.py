"""Patterns with their reasons, and which rules can hold at all."""

import pytest

from app.domain.entry import Match
from app.text.forms import Kind
from app.text.patterns import PatternSet, Ref, RulePlan
from app.text.rules import Rule
from tests.text.helpers import checker, entry


def test_a_pattern_is_added_once() -> None:
    patterns = PatternSet()
    assert [patterns.add(text) for text in ("甲", "乙", "甲")] == [0, 1, 0]
    patterns.refs[0].append(Ref(3, Kind.PLAIN))
    assert patterns.refs == [[Ref(3, Kind.PLAIN)], []]


PLAN = RulePlan(
    Rule(0, 3, 1, 50),
    1,
    (
        {1: [Ref(0, Kind.PLAIN)], 2: [Ref(1, Kind.PLAIN)]},
        {3: [Ref(2, Kind.PLAIN)]},
        {4: [Ref(3, Kind.PLAIN)]},
        {5: [Ref(4, Kind.PLAIN)]},
    ),
)


@pytest.mark.parametrize(
    ("context", "possible"),
    [
        ({1, 4}, True),
        ({2, 4}, True),
        ({2, 4, 5}, True),
        ({1, 2}, False),
        ({4, 5}, False),
        ({3}, False),
        (set(), False),
    ],
)
def test_each_group_but_the_anchor_needs_a_word(
    context: set[int], *, possible: bool
) -> None:
    assert PLAN.possible(context) is possible


@pytest.mark.parametrize("match", Match)
@pytest.mark.parametrize(
    "rule", ["我们&假钞", "假钞&我们", "我们&你们&假钞", "的时候|我们&假钞|办假证"]
)
def test_a_rule_holds_whichever_of_its_words_is_the_rarest(
    rule: str, match: Match
) -> None:
    one = checker(entry(rule, match))
    for text in ("我们，你们，假钞", "假钞，你们，我们"):
        assert [f.term for f in one.check(text).findings] == [rule]
    assert one.check("我们，你们").findings == ()
    assert one.check("假钞，你们").findings == ()


def test_rules_may_share_their_words() -> None:
    rules = ["出售&枪支", "枪支&联系", "联系&假钞"]
    one = checker(*(entry(rule, Match.STANDARD) for rule in rules))
    found = {f.term for f in one.check("出售枪支，联系老王").findings}
    assert found == {"出售&枪支", "枪支&联系"}


def test_a_word_may_be_a_term_and_a_part() -> None:
    one = checker(entry("出售&枪支", Match.STANDARD), entry("出售", Match.STANDARD))
    assert {f.term for f in one.check("出售，枪支").findings} == {"出售&枪支", "出售"}
    assert {f.term for f in one.check("出售，牛奶").findings} == {"出售"}
