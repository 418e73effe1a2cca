"""Borders and gaps of words in Latin letters and digits."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import Final, Protocol

from app.text.fold import fold_char
from app.text.gaps import Gap, is_mark
from app.text.pinyin import parse, syllable_borders
from app.text.symbols import is_latin
from app.text.views import Mapped


class Found(Protocol):
    """The part of a candidate that is needed here."""

    @property
    def start(self) -> int:
        """First position in the view."""
        ...

    @property
    def end(self) -> int:
        """Position after the last."""
        ...


_SAFE_LENGTH: Final = 5
"""Letters of a spelled-out term that may stand inside a longer token."""
_NEIGHBOURS: Final = 2
"""Tokens on each side that must be pinyin, too, when a hit spans several."""


def _neighbour(original: str, at: int, step: int) -> str:
    """The nearest folded character from `at`, past what draws nothing.

    White space, signs and emoji end a word: the answer is then "".
    """
    while 0 <= at < len(original):
        char = original[at]
        folded = fold_char(char)
        if folded:
            return folded[-1] if step < 0 else folded[0]
        if char.isspace() or (char.isprintable() and not is_mark(char)):
            return ""
        at += step
    return ""


def _joins(inside: str, outside: str) -> bool:
    """Whether two neighbouring characters belong to one Latin word.

    Letters beside digits are a border: vx123 is vx and a number.
    """
    if not (is_latin(inside) and outside and is_latin(outside)):
        return False
    return inside.isdigit() == outside.isdigit()


def latin_borders(original: str, mapped: Mapped, found: Found) -> bool:
    """Whether the Latin ends of a hit fall on word borders."""
    start, end = mapped.starts[found.start], mapped.ends[found.end - 1]
    if _cut(mapped, found.start) or _cut(mapped, found.end):
        return False
    first, last = _edge(original[start]), _edge(original[end - 1], last=True)
    before = _neighbour(original, start - 1, -1)
    after = _neighbour(original, end, 1)
    return not _joins(first, before) and not _joins(last, after)


def _cut(mapped: Mapped, at: int) -> bool:
    """Whether the characters round a position come from one, as in a ligature."""
    inside = 0 < at < len(mapped.starts)
    return inside and mapped.starts[at - 1] == mapped.starts[at]


def _edge(char: str, *, last: bool = False) -> str:
    """The folded first or last letter of an edge character; signs count as letters."""
    folded = fold_char(char)
    if not folded:
        return "a"
    return folded[-1] if last else folded[0]


def latin_gaps(surface: str, gaps: Sequence[Gap]) -> bool:
    """Whether gaps between letters look like a disguise, not like two words.

    `f u c k` and `f-u.ck` are one word; `as shole` may be two, `wash it` is.
    """
    inside = [
        gap
        for gap in gaps
        if is_latin(surface[gap.after]) and is_latin(surface[gap.after + 1])
    ]
    if not any(gap.blank or (gap.clause and " " in gap.text) for gap in inside):
        return True
    latin = sum(map(is_latin, surface))
    return len(inside) >= latin - 1


def _tokens(original: str, mapped: Mapped) -> list[tuple[int, int]]:
    """Runs of letters in the view that also touch in the original."""
    tokens: list[tuple[int, int]] = []
    for i, char in enumerate(mapped.text):
        if not (is_latin(char) and char.isalpha()):
            continue
        joined = (
            bool(tokens)
            and tokens[-1][1] == i
            and not _apart(original[mapped.ends[i - 1] : mapped.starts[i]])
        )
        if joined:
            tokens[-1] = (tokens[-1][0], i + 1)
        else:
            tokens.append((i, i + 1))
    return tokens


def _apart(between: str) -> bool:
    """Whether something visible stands between two letters."""
    return any(c.isspace() or (c.isprintable() and not is_mark(c)) for c in between)


def pinyin_fits(original: str, mapped: Mapped, found: Found) -> bool:
    """Whether a spelled-out term falls on syllable borders of its tokens.

    A hit over several tokens counts only among tokens that are pinyin, too.
    """
    if mapped.tokens is None:
        mapped.tokens = _tokens(original, mapped)
    tokens = mapped.tokens
    first = bisect_right(tokens, (found.start, len(mapped.text))) - 1
    last = bisect_left(tokens, (found.end, 0)) - 1
    if first < 0 or last < first:
        return False
    text = mapped.text
    (head, head_end), (tail, tail_end) = tokens[first], tokens[last]
    if not (
        syllable_borders(text[head:head_end])[0][found.start - head]
        and syllable_borders(text[tail:tail_end])[1][found.end - tail]
    ):
        return False
    if first == last:
        whole = (head, tail_end) == (found.start, found.end)
        return whole or found.end - found.start >= _SAFE_LENGTH
    if all(end - start == 1 for start, end in tokens[first : last + 1]):
        return not (_letter(tokens, first - 1) or _letter(tokens, last + 1))
    near = tokens[max(0, first - _NEIGHBOURS) : last + 1 + _NEIGHBOURS]
    return all(parse(text[a:b]) is not None for a, b in near)


def _letter(tokens: Sequence[tuple[int, int]], at: int) -> bool:
    """Whether there is a token of this number and it is a single letter."""
    return 0 <= at < len(tokens) and tokens[at][1] - tokens[at][0] == 1
