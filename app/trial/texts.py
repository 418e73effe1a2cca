"""Files of texts: plain lines, CSV with a column `text`, or JSON lines.

One line is in memory at a time. What is no text is named by its line and
passed over; it never ends the reading.
"""

import csv
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO, Literal, NamedTuple

from app.domain.scenes import Scene, parse_scene
from app.trial.report import Refused

Format = Literal["auto", "csv", "jsonl", "text"]
FORMATS: tuple[Format, ...] = ("auto", "csv", "jsonl", "text")

MAX_TEXT = 100_000
"""Longest text in code points, as on the native API."""

MAX_LINE_BYTES = 1 << 20
_NOT_UTF8 = "not UTF-8"
_TOO_LONG = f"longer than {MAX_TEXT} characters"
_LONG_LINE = f"longer than {MAX_LINE_BYTES} bytes"


class Text(NamedTuple):
    """One text to check; `sample` is its id when it comes from the ring."""

    text: str
    scene: Scene
    app: str | None = None
    sample: int | None = None


Row = Text | Refused


@dataclass(slots=True)
class Lines:
    """Physical lines of a file as text, or what is wrong with one.

    `line` and `read` tell how far it got, in lines and bytes.
    """

    source: BinaryIO
    line: int = 0
    read: int = 0

    def __iter__(self) -> "Iterator[str | Refused]":
        """Every line with its ending; a byte order mark is taken off."""
        while raw := self.source.readline(MAX_LINE_BYTES):
            self.line += 1
            self.read += len(raw)
            if not raw.endswith(b"\n") and self._rest():
                yield Refused(self.line, _LONG_LINE)
                continue
            if self.line == 1:
                raw = raw.removeprefix(b"\xef\xbb\xbf")
            try:
                yield raw.decode()
            except UnicodeDecodeError:
                yield Refused(self.line, _NOT_UTF8)

    def _rest(self) -> int:
        """Pass over the rest of a line that is too long; its length in bytes."""
        skipped = 0
        while raw := self.source.readline(MAX_LINE_BYTES):
            skipped += len(raw)
            if raw.endswith(b"\n"):
                break
        self.read += skipped
        return skipped


def read_texts(lines: Lines, form: Format, scene: Scene) -> Iterator[Row]:
    """Every text of a file in order; `scene` is for those that name none.

    `auto` looks at the first line: a JSON object, a CSV header with a column
    `text`, or else plain lines. Blank lines are passed over in silence.
    """
    given = iter(lines)
    first = next((line for line in given if _matters(line)), None)
    if first is None:
        return
    if form == "auto":
        form = _guessed(first)
    rest = _again(first, given)
    if form == "csv":
        yield from _Csv(lines, scene).rows(rest)
        return
    read = _json_line if form == "jsonl" else _plain_line
    yield from _each(lines, rest, scene, read)


def _matters(line: str | Refused) -> bool:
    return isinstance(line, Refused) or bool(line.strip())


def _again(
    first: str | Refused, rest: Iterator[str | Refused]
) -> Iterator[str | Refused]:
    """Put a line back that was looked at."""
    yield first
    yield from rest


def _guessed(first: str | Refused) -> Format:
    """The form of a file that begins like this."""
    if isinstance(first, Refused):
        return "text"
    if first.lstrip().startswith("{"):
        return "jsonl"
    return "csv" if "text" in _names(first) else "text"


def _names(header: str) -> list[str]:
    try:
        row = next(csv.reader([header]), [])
    except csv.Error:
        return []
    return [name.strip().lower() for name in row]


class _BadRowError(Exception):
    """Why a row is no text, in words for the operator."""


def _each(
    lines: Lines,
    given: Iterator[str | Refused],
    scene: Scene,
    read: Callable[[str, Scene], Text],
) -> Iterator[Row]:
    """One text for each line."""
    for line in given:
        if isinstance(line, Refused):
            yield line
        elif line.strip():
            try:
                yield read(line, scene)
            except _BadRowError as error:
                yield Refused(lines.line, str(error))


def _plain_line(line: str, scene: Scene) -> Text:
    return Text(_checked(line.rstrip("\r\n")), scene)


def _json_line(line: str, scene: Scene) -> Text:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        raise _BadRowError("not JSON") from None
    if not isinstance(value, dict) or not isinstance(value.get("text"), str):
        raise _BadRowError('no object with a string "text"')
    named = value.get("scene")
    own = scene if named is None else _scene(str(named))
    return Text(_checked(value["text"]), own)


def _checked(text: str) -> str:
    if len(text) > MAX_TEXT:
        raise _BadRowError(_TOO_LONG)
    return text


def _scene(name: str) -> Scene:
    try:
        return parse_scene(name)
    except ValueError:
        raise _BadRowError("unknown scene") from None


class _Csv:
    """Rows of a CSV file, whose cells may hold line breaks."""

    def __init__(self, lines: Lines, scene: Scene) -> None:
        self._lines = lines
        self._scene = scene
        self._broken: list[Refused] = []

    def rows(self, given: Iterator[str | Refused]) -> Iterator[Row]:
        """Every row below the header."""
        # The parser's own limit of 131072 characters for a cell ends what a
        # quote that nobody closed would swallow.
        parser = csv.reader(self._texts(given), strict=True)
        header = self._header(parser)
        names = [] if header is None else [name.strip().lower() for name in header]
        if "text" not in names:
            yield Refused(max(self._lines.line, 1), "no column named text")
            return
        while True:
            begin = self._lines.line + 1
            try:
                row = next(parser, None)
            except csv.Error:
                yield Refused(begin, "broken CSV, perhaps a quote is not closed")
                continue
            yield from self._unread()
            if row is None:
                return
            if any(cell.strip() for cell in row):
                yield self._text(begin, dict(zip(names, row, strict=False)))

    def _header(self, parser: Iterator[list[str]]) -> list[str] | None:
        try:
            return next(parser, None)
        except csv.Error:
            return None

    def _texts(self, given: Iterator[str | Refused]) -> Iterator[str]:
        """Lines for the parser; bad ones are set aside for the report."""
        for line in given:
            if isinstance(line, Refused):
                self._broken.append(line)
            else:
                yield line

    def _unread(self) -> Iterator[Refused]:
        broken, self._broken = self._broken, []
        yield from broken

    def _text(self, line: int, row: dict[str, str]) -> Row:
        """One row, or what is wrong with it."""
        try:
            named = row.get("scene", "").strip()
            scene = _scene(named) if named else self._scene
            if "text" not in row:
                raise _BadRowError("no text in this row")
            return Text(_checked(row["text"]), scene)
        except _BadRowError as error:
            return Refused(line, str(error))
