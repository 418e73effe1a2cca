"""Exempt phrases, overlapping finds, levels and their floor."""

import pytest

from app.domain.entry import Entry, Match
from app.domain.labels import Label
from app.text.combine import MOST_FINDINGS
from tests.text.helpers import checker, entry, keywords


def exempt(phrase: str) -> Entry:
    return Entry(phrase, None)


@pytest.mark.parametrize(
    ("phrase", "text", "found"),
    [
        ("识别假钞", "教你识别假钞的办法", 0),
        ("识别假钞", "识别假钞，出售假钞", 1),
        ("识别假钞", "出售假钞", 1),
        ("识别假钞", "识别，假钞", 0),
        ("识别假钞", "識別假鈔", 0),
        ("假钞", "出售假钞", 0),
        ("钞", "出售假钞", 1),
        ("假", "假钞", 1),
    ],
)
def test_a_phrase_saves_the_hits_that_it_covers(
    phrase: str, text: str, found: int
) -> None:
    assert len(checker("假钞", exempt(phrase)).check(text).findings) == found


def test_an_exempt_phrase_alone_is_no_finding() -> None:
    assert checker(exempt("识别假钞")).check("识别假钞").findings == ()


def test_an_exempt_phrase_saves_a_disguised_hit_inside_it() -> None:
    one = checker("假钞", exempt("识别假钞机"))
    assert one.check("识别假-钞机").findings == ()


def test_an_exempt_phrase_takes_a_part_from_a_rule() -> None:
    rule = entry("出售&枪支", Match.STANDARD)
    one = checker(rule, exempt("玩具枪支"))
    assert one.check("出售玩具枪支").findings == ()
    assert len(one.check("出售玩具枪支，也出售真枪支").findings) == 1


def test_an_exempt_phrase_takes_away_a_veto() -> None:
    rule = entry("枪支~玩具", Match.STANDARD)
    one = checker(rule, exempt("玩具反斗"))
    assert len(one.check("枪支，玩具反斗").findings) == 1


def test_an_exempt_phrase_is_no_rule() -> None:
    made = checker("苹果", exempt("苹果&香蕉"))
    assert [problem.term for problem in made.snapshot.problems] == ["苹果&香蕉"]
    assert len(made.check("苹果和香蕉").findings) == 1


def test_an_exempt_phrase_may_hold_an_escaped_sign() -> None:
    one = checker(entry("at", Match.STANDARD), exempt(r"AT\&T"))
    assert one.check("AT&T").findings == ()


@pytest.mark.parametrize(
    ("terms", "text", "found"),
    [
        (["假钞", "出售假钞"], "出售假钞", ["出售假钞"]),
        (["假钞", "钞票", "假钞票"], "假钞票", ["假钞票"]),
        (["甲乙", "乙丙"], "甲乙丙", ["甲乙", "乙丙"]),
        (["甲乙", "乙丙", "甲乙丙"], "甲乙，乙丙，甲乙丙", ["甲乙", "乙丙", "甲乙丙"]),
    ],
)
def test_the_longest_of_one_label_is_listed(
    terms: list[str], text: str, found: list[str]
) -> None:
    rows = [entry(term, Match.EXACT) for term in terms]
    assert [f.term for f in checker(*rows).check(text).findings] == found


def test_a_worse_short_term_stays_beside_a_milder_long_one() -> None:
    rows = [entry("假钞", level=90), entry("出售假钞", level=50)]
    found = checker(*rows).check("出售假钞").findings
    assert {f.term for f in found} == {"假钞", "出售假钞"}


def test_one_term_is_listed_once_for_one_place() -> None:
    found = checker("枪械配件").check("木仓械配件").findings
    assert [(f.start, f.end) for f in found] == [(0, 5)]


@pytest.mark.parametrize("level", [0, 10, 39, 40, 41, 60, 100])
def test_a_disguise_never_hides_a_term_below_its_floor(level: int) -> None:
    (found,) = checker(entry("假钞", level=level)).check("jiachao").findings
    assert found.level is not None
    assert min(level, 40) <= found.level <= level


def test_a_plain_hit_keeps_its_level() -> None:
    (found,) = checker(entry("假钞", level=77)).check("假钞").findings
    assert found.level == 77


def test_a_rule_pays_for_its_most_disguised_part() -> None:
    rule = entry("出售&枪支")
    (plain,) = checker(rule).check("出售枪支").findings
    (hidden,) = checker(rule).check("出售qiangzhi").findings
    assert plain.level == 90
    assert hidden.level is not None
    assert hidden.level < 90
    assert "pinyin" in hidden.folds


def test_a_rule_carries_its_own_label_and_level() -> None:
    rule = Entry("出售&枪支", Label.FRAUD, 66, Match.STANDARD)
    (found,) = checker(rule).check("出售枪支").findings
    assert (found.label, found.level, found.term) == (Label.FRAUD, 66, "出售&枪支")


def test_a_rule_is_found_once() -> None:
    rule = entry("出售&枪支", Match.STANDARD)
    assert len(checker(rule).check("出售枪支，出售枪支").findings) == 1


def test_a_rule_beside_its_own_words_as_terms() -> None:
    rows = [entry("出售&枪支", Match.STANDARD), entry("枪支", Match.STANDARD)]
    found = checker(*rows).check("出售枪支").findings
    assert {f.term for f in found} == {"出售&枪支", "枪支"}


def test_at_most_so_many_findings() -> None:
    result = checker(entry("假钞", Match.EXACT)).check("假钞。" * 300)
    assert len(keywords(result.findings)) == MOST_FINDINGS
