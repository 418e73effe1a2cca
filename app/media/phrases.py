"""A text with the times of its tokens, as phrases with times."""

from collections.abc import Iterator, Sequence
from typing import Final

from app.media.speech import Spoken

_PAUSE: Final = 0.7
"""Seconds without a token that end a phrase."""
_LONG: Final = 5.0
"""Seconds after which a phrase ends anyhow."""


def phrases(text: str, times: Sequence[float], seconds: float) -> list[Spoken]:
    """Phrases of a text that was heard in so many seconds.

    A token is a character or a piece of a word, and models write tokens in ways of
    their own; so a token's place in the text is taken from its number alone, which
    is exact for Chinese and near for other scripts.
    """
    if not text.strip():
        return []
    found, begun, at = [], 0, 0
    for number in [*_borders(times), len(times)]:
        end = _place(text, number, len(times))
        if text[at:end].strip():
            start, until = _from(times, begun), _until(times, number, seconds)
            found.append(Spoken(text[at:end].strip(), start, until))
        begun, at = number, max(at, end)
    return found


def _borders(times: Sequence[float]) -> Iterator[int]:
    """The tokens with which a new phrase begins, without the first one."""
    begun = 0
    for number in range(1, len(times)):
        pause = times[number] - times[number - 1] > _PAUSE
        if pause or times[number] - times[begun] > _LONG:
            begun = number
            yield number


def _place(text: str, number: int, count: int) -> int:
    """Where in the text a token begins, not within a word of letters."""
    if number >= count:
        return len(text)
    at = round(number * len(text) / count)
    while 0 < at < len(text) and _latin(text[at - 1]) and _latin(text[at]):
        at += 1
    return at


def _latin(char: str) -> bool:
    return char.isalnum() and char < "\u2e80"


def _from(times: Sequence[float], number: int) -> float:
    return times[number] if number < len(times) else 0.0


def _until(times: Sequence[float], number: int, seconds: float) -> float:
    return times[number] if number < len(times) else seconds
