"""Whose text it is, and which lists therefore say nothing about it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from app.domain.entry import Entry
from app.domain.lists import ListScope
from app.domain.scenes import Scene


@dataclass(frozen=True, slots=True)
class Hidden:
    """Lists that say nothing: `lists` at all, `words` only by their exempt phrases."""

    lists: frozenset[str]
    words: frozenset[str]

    def covers(self, entry: Entry) -> bool:
        """Whether this entry must not hit."""
        name = entry.list_name
        return name in self.lists or (name in self.words and not entry.exempt)


@dataclass(frozen=True, slots=True)
class Audience:
    """The app that asks, and the lists that it wants to be asked.

    `app` is None for nobody's text: only lists for everyone count. `lists` None
    means all. Exempt phrases are asked in any case: a choice of lists shall not
    bring back mistakes that the operator has mended.
    """

    app: str | None = None
    lists: frozenset[str] | None = None

    def hidden(
        self, scopes: Mapping[str, ListScope], names: frozenset[str], scene: Scene
    ) -> Hidden | None:
        """Which of the lists `names` with the settings `scopes` say nothing.

        None when all of them count.
        """
        if not scopes and self.lists is None:
            return None
        others = [name for name, s in scopes.items() if not s.concerns(self.app, scene)]
        unasked = frozenset() if self.lists is None else names - self.lists
        return Hidden(frozenset(others), unasked)

    def choosing(self, lists: frozenset[str] | None) -> "Audience":
        """The same app, asking these lists."""
        return self if lists is None else replace(self, lists=lists)


EVERYONE: Final = Audience()
