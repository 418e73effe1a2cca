"""What stands between the characters of a hit."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from app.text.fold import fold, fold_char
from app.text.symbols import is_latin

LONGEST_GAP: Final = 16
"""Code points between two characters of one hit, at most."""

_CLAUSE: Final = frozenset("。！？；，、：!?;,…")
_STOP: Final = frozenset("。！？!?；;")
_BREAK: Final = frozenset("\n\r\u2028\u2029")
_INVISIBLE: Final = frozenset({"Cf", "Mn", "Me", "Mc", "Cc", "Cs", "Cn", "Co"})
_CLASSIFIERS: Final = frozenset(
    "个支只张条元块斤克瓶盒件次天年月日号点分秒米岁人名家位期届楼层路折度倍万千百亿包"
    "袋箱双套本部台辆颗粒片份杯碗头匹根把道集章节页排座站级码寸两"
)


@dataclass(frozen=True, slots=True)
class Gap:
    """The original text between two neighbouring characters of a hit.

    `after` is the position in the hit of the character before the gap.
    """

    after: int
    text: str

    @property
    def visible(self) -> str:
        """The gap without characters that draw nothing of their own."""
        return "".join(c for c in self.text if not _invisible(c))

    @property
    def clause(self) -> bool:
        """Whether punctuation here would end a clause."""
        return any(char in _CLAUSE for char in self.text)

    @property
    def full_stop(self) -> bool:
        """Whether punctuation here would end a sentence."""
        return any(char in _STOP for char in self.text)

    @property
    def line_break(self) -> bool:
        """Whether a new line begins here."""
        return any(char in _BREAK for char in self.text)

    @property
    def blank(self) -> bool:
        """Whether the gap shows nothing but white space."""
        seen = self.visible
        return bool(seen) and seen.isspace()

    @property
    def inserted(self) -> str:
        """Letters and digits that were put in."""
        return "".join(c for c in fold(self.text) if is_latin(c))


def is_mark(char: str) -> bool:
    """Combining marks and variation selectors belong to the letter before."""
    return unicodedata.category(char)[0] == "M"


def _invisible(char: str) -> bool:
    """Format and control characters and marks; line breaks are visible."""
    if char in "\n\r\t":
        return False
    return unicodedata.category(char) in _INVISIBLE or not (
        char.isspace() or char.isprintable()
    )


def gaps_between(text: str, starts: list[int], ends: list[int]) -> list[Gap]:
    """The gaps inside a hit whose characters have these original spans."""
    return [
        Gap(i, text[end:start])
        for i, (end, start) in enumerate(zip(ends, starts[1:], strict=False))
        if end < start
    ]


@lru_cache(maxsize=4096)
def own_gaps(term: str) -> frozenset[int]:
    """Positions in the folded term after which the term itself has a gap."""
    positions: set[int] = set()
    length = 0
    for char in term:
        folded = fold_char(char)
        if folded:
            length += len(folded)
        elif length:
            positions.add(length - 1)
    return frozenset(positions)


def follows_measure(gap: Gap, following: str) -> bool:
    """Whether digits before this character are a plain count (3个, 2支)."""
    digits = re.fullmatch(r"\s*[0-9]{1,3}\s*", fold_keep_space(gap.text))
    return digits is not None and following in _CLASSIFIERS


def fold_keep_space(text: str) -> str:
    """Fold each character, keeping those that vanish as spaces."""
    return "".join(fold_char(c) or " " for c in text)
