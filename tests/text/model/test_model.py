"""Judgements: the same alone and in a batch, ordered, and explained to the sum."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.labels import Label
from app.text.model.explain import explain
from app.text.model.grams import grams_of_all, hashes_of
from app.text.model.model import LONG, MOST, Model, pieces
from app.text.model.reading import read
from app.text.symbols import BETWEEN_TEXTS
from tests.text.model.helpers import block, model

ALPHABET = "上分百家乐笨蛋滚开今天气好 vxA1,。😂亻尔qianfen\u200b\ud800𠀁\n"
TEXTS = st.text(ALPHABET, max_size=60)


def test_the_words_of_a_harm_are_reported_with_its_label() -> None:
    judged = model().judge("上 分 百 家 乐")
    assert judged.reported
    assert (judged.harm, judged.label) == ("gambling", Label.CRIME)
    assert judged.prob > 80
    assert judged.clean == 100 - judged.prob


def test_other_texts_are_not() -> None:
    for text in ("今天天气好", "", "😀", "\ud800", "明月几时有"):
        assert not model().judge(text).reported


def test_an_unknown_ngram_adds_nothing() -> None:
    loaded = model()
    assert loaded.sums(hashes_of("明月几时有")) == [0] * 7


@given(st.lists(TEXTS, max_size=6))
def test_a_batch_says_what_each_text_gets_alone(texts: list[str]) -> None:
    loaded = model()
    assert loaded.judge_many(texts) == [loaded.judge(text) for text in texts]


@given(st.lists(TEXTS, max_size=6))
def test_what_is_surely_unreported_is_not_reported(texts: list[str]) -> None:
    loaded = model()
    sure = loaded.surely_unreported(texts)
    reported = [loaded.judge(text).reported for text in texts]
    assert not any(good and said for good, said in zip(sure, reported, strict=True))


def test_most_clean_texts_are_surely_unreported() -> None:
    texts = ["明月几时有", "上分百家乐", "", "把酒问青天" * 20]
    assert model().surely_unreported(texts) == [True, False, True, True]


def test_long_texts_and_odd_ones_are_judged_the_same_in_a_batch() -> None:
    loaded = model()
    texts = [
        "好" * (LONG + 250) + "上分百家乐",
        BETWEEN_TEXTS + "上分百家乐",
        "好",
        "百家乐" * 500,
    ]
    assert loaded.judge_many(texts) == [loaded.judge(text) for text in texts]


@given(st.lists(TEXTS, min_size=1, max_size=5))
def test_ngrams_of_a_batch_are_those_of_each(texts: list[str]) -> None:
    grams = grams_of_all(texts)
    for at, text in enumerate(texts):
        own = grams.hashes[grams.text_of == at]
        assert sorted(own.tolist()) == sorted(hashes_of(read(text)).tolist())


def test_a_short_harm_is_not_drowned_in_a_long_text() -> None:
    loaded = model()
    assert loaded.judge(
        "明月几时有" * 200 + "上分百家乐" * 8 + "把酒问青天" * 200
    ).reported


def test_steps_end_with_the_same_judgement() -> None:
    loaded = model()
    text = "明月几时有" * 1500 + "上分百家乐" * 8
    *waits, last = loaded.steps(text)
    assert last == loaded.judge(text)
    assert set(waits) == {None}


def test_endless_texts_cost_no_more_than_long_ones() -> None:
    assert len(pieces("好" * 10 * MOST)) == len(pieces("好" * MOST))


def test_a_higher_score_is_a_higher_probability() -> None:
    loaded = model()
    texts = ["上分" * n + "明月几时有" * (9 - n) for n in range(9)]
    judged = [loaded.judge(text) for text in texts]
    probs = [each.prob for each in judged]
    assert probs == sorted(probs)
    assert probs[0] < probs[-1]


def test_the_threshold_decides_what_is_reported() -> None:
    high = {
        "gambling": 100,
        **dict.fromkeys(("ads", "porn", "abuse", "crime", "fraud"), 50),
    }
    assert model().judge("上分百家").reported
    assert not model(thresholds=high).judge("上分百家").reported


def test_a_word_or_two_say_too_little() -> None:
    loaded = model()
    assert loaded.judge("百家乐").prob > 50
    assert not loaded.judge("百家乐").reported
    assert loaded.surely_unreported(["百家乐"]) == [True]
    assert loaded.judge("上百家乐").reported


def test_the_same_file_gives_the_same_scores_and_version() -> None:
    one, two = Model.load(block()), Model.load(block())
    assert one.version == two.version
    assert one.judge("上分了").scores == two.judge("上分了").scores


@pytest.mark.parametrize(
    "text",
    [
        "上分百家乐",
        "加v 上-分 了吗 shang fen",
        "今天天气好，笨蛋",
        "",
        "hello 上分 hello hello",
    ],
)
def test_an_explanation_adds_up_to_the_score(text: str) -> None:
    loaded = model()
    note = explain(loaded, text)
    total = note.bias + note.others + sum(gram.contribution for gram in note.grams)
    assert total == pytest.approx(note.margin, abs=2e-3)
    assert note.version == loaded.version
    assert 98 <= sum(note.probs.values()) <= 102


def test_an_explanation_names_ngrams_and_places_of_the_original() -> None:
    text = "来！上*分*百家乐"
    note = explain(model(), text)
    assert note.harm == "gambling"
    best = note.grams[0]
    assert text[best.start : best.end] == best.text
    assert {gram.view for gram in note.grams} >= {"characters"}
    places = [(g.start, g.end) for g in note.grams]
    assert all(0 <= start < end <= len(text) for start, end in places)


def test_a_long_text_is_explained_where_it_is_worst() -> None:
    text = "明月几时有" * 100 + "上分百家乐" * 8
    note = explain(model(), text)
    assert note.grams[0].start >= 300
    assert text[note.grams[0].start : note.grams[0].end] == note.grams[0].text
