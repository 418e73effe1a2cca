"""The checker as its callers use it."""

from datetime import UTC, datetime

import pytest

from app.domain.entry import Entry, Match
from app.domain.finding import Strategy, Suggest
from app.domain.labels import Label
from app.domain.scenes import Scene
from app.text.checker import Checker
from app.text.compiling import compile_snapshot
from tests.text.helpers import checker, entry, snapshot

MAY = datetime(2030, 5, 1, tzinfo=UTC)
MAY_SECONDS = MAY.timestamp()


def test_without_a_snapshot_it_is_not_ready_and_finds_nothing() -> None:
    one = Checker()
    assert not one.ready
    assert one.version is None
    assert one.check("出售假钞").findings == ()


def test_installing_makes_it_ready() -> None:
    one = Checker()
    one.install(snapshot("假钞"))
    assert one.ready
    assert one.version == "7"
    assert len(one.check("出售假钞").findings) == 1


def test_an_empty_snapshot_is_ready_too() -> None:
    one = Checker(compile_snapshot((), version="1"))
    assert one.ready
    assert one.check("出售假钞").findings == ()


def test_a_new_snapshot_replaces_the_old_one_at_once() -> None:
    one, new = checker("假钞"), snapshot("假币")
    one.install(new)
    assert one.snapshot is new
    assert one.check("假钞").findings == ()
    assert len(one.check("假币").findings) == 1


def test_a_check_that_has_begun_goes_on_with_its_snapshot() -> None:
    one = checker("假钞")
    steps = one.steps("。" * 9000 + "假钞")
    next(steps)
    one.install(snapshot("假币"))
    *_, last = steps
    assert last is not None
    assert [f.term for f in last.findings] == ["假钞"]


def test_a_finding_says_what_where_and_how_bad() -> None:
    (found,) = checker(entry("假钞", level=85)).check("出售假钞！").findings
    assert found.strategy is Strategy.KEYWORD
    assert found.label is Label.CRIME
    assert found.suggest is Suggest.RISKY
    assert found.level == 85
    assert found.prob is None
    assert found.term == "假钞"
    assert (found.start, found.end) == (2, 4)
    assert found.folds == ()
    assert found.parts == ()


def test_the_term_is_given_as_the_operator_wrote_it() -> None:
    (found,) = checker("Ｋ 粉").check("有k粉").findings
    assert found.term == "Ｋ 粉"


def test_findings_come_in_text_order() -> None:
    text = "假币，假钞，办假证，假币"
    found = checker("假钞", "办假证", "假币").check(text).findings
    assert [f.start for f in found] == [0, 3, 6, 10]


def test_masked_text_hides_every_hit() -> None:
    result = checker("假钞", "办假证").check("假-钞和办假证")
    assert result.masked == "***和***"


def test_a_clean_text_is_given_back_as_it_is() -> None:
    result = checker("假钞").check("今天天气不错")
    assert result.masked == "今天天气不错"
    assert result.findings == ()
    assert not result.truncated
    assert result.explanation is None


@pytest.mark.parametrize("scene", Scene)
def test_no_scenes_means_every_scene(scene: Scene) -> None:
    assert checker("假钞").check("假钞", scene=scene).findings


@pytest.mark.parametrize("scene", Scene)
def test_scenes_limit_a_term(scene: Scene) -> None:
    only = frozenset({Scene.TITLE, Scene.SEARCH})
    found = checker(Entry("假钞", scenes=only)).check("假钞", scene=scene).findings
    assert bool(found) is (scene in only)


@pytest.mark.parametrize("scene", [Scene.TITLE, Scene.COMMENT])
def test_scenes_limit_a_rule(scene: Scene) -> None:
    rule = Entry("出售&枪支", scenes=frozenset({Scene.TITLE}))
    found = checker(rule).check("出售枪支", scene=scene).findings
    assert bool(found) is (scene is Scene.TITLE)


@pytest.mark.parametrize("scene", [Scene.TITLE, Scene.COMMENT])
def test_scenes_limit_an_exempt_phrase(scene: Scene) -> None:
    phrase = Entry("识别假钞", None, scenes=frozenset({Scene.COMMENT}))
    found = checker("假钞", phrase).check("识别假钞", scene=scene).findings
    assert bool(found) is (scene is Scene.TITLE)


@pytest.mark.parametrize(
    ("seconds", "active"), [(-1, False), (0, True), (59, True), (60, False)]
)
def test_schedules_are_judged_at_the_given_time(seconds: int, *, active: bool) -> None:
    until = datetime.fromtimestamp(MAY_SECONDS + 60, UTC)
    one = checker(Entry("假钞", starts=MAY, expires=until))
    found = one.check("假钞", now=MAY_SECONDS + seconds).findings
    assert bool(found) is active


def test_the_clock_decides_when_no_time_is_given() -> None:
    past = datetime(2020, 1, 1, tzinfo=UTC)
    assert checker(Entry("假钞", starts=past)).check("假钞").findings
    assert not checker(Entry("假钞", expires=past)).check("假钞").findings


def test_an_expired_exempt_phrase_saves_nothing() -> None:
    phrase = Entry("识别假钞", None, expires=MAY)
    one = checker("假钞", phrase)
    assert not one.check("识别假钞", now=MAY_SECONDS - 1).findings
    assert one.check("识别假钞", now=MAY_SECONDS).findings


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("😀😀假钞", 2, 4),
        ("\U00020000假钞", 1, 3),
        ("e\u0301假钞", 2, 4),
        ("👩🏽‍💻假😀钞", 4, 7),
        ("ﬁ ﷺ 假钞", 4, 6),
    ],
)
def test_positions_count_code_points(text: str, start: int, end: int) -> None:
    (found,) = checker("假钞").check(text).findings
    assert (found.start, found.end) == (start, end)


@pytest.mark.parametrize("match", Match)
def test_one_term_is_one_finding_in_each_place(match: Match) -> None:
    found = checker(entry("假钞", match)).check("假钞，假钞").findings
    assert [(f.start, f.end) for f in found] == [(0, 2), (3, 5)]


def test_two_terms_in_one_place_by_label() -> None:
    ads = Entry("假钞", Label.ADS)
    found = checker(entry("出售假钞"), ads).check("出售假钞").findings
    assert {(f.term, f.label) for f in found} == {
        ("出售假钞", Label.CRIME),
        ("假钞", Label.ADS),
    }


def test_contacts_need_no_lexicon() -> None:
    (found,) = Checker().check("加V：abc_123").findings
    assert found.strategy is Strategy.CONTACT


def test_nothing_in_nothing() -> None:
    result = checker("假钞").check("")
    assert result.findings == ()
    assert result.masked == ""
