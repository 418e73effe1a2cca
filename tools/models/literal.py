"""Reads a JavaScript value that is written out, without running anything.

Enough for what a minifier makes of JSON: keys without quotes, `.5`, `!0`.
"""

import re
from typing import Any, Final

_SPACE: Final = re.compile(r"\s*")
_NUMBER: Final = re.compile(r"-?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
_WORD: Final = re.compile(r"[A-Za-z_$][\w$]*")
_STRING: Final = re.compile(r'"(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)*\'')
_ESCAPE: Final = re.compile(r"\\(u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|.)")
_FIXED: Final[dict[str, object]] = {"!0": True, "!1": False}
_NAMED: Final[dict[str, object]] = {"true": True, "false": False, "null": None}
_CONTROL: Final = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}


class LiteralError(ValueError):
    """What was read is no written-out value; the message says where."""


def read_literal(text: str, start: int = 0) -> Any:
    """The value that begins at `start`; what follows it is not looked at.

    Raises:
        LiteralError: there is none.
    """
    return _Reader(text, start).value()


class _Reader:
    """Goes through the text once."""

    def __init__(self, text: str, at: int) -> None:
        self._text = text
        self._at = at

    def value(self) -> Any:
        self._skip()
        sign = self._text[self._at : self._at + 1]
        if sign == "{":
            return self._object()
        if sign == "[":
            return self._array()
        if sign in {'"', "'"}:
            return _unescaped(self._take(_STRING, "a text")[1:-1])
        fixed = self._text[self._at : self._at + 2]
        if fixed in _FIXED:
            self._at += 2
            return _FIXED[fixed]
        if _WORD.match(self._text, self._at):
            return self._named()
        return self._number()

    def _object(self) -> dict[str, Any]:
        made = {}
        self._expect("{")
        while not self._at_end("}"):
            key = self._key()
            self._expect(":")
            made[key] = self.value()
        return made

    def _array(self) -> list[Any]:
        made = []
        self._expect("[")
        while not self._at_end("]"):
            made.append(self.value())
        return made

    def _at_end(self, sign: str) -> bool:
        """Whether the closing sign comes next; a comma before the rest is taken."""
        self._skip()
        if self._text.startswith(sign, self._at):
            self._at += 1
            return True
        if self._text.startswith(",", self._at):
            self._at += 1
            return self._at_end(sign)
        return False

    def _key(self) -> str:
        self._skip()
        if self._text[self._at : self._at + 1] in {'"', "'"}:
            return _unescaped(self._take(_STRING, "a text")[1:-1])
        if _WORD.match(self._text, self._at):
            return self._take(_WORD, "a key")
        return self._take(_NUMBER, "a key")

    def _named(self) -> object:
        word = self._take(_WORD, "a word")
        if word not in _NAMED:
            raise self._error(f"{word!r} is no written-out value")
        return _NAMED[word]

    def _number(self) -> int | float:
        written = self._take(_NUMBER, "a value")
        return int(written) if re.fullmatch(r"-?\d+", written) else float(written)

    def _take(self, pattern: re.Pattern[str], what: str) -> str:
        self._skip()
        found = pattern.match(self._text, self._at)
        if found is None:
            raise self._error(f"{what} is missing")
        self._at = found.end()
        return found.group()

    def _expect(self, sign: str) -> None:
        self._skip()
        if not self._text.startswith(sign, self._at):
            raise self._error(f"{sign!r} is missing")
        self._at += 1

    def _skip(self) -> None:
        found = _SPACE.match(self._text, self._at)
        if found is not None:
            self._at = found.end()

    def _error(self, said: str) -> LiteralError:
        return LiteralError(f"at character {self._at}: {said}")


def _unescaped(written: str) -> str:
    """The text meant; its characters may be escaped as halves of pairs."""
    halves = _ESCAPE.sub(_meant, written).encode("utf-16-le", "surrogatepass")
    return halves.decode("utf-16-le", "surrogatepass")


def _meant(found: re.Match[str]) -> str:
    sign = found.group(1)
    if len(sign) > 1:
        return chr(int(sign[1:], 16))
    return _CONTROL.get(sign, sign)
