import pytest

from app.domain.finding import Finding, Strategy, Suggest
from app.domain.labels import Label
from app.domain.lists import ListScope
from app.domain.scenes import Scene
from app.domain.verdict import CLEAN
from app.text.checker import Checker
from app.text.compiling import compile_snapshot
from app.text.result import TextResult
from app.trial.compare import Blame, compare, judged, verdict_of
from tests.trial.helpers import finding, verdict, word


def test_no_difference_blames_nobody() -> None:
    same = compare(verdict(finding("甲")), verdict(finding("乙")))
    assert (same.flipped, same.relabelled, same.blamed) == (False, False, ())


def test_a_new_word_causes_and_a_missing_one_is_removed() -> None:
    up = compare(CLEAN, verdict(finding("甲")))
    assert (up.before, up.after) == (Suggest.PASS, Suggest.RISKY)
    assert up.blamed == (Blame("caused", "own", "甲"),)
    down = compare(verdict(finding("甲")), CLEAN)
    assert (down.before, down.after) == (Suggest.RISKY, Suggest.PASS)
    assert down.blamed == (Blame("removed", "own", "甲"),)


def test_another_level_or_label_of_the_same_word_is_a_change() -> None:
    lifted = compare(verdict(finding("甲", 50)), verdict(finding("甲", 90)))
    assert lifted.blamed == (Blame("changed", "own", "甲"),)
    lowered = compare(verdict(finding("甲", 90)), verdict(finding("甲", 10)))
    assert lowered.blamed == (Blame("changed", "own", "甲"),)


def test_only_words_that_moved_the_decision_are_blamed() -> None:
    # A new word to review is not why a text is risky now.
    before = verdict(finding("旧", 50))
    after = verdict(finding("旧", 50), finding("轻", 50), finding("重", 90))
    assert compare(before, after).blamed == (Blame("caused", "own", "重"),)
    # Nor is a word that stays why a text is let go.
    both = verdict(finding("旧", 50), finding("重", 90))
    assert compare(both, before).blamed == (Blame("removed", "own", "重"),)
    # From pass to risky every word that alone would have lifted it counts.
    lifted = compare(CLEAN, after).blamed
    assert {blame.term for blame in lifted} == {"旧", "轻", "重"}


def test_the_same_term_of_two_lists_is_two_words() -> None:
    before = verdict(finding("甲", 50, "one"))
    after = verdict(finding("甲", 50, "one"), finding("甲", 90, "two"))
    assert compare(before, after).blamed == (Blame("caused", "two", "甲"),)


def test_another_label_alone_is_counted_but_no_flip() -> None:
    told = compare(
        verdict(finding("甲", label=Label.ADS)),
        verdict(finding("甲", label=Label.FRAUD)),
    )
    assert (told.flipped, told.relabelled) == (False, True)


def test_what_no_list_holds_is_named_by_its_rule() -> None:
    rule = Finding(Strategy.CONTACT, Label.ADS, Suggest.PASS, level=90, term="wechat")
    bare = Finding(Strategy.LINK, Label.ADS, Suggest.PASS, level=90)
    names = {blame.term for blame in compare(CLEAN, verdict(rule, bare)).blamed}
    assert names == {"wechat", "link"}


def test_the_words_blamed_for_one_text_are_bounded() -> None:
    many = verdict(*(finding(f"词{n}") for n in range(100)))
    assert len(compare(CLEAN, many).blamed) == 20


@pytest.mark.parametrize(
    ("findings", "truncated", "suggest"),
    [
        ((), False, Suggest.PASS),
        ((), True, Suggest.REVIEW),
        ((finding("甲", 10),), True, Suggest.REVIEW),
        ((finding("甲", 90),), True, Suggest.RISKY),
    ],
)
def test_a_text_cut_short_never_passes(
    findings: tuple[Finding, ...], truncated: bool, suggest: Suggest
) -> None:
    result = TextResult(findings, "", truncated)
    assert verdict_of(result).suggest is suggest


def test_judging_goes_by_the_lists_of_the_app() -> None:
    scope = ListScope("own", apps=frozenset({"wx1"}))
    checker = Checker(compile_snapshot([word("代开发票")], scopes=[scope]))
    text = "这里代开发票"
    assert judged(checker, text, Scene.COMMENT, "wx1").suggest is Suggest.RISKY
    assert judged(checker, text, Scene.COMMENT, "wx2") == CLEAN
    assert judged(checker, text, Scene.COMMENT) == CLEAN
