"""Disguises that put something between two characters."""

from collections.abc import Callable, Sequence
from itertools import pairwise
from random import Random
from typing import Final

from app.evaluate.disguise.picking import some
from app.text.symbols import is_han

_SIGNS: Final = "-.*_·|~/^=+#…、"
_SPACES: Final = (" ", " ", "  ", "\u3000", "\u00a0")
_INVISIBLE: Final = "\u200b\u200c\u200d\u2060\ufeff\u00ad"
_EMOJI: Final = ("😀", "🔥", "❤️", "👉", "✅", "💰", "⭐", "🌸", "👍🏻")
_LETTERS_DIGITS: Final = "0123456789xXqQ"


def separator(text: str, rng: Random, share: float) -> str:
    """Signs between characters: 办-假-证."""
    return _between(text, rng, share, lambda: rng.choice(_SIGNS))


def space(text: str, rng: Random, share: float) -> str:
    """Spaces of several kinds between characters: 办 假 证."""
    return _between(text, rng, share, lambda: rng.choice(_SPACES))


def zero_width(text: str, rng: Random, share: float) -> str:
    """Characters that draw nothing between characters."""
    return _between(text, rng, share, lambda: rng.choice(_INVISIBLE))


def emoji(text: str, rng: Random, share: float) -> str:
    """Emoji between characters: 办🔥假🔥证."""
    return _between(text, rng, share, lambda: rng.choice(_EMOJI))


def line_break(text: str, rng: Random, share: float) -> str:
    """Line breaks between characters."""
    return _between(text, rng, share, lambda: "\n")


def inserted(text: str, rng: Random, share: float) -> str:
    """One or two letters or digits between Han characters: 办1假2证."""
    gaps = [i for i in _gaps(text) if is_han(text[i - 1]) and is_han(text[i])]

    def made() -> str:
        return "".join(rng.choices(_LETTERS_DIGITS, k=rng.choice((1, 1, 2))))

    return _put_in(text, some(gaps, rng, share), made)


def _between(text: str, rng: Random, share: float, make: Callable[[], str]) -> str:
    return _put_in(text, some(_gaps(text), rng, share), make)


def _gaps(text: str) -> list[int]:
    """Places between two letters, digits or Han characters."""
    pairs = enumerate(pairwise(text), start=1)
    return [i for i, (left, right) in pairs if left.isalnum() and right.isalnum()]


def _put_in(text: str, gaps: Sequence[int], make: Callable[[], str]) -> str:
    """`text` with something made for each gap."""
    parts: list[str] = []
    at = 0
    for gap in gaps:
        parts += (text[at:gap], make())
        at = gap
    parts.append(text[at:])
    return "".join(parts)
