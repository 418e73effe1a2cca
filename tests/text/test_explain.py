"""The inner view for operators: folded text, borders, exempt phrases."""

import pytest

from app.domain.entry import Entry, Match
from app.text.result import Explanation
from tests.text.helpers import checker, entry

PHRASE = Entry("识别假钞的方法", None)


def explained(text: str, *rows: str | Entry) -> Explanation:
    explanation = checker(*rows).check(text, explain=True).explanation
    assert explanation is not None
    return explanation


def test_nothing_is_explained_unless_asked() -> None:
    assert checker("假钞").check("假钞").explanation is None


def test_the_folded_text_is_shown_even_without_a_hit() -> None:
    assert explained("Ｈｉ，賭-博！", "假钞").folded == "hi赌博"


def test_explaining_changes_no_finding() -> None:
    one = checker("假钞", PHRASE)
    for text in ("出售假-钞", "识别假钞的方法", "好"):
        plain, full = one.check(text, now=0), one.check(text, now=0, explain=True)
        assert (plain.findings, plain.masked) == (full.findings, full.masked)


@pytest.mark.parametrize(
    ("text", "reading", "kept"),
    [("惹上大麻烦了", "麻烦", False), ("出售大麻，便宜", "大麻", True)],
)
def test_borders_show_the_reading_and_the_decision(
    text: str, reading: str, *, kept: bool
) -> None:
    note = explained(text, entry("大麻", Match.STANDARD)).borders[0]
    assert note.term == "大麻"
    assert text[note.start : note.end] == "大麻"
    assert reading in note.reading.split("/")
    assert note.kept is kept


def test_a_phrase_that_saved_a_hit_is_named() -> None:
    (note,) = explained("看识别假钞的方法", "假钞", PHRASE).exempt
    assert note.saved
    assert (note.term, note.phrase) == ("假钞", "识别假钞的方法")
    assert (note.start, note.end) == (1, 8)


def test_a_phrase_that_would_have_saved_a_hit_is_named() -> None:
    (note,) = explained("出售假钞", "假钞", PHRASE).exempt
    assert not note.saved
    assert note.phrase == "识别假钞的方法"
    assert (note.start, note.end) == (2, 4)


def test_other_phrases_are_not_named() -> None:
    assert explained("出售假钞", "假钞", Entry("大麻烦", None)).exempt == ()


def test_notes_are_limited() -> None:
    phrases = [Entry(f"假钞{n:03d}号", None) for n in range(200)]
    assert len(explained("出售假钞", "假钞", *phrases).exempt) <= 20
    assert len(explained("假钞。" * 500, "假钞", *phrases).exempt) <= 20
