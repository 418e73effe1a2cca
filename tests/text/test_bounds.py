"""Hostile texts stay cheap, and what is left out is said.

No clocks: the work is counted in steps that the engine takes. `guard` only ends
a test that would otherwise hang.
"""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import cycle, islice
from types import FrameType

import pytest

from app.domain.entry import Entry, Match
from app.domain.labels import Label
from app.text import pinyin
from app.text.checker import Checker
from app.text.combine import MOST_FINDINGS
from app.text.compiling import compile_snapshot
from app.text.contacts import contact_findings
from app.text.pinyin import parse, syllable_borders
from app.text.scan import MOST_CANDIDATES
from tests.text.helpers import checker, entry

LONG = 100_000
GENEROUS = 60
"""Seconds; the slowest of these tests needs about one."""


@contextmanager
def guard(seconds: int = GENEROUS) -> Iterator[None]:
    """End a hanging test."""

    def stop(signum: int, frame: FrameType | None) -> None:
        message = f"still running after {seconds} s"
        raise TimeoutError(message)

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def filled(pattern: str, size: int = LONG) -> str:
    return "".join(islice(cycle(pattern), size))


@pytest.fixture(scope="module")
def one() -> Checker:
    return checker("赌博", "加微信", "办假证", "fuck", "asshole", "枪械配件")


TEXTS = {
    "clean": "今天天气不错，",
    "one letter": "a",
    "one character": "赌",
    "spaces": " ",
    "zero width": "\u200b",
    "marks": "\u0301",
    "lines": "\n",
    "emoji": "😀",
    "surrogates": "\ud800",
    "hits": "赌博",
    "half hits": "加微",
    "hidden hits": "赌\u200b博\u200b",
    "lines of hits": "赌\n博\n",
    "pinyin": "dubo",
    "pinyin words": "du bo ",
    "ambiguous pinyin": "xian",
    "mixed pinyin": "加wei信 x ",
    "letters": "f u c k ",
    "leetspeak": "@$$h0l3 ",
    "masked": "f*ck ",
    "split": "火乍",
    "repeats": "加加微微信信",
    "digits": "1",
    "links": "a.com ",
    "spaced links": "a . c o m ",
    "accounts": "微信abc123 ",
    "numbers": "电话13800000000 ",
    "half links": "a.b-",
    "slashes": "http://",
    "far signs": "fuck" + "\u200b" * 996,
}


@pytest.mark.parametrize("pattern", TEXTS.values(), ids=TEXTS)
def test_a_hundred_thousand_characters_end(one: Checker, pattern: str) -> None:
    text = filled(pattern)
    with guard():
        result = one.check(text)
    assert len(result.masked) == LONG
    assert len(result.findings) <= 2 * MOST_FINDINGS


@pytest.mark.parametrize("match", Match)
def test_nested_terms_are_capped_and_said_to_be(match: Match) -> None:
    terms = [Entry("赌" * n, Label.CRIME, 90, match) for n in range(2, 201)]
    with guard():
        result = Checker(compile_snapshot(terms)).check("赌" * 5000)
    assert result.truncated
    assert len(result.findings) <= MOST_FINDINGS


def test_five_hundred_nested_terms_are_capped_and_said_to_be() -> None:
    body = "赌博枪械" * 130
    terms = {body[a : a + n] for a in range(4) for n in range(2, 130)}
    assert len(terms) >= 500
    with guard():
        result = checker(*(entry(term, Match.EXACT) for term in terms)).check(body * 10)
    assert result.truncated


def test_a_cap_is_said_even_when_nothing_was_found() -> None:
    terms = [entry("a" * n, Match.STANDARD) for n in range(2, 150)]
    result = checker(*terms).check("a" * 5000)
    assert result.findings == ()
    assert result.truncated


def test_a_few_hits_are_not_called_truncated(one: Checker) -> None:
    result = one.check("赌博" * 20)
    assert not result.truncated
    assert len(result.findings) == 20


@pytest.mark.parametrize(
    "pattern", ["甲乙丙丁戊己庚辛壬癸", "甲乙", "甲乙甲乙丙丁丙丁戊己庚辛壬癸子丑"]
)
def test_parts_of_rules_without_end(pattern: str) -> None:
    rule = entry("甲乙&丙丁&戊己&庚辛&壬癸~子丑{500}", Match.EXACT)
    with guard():
        checker(rule).check(filled(pattern, 20_000))


def test_parts_that_were_left_out_are_said_to_be() -> None:
    one = checker(entry("甲乙&丙丁", Match.EXACT))
    hidden = "甲乙，" * 300 + "。" * 600 + "甲乙丙丁"
    assert one.check(hidden).truncated
    assert not one.check("甲乙，" * 10 + "甲乙丙丁").truncated


def test_many_rules_over_the_same_words() -> None:
    words = ["甲乙", "丙丁", "戊己", "庚辛"]
    rules = [
        entry(f"{a}&{b}~子丑{{{n}}}", Match.EXACT)
        for a in words
        for b in words
        if a != b
        for n in range(1, 20)
    ]
    with guard():
        checker(*rules).check("甲乙丙丁戊己庚辛" * 60 + "子丑")


@pytest.mark.parametrize("count", [500, 5000])
def test_only_the_strongest_contacts_are_listed(count: int) -> None:
    plain = "a.com " * count + "b点com " * 3
    with guard():
        findings = contact_findings(plain)
    assert len(findings) == MOST_FINDINGS
    assert sum("disguised" in f.folds for f in findings) >= 3


# Pinyin: every split is found without trying every split.

RUNS = ["a", "xian", "xianxi", "fangang", "e", "zhuang", "nanan", "guanga", "x", "ng"]


@pytest.mark.parametrize("run", RUNS)
def test_long_runs_of_letters_are_split_at_once(run: str) -> None:
    with guard():
        parts = parse(run * (10_000 // len(run)))
    if parts is not None:
        assert "".join(parts) == run * (10_000 // len(run))


@pytest.mark.parametrize("run", RUNS)
def test_long_runs_that_fail_at_the_very_end(run: str) -> None:
    with guard():
        assert parse(run * (10_000 // len(run)) + "q") is None


def test_borders_of_a_long_run() -> None:
    with guard():
        before, behind = syllable_borders("xian" * 2500)
    assert before[0]
    assert before[10_000]
    assert behind[0]
    assert not before[1]


def test_steps_of_a_split_grow_with_the_length_only(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = 0

    class Counting(frozenset[str]):
        def __contains__(self, item: object) -> bool:
            nonlocal asked
            asked += 1
            return super().__contains__(item)

    known = Counting(pinyin.spellings())
    monkeypatch.setattr(pinyin, "spellings", lambda: known)
    for size in (100, 200):
        asked = 0
        parse.__wrapped__("a" * size + "q")
        assert asked <= 7 * (size + 1)


def test_many_terms_compile() -> None:
    rows = [Entry(f"词{n:05d}语", Label.ADS, 50, Match.FUZZY) for n in range(3000)]
    with guard():
        made = Checker(compile_snapshot(rows))
        assert [f.term for f in made.check("词00042语").findings] == ["词00042语"]


def test_a_flood_of_trifles_does_not_hide_a_grave_term() -> None:
    trifle = Entry("小事", Label.OTHER, 30)
    grave = Entry("大祸", Label.CRIME, 90)
    result = checker(trifle, grave).check("小事，" * (2 * MOST_CANDIDATES) + "大祸")
    assert result.truncated
    assert any(finding.term == "大祸" for finding in result.findings)
