"""Patterns and why each is there; rules and where their parts are looked up."""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import NamedTuple

from app.text.forms import Kind
from app.text.rules import Rule


class Ref(NamedTuple):
    """Why a pattern is in the automaton: a unit in one of its forms."""

    unit: int
    kind: Kind


class Unit(NamedTuple):
    """One string to find: a whole term, or one part of a rule.

    `group` is the position of the part in its rule, -1 for a whole term.
    """

    entry: int
    text: str
    folded: str
    group: int = -1


@dataclass(frozen=True, slots=True)
class RulePlan:
    """A rule with the patterns that can fill each of its groups.

    The words of one required group, the `anchor`, are looked for in every text;
    those of the other groups only in texts where an anchor was found, by an
    automaton of their own.
    """

    rule: Rule
    anchor: int
    groups: tuple[dict[int, list[Ref]], ...]

    def possible(self, context: Collection[int]) -> bool:
        """Whether each required group besides the anchor was found, too."""
        return all(
            group == self.anchor or any(index in context for index in patterns)
            for group, patterns in enumerate(self.groups[: self.rule.required])
        )


@dataclass(slots=True)
class PatternSet:
    """Distinct patterns in order, each with its reasons."""

    index: dict[str, int] = field(default_factory=dict)
    refs: list[list[Ref]] = field(default_factory=list)

    def add(self, text: str) -> int:
        """The number of a pattern, a new one if it was not there."""
        at = self.index.setdefault(text, len(self.refs))
        if at == len(self.refs):
            self.refs.append([])
        return at

    def add_ref(self, text: str, ref: Ref) -> None:
        """Note one more reason for a pattern, new or not."""
        refs = self.refs
        at = self.index.setdefault(text, len(refs))
        if at == len(refs):
            refs.append([ref])
        else:
            refs[at].append(ref)
