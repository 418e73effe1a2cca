"""Reading what another machine answers, as if it meant harm.

No error quotes the answer: it may hold something of the picture.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Final, cast

import orjson

LARGEST_ANSWER: Final = 256 * 1024
"""Bytes; a score for each of 64 classes of 8 pictures takes a tenth of it."""
LONGEST_MODEL: Final = 100

_MODEL: Final = re.compile(rf"[ -~]{{1,{LONGEST_MODEL}}}")
_ROUNDING: Final = 1e-6
"""What single precision adds to a score of 1."""


class AnswerError(Exception):
    """An answer that has not the shape that it must have; one short sentence."""


@dataclass(frozen=True, slots=True)
class Told:
    """What an endpoint says of some pictures: the highest score of each class."""

    model: str
    scores: Mapping[str, float]


def parsed(body: bytes | str) -> Mapping[str, object]:
    """A JSON object; JSON has no NaN and no infinity.

    Raises:
        AnswerError: it is none.
    """
    try:
        return table(orjson.loads(body))
    except orjson.JSONDecodeError:
        raise AnswerError("its answer is not JSON") from None


def table(value: object) -> Mapping[str, object]:
    """A JSON object.

    Raises:
        AnswerError: it is none.
    """
    if not isinstance(value, dict):
        raise AnswerError("its answer lacks an object that should be there")
    return cast(Mapping[str, object], value)


def items(value: object, *, most: int) -> list[object]:
    """A list of one to `most` things.

    Raises:
        AnswerError: it is none.
    """
    if not isinstance(value, list) or not 1 <= len(value) <= most:
        raise AnswerError("its answer lacks a list, or it has the wrong length")
    return cast(list[object], value)


def text(value: object) -> str:
    """A text.

    Raises:
        AnswerError: it is none.
    """
    if not isinstance(value, str):
        raise AnswerError("its answer lacks a text that should be there")
    return value


def number(value: object) -> float:
    """A finite number.

    Raises:
        AnswerError: it is none.
    """
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise AnswerError("its answer lacks a number that should be there")
    try:
        read = float(value)
    except OverflowError:
        read = float("inf")
    if not isfinite(read):
        raise AnswerError("its answer has a number that is not finite")
    return read


def score(value: object) -> float:
    """A number from 0 to 1; what rounding adds is taken away.

    Raises:
        AnswerError: it is none.
    """
    read = number(value)
    if not -_ROUNDING <= read <= 1 + _ROUNDING:
        raise AnswerError("its answer has a score that is not between 0 and 1")
    return min(1.0, max(0.0, read))


def scores(given: object, classes: Iterable[str]) -> Mapping[str, float]:
    """The scores of these classes; what else is there is not looked at.

    Raises:
        AnswerError: one of them is missing, or is no score.
    """
    found = table(given)
    missing = [name for name in classes if name not in found]
    if missing:
        raise AnswerError(f"its answer lacks the class {missing[0]!r}"[:150])
    return {name: score(found[name]) for name in classes}


def model_name(value: object, otherwise: str) -> str:
    """The name of a model, if one is told.

    Raises:
        AnswerError: it is no short line of printable ASCII.
    """
    if value is None or value == "":
        return otherwise
    if not isinstance(value, str) or _MODEL.fullmatch(value) is None:
        raise AnswerError("its answer has an unusable name of a model")
    return value


def highest(rows: Iterable[Mapping[str, float]]) -> Mapping[str, float]:
    """Of each class the highest score."""
    best: dict[str, float] = {}
    for row in rows:
        for name, value in row.items():
            best[name] = max(value, best.get(name, 0.0))
    return best
