"""How the model reads: folded, with the way back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.text.model.reading import (
    latin_words,
    read,
    read_all,
    spoken,
    trace,
    trace_spoken,
)
from app.text.symbols import BETWEEN_TEXTS

ALPHABET = BETWEEN_TEXTS + "加微信vx A1　,。😂🐴亻女又qian zhong\u200b\u0301\ud800𠀁\n~"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("加  微*信", "加微信"),
        ("你 好, Hello   there", "你好hello there"),
        ("加 v x 我", "加vx我"),
        ("f u c k you", "fuck you"),
        ("扣 12345678 群 123 共 12", "扣000000群000共12"),
        ("亻尔女子", "你女子"),
        ("🐴上", "马上"),
        ("繁體", "繁体"),
    ],
)
def test_disguises_are_undone(text: str, shown: str) -> None:
    assert read(text) == shown


def test_typed_pinyin_is_heard_beside_chinese_and_in_company() -> None:
    assert spoken("加wei信") == spoken("加wei信")
    assert spoken("jia wei xin") == spoken("jiaweixin")
    assert spoken("hello there") == "hello there"
    assert latin_words("加vx我ok") == ["vx", "ok"]


@given(st.text(ALPHABET, max_size=40))
def test_the_slow_way_shows_the_same_and_knows_the_way_back(text: str) -> None:
    traced = trace(text)
    assert traced.text == read(text)
    assert len(traced.origins) == len(traced.text)
    assert traced.origins == sorted(traced.origins)
    heard = trace_spoken(traced)
    assert heard.text == spoken(traced.text)
    assert len(heard.origins) == len(heard.text)


@given(st.lists(st.text(ALPHABET, max_size=20), min_size=1, max_size=5))
def test_joined_texts_are_read_as_each_alone(texts: list[str]) -> None:
    assert read_all(texts) == [read(text) for text in texts]
