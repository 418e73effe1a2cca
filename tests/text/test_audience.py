"""Lists that concern some apps and scenes only, and lists chosen by request."""

from datetime import UTC, datetime

import pytest

from app.domain.entry import Entry
from app.domain.finding import Suggest
from app.domain.labels import Label
from app.domain.lists import ListScope
from app.domain.scenes import Scene
from app.text.audience import EVERYONE, Audience
from app.text.checker import Checker
from app.text.compiling import compile_snapshot

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
ENTRIES = (
    Entry("办证刻章", Label.CRIME, 90, list_name="shared"),
    Entry("内部代号", Label.OTHER, 90, list_name="mine"),
    Entry("代号内部代号册", None, list_name="mine"),
    Entry("赌场", Label.CRIME, 90, list_name="shared"),
    Entry("豪华赌场电影", None, list_name="saves"),
    Entry("便宜&代购", Label.ADS, 90, list_name="mine"),
)


def checker(*scopes: ListScope) -> Checker:
    return Checker(compile_snapshot(ENTRIES, scopes=scopes))


def terms(made: Checker, text: str, audience: Audience = EVERYONE) -> list[str | None]:
    found = made.check(text, audience=audience, now=NOON.timestamp()).findings
    return [finding.term for finding in found]


def test_findings_name_their_list() -> None:
    (found,) = checker().check("专业办证刻章").findings
    assert found.list_name == "shared"


def test_a_list_of_one_app_says_nothing_to_others() -> None:
    made = checker(ListScope("mine", apps=frozenset({"wx1"})))
    assert terms(made, "内部代号", Audience("wx1")) == ["内部代号"]
    assert terms(made, "内部代号", Audience("wx2")) == []
    assert terms(made, "内部代号") == []
    assert terms(made, "办证刻章", Audience("wx2")) == ["办证刻章"]
    assert terms(made, "便宜货，代购", Audience("wx2")) == [], "rules, too"
    assert terms(made, "便宜货，代购", Audience("wx1")) == ["便宜&代购"]


def test_exempt_phrases_of_a_foreign_list_save_nothing() -> None:
    mine = ListScope("saves", apps=frozenset({"wx1"}))
    assert terms(checker(mine), "豪华赌场电影", Audience("wx1")) == []
    assert terms(checker(mine), "豪华赌场电影", Audience("wx2")) == ["赌场"]


def test_chosen_lists_and_the_exempt_phrases_of_all() -> None:
    made = checker()
    only = Audience("wx1", frozenset({"shared"}))
    assert terms(made, "办证刻章和内部代号", only) == ["办证刻章"]
    assert terms(made, "豪华赌场电影", only) == []
    assert terms(made, "办证刻章", Audience("wx1", frozenset())) == []


def test_a_choice_does_not_open_the_list_of_another_app() -> None:
    made = checker(ListScope("mine", apps=frozenset({"wx1"})))
    assert terms(made, "内部代号", Audience("wx2", frozenset({"mine"}))) == []


@pytest.mark.parametrize(
    ("scope", "hits"),
    [
        (ListScope("mine", scenes=frozenset({Scene.TITLE})), False),
        (ListScope("mine", scenes=frozenset({Scene.COMMENT})), True),
        (ListScope("mine", enabled=False), False),
        (ListScope("mine", starts=NOON), True),
        (ListScope("mine", expires=NOON), False),
        (ListScope("mine", starts=datetime(2026, 6, 1, tzinfo=UTC)), False),
        (ListScope("unknown", enabled=False), True),
    ],
)
def test_settings_of_the_whole_list(scope: ListScope, hits: bool) -> None:
    assert bool(terms(checker(scope), "内部代号")) is hits


def test_a_held_word_is_for_review_at_most() -> None:
    made = checker()
    made.hold(frozenset({("shared", "办证刻章"), ("mine", "便宜&代购")}))
    (found,) = made.check("办证刻章").findings
    assert (found.suggest, found.level) == (Suggest.REVIEW, 79)
    (rule,) = made.check("便宜货，代购").findings
    assert rule.suggest is Suggest.REVIEW
    (other,) = made.check("内部代号").findings
    assert other.suggest is Suggest.RISKY
    made.hold(frozenset())
    assert made.check("办证刻章").findings[0].suggest is Suggest.RISKY


def test_a_held_word_does_not_hide_another_inside_it() -> None:
    words = [
        Entry("新骗术返利", Label.FRAUD, 100, list_name="x"),
        Entry("返利", Label.FRAUD, 85, list_name="x"),
    ]
    made = Checker(compile_snapshot(words))
    assert [f.term for f in made.check("新骗术返利").findings] == ["新骗术返利"]
    made.hold(frozenset({("x", "新骗术返利")}))
    found = {f.term: f.suggest for f in made.check("新骗术返利").findings}
    assert found["返利"] is Suggest.RISKY


def test_holding_a_milder_word_does_not_raise_it() -> None:
    made = Checker(compile_snapshot([Entry("小心", level=50, list_name="x")]))
    made.hold(frozenset({("x", "小心")}))
    assert made.check("小心").findings[0].level == 50
