"""Word borders from a small dictionary of invented counts, and from the real one."""

import importlib.util
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.text import borders
from app.text.borders import (
    Dictionary,
    dictionary,
    dictionary_path,
    is_disguise,
    ordinary,
    respects_borders,
    separate,
)

SMALL = Dictionary({"大": 100, "麻": 50, "烦": 20, "大麻": 30, "麻烦": 900, "我": 999})
HAN = st.text("大麻烦我有一个赌博物馆出售的", max_size=12)


def test_unknown_words_have_no_frequency() -> None:
    assert SMALL.frequency("大麻") == 30
    assert SMALL.frequency("烦大") == 0


def test_nothing_is_certain() -> None:
    assert SMALL.best("") == 0.0


def test_the_best_split_prefers_frequent_words() -> None:
    assert SMALL.reading("大麻烦").words == ("大", "麻烦")
    assert SMALL.reading("我大麻").words == ("我", "大麻")


def test_unknown_characters_are_words_of_their_own() -> None:
    assert SMALL.reading("囍大麻囍").words == ("囍", "大麻", "囍")


def test_rare_words_can_be_left_out() -> None:
    assert SMALL.best("大麻", 31) < SMALL.best("大麻", 1)


def test_the_empty_dictionary_still_answers() -> None:
    empty = Dictionary({})
    assert empty.reading("大麻").words == ("大", "麻")
    assert empty.best("大麻") < 0


@given(HAN)
def test_a_reading_is_the_text_and_its_score_the_best(text: str) -> None:
    words = dictionary()
    reading = words.reading(text)
    assert "".join(reading.words) == text
    assert reading.score == words.best(text)


@given(HAN, HAN)
def test_a_forced_border_never_makes_a_text_likelier(left: str, right: str) -> None:
    words = dictionary()
    together = words.best(left + right, 5)
    assert separate(words, left, right) <= together + 1e-9


@given(HAN)
def test_the_best_split_beats_every_two_parts(text: str) -> None:
    words = dictionary()
    for at in range(len(text) + 1):
        parts = words.best(text[:at]) + words.best(text[at:])
        assert parts <= words.best(text) + 1e-9


def brute_force(words: Dictionary, text: str) -> float:
    """The best score by trying every split into words of up to five characters."""
    if not text:
        return 0.0
    best = -math.inf
    for size in range(1, min(5, len(text)) + 1):
        count = words.frequency(text[:size])
        if size > 1 and not count:
            continue
        own = words.log(count) if count else words.log(0.5)
        best = max(best, own + brute_force(words, text[size:]))
    return best


@given(st.text("大麻烦我", max_size=7))
def test_the_best_split_equals_brute_force(text: str) -> None:
    assert math.isclose(SMALL.best(text), brute_force(SMALL, text), abs_tol=1e-9)


STANDS = [
    ("出售", "大麻", ""),
    ("", "大麻", "现货"),
    ("这里有", "赌博", "平台"),
    ("专业", "洗钱", "渠道"),
    ("同城", "约炮", ""),
    ("你真是个", "废物", "啊"),
    ("", "假钞", ""),
    ("囍", "假钞", "囍"),
]
FALLS = [
    ("惹上", "大麻", "烦了"),
    ("前面路", "口交", "通堵"),
    ("我打", "赌博", "物馆不开"),
    ("手", "洗钱", "包的方法"),
    ("要节", "约炮", "弹"),
    ("报", "废物", "品请放好"),
    ("早上", "刷单", "词"),
    ("现", "代孕", "妇装"),
]


@pytest.mark.parametrize(("left", "term", "right"), STANDS)
def test_a_term_that_reads_as_a_word_stands(left: str, term: str, right: str) -> None:
    assert respects_borders(dictionary(), left, term, right)


@pytest.mark.parametrize(("left", "term", "right"), FALLS)
def test_a_term_across_words_falls(left: str, term: str, right: str) -> None:
    assert not respects_borders(dictionary(), left, term, right)


@pytest.mark.parametrize("term", ["假钞", "赌博", "囍囍"])
def test_without_surroundings_a_term_always_stands(term: str) -> None:
    assert respects_borders(dictionary(), "", term, "")


UNLIKELY = math.log(1e-2)


@pytest.mark.parametrize("surface", ["堵博", "贾钞", "假抄", "煞笔"])
def test_a_surface_that_is_no_word_is_a_disguise(surface: str) -> None:
    assert is_disguise(dictionary(), "", surface, "", prior=UNLIKELY)
    assert not ordinary(dictionary(), surface, UNLIKELY)


@pytest.mark.parametrize("surface", ["威信", "菠菜", "世界", "我们", "的是"])
def test_a_word_of_its_own_is_ordinary(surface: str) -> None:
    assert ordinary(dictionary(), surface, UNLIKELY)


@given(HAN, st.floats(-20, 0))
def test_what_is_ordinary_alone_is_no_disguise_anywhere(
    surface: str, prior: float
) -> None:
    words = dictionary()
    if (
        surface
        and words.frequency(surface) < borders.ORDINARY
        and ordinary(words, surface, prior)
    ):
        for left, right in [("", ""), ("我有", ""), ("", "的"), ("出售", "平台")]:
            assert not is_disguise(words, left, surface, right, prior=prior)


def test_the_dictionary_is_read_from_the_installed_package() -> None:
    assert dictionary_path().is_file()
    assert dictionary().frequency("中国") > 1000
    assert dictionary() is dictionary()


def test_a_missing_dictionary_is_said_plainly(monkeypatch: pytest.MonkeyPatch) -> None:
    assert importlib.util.find_spec("jieba") is not None
    monkeypatch.setattr(borders, "find_spec", lambda _: None)
    with pytest.raises(RuntimeError, match="jieba"):
        dictionary_path()
