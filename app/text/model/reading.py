"""How the content model reads a text: folded, disguises undone, still in order.

Other than for word lists, one space stays between Latin words, and long numbers
look alike. `read` is the fast way; `trace` does the same and knows the way back.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from app.text.fold import ScanTable, fold_table
from app.text.pinyin import parse, symbol_of
from app.text.symbols import BETWEEN_TEXTS, is_han
from app.text.tables import splits

PICTURES: Final = {
    "🐎": "马", "🐴": "马", "🚗": "车", "🐔": "鸡", "🐓": "鸡", "🐤": "鸡",
    "🐶": "狗", "🐕": "狗", "🐷": "猪", "🐖": "猪", "🐮": "牛", "🐂": "牛",
    "👴": "爷", "👵": "奶", "👨": "男", "👩": "女", "💩": "屎", "🔪": "刀",
    "🔫": "枪", "💊": "药", "💉": "针", "🎲": "骰", "🎰": "赌", "💰": "钱",
    "💵": "钱", "💴": "钱", "💸": "钱", "🧧": "包", "🐧": "扣", "✈": "飞机",
    "🛩": "飞机", "📞": "电", "📱": "手机", "☎": "电", "💬": "微", "🛰": "微",
    "🍵": "茶", "☕": "茶", "🍆": "茄", "🍌": "蕉", "🐰": "兔", "🐢": "龟",
    "➕": "加", "🉐": "得", "🈲": "禁", "🔞": "禁", "🐍": "蛇", "🐟": "鱼",
    "🥬": "菜", "🌿": "草", "🌱": "草", "🍀": "草", "🌸": "花", "🐉": "龙",
}  # fmt: skip
"""Pictures that stand for a character in disguised text."""

_SPACE: Final = " "
_SPLIT_PARTS: Final = "亻氵讠纟艹钅饣扌忄犭礻衤疒辶阝冫刂灬攵冖宀彳罒夂"
"""Pieces of characters that do not stand alone in plain Chinese."""

_HAS_ASCII: Final = re.compile("[0-9a-z]")
_HAS_LATIN: Final = re.compile("[a-z]")
has_latin: Final = _HAS_LATIN.search
"""Where the first Latin letter of a text that was read stands; None without."""
_HAS_PART: Final = re.compile(f"[{_SPLIT_PARTS}]")
_SPACES: Final = re.compile(" {2,}")
_LOOSE: Final = re.compile("(?<![0-9a-z]) | (?![0-9a-z])")
_SINGLES: Final = re.compile("(?<![0-9a-z])[a-z0-9](?: [a-z0-9](?![0-9a-z]))+")
_NUMBER: Final = re.compile("[0-9]{3,}")
_LONG: Final = 6
"""Digits from which on a number looks like an account."""
_RUN: Final = re.compile("[a-z]+(?: [a-z]+)*")
_WORD: Final = re.compile("[a-z]+")
_LONGEST_RUN: Final = 40
"""Letters and spaces that are tried as pinyin."""


def _shown(char: str) -> str:
    """One character as the model reads it; what separates becomes a space."""
    if char == BETWEEN_TEXTS:
        return char
    if char in PICTURES:
        return PICTURES[char]
    folded = fold_table()[ord(char)]
    if folded:
        return folded
    return "" if unicodedata.category(char) in {"Mn", "Me", "Cf", "Cc"} else _SPACE


def _shown_control(char: str) -> str:
    """Line ends are controls, but they separate."""
    return _SPACE if char in "\t\n\r\v\f" else _shown(char)


@cache
def table() -> ScanTable:
    """The one table of this reading."""
    return ScanTable(_shown_control)


@dataclass(slots=True)
class Traced:
    """Characters with the code point of the original that each came from."""

    text: str
    origins: list[int]


def read(text: str) -> str:
    """The text as the model sees it."""
    return _undone(table().translate(text.replace(BETWEEN_TEXTS, _SPACE)))


def read_all(texts: Sequence[str]) -> list[str]:
    """The same for many texts; those that hold `BETWEEN_TEXTS` cost more."""
    joined = BETWEEN_TEXTS.join(texts)
    if joined.count(BETWEEN_TEXTS) >= len(texts):
        return list(map(read, texts))
    shown = table().translate(joined)
    return list(map(_undone, shown.split(BETWEEN_TEXTS)))


def _undone(shown: str) -> str:
    """Translated text without loose spaces, put together, numbers alike."""
    if _HAS_ASCII.search(shown) is None:
        shown = shown.replace(_SPACE, "")
    else:
        shown = _latin_undone(shown)
    return _joined(shown) if _HAS_PART.search(shown) is not None else shown


def _latin_undone(shown: str) -> str:
    """The steps below, but for those that would change nothing."""
    if _SPACE in shown:
        shown = _LOOSE.sub("", _SPACES.sub(_SPACE, shown))
        if _SPACE in shown:
            shown = _SINGLES.sub(_closed, shown)
    return _NUMBER.sub(_number, shown)


def _closed(found: re.Match[str]) -> str:
    return found[0].replace(_SPACE, "")


def _number(found: re.Match[str]) -> str:
    return "000000" if len(found[0]) >= _LONG else "000"


def trace(text: str) -> Traced:
    """As `read`, with the way back; slow, for explanations."""
    pieces, origins = list[str](), list[int]()
    for at, char in enumerate(text.replace(BETWEEN_TEXTS, _SPACE)):
        shown = table().translate(char)
        pieces.append(shown)
        origins += [at] * len(shown)
    traced = Traced("".join(pieces), origins)
    for pattern, change in _latin_steps():
        found = ((*m.span(), change(m)) for m in pattern.finditer(traced.text))
        traced = _edited(traced, found)
    return _edited(traced, _joins(traced.text))


Change = Callable[[re.Match[str]], str]


@cache
def _latin_steps() -> tuple[tuple[re.Pattern[str], Change], ...]:
    """What is done to spaces and numbers, in this order."""
    return (
        (_SPACES, lambda _: _SPACE),
        (_LOOSE, lambda _: ""),
        (_SINGLES, _closed),
        (_NUMBER, _number),
    )


def _edited(traced: Traced, edits: Iterator[tuple[int, int, str]]) -> Traced:
    """With some pieces replaced; the new ones come from where the old began."""
    pieces, origins, at = list[str](), list[int](), 0
    for start, end, new in edits:
        pieces += (traced.text[at:start], new)
        origins += traced.origins[at:start]
        # As many as there were keep their own places.
        own = traced.origins[start:end]
        origins += (own + own[-1:] * len(new))[: len(new)]
        at = end
    pieces.append(traced.text[at:])
    origins += traced.origins[at:]
    return Traced("".join(pieces), origins)


@cache
def _drawn() -> dict[str, str]:
    """Sequences with a loose piece to the character that they draw."""
    return {
        sequence: char
        for char, sequences in splits().items()
        for sequence in sequences
        if any(part in _SPLIT_PARTS for part in sequence)
    }


def _joins(text: str) -> Iterator[tuple[int, int, str]]:
    """Where pieces draw a character: start, end and that character."""
    at, drawn = 0, _drawn()
    while at < len(text):
        for size in (4, 3, 2):
            char = drawn.get(text[at : at + size])
            if char is not None and at + size <= len(text):
                yield at, at + size, char
                at += size - 1
                break
        at += 1


def _joined(text: str) -> str:
    """With characters put together that were written in pieces."""
    pieces, at = list[str](), 0
    for start, end, char in _joins(text):
        pieces += (text[at:start], char)
        at = end
    return "".join([*pieces, text[at:]])


def spoken(shown: str) -> str:
    """The text of the sound view: typed pinyin as symbols of sounds."""
    if _HAS_LATIN.search(shown) is None:
        return shown
    return _RUN.sub(_sound, shown)


def trace_spoken(traced: Traced) -> Traced:
    """As `spoken`, with the way back."""
    found = _RUN.finditer(traced.text)
    return _edited(traced, ((*run.span(), _sound(run)) for run in found))


def _sound(run: re.Match[str]) -> str:
    """A run of letters as sounds when it is pinyin throughout, of two at least."""
    letters = run[0]
    if len(letters) > _LONGEST_RUN:
        return letters
    symbols = list[str]()
    for word in letters.split(_SPACE):
        parts = parse(word)
        if parts is None:
            return letters
        symbols += map(symbol_of, parts)
    beside_han = _neighbours_han(run.string, *run.span())
    return "".join(symbols) if len(symbols) > 1 or beside_han else letters


def _neighbours_han(text: str, start: int, end: int) -> bool:
    """Whether Chinese stands directly before or behind."""
    return (start > 0 and is_han(text[start - 1])) or (
        end < len(text) and is_han(text[end])
    )


def latin_words(shown: str) -> list[str]:
    """Latin words in order; empty for nearly every Chinese text."""
    return _WORD.findall(shown) if _HAS_LATIN.search(shown) is not None else []
