r"""The grammar of the `term` column: plain terms and combination rules.

出售                    a plain term
出售|现货&枪支|子弹       one word of each side, near each other
枪支~玩具|模型           the left, unless a word of the right stands near
出售&枪支~玩具{30}       the same within 30 characters instead of 50
AT\&T                  a plain term: the backslash takes the & literally
"""

from dataclasses import dataclass
from itertools import chain
from typing import Literal

from app.domain.entry import MAX_TERM_LENGTH

DEFAULT_WINDOW = 50
"""Characters within which the parts of a rule must stand."""

MAX_WINDOW = 500
"""Widest window that a rule may ask for."""

MAX_GROUPS = 5
"""Most `&` sides of one rule."""

_OPERATORS = "&~|"
_SPECIAL = _OPERATORS + "{}\\"
_BACKSLASH = (
    r"a backslash must stand before one of & ~ | { } \ (write \\ for a backslash)"
)
_BRACES = (
    "braces only give the window at the end, as in A&B{30};"
    r" write \{ and \} for themselves"
)
_NAMED = {"&": "an &", "~": "a ~", "|": "a |"}


class TermError(ValueError):
    """A term that cannot be read; `message` tells an operator why."""

    def __init__(self, term: str, message: str) -> None:
        """Keep the term apart, so that a caller can print the message alone."""
        super().__init__(message)
        self.term = term
        self.message = message


@dataclass(frozen=True, slots=True)
class Parsed:
    """A term as the engine needs it, escapes undone.

    A rule holds when each group of `require` has one alternative in the text,
    all within `window` characters, and no alternative of any `forbid` group is
    there too. A plain term is one group of one alternative, window 0.
    """

    kind: Literal["term", "rule"]
    require: tuple[tuple[str, ...], ...]
    forbid: tuple[tuple[str, ...], ...] = ()
    window: int = 0

    @property
    def parts(self) -> tuple[str, ...]:
        """Every plain string of the term, required ones first."""
        return tuple(chain.from_iterable((*self.require, *self.forbid)))


def escape_term(text: str) -> str:
    """Write any text as a plain term, special characters escaped."""
    if not any(char in _SPECIAL for char in text):
        return text
    return "".join(f"\\{char}" if char in _SPECIAL else char for char in text)


def parse_term(term: str) -> Parsed:
    """Read one value of the `term` column.

    Raises:
        TermError: empty, too long, a dangling backslash, a rule with an empty
            or one-character part, a bad window or a misplaced operator.
    """
    text = term.strip()
    _check_length(term, text)
    if not any(char in _SPECIAL for char in text):
        return Parsed("term", ((text,),))
    body, window = _split_window(term, _signs(term, text))
    if not any(_is_operator(sign) for sign in body):
        return _plain(term, body, window)
    return _rule(term, body, window)


def _check_length(term: str, text: str) -> None:
    """Refuse nothing and too much."""
    if not text:
        raise TermError(term, "the term is empty")
    if len(text) > MAX_TERM_LENGTH:
        message = f"the term has {len(text)} characters; at most {MAX_TERM_LENGTH}"
        raise TermError(term, message)


# A sign is one character; an escaped one keeps its backslash, so that
# operators and literal characters cannot be mixed up later.
def _signs(term: str, text: str) -> list[str]:
    """Cut the text into characters and escaped characters."""
    signs: list[str] = []
    chars = iter(text)
    for char in chars:
        if char != "\\":
            signs.append(char)
            continue
        escaped = next(chars, "")
        if escaped not in _SPECIAL or not escaped:
            raise TermError(term, _BACKSLASH)
        signs.append(char + escaped)
    return signs


def _is_operator(sign: str) -> bool:
    """Whether this sign is an unescaped `&`, `~` or `|`."""
    return len(sign) == 1 and sign in _OPERATORS


def _split_window(term: str, signs: list[str]) -> tuple[list[str], int | None]:
    """Take a trailing `{30}` off; braces anywhere else are a mistake."""
    window: int | None = None
    if signs[-1] == "}" and "{" in signs:
        start = signs.index("{")
        window = _window(term, "".join(signs[start + 1 : -1]))
        signs = signs[:start]
    if "{" in signs or "}" in signs:
        raise TermError(term, _BRACES)
    return signs, window


def _window(term: str, digits: str) -> int:
    """Read the number between the braces."""
    if digits.isascii() and digits.isdecimal() and len(digits) <= 4:
        number = int(digits)
        if 1 <= number <= MAX_WINDOW:
            return number
    message = f"the window {{{digits}}} must be a number from 1 to {MAX_WINDOW}"
    raise TermError(term, message)


def _plain(term: str, signs: list[str], window: int | None) -> Parsed:
    """A term without operators, after unescaping."""
    if window is not None:
        raise TermError(
            term, "a window needs a rule such as A&B; a plain term has none"
        )
    text = _unescape(signs)
    return Parsed("term", ((text,),))


def _rule(term: str, signs: list[str], window: int | None) -> Parsed:
    """A term with operators: `&` and `|` first, then any `~`."""
    require: list[tuple[str, ...]] = []
    forbid: list[tuple[str, ...]] = []
    for operator, side in _sides(signs):
        if operator == "&" and forbid:
            raise TermError(term, "put every & part before the first ~")
        group = _alternatives(term, operator, side)
        (forbid if operator == "~" else require).append(group)
    if len(require) > MAX_GROUPS:
        raise TermError(term, f"a rule has at most {MAX_GROUPS} parts joined by &")
    return Parsed("rule", tuple(require), tuple(forbid), window or DEFAULT_WINDOW)


def _sides(signs: list[str]) -> list[tuple[str, list[str]]]:
    """Cut at `&` and `~`; each side with the operator before it ("" first)."""
    sides: list[tuple[str, list[str]]] = [("", [])]
    for sign in signs:
        if sign in {"&", "~"}:
            sides.append((sign, []))
        else:
            sides[-1][1].append(sign)
    return sides


def _alternatives(term: str, operator: str, side: list[str]) -> tuple[str, ...]:
    """Cut a side at `|`; drop repeated alternatives."""
    parts: list[list[str]] = [[]]
    for sign in side:
        if sign == "|":
            parts.append([])
        else:
            parts[-1].append(sign)
    words = [_unescape(part) for part in parts]
    for word in words:
        _check_part(
            term, word, "|" if len(words) > 1 else operator or _first_operator(term)
        )
    return tuple(dict.fromkeys(words))


def _first_operator(term: str) -> str:
    """The operator that an empty first side stands before."""
    return next((char for char in term if char in _OPERATORS), "&")


def _check_part(term: str, word: str, operator: str) -> None:
    """Refuse an empty or one-character part of a rule."""
    if not word:
        message = (
            f"{_NAMED[operator]} has nothing beside it; write \\{operator} for itself"
        )
        raise TermError(term, message)
    if len(word) == 1:
        message = (
            f"the part {word!r} has one character; parts of a rule need at least two"
            r" (write \& \~ \| for the characters themselves)"
        )
        raise TermError(term, message)


def _unescape(signs: list[str]) -> str:
    """Join signs to the text they stand for, outer spaces removed."""
    return "".join(sign[-1] for sign in signs).strip()
