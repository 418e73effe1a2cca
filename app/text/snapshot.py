"""A compiled wordlist, ready to match: immutable, swapped by reference."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from app.domain.entry import Entry
from app.domain.lists import ListScope
from app.domain.scenes import Scene
from app.text.automaton import Automaton, load
from app.text.columns import LazyRules, read_entries, read_refs, read_units
from app.text.container import DamagedError, read_sections
from app.text.fold import ScanTable, fold_table
from app.text.grammar import TermError
from app.text.patterns import Ref, RulePlan, Unit
from app.text.symbols import BETWEEN_TEXTS, OTHER, SEPARATOR, outlines, sounds

FORMAT: Final = 1
"""Raised whenever compiled wordlists change their shape or meaning."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything that a check needs. Entries and the like are made when asked for.

    `scopes` are the settings of lists that have any; `list_names` are all lists.
    """

    version: str
    entries: Sequence[Entry]
    units: Sequence[Unit]
    exempt_units: Sequence[int]
    refs: Sequence[tuple[Ref, ...]]
    rules: Mapping[int, RulePlan]
    composed: Mapping[int, str]
    automaton: Automaton | None
    context: Automaton | None
    plain_table: ScanTable
    spaced_table: ScanTable
    exact_table: ScanTable | None
    triple_table: ScanTable | None
    latin_fuzzy: bool
    scopes: Mapping[str, ListScope]
    list_names: frozenset[str]
    problems: tuple[TermError, ...] = ()
    kept: dict[type, object] = field(default_factory=dict, compare=False, repr=False)
    """What others make of this snapshot once and use again."""


def thaw(block: memoryview, *, version: str = "") -> Snapshot:
    """The snapshot in a compiled block, which must stay as it is.

    Raises:
        DamagedError: cut short, changed, or written by another release.
    """
    sections = read_sections(block)
    meta: dict[str, Any] = json.loads(bytes(sections["meta"]))
    if meta["format"] != FORMAT:
        raise DamagedError("the file was compiled by another release")
    alphabet = frozenset(meta["alphabet"])
    scopes = map(_scope, meta["scopes"])
    return Snapshot(
        version=version,
        entries=read_entries(sections),
        units=read_units(sections),
        exempt_units=sections["exempt"].cast("I"),
        refs=read_refs(sections),
        rules=LazyRules(sections),
        composed={int(at): char for at, char in meta["composed"].items()},
        automaton=_automaton(meta["engine"], sections.get("automaton.main")),
        context=_automaton(meta["engine"], sections.get("automaton.context")),
        plain_table=_plain_table(alphabet),
        spaced_table=_spaced_table(alphabet),
        exact_table=_exact_table(alphabet) if meta["exact"] else None,
        triple_table=_triple_table(alphabet) if meta["similar"] else None,
        latin_fuzzy=meta["latin_fuzzy"],
        scopes={scope.name: scope for scope in scopes},
        list_names=frozenset(meta["list_names"]),
        problems=tuple(TermError(*problem) for problem in meta["problems"]),
    )


def meta_scope(scope: ListScope) -> list[Any]:
    """The settings of a list as the block keeps them."""
    return [
        scope.name,
        None if scope.apps is None else sorted(scope.apps),
        sorted(scope.scenes),
        scope.starts and scope.starts.isoformat(),
        scope.expires and scope.expires.isoformat(),
        scope.enabled,
    ]


def _scope(written: list[Any]) -> ListScope:
    """The settings behind `meta_scope`."""
    name, apps, scenes, starts, expires, enabled = written
    return ListScope(
        name,
        None if apps is None else frozenset(apps),
        frozenset(map(Scene, scenes)),
        starts and datetime.fromisoformat(starts),
        expires and datetime.fromisoformat(expires),
        enabled,
    )


def _automaton(engine: str, dumped: memoryview | None) -> Automaton | None:
    """One automaton of the block.

    Raises:
        DamagedError: it cannot be read.
    """
    if dumped is None:
        return None
    try:
        return load(engine, bytes(dumped))
    except ValueError:
        raise DamagedError("the automaton in the file cannot be read") from None


def _plain(char: str, alphabet: frozenset[str]) -> str:
    """Folded, with every character that no pattern knows as one symbol."""
    shown = fold_table()[ord(char)]
    return "".join(c if c in alphabet else _foreign(c) for c in shown)


def _foreign(char: str) -> str:
    """How a character appears that stands in no pattern."""
    return SEPARATOR if char == BETWEEN_TEXTS else OTHER


def _plain_table(alphabet: frozenset[str]) -> ScanTable:
    """The text as folded."""
    return ScanTable(lambda char: _plain(char, alphabet))


def _spaced_table(alphabet: frozenset[str]) -> ScanTable:
    """As the plain table, but white space is shown as a foreign character."""
    return ScanTable(
        lambda char: _plain(char, alphabet) or (OTHER if char.isspace() else "")
    )


def _triple_table(alphabet: frozenset[str]) -> ScanTable:
    """Folded, sound and shape of each character, side by side.

    Three views cost one translation: every third character from 0, 1 or 2.
    """
    table, sound, shape = fold_table(), sounds(), outlines()

    def three(char: str) -> str:
        symbols = (char, sound.get(char, char), shape.get(char, char))
        return "".join(c if c in alphabet else _foreign(char) for c in symbols)

    return ScanTable(lambda char: "".join(map(three, table[ord(char)])))


def _exact_table(alphabet: frozenset[str]) -> ScanTable:
    """The text as written; characters that no pattern knows as one symbol."""
    return ScanTable(lambda char: char if char in alphabet else _foreign(char))
