"""Read the query of `GET /v1/media`: which checks to list."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import parse_qsl

from app.api.media.cursor import read_cursor
from app.api.problems import FieldError, ProblemError
from app.jobs import Media, State, Wanted

_PAGE: Final = 50


def read_query(query: bytes, appid: str, longest: int) -> Wanted:
    """Read a query string; `longest` is the largest page.

    Raises:
        ProblemError: 422 naming every wrong field.
    """
    errors: list[FieldError] = []
    found: dict[str, Any] = {"limit": min(_PAGE, longest)}
    for name, text in parse_qsl(query.decode("latin-1"), keep_blank_values=True):
        if name not in _READERS:
            known = ", ".join(_READERS)
            errors.append(FieldError("", f"has an unknown field; known are {known}"))
            continue
        read, what = _READERS[name]
        try:
            found[name] = read(text)
        except (ValueError, OverflowError):
            errors.append(FieldError(f"/{name}", what))
    if not 1 <= found["limit"] <= longest:
        errors.append(FieldError("/limit", f"must be 1 to {longest}"))
    if errors:
        raise ProblemError(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "invalid-request",
            "One or more fields are missing or wrong; see `errors`.",
            errors=errors[:20],
        )
    media = found.pop("type", None)
    before = found.pop("cursor", None)
    return replace(Wanted(appid), before=before, media=media, **found)


def read_moment(text: str) -> float:
    """A date (its first moment in UTC) or a date and time with an offset.

    Returns:
        Unix seconds.

    Raises:
        ValueError: it is neither.
    """
    try:
        day = date.fromisoformat(text)
    except ValueError:
        moment = datetime.fromisoformat(text)
    else:
        moment = datetime.combine(day, time.min, tzinfo=UTC)
    if moment.tzinfo is None:
        message = "the offset is missing"
        raise ValueError(message)
    return moment.timestamp()


def _number(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        message = "no number"
        raise ValueError(message)
    return int(text)


def _state(text: str) -> str:
    return State(text).value


def _media(text: str) -> str:
    return Media(text).value


_MOMENT: Final = "must be like 2026-01-31 or 2026-01-31T18:00:00Z"
_READERS: Final[dict[str, tuple[Callable[[str], Any], str]]] = {
    "state": (_state, "must be one of " + ", ".join(State)),
    "type": (_media, "must be one of " + ", ".join(Media)),
    "since": (read_moment, _MOMENT),
    "until": (read_moment, _MOMENT),
    "limit": (_number, "must be a number"),
    "cursor": (read_cursor, "must be the `next` of a page"),
}
