"""Disguises of Chinese characters: another character that is read as the same."""

from collections.abc import Mapping, Sequence
from random import Random

from app.evaluate.disguise.picking import replaced, some
from app.evaluate.disguise.tables import look_alikes, same_sound, traditional
from app.text.tables import splits


def variant(text: str, rng: Random, share: float) -> str:
    """Traditional and variant forms: 辦假證."""
    return _swapped(text, rng, share, traditional())


def homophone(text: str, rng: Random, share: float) -> str:
    """Common characters of the same sound: 办贾正."""
    return _swapped(text, rng, share, same_sound())


def lookalike(text: str, rng: Random, share: float) -> str:
    """Characters of similar shape: 睹场."""
    return _swapped(text, rng, share, look_alikes())


def split(text: str, rng: Random, share: float) -> str:
    """Characters written as their parts: 氵先黑钅戋."""
    return _swapped(text, rng, share, splits())


def _swapped(
    text: str, rng: Random, share: float, table: Mapping[str, Sequence[str]]
) -> str:
    places = [i for i, char in enumerate(text) if char in table]
    picked = some(places, rng, share)
    return replaced(text, {i: rng.choice(table[text[i]]) for i in picked})
