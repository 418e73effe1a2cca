"""Which places of a text are changed."""

from collections.abc import Sequence
from random import Random
from typing import TypeVar

T = TypeVar("T")


def some(places: Sequence[T], rng: Random, share: float) -> list[T]:
    """About `share` of the places, in order; one at least when `share` is above 0."""
    if not places or share <= 0:
        return []
    wanted = min(len(places), max(1, round(len(places) * share)))
    picked = sorted(rng.sample(range(len(places)), wanted))
    return [places[i] for i in picked]


def replaced(text: str, changes: dict[int, str]) -> str:
    """`text` with some characters, named by their index, written otherwise."""
    if not changes:
        return text
    chars = list(text)
    for at, written in changes.items():
        chars[at] = written
    return "".join(chars)
