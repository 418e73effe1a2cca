"""JSON of any length, element by element.

A file is JSON lines, one array, or an object with the array in its member `data`, as
a page of the Graph API is. What stands beside `data` is passed over.
"""

import codecs
import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from app.lexicon.formats.source import NOT_UTF8
from app.pictures.formats.row import FileError

MAX_ELEMENT = 1 << 20
"""Longest element in characters."""

_decoder = json.JSONDecoder()
_SPACE = re.compile(r"[ \t\r\n]*")


def elements(chunks: Iterable[bytes]) -> Iterator[tuple[int, Any]]:
    """Each element with the line on which it begins.

    Raises:
        FileError: the file is not such JSON.
    """
    text = _Text(chunks)
    first = text.peek()
    if first == "[":
        text.take("[")
        yield from _array(text)
    elif first == "{":
        yield from _objects(text)
    elif first:
        raise FileError("this is no JSON of indicators", text.line)
    if text.peek():
        raise FileError("there is something after the end", text.line)


def _array(text: "_Text") -> Iterator[tuple[int, Any]]:
    """The elements of an array that has begun."""
    while text.peek() != "]":
        yield text.line, text.value()
        if text.peek() != "]":
            text.take(",")
    text.take("]")


def _objects(text: "_Text") -> Iterator[tuple[int, Any]]:
    """Objects one after the other; of one with `data` the elements in it."""
    if text.starts_page():
        yield from _page(text)
        return
    while text.peek():
        line = text.line
        yield line, text.value()


def _page(text: "_Text") -> Iterator[tuple[int, Any]]:
    text.take("{")
    while text.peek() != "}":
        name = text.value()
        text.take(":")
        if name == "data":
            text.take("[")
            yield from _array(text)
        else:
            text.value()
        if text.peek() != "}":
            text.take(",")
    text.take("}")


class _Text:
    """Decoded text, of which a part is in memory."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = iter(chunks)
        self._decode = codecs.getincrementaldecoder("utf-8")().decode
        self._text = ""
        self._at = 0
        self._ended = False
        self.line = 1

    def peek(self) -> str:
        """The next sign that is no space, "" at the end."""
        while True:
            end = _SPACE.match(self._text, self._at)
            assert end is not None  # noqa: S101 - it matches nothing as well
            self._pass(end.end())
            if self._at < len(self._text) or not self._more():
                return self._text[self._at : self._at + 1]

    def take(self, sign: str) -> None:
        """Pass over a sign.

        Raises:
            FileError: another one comes.
        """
        if self.peek() != sign:
            raise FileError(f"the JSON breaks off: {sign!r} was expected", self.line)
        self._pass(self._at + 1)

    def value(self) -> Any:
        """The next value, whole.

        Raises:
            FileError: there is none, or it is too long.
        """
        self.peek()
        while True:
            try:
                found, end = _decoder.raw_decode(self._text, self._at)
            except ValueError as error:
                self._go_on(f"broken JSON: {error.args[0].partition(':')[0]}")
            except RecursionError:
                raise FileError("the JSON is nested too deeply", self.line) from None
            else:
                # A number may go on in the next piece.
                if end < len(self._text) or not self._more():
                    self._pass(end)
                    return found

    def starts_page(self) -> bool:
        """Whether the object that begins here is a page rather than an indicator.

        An indicator has its hash among its first members; a page has `data` or
        `paging` for its first one.
        """
        self.peek()
        while len(self._text) - self._at < 200 and self._more():
            pass
        head = self._text[self._at : self._at + 200]
        return re.match(r'\{\s*"(data|paging|summary)"', head) is not None

    def _go_on(self, fault: str) -> None:
        """Read on where a value seems broken.

        Raises:
            FileError: there is nothing more, or it is too long by now.
        """
        if len(self._text) - self._at > MAX_ELEMENT or not self._more():
            raise FileError(fault, self.line)

    def _pass(self, end: int) -> None:
        self.line += self._text.count("\n", self._at, end)
        self._at = end

    def _more(self) -> bool:
        """Read another piece; False at the end."""
        if self._ended:
            return False
        chunk = next(self._chunks, b"")
        self._ended = not chunk
        try:
            further = self._decode(chunk, self._ended)
        except UnicodeDecodeError:
            raise FileError(NOT_UTF8, self.line) from None
        self._text = self._text[self._at :] + further
        self._at = 0
        return bool(further) or not self._ended
