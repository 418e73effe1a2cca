"""Ways of writing that hide a text from a filter, each a small pure function.

`FAMILIES` holds them by name, in the order in which they are reported:

- nothing: `none`;
- put between characters: `separator`, `space`, `zero_width`, `emoji`, `inserted`
  (letters or digits), `line_break`;
- letters in another dress: `full_width`, `circled`, `mathematical`, `homoglyph`,
  `accent`, `leet`;
- Chinese characters in another form: `variant` (traditional), `homophone`,
  `lookalike`, `split`;
- sounds in letters: `pinyin`, `initials`, `mixed_pinyin`;
- order and number: `repeat`, `shuffle`.

Each is called as `apply(text, rng, share)`. It changes about `share` (0 to 1) of
the places where it can work, at least one when there is any and `share` is above
0; a text without such a place comes back as it is. The same text, share and state
of `rng` give the same result. The tables are those of the text engine, so what is
made here is what the engine was built to undo: real disguises are more inventive.
"""

import re
from collections.abc import Iterable
from random import Random
from typing import Final

from app.evaluate.disguise.family import Disguise, Family
from app.evaluate.disguise.hanzi import homophone, lookalike, split, variant
from app.evaluate.disguise.inserting import (
    emoji,
    inserted,
    line_break,
    separator,
    space,
    zero_width,
)
from app.evaluate.disguise.letters import (
    accent,
    circled,
    full_width,
    homoglyph,
    leet,
    mathematical,
)
from app.evaluate.disguise.order import repeat, shuffle
from app.evaluate.disguise.sounds import initials, mixed_pinyin, pinyin

_ADDRESS: Final = re.compile(r"https?://\S+|www\.\S+|@\w+", re.ASCII)
_HELD: Final = "\uf8ff"
"""Stands for an address; no letter, so that no disguise touches it."""


def none(text: str, rng: Random, share: float) -> str:
    """The text as it is."""
    return text


FAMILIES: Final[dict[str, Family]] = {
    family.name: family
    for family in (
        Family("none", none, "nothing changed"),
        Family("separator", separator, "signs between characters"),
        Family("space", space, "spaces between characters"),
        Family("zero_width", zero_width, "invisible characters in between"),
        Family("emoji", emoji, "emoji between characters"),
        Family("inserted", inserted, "letters or digits between characters"),
        Family("line_break", line_break, "line breaks between characters"),
        Family("full_width", full_width, "full-width letters"),
        Family("circled", circled, "letters in circles"),
        Family("mathematical", mathematical, "bold, script and other styled letters"),
        Family("homoglyph", homoglyph, "letters of other scripts"),
        Family("accent", accent, "accents and strokes"),
        Family("leet", leet, "digits and signs for letters", planted=0.5),
        Family("variant", variant, "traditional and variant characters"),
        Family("homophone", homophone, "characters of the same sound", planted=0.5),
        Family("lookalike", lookalike, "characters of similar shape", planted=0.5),
        Family("split", split, "characters written as their parts", planted=0.5),
        Family("pinyin", pinyin, "sounds in letters"),
        Family("initials", initials, "first letters of the sounds"),
        Family("mixed_pinyin", mixed_pinyin, "single characters as sounds in letters"),
        Family("repeat", repeat, "characters written several times"),
        Family("shuffle", shuffle, "neighbours swapped", planted=0.0001),
    )
}
"""Every family by name."""


def disguised(name: str, text: str, *, seed: int, share: float) -> str:
    """`text` under one family; the result depends on nothing but the arguments.

    Links and handles stay as they are: a link that hides is harm of its own, and
    would count as a false alarm where the text was clean.

    Raises:
        KeyError: there is no such family.
    """
    rng, apply = _rng(name, text, seed), FAMILIES[name].apply
    addresses = _ADDRESS.findall(text)
    if not addresses or _HELD in text:
        return apply(text, rng, share)
    back = iter(addresses)
    changed = apply(_ADDRESS.sub(_HELD, text), rng, share)
    return "".join(next(back) if char == _HELD else char for char in changed)


def planted(name: str, text: str, term: str, *, seed: int) -> tuple[str, int, int]:
    """`text` with its first `term` disguised, and the span of what stands there now.

    The share is the one under which people still read the term.

    Raises:
        KeyError: there is no such family.
        ValueError: the term does not stand in the text.
    """
    family = FAMILIES[name]
    at = text.index(term)
    written = family.apply(term, _rng(name, text, seed), family.planted)
    changed = text[:at] + written + text[at + len(term) :]
    return changed, at, at + len(written)


def chosen_families(names: Iterable[str]) -> list[Family]:
    """The families of these names, each once, `none` first.

    Raises:
        ValueError: there is no such family; the message lists all.
    """
    wanted = list(dict.fromkeys(["none", *names]))
    unknown = [name for name in wanted if name not in FAMILIES]
    if unknown:
        message = f"unknown disguise {unknown[0]!r}; use some of {', '.join(FAMILIES)}"
        raise ValueError(message)
    return [FAMILIES[name] for name in wanted]


def _rng(name: str, text: str, seed: int) -> Random:
    """Random numbers of their own for each text, so that files may be cut anywhere."""
    key = f"{seed}\n{name}\n{text}".encode(errors="surrogatepass")
    return Random(key)  # noqa: S311 - repeatable, no secret


__all__ = ["FAMILIES", "Disguise", "Family", "chosen_families", "disguised", "planted"]
