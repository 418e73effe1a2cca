"""The checker with a model: findings, what both say together, the same in batches."""

import pytest

from app.domain.entry import Entry
from app.domain.finding import Finding, Strategy, Suggest
from app.domain.labels import Label
from app.domain.policy import DEFAULT_POLICY
from app.domain.scenes import Scene
from app.text.automaton import Engine
from app.text.checker import Checker
from app.text.compiling import compile_snapshot
from app.text.model.model import Judgement
from app.text.model.together import together
from app.text.result import TextResult
from tests.text.model.helpers import model

CLEAN = Judgement("crime", 2, reported=False, scores=(9.0,) + (0.0,) * 6)
GAMBLING = Judgement("gambling", 97, reported=True, scores=(0.0,) * 7)
ABUSE = Judgement("abuse", 99, reported=True, scores=(0.0,) * 7)
LONG = "昨天的新闻里说起了这件事情"


def _checker(*entries: Entry, engine: Engine = "auto") -> Checker:
    return Checker(compile_snapshot(entries, version="7", engine=engine), model())


def _word(level: int, label: Label = Label.CRIME, **more: object) -> Finding:
    said = DEFAULT_POLICY.suggest(Strategy.KEYWORD, label, level)
    given = {"term": "词", "start": 0, "end": 1, **more}
    return Finding(Strategy.KEYWORD, label, said, level=level, **given)  # type: ignore[arg-type]


def test_a_model_alone_says_review_and_names_no_place() -> None:
    result = _checker().check("上分百家乐上分百家乐")
    (found,) = result.findings
    assert found.strategy is Strategy.CONTENT_MODEL
    assert found.suggest is Suggest.REVIEW
    assert (found.label, found.start) == (Label.CRIME, None)
    assert found.prob is not None
    assert result.clean == 100 - found.prob
    assert result.masked == "上分百家乐上分百家乐"


def test_a_clean_text_says_how_clean() -> None:
    result = _checker().check("今天天气好")
    assert result.findings == ()
    assert result.clean is not None
    assert result.clean > 50


def test_without_a_model_nothing_is_said_of_one() -> None:
    checker = _checker()
    checker.use(None)
    assert checker.check("上分百家乐") == TextResult(masked="上分百家乐")
    assert checker.model_version is None


def test_another_model_counts_from_the_next_check_on_but_not_for_the_pinned() -> None:
    checker = _checker()
    pinned = checker.pinned()
    never = dict.fromkeys(("ads", "porn", "abuse", "gambling", "crime", "fraud"), 101)
    checker.use(model(thresholds=never))
    assert not checker.check("上分百家乐").findings
    assert pinned.check("上分百家乐").findings
    assert pinned.model_version != checker.model_version


@pytest.mark.parametrize("engine", ["daachorse", "pyahocorasick"])
def test_both_engines_give_the_same_scores(engine: Engine) -> None:
    checker = _checker(Entry("假钞", Label.CRIME, 60), engine=engine)
    texts = ["上分百家乐", "出售假钞", "今天天气好", "假钞上分百家乐"]
    results = [checker.check(text) for text in texts]
    asked = [model().judge(text) for text in texts]
    assert [r.clean for r in results] == [j.clean for j in asked]


def test_what_is_certainly_clean_has_no_findings() -> None:
    checker = _checker(Entry("假钞", Label.CRIME, 60))
    texts = ["上分百家乐", "假钞", "今天天气好", "明月几时有"]
    sure = checker.certainly_clean(texts)
    assert sure == [False, False, True, True]
    assert not any(
        checker.check(t).findings for t, ok in zip(texts, sure, strict=True) if ok
    )


def test_steps_say_the_same_as_one_check() -> None:
    checker = _checker(Entry("假钞", Label.CRIME, 60))
    text = "明月几时有" * 1200 + "假钞上分百家乐上分百家乐"
    *_, last = checker.steps(text)
    assert last == checker.check(text)


def test_an_explanation_tells_of_the_model() -> None:
    said = _checker().check("上分百家乐", explain=True).explanation
    assert said is not None
    assert said.model is not None
    assert said.model.harm == "gambling"
    assert said.model.grams


def test_a_lone_word_in_a_clean_text_is_for_review() -> None:
    (found,), notes = together([_word(95)], CLEAN, LONG, Scene.COMMENT)
    assert (found.level, found.suggest) == (79, Suggest.REVIEW)
    assert [(n.rule, n.before, n.after) for n in notes] == [("benign_context", 95, 79)]


@pytest.mark.parametrize(
    ("words", "judged", "text", "scene"),
    [
        ([_word(95)], GAMBLING, LONG, Scene.COMMENT),
        ([_word(95)], CLEAN, "词", Scene.COMMENT),
        ([_word(95)], CLEAN, LONG, Scene.PROFILE),
        ([_word(95)], CLEAN, LONG, Scene.TITLE),
        ([_word(95)], CLEAN, LONG, Scene.SEARCH),
        ([_word(95), _word(95, term="又")], CLEAN, LONG, Scene.COMMENT),
        ([_word(95, folds=("sound",))], CLEAN, LONG, Scene.COMMENT),
        ([_word(95, words=("词", "又"))], CLEAN, LONG, Scene.COMMENT),
    ],
)
def test_a_grave_word_keeps_its_level_otherwise(
    words: list[Finding], judged: Judgement, text: str, scene: Scene
) -> None:
    assert together(words, judged, text, scene) == (words, [])


def test_a_sure_model_makes_a_doubtful_word_of_its_kind_sure() -> None:
    (found,), notes = together([_word(50)], GAMBLING, LONG, Scene.COMMENT)
    assert (found.level, found.suggest) == (80, Suggest.RISKY)
    assert notes[0].rule == "confirmed"


@pytest.mark.parametrize(
    ("word", "judged"),
    [
        (_word(30), GAMBLING),
        (_word(50, Label.ABUSE), GAMBLING),
        (_word(50, Label.ABUSE), ABUSE),
        (_word(85), GAMBLING),
    ],
)
def test_other_words_stay_as_they_are(word: Finding, judged: Judgement) -> None:
    assert together([word], judged, LONG, Scene.COMMENT)[0] == [word]
