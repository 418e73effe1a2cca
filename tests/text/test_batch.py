"""Looking at many texts at once says clean only where a check finds nothing."""

from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.entry import Entry, Match
from app.domain.labels import Label
from app.text.batch import LONGEST, certainly_clean
from app.text.checker import Checker
from app.text.compiling import compile_snapshot
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
