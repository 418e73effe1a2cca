"""Disguises by order and number: swapped neighbours, repeated characters."""

from itertools import pairwise
from random import Random

from app.evaluate.disguise.picking import replaced, some


def repeat(text: str, rng: Random, share: float) -> str:
    """Characters written two to four times: 办假假假证."""
    places = [i for i, char in enumerate(text) if char.isalpha()]
    picked = some(places, rng, share)
    return replaced(text, {i: text[i] * rng.choice((2, 3, 3, 4)) for i in picked})


def shuffle(text: str, rng: Random, share: float) -> str:
    """Neighbours that change places: 办证假; no character moves twice."""
    pairs = enumerate(pairwise(text))
    places = [i for i, (a, b) in pairs if a != b and a.isalpha() and b.isalpha()]
    changes: dict[int, str] = {}
    for i in some(places, rng, share / 2):
        if i not in changes:
            changes |= {i: text[i + 1], i + 1: text[i]}
    return replaced(text, changes)
