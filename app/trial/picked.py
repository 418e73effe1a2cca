"""Texts of one process that were chosen as samples and wait to be written."""

from collections.abc import Callable
from typing import NamedTuple

from app.domain.scenes import Scene

MAX_WAITING = 1000
"""Texts that wait; when more come, each has the same chance to stay."""

MAX_CHARACTERS = 1_000_000
"""Of all texts that wait, in code points."""


class Picked(NamedTuple):
    """One text; `at` is Unix time in seconds."""

    appid: str
    scene: Scene
    at: float
    text: str


class Reservoir:
    """Keeps a fair choice in bounded memory."""

    def __init__(self, chance: Callable[[], float]) -> None:
        """`chance` gives numbers from 0 to 1 (exclusive)."""
        self._chance = chance
        self._kept: list[Picked] = []
        self._offered = 0
        self._characters = 0

    def __len__(self) -> int:
        """How many texts wait."""
        return len(self._kept)

    def offer(self, picked: Picked) -> bool:
        """Take a text, perhaps in place of another; False when one was lost."""
        self._offered += 1
        if len(self._kept) < MAX_WAITING:
            return self._put(picked, None)
        place = int(self._chance() * self._offered)
        if place < MAX_WAITING:
            self._put(picked, place)
        return False

    def take(self) -> list[Picked]:
        """Hand over what waits, and begin anew."""
        kept, self._kept = self._kept, []
        self._offered = self._characters = 0
        return kept

    def _put(self, picked: Picked, place: int | None) -> bool:
        """Set a text at a place, or at the end, if its characters have room."""
        freed = 0 if place is None else len(self._kept[place].text)
        characters = self._characters + len(picked.text) - freed
        if characters > MAX_CHARACTERS:
            return False
        self._characters = characters
        if place is None:
            self._kept.append(picked)
        else:
            self._kept[place] = picked
        return True
