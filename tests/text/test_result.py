"""What a text check answers: plain values."""

from dataclasses import FrozenInstanceError

import pytest

from app.text.result import BorderNote, ExemptNote, Explanation, TextResult


def test_an_empty_answer() -> None:
    result = TextResult()
    assert result.findings == ()
    assert result.masked == ""
    assert not result.truncated
    assert result.explanation is None


def test_answers_do_not_change() -> None:
    with pytest.raises(FrozenInstanceError):
        TextResult().truncated = True  # type: ignore[misc]


def test_equal_answers_are_equal() -> None:
    notes = (BorderNote("大麻", 1, 3, "大/麻烦", kept=False),)
    saved = (ExemptNote("假钞", "识别假钞", 0, 4, saved=True),)
    one = TextResult(explanation=Explanation("大麻烦", notes, saved))
    assert one == TextResult(explanation=Explanation("大麻烦", notes, saved))
    assert one != TextResult(explanation=Explanation("大麻烦"))
