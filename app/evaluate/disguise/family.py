"""One way of disguising, by name."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

Disguise = Callable[[str, Random, float], str]
"""`(text, rng, share) -> text`; see the room's docstring."""


@dataclass(frozen=True, slots=True)
class Family:
    """A disguise and what to say about it.

    `planted` is the share under which a single term counts as disguised: all of
    its places where readers can follow, fewer where they could not.
    """

    name: str
    apply: Disguise
    title: str
    planted: float = 1.0
