"""Texts as those write them who fear a filter: disguises for training, by seed."""

import random
from collections import defaultdict
from collections.abc import Callable
from functools import cache
from typing import Final

from app.text.model.reading import PICTURES
from app.text.symbols import is_han
from app.text.tables import common_characters, readings, shapes, splits, variants

_MARKS: Final = "*.-_ ~·/|+#、"
_EMOJI: Final = "😂😊🔥✨💋🌹👉❤️🎉💯🍀⭐"
_COMMON: Final = 3500


def _pick(rng: random.Random, options: str | list[str]) -> str:
    """One of the options, the same on every version of Python."""
    return options[int(rng.random() * len(options))]


@cache
def _common() -> frozenset[str]:
    return frozenset(common_characters()[:_COMMON])


@cache
def _same_sound() -> dict[str, list[str]]:
    """Common characters by syllable."""
    by_sound: defaultdict[str, list[str]] = defaultdict(list)
    for char in common_characters()[:_COMMON]:
        if char in readings():
            by_sound[readings()[char][0]].append(char)
    return dict(by_sound)


@cache
def _same_shape() -> dict[str, list[str]]:
    by_class: defaultdict[str, list[str]] = defaultdict(list)
    for char, name in sorted(shapes().items()):
        by_class[name].append(char)
    return dict(by_class)


@cache
def _older() -> dict[str, list[str]]:
    """Traditional and variant forms by the common character."""
    forms: defaultdict[str, list[str]] = defaultdict(list)
    for char, plain in variants().items():
        if ord(char) < 0x10000:
            forms[plain].append(char)
    return dict(forms)


@cache
def _pictures() -> dict[str, list[str]]:
    shown: defaultdict[str, list[str]] = defaultdict(list)
    for picture, char in PICTURES.items():
        shown[char].append(picture)
    return dict(shown)


def _homophone(char: str, rng: random.Random) -> str:
    row = readings().get(char)
    return _pick(rng, _same_sound().get(row[0], [char])) if row else char


def _pinyin(char: str, _rng: random.Random) -> str:
    row = readings().get(char)
    return row[0].replace("v", "u") if row else char


def _initial(char: str, _rng: random.Random) -> str:
    row = readings().get(char)
    return row[0][0] if row else char


def _pieces(char: str, rng: random.Random) -> str:
    drawn = [s for s in splits().get(char, ()) if len(s) <= 3]
    return _pick(rng, drawn) if drawn else char


def _alike(char: str, rng: random.Random) -> str:
    name = shapes().get(char)
    return _pick(rng, _same_shape()[name]) if name else char


def _traditional(char: str, rng: random.Random) -> str:
    return _pick(rng, _older().get(char, [char]))


def _picture(char: str, rng: random.Random) -> str:
    return _pick(rng, _pictures().get(char, [char + _pick(rng, _EMOJI)]))


def _marked(char: str, rng: random.Random) -> str:
    return char + _pick(rng, _MARKS)


Change = Callable[[str, random.Random], str]
CHANGES: Final[dict[str, Change]] = {
    "homophone": _homophone,
    "pinyin": _pinyin,
    "initials": _initial,
    "split": _pieces,
    "shape": _alike,
    "traditional": _traditional,
    "emoji": _picture,
    "marks": _marked,
}
SHUFFLE: Final = "shuffle"
FAMILIES: Final = (*CHANGES, SHUFFLE)


def disguised(
    text: str, family: str, rng: random.Random, *, share: float | None = None
) -> str:
    """The text with a share of its Chinese characters in one disguise.

    Without a `share` it is drawn between a sixth and two thirds.
    """
    portion = 0.17 + 0.5 * rng.random() if share is None else share
    if family == SHUFFLE:
        return _shuffled(text, rng, portion)
    change = CHANGES[family]
    return "".join(
        change(char, rng) if is_han(char) and rng.random() < portion else char
        for char in text
    )


def _shuffled(text: str, rng: random.Random, portion: float) -> str:
    chars, at = list(text), 0
    while at < len(chars) - 1:
        if rng.random() < portion / 2 and is_han(chars[at]) and is_han(chars[at + 1]):
            chars[at], chars[at + 1] = chars[at + 1], chars[at]
            at += 1
        at += 1
    return "".join(chars)


def any_disguise(text: str, rng: random.Random) -> str:
    """The text in one family of disguise, sometimes in two."""
    made = disguised(text, _pick(rng, list(FAMILIES)), rng)
    if rng.random() < 0.25:
        made = disguised(made, _pick(rng, list(FAMILIES)), rng, share=0.25)
    return made
