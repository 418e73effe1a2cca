"""Looking at many texts at once says clean only where a check finds nothing."""

import gc
import weakref

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.entry import Entry, Match
from app.domain.labels import Label
from app.text.batch import LONGEST, certainly_clean
from app.text.checker import Checker
from app.text.compiling import compile_snapshot
from app.text.glance import shows_nothing
from app.text.symbols import BETWEEN_TEXTS, OTHER, SEPARATOR

TERMS = [
    Entry("枪支", Label.CRIME, 90, Match.FUZZY),
    Entry("出售|低价&弹药", Label.CRIME, 90),
    Entry("casino", Label.CRIME, 90, Match.FUZZY),
    Entry("Vx", Label.ADS, 60, Match.EXACT),
    Entry("天线宝宝", Label.OTHER, 50),
]
STANDARD = [entry for entry in TERMS if entry.match is Match.STANDARD]
PIECES = [
    *[
        "枪支",
        "枪_支",
        "抢支",
        "qiang zhi",
        "木仓支",
        "枪枪支",
        "出售",
        "弹药",
        "c@sino",
    ],
    *[
        "Vx",
        "天线",
        "宝宝",
        "天1线2宝3宝",
        "今天天气不错",
        "hello ",
        "12345",
        "，",
        " ",
        "\n",
    ],
    *["微信abc_123", "a点com", BETWEEN_TEXTS, SEPARATOR, OTHER, "\ud800", "\x00", "😀"],
    *[
        "ß",
        "ﬁ",
        "㍿",
        "𠀀",
        "\U0010ffff",
        "\ufdd0",
        "\ufdd1",
        "𝒄𝒂sino",
        "１２",
        "一二三",
    ],
    *["天线宝宝宝", "宝", "天天", "w w w", "wwww", "a" * 4, "二〇二六年"],
]
DISGUISED = [
    *["枪支", "枪，支", "枪1支", "枪枪支", "出售弹药", "低价的弹药", "天0线0宝0宝"],
    *["天天线线宝宝宝", "qiang zhi", "木仓支", "c@sino", "Vx", "加微信ab12345"],
]
TEXTS = st.lists(
    st.lists(st.sampled_from(PIECES), max_size=6).map("".join), max_size=12
)


@given(TEXTS, st.sampled_from([TERMS, STANDARD]))
@settings(max_examples=300)
def test_what_is_called_clean_is_clean(texts: list[str], entries: list[Entry]) -> None:
    checker = Checker(compile_snapshot(entries))
    for text, clean in zip(texts, checker.certainly_clean(texts), strict=True):
        result = checker.check(text)
        if clean:
            assert not result.findings
            assert not result.truncated


@given(st.lists(st.text(max_size=12), max_size=8))
def test_any_characters_at_all(texts: list[str]) -> None:
    checker = Checker(compile_snapshot(TERMS))
    for text, clean in zip(texts, checker.certainly_clean(texts), strict=True):
        assert not (clean and checker.check(text).findings)


@pytest.mark.parametrize("entries", [TERMS, STANDARD], ids=["all", "standard"])
def test_every_disguise_is_doubtful_among_clean_neighbours(
    entries: list[Entry],
) -> None:
    checker = Checker(compile_snapshot(entries))
    bad = [text for text in DISGUISED if checker.check(text).findings]
    assert len(bad) >= 4
    texts = [text for one in bad for text in ("今天天气不错", one, "买了3个 ok")]
    clean = checker.certainly_clean(texts)
    assert not any(clean[1::3])
    assert all(clean[::3])


def test_a_batch_doubts_no_more_texts_than_a_glance() -> None:
    checker = Checker(compile_snapshot(STANDARD))
    texts = [
        "今天3个ok，看看",
        "WiFi很好 2026年",
        "天天宝宝线",
        "哈哈哈 ok ok",
        "一二三四五六",
    ]
    alone = [shows_nothing(checker.snapshot, text) for text in texts]
    assert checker.certainly_clean(texts) == alone == [True] * len(texts)


def test_tables_serve_one_snapshot_after_another() -> None:
    checker = Checker(compile_snapshot(TERMS))
    texts = ["卖枪支", "卖西瓜", "卖土豆", "卖白菜"]
    assert checker.certainly_clean(texts) == [False, True, True, True]
    checker.install(compile_snapshot([Entry("西瓜")]))
    assert checker.certainly_clean(texts) == [True, False, True, True]


def test_a_snapshot_that_was_replaced_is_freed_at_once() -> None:
    checker = Checker(compile_snapshot(TERMS))
    checker.certainly_clean(["卖枪支", "卖西瓜"])
    checker.check("卖枪支")
    automaton = weakref.ref(checker.snapshot.automaton)
    assert automaton() is not None
    gc.disable()  # a cycle would keep it until a collection, or for good if frozen
    try:
        checker.install(compile_snapshot(TERMS))
        assert automaton() is None
    finally:
        gc.enable()


def test_ordinary_texts_are_recognised_as_clean() -> None:
    texts = ["今天天气不错", "这家店的菜很好吃", "明天下午开会", "😀"]
    assert all(certainly_clean(compile_snapshot(TERMS), texts))


def test_a_hit_does_not_spoil_its_neighbours() -> None:
    texts = ["今天天气不错", "卖枪支", "明天下午开会"]
    assert certainly_clean(compile_snapshot(TERMS), texts) == [True, False, True]


def test_no_term_is_found_across_two_texts() -> None:
    texts = ["天线", "宝宝", "枪", "支"]
    assert all(certainly_clean(compile_snapshot(TERMS), texts))


def test_long_texts_and_no_texts() -> None:
    snapshot = compile_snapshot(TERMS)
    assert certainly_clean(snapshot, ["好" * (LONGEST + 1), "好"]) == [False, True]
    assert certainly_clean(snapshot, []) == []
    assert certainly_clean(compile_snapshot(()), ["好", "vx: abc_12345"]) == [
        True,
        False,
    ]
