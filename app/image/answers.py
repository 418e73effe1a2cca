"""Readings and facts as JSON, and back, without trusting who wrote them.

The worker checks its own answers in the same way before it sends them, so that a
classifier that answers nonsense is named, and only a hostile worker is ended.
"""

from collections.abc import Callable, Mapping
from math import isfinite
from typing import Final, TypeVar, cast

import orjson

from app.plugins.door import (
    Box,
    CodeRegion,
    Facts,
    HashRegion,
    Match,
    Reading,
    TextRegion,
)

MOST_TEXTS: Final = 2000
MOST_REGIONS: Final = 512
MOST_SCORES: Final = 64
LONGEST_TEXT: Final = 8192
LONGEST_NAME: Final = 200
LONGEST_HASH: Final = 64
_LARGEST: Final = 1 << 31

_T = TypeVar("_T")


class AnswerError(Exception):
    """An answer has not the shape or the size that it must have."""


def dump(value: object) -> bytes:
    """A message as JSON.

    Raises:
        AnswerError: it holds what cannot be written.
    """
    try:
        return orjson.dumps(value, default=_default, option=orjson.OPT_SERIALIZE_NUMPY)
    except TypeError as error:  # also for lone surrogates
        raise AnswerError("it cannot be written as JSON") from error


def _default(value: object) -> object:
    if isinstance(value, bytes):
        return value.hex()
    raise TypeError


def load(written: bytes) -> Mapping[str, object]:
    """A message from JSON.

    Raises:
        AnswerError: it is no JSON object.
    """
    try:
        return _object(orjson.loads(written))
    except orjson.JSONDecodeError as error:
        raise AnswerError("it is not JSON") from error


def reading(value: object, name: str, model: str) -> Reading:
    """A reading of this classifier, whose model the reader knows already.

    Raises:
        AnswerError: it is none.
    """
    given = _object(value)
    if given.get("classifier") != name:
        raise AnswerError("it is no reading of this classifier")
    error = given.get("error")
    return Reading(
        classifier=name,
        model=model,
        milliseconds=number(given.get("milliseconds", 0.0)),
        texts=_items(given, "texts", _text_region, most=MOST_TEXTS),
        codes=_items(given, "codes", _code_region),
        hashes=_items(given, "hashes", _hash_region),
        matches=_items(given, "matches", _match),
        scores=_scores(given.get("scores", {})),
        error=None if error is None else text(error, LONGEST_NAME),
    )


def facts(value: object) -> Facts:
    """Facts of a picture.

    Raises:
        AnswerError: they are none.
    """
    given = _object(value)
    return Facts(
        width=whole(given.get("width")),
        height=whole(given.get("height")),
        format=text(given.get("format"), LONGEST_NAME),
        animated=_flag(given.get("animated")),
        frame_count=whole(given.get("frame_count")),
        shown=whole(given.get("shown")),
        complete=_flag(given.get("complete")),
    )


def text(value: object, longest: int = LONGEST_TEXT) -> str:
    """A text of at most so many characters.

    Raises:
        AnswerError: it is none.
    """
    if not isinstance(value, str) or len(value) > longest:
        raise AnswerError("a text is missing or too long")
    return value


def number(value: object) -> float:
    """A number that is 0 or more, and finite.

    Raises:
        AnswerError: it is none.
    """
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise AnswerError("a number is missing")
    if not isfinite(value) or value < 0:
        raise AnswerError("a number is out of range")
    return float(value)


def whole(value: object) -> int:
    """A number that is 0 or more, without fraction.

    Raises:
        AnswerError: it is none.
    """
    if isinstance(value, bool) or not isinstance(value, int):
        raise AnswerError("a whole number is missing")
    if not 0 <= value < _LARGEST:
        raise AnswerError("a whole number is out of range")
    return value


def _maybe_whole(value: object) -> int | None:
    return None if value is None else whole(value)


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise AnswerError("a flag is missing")
    return value


def _object(value: object) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise AnswerError("an object is missing")
    return cast(Mapping[str, object], value)


def _items(
    given: Mapping[str, object],
    name: str,
    read: Callable[[Mapping[str, object]], _T],
    most: int = MOST_REGIONS,
) -> tuple[_T, ...]:
    value = given.get(name, [])
    if not isinstance(value, list) or len(value) > most:
        raise AnswerError(f"{name} is no list, or too long a one")
    return tuple(read(_object(each)) for each in value)


def _scores(value: object) -> Mapping[str, float]:
    given = _object(value)
    if len(given) > MOST_SCORES:
        raise AnswerError("there are too many scores")
    return {text(name, LONGEST_NAME): number(given[name]) for name in given}


def _box(value: object) -> Box:
    given = _object(value)
    return Box(
        left=whole(given.get("left")),
        top=whole(given.get("top")),
        width=whole(given.get("width")),
        height=whole(given.get("height")),
    )


def _text_region(given: Mapping[str, object]) -> TextRegion:
    return TextRegion(
        text=text(given.get("text")),
        box=_box(given.get("box")),
        score=number(given.get("score")),
        frame=whole(given.get("frame")),
        block=_maybe_whole(given.get("block")),
    )


def _code_region(given: Mapping[str, object]) -> CodeRegion:
    return CodeRegion(
        text=text(given.get("text")),
        format=text(given.get("format"), LONGEST_NAME),
        box=_box(given.get("box")),
        frame=whole(given.get("frame")),
    )


def _hash_region(given: Mapping[str, object]) -> HashRegion:
    return HashRegion(
        kind=text(given.get("kind"), LONGEST_NAME),
        value=_digest(given.get("value")),
        quality=whole(given.get("quality")),
        transform=text(given.get("transform"), LONGEST_NAME),
        frame=whole(given.get("frame")),
    )


def _match(given: Mapping[str, object]) -> Match:
    return Match(
        list_name=text(given.get("list_name"), LONGEST_NAME),
        digest=_digest(given.get("digest")),
        distance=whole(given.get("distance")),
        frame=whole(given.get("frame")),
        note=text(given.get("note")),
        label=whole(given.get("label")),
        exempt=_flag(given.get("exempt")),
        quality=whole(given.get("quality")),
        transform=text(given.get("transform"), LONGEST_NAME),
        centre=_maybe_whole(given.get("centre")),
    )


def _digest(value: object) -> bytes:
    try:
        return bytes.fromhex(text(value, 2 * LONGEST_HASH))
    except ValueError as error:
        raise AnswerError("a hash is not in hexadecimal digits") from error
