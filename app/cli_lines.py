"""JSON lines in, results out: one line each, in order, broken ones included."""

from collections.abc import Mapping
from typing import Any, BinaryIO

from app.api.jsonio import BadJsonError, dumps, loads
from app.cli_judge import Judge
from app.domain.scenes import Scene, parse_scene


class LineError(ValueError):
    """A line that cannot be checked; the text says why, without quoting it."""


def check_lines(judge: Judge, source: BinaryIO, sink: BinaryIO) -> int:
    """Answer each line as it comes; returns how many were broken."""
    broken = 0
    for number, raw in enumerate(source, start=1):
        try:
            answer = _answer(judge, raw)
        except LineError as error:
            broken += 1
            answer = {"error": {"line": number, "detail": str(error)}}
        sink.write(dumps(answer) + b"\n")
        # A program that waits for each answer must get it at once.
        sink.flush()
    return broken


def _answer(judge: Judge, raw: bytes) -> Mapping[str, Any]:
    try:
        value = loads(raw)
    except BadJsonError:
        message = "the line is not UTF-8 JSON"
        raise LineError(message) from None
    if isinstance(value, str):
        return judge.result(value)
    if not isinstance(value, dict):
        message = "the line must be a JSON string or object"
        raise LineError(message)
    text = value.get("text")
    if not isinstance(text, str):
        message = "the object needs a string named text"
        raise LineError(message)
    scene = _scene(value.get("scene"))
    return judge.result(text, scene=scene, caller_id=value.get("id"))


def _scene(value: object) -> Scene | None:
    """A scene by name or number; null and "" are the same as absent."""
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, str | int):
        message = "the scene must be a name or a number"
        raise LineError(message)
    try:
        return parse_scene(str(value))
    except ValueError as error:
        raise LineError(str(error)) from None
