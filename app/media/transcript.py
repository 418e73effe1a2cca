"""Reading what a transcription endpoint answers, as if it meant harm.

No error quotes the answer: it holds what somebody said.
"""

from collections.abc import Sequence

from app.media.speech import LONGEST_SPOKEN, MOST_SPOKEN, Spoken, within
from app.remote.answer import AnswerError, number, parsed, table, text


def read_answer(body: bytes, seconds: float) -> Sequence[Spoken]:
    """The parts of an answer about a sound of so many seconds.

    Raises:
        AnswerError: it has not the shape or the size that it must have.
    """
    answer = parsed(body)
    segments = answer.get("segments")
    whole = text(answer.get("text"))
    if len(whole) > LONGEST_SPOKEN:
        raise AnswerError("its answer has too long a text")
    if not segments:
        return [Spoken(whole, 0.0, seconds)] if whole.strip() else []
    if not isinstance(segments, list) or len(segments) > MOST_SPOKEN:
        raise AnswerError("its answer lacks a list, or it has the wrong length")
    found = [_segment(each, seconds) for each in segments]
    if sum(len(each.text) for each in found) > LONGEST_SPOKEN:
        raise AnswerError("its answer has too long a text")
    spoken = [each for each in found if each.text.strip()]
    # Whatever stands in the whole text must be checked, even if no part has it.
    missing = _letters(whole) != _letters("".join(each.text for each in spoken))
    return [*spoken, Spoken(whole, 0.0, seconds)] if missing else spoken


def _letters(said: str) -> str:
    return "".join(said.split())


def _segment(value: object, seconds: float) -> Spoken:
    given = table(value)
    said = text(given.get("text"))
    return within(
        Spoken(said, number(given.get("start")), number(given.get("end"))), seconds
    )
