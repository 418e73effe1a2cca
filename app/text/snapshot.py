"""A wordlist compiled for matching: immutable, swapped by reference."""

import gc
import re
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from app.domain.entry import Entry, Match
from app.text.automaton import Automaton, Engine, build
from app.text.borders import dictionary
from app.text.fold import CharTable, fold, fold_table
from app.text.forms import Kind, fuzzy_forms, standard_forms
from app.text.grammar import Parsed, TermError, parse_term
from app.text.rules import Rule
from app.text.symbols import OTHER, outlines, sounds
from app.text.tables import common_characters, splits

LONGEST_PATTERN: Final = 200
"""Folded terms beyond this length are refused, so that slices can overlap."""

_ALNUM: Final = (
    "0123456789abcdefghijklmnopqrstuvwxyz零〇一二三四五六七八九壹贰叁肆伍陆柒捌玖"
)
"""Always shown to the views, for the decisions that they take."""
_SPECIAL: Final = re.compile(r"[&~|{}\\]")
_NO_TEXT: Final = re.compile("[\ud800-\udfff\ufffe\uffff]")
"""Lone surrogates, and the signs that the haystack keeps for itself."""
_EXEMPT_RULE: Final = r"an exempt phrase is no rule; write \& \~ \| for the signs"


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
    """A rule with the patterns that can fill each of its groups."""

    rule: Rule
    groups: tuple[dict[int, list[Ref]], ...]

    def possible(self, found: Collection[int]) -> bool:
        """Whether each required group has a pattern among those found."""
        required = self.groups[: self.rule.required]
        return all(any(index in found for index in group) for group in required)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything that a check needs, ready to use."""

    version: str
    entries: tuple[Entry, ...]
    units: tuple[Unit, ...]
    refs: tuple[tuple[Ref, ...], ...]
    rules: dict[int, RulePlan]
    anchors: dict[int, list[int]]
    parts: frozenset[int]
    composed: dict[int, str]
    automaton: Automaton | None
    plain_table: CharTable
    spaced_table: CharTable
    exact_table: CharTable | None
    sound_table: CharTable | None
    shape_table: CharTable | None
    latin_fuzzy: bool
    problems: tuple[TermError, ...] = ()


@dataclass(slots=True)
class _Builder:
    """Collects patterns; lives only during `compile_snapshot`."""

    entries: list[Entry] = field(default_factory=list)
    units: list[Unit] = field(default_factory=list)
    index: dict[str, int] = field(default_factory=dict)
    refs: list[list[Ref]] = field(default_factory=list)
    rules: dict[int, RulePlan] = field(default_factory=dict)
    anchors: dict[int, list[int]] = field(default_factory=dict)
    composed: dict[int, str] = field(default_factory=dict)
    problems: list[TermError] = field(default_factory=list)
    part_patterns: set[int] = field(default_factory=set)
    fuzzy_characters: set[str] = field(default_factory=set)
    kinds: set[Kind] = field(default_factory=set)

    def add(self, entry: Entry) -> None:
        """Take one entry; a term that cannot work becomes a problem."""
        try:
            self._read(len(self.entries), entry)
        except TermError as error:
            self.problems.append(error)

    def _read(self, number: int, entry: Entry) -> None:
        """Parse and check everything before any pattern is added."""
        parsed = _parse(entry.term)
        if parsed.kind == "rule":
            if entry.exempt:
                raise TermError(entry.term, _EXEMPT_RULE)
            folded = {text: _checked(entry, text) for text in parsed.parts}
            self.entries.append(entry)
            self._add_rule(number, entry, parsed, folded)
        else:
            text = parsed.require[0][0]
            unit = Unit(number, text, _checked(entry, text))
            self.entries.append(entry)
            self._add_unit(entry, unit)

    def _add_rule(
        self, number: int, entry: Entry, parsed: Parsed, folded: dict[str, str]
    ) -> None:
        """One unit for each alternative of each group."""
        required, forbidden = len(parsed.require), len(parsed.forbid)
        rule = Rule(number, required, forbidden, parsed.window)
        groups = tuple(dict[int, list[Ref]]() for _ in range(required + forbidden))
        self.rules[number] = RulePlan(rule, groups)
        for group, alternatives in enumerate((*parsed.require, *parsed.forbid)):
            for text in alternatives:
                self._add_unit(entry, Unit(number, text, folded[text], group))
        for index in min(groups[:required], key=self._commonness):
            self.anchors.setdefault(index, []).append(number)

    def _commonness(self, group: dict[int, list[Ref]]) -> int:
        """How often the words of a group are expected; the rarest is the anchor."""
        words = {self.units[ref.unit].folded for refs in group.values() for ref in refs}
        return sum(dictionary().frequency(word) for word in words)

    def _add_unit(self, entry: Entry, unit: Unit) -> None:
        """Every form in which this string may appear."""
        self.units.append(unit)
        number = len(self.units) - 1
        if entry.match is Match.EXACT:
            self._pattern(unit.folded, Ref(number, Kind.EXACT))
            return
        for text, kind in standard_forms(unit.folded):
            self._pattern(text, Ref(number, kind))
        if entry.match is Match.FUZZY and not entry.exempt:
            self.fuzzy_characters.update(unit.folded)
            for text, kind in fuzzy_forms(unit.folded):
                self._pattern(text, Ref(number, kind))

    def _pattern(self, text: str, ref: Ref) -> None:
        """Add a reason to a pattern, creating the pattern when new."""
        at = self.index.setdefault(text, len(self.refs))
        if at == len(self.refs):
            self.refs.append([])
        self.kinds.add(ref.kind)
        unit = self.units[ref.unit] if ref.unit >= 0 else None
        if unit is not None and unit.group >= 0:
            plan = self.rules[unit.entry].groups[unit.group]
            plan.setdefault(at, []).append(ref)
            self.part_patterns.add(at)
        else:
            self.refs[at].append(ref)

    def add_splits(self) -> None:
        """Sequences that draw a character of some fuzzy term."""
        for char in sorted(self.fuzzy_characters):
            for sequence in splits().get(char, ()):
                text = fold(sequence)
                if len(text) > 1:
                    self._pattern(text, Ref(-1, Kind.SPLIT))
                    self.composed[self.index[text]] = char


def _parse(term: str) -> Parsed:
    """Parse, taking the short way for the many terms without operators."""
    if len(term) <= LONGEST_PATTERN and not _SPECIAL.search(term):
        text = term.strip()
        if text:
            return Parsed("term", ((text,),))
    return parse_term(term)


def _checked(entry: Entry, text: str) -> str:
    """The string to search for, or a TermError that says what is wrong."""
    folded = text if entry.match is Match.EXACT else fold(text)
    if _NO_TEXT.search(folded):
        raise TermError(text, "the term holds code points that are not characters")
    if not folded:
        message = "nothing is left after folding; use match=exact for signs and emoji"
        raise TermError(text, message)
    if len(folded) > LONGEST_PATTERN:
        message = f"longer than {LONGEST_PATTERN} characters"
        raise TermError(text, message)
    return folded


def _plain_table(alphabet: frozenset[str]) -> CharTable:
    """Fold, with every character that no pattern knows as one symbol."""
    table = fold_table()

    def compute(char: str) -> str:
        return "".join(c if c in alphabet else OTHER for c in table[ord(char)])

    return CharTable(compute)


def _spaced_table(plain: CharTable) -> CharTable:
    """As the plain table, but white space is shown as a foreign character."""
    return CharTable(lambda char: plain[ord(char)] or (OTHER if char.isspace() else ""))


def _symbol_table(symbols: dict[str, str], alphabet: frozenset[str]) -> CharTable:
    """Fold, then sounds or shapes; digits and letters stay themselves."""
    table = fold_table()

    def one(char: str) -> str:
        symbol = symbols.get(char, char)
        return symbol if symbol in alphabet else OTHER

    return CharTable(lambda char: "".join(map(one, table[ord(char)])))


def _exact_table(alphabet: frozenset[str]) -> CharTable:
    """The text as written; characters that no pattern knows as one symbol."""
    return CharTable(lambda char: char if char in alphabet else OTHER)


def _root_order(alphabet: frozenset[str]) -> str:
    """The characters of the haystack by likelihood, for the slow engine."""
    sound, shape = sounds(), outlines()
    order: dict[str, None] = dict.fromkeys("的一是了不我" + _ALNUM)
    for char in common_characters():
        for symbol in (char, sound.get(char), shape.get(char)):
            if symbol is not None and symbol in alphabet:
                order[symbol] = None
    return "".join(order)


def _latin(builder: _Builder) -> bool:
    """Whether leetspeak and half-pinyin views have anything to find."""
    return bool(builder.kinds & {Kind.LEET, Kind.SOUND})


def compile_snapshot(
    entries: Iterable[Entry], *, version: str = "", engine: Engine = "auto"
) -> Snapshot:
    """Compile entries; those that cannot work are listed in `problems`."""
    with _no_collection():
        builder = _Builder()
        for entry in entries:
            builder.add(entry)
        builder.add_splits()
        return _finished(builder, version, engine)


@contextmanager
def _no_collection() -> Iterator[None]:
    """Hold the cyclic collector back: nothing here is garbage, it only costs."""
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()


def _finished(builder: _Builder, version: str, engine: Engine) -> Snapshot:
    """Freeze what was collected."""
    patterns = list(builder.index)
    alphabet = frozenset("".join(patterns)) | frozenset(_ALNUM)
    automaton = build(patterns, _root_order(alphabet), engine) if patterns else None
    kinds, plain = builder.kinds, _plain_table(alphabet)
    return Snapshot(
        version=version,
        entries=tuple(builder.entries),
        units=tuple(builder.units),
        refs=tuple(map(tuple, builder.refs)),
        rules=builder.rules,
        anchors=builder.anchors,
        parts=frozenset(builder.part_patterns),
        composed=builder.composed,
        automaton=automaton,
        plain_table=plain,
        spaced_table=_spaced_table(plain),
        exact_table=_exact_table(alphabet) if Kind.EXACT in kinds else None,
        sound_table=_symbol_table(sounds(), alphabet) if Kind.SOUND in kinds else None,
        shape_table=_symbol_table(outlines(), alphabet)
        if Kind.SHAPE in kinds
        else None,
        latin_fuzzy=_latin(builder),
        problems=tuple(builder.problems),
    )
