"""From entries to a compiled wordlist."""

import gc
import json
import re
from array import array
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from itertools import compress
from typing import Final

from app.domain.entry import Entry, Match
from app.domain.lists import ListScope
from app.text.automaton import Engine, build, chosen
from app.text.borders import dictionary
from app.text.columns import write_columns
from app.text.container import write_sections
from app.text.fold import fold
from app.text.forms import Kind, fuzzy_forms, standard_forms
from app.text.grammar import Parsed, TermError, parse_term
from app.text.patterns import PatternSet, Ref, RulePlan, Unit
from app.text.rules import Rule
from app.text.snapshot import FORMAT, Snapshot, meta_scope, thaw
from app.text.symbols import BETWEEN_TEXTS, outlines, sounds
from app.text.tables import common_characters, splits

LONGEST_PATTERN: Final = 200
"""Folded terms beyond this length are refused, so that slices can overlap."""

_ALNUM: Final = (
    "0123456789abcdefghijklmnopqrstuvwxyz零〇一二三四五六七八九壹贰叁肆伍陆柒捌玖"
)
"""Always shown to the views, for the decisions that they take."""
_SIMPLE: Final = re.compile("[\u4e00-\u9fff]{1,20}")
"""Plain Han terms: nothing to parse, nothing to refuse."""
_SIMILAR: Final = frozenset({Kind.SOUND, Kind.SHAPE})
_SPECIAL: Final = re.compile(r"[&~|{}\\]")
_NO_TEXT: Final = re.compile("[\ud800-\udfff\ufffe\uffff]")
"""Lone surrogates, and the signs that the haystack keeps for itself."""
_EXEMPT_RULE: Final = r"an exempt phrase is no rule; write \& \~ \| for the signs"


@dataclass(slots=True)
class _Builder:
    """Collects patterns; lives only during `compile_snapshot`."""

    entries: list[Entry] = field(default_factory=list)
    units: list[Unit] = field(default_factory=list)
    main: PatternSet = field(default_factory=PatternSet)
    context: PatternSet = field(default_factory=PatternSet)
    rules: dict[int, RulePlan] = field(default_factory=dict)
    composed: dict[int, str] = field(default_factory=dict)
    problems: list[TermError] = field(default_factory=list)
    fuzzy_characters: set[str] = field(default_factory=set)
    kinds: set[Kind] = field(default_factory=set)

    def add_all(self, entries: Sequence[Entry]) -> None:
        """Take every entry in order; plain Han terms, nearly all, the short way."""
        simple = _which_simple(entries)
        # One translation for all is many times cheaper than one for each.
        terms = BETWEEN_TEXTS.join([e.term for e in compress(entries, simple)])
        folded = iter(fold(terms).split(BETWEEN_TEXTS))
        for entry, short in zip(entries, simple, strict=True):
            if not (short and self._add_simple(entry, next(folded))):
                self.add(entry)

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

    def _add_simple(self, entry: Entry, folded: str) -> bool:
        """Add a term without doubled characters; False: take the long way."""
        if len(set(folded)) != len(folded) or not folded:
            return False
        units, entries = self.units, self.entries
        ref = Ref(len(units), Kind.PLAIN)
        units.append(Unit(len(entries), entry.term, folded))
        entries.append(entry)
        self.main.add_ref(folded, ref)
        return True

    def _add_rule(
        self, number: int, entry: Entry, parsed: Parsed, folded: dict[str, str]
    ) -> None:
        """One unit for each alternative of each group."""
        required, forbidden = len(parsed.require), len(parsed.forbid)
        rule = Rule(number, required, forbidden, parsed.window)
        groups = tuple(dict[int, list[Ref]]() for _ in range(required + forbidden))
        anchor = min(range(required), key=lambda g: _commonness(parsed.require[g]))
        self.rules[number] = RulePlan(rule, anchor, groups)
        for group, alternatives in enumerate((*parsed.require, *parsed.forbid)):
            for text in alternatives:
                self._add_unit(entry, Unit(number, text, folded[text], group))

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
        self.kinds.add(ref.kind)
        unit = self.units[ref.unit] if ref.unit >= 0 else None
        if unit is None or unit.group < 0:
            self.main.add_ref(text, ref)
            return
        plan = self.rules[unit.entry]
        anchor = unit.group == plan.anchor
        patterns = self.main if anchor else self.context
        at = patterns.add(text)
        plan.groups[unit.group].setdefault(at, []).append(ref)
        if anchor:
            patterns.refs[at].append(ref)

    def add_splits(self) -> None:
        """Sequences that draw a character of some fuzzy term."""
        for char in sorted(self.fuzzy_characters):
            for sequence in splits().get(char, ()):
                text = fold(sequence)
                if len(text) > 1:
                    self._pattern(text, Ref(-1, Kind.SPLIT))
                    self.composed[self.main.index[text]] = char


def _commonness(words: Iterable[str]) -> int:
    """How often the words of a group are expected; the rarest is the anchor."""
    return sum(dictionary().frequency(word) for word in words)


def _which_simple(entries: Sequence[Entry]) -> list[bool]:
    """For which entries there is nothing to parse and nothing to refuse."""
    standard, plain = Match.STANDARD, _SIMPLE.fullmatch
    return [
        entry.match is standard and plain(entry.term) is not None for entry in entries
    ]


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


def _root_order(alphabet: frozenset[str]) -> str:
    """The characters of the haystack by likelihood, for the slow engine."""
    sound, shape = sounds(), outlines()
    order: dict[str, None] = dict.fromkeys("的一是了不我" + _ALNUM)
    for char in common_characters():
        for symbol in (char, sound.get(char), shape.get(char)):
            if symbol is not None and symbol in alphabet:
                order[symbol] = None
    return "".join(order)


def compile_block(
    entries: Iterable[Entry],
    *,
    scopes: Iterable[ListScope] = (),
    engine: Engine = "auto",
) -> bytes:
    """Compile entries into bytes for `thaw`, on a machine of the same kind.

    Entries that cannot work are listed in the snapshot's `problems`.
    """
    with without_collection():
        builder = _Builder()
        builder.add_all(tuple(entries))
        builder.add_splits()
        return _frozen(builder, scopes, engine)


def compile_snapshot(
    entries: Iterable[Entry],
    *,
    version: str = "",
    scopes: Iterable[ListScope] = (),
    engine: Engine = "auto",
) -> Snapshot:
    """Compile entries for use in this process."""
    block = compile_block(entries, scopes=scopes, engine=engine)
    return thaw(memoryview(block), version=version)


@contextmanager
def without_collection() -> Iterator[None]:
    """Hold the cyclic collector back while many lasting objects are made."""
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()


def _frozen(builder: _Builder, scopes: Iterable[ListScope], engine: Engine) -> bytes:
    """Everything that was collected, as one block."""
    patterns, context = list(builder.main.index), list(builder.context.index)
    alphabet = frozenset("".join((*patterns, *context, _ALNUM)))
    exempt = array(
        "I",
        [
            number
            for number, unit in enumerate(builder.units)
            if builder.entries[unit.entry].exempt
        ],
    )
    sections = {
        "meta": _meta(builder, alphabet, scopes, chosen(engine)),
        "exempt": exempt.tobytes(),
    }
    order = partial(_root_order, alphabet)
    if patterns:
        sections["automaton.main"] = build(patterns, order, engine).dump()
    if context:
        sections["automaton.context"] = build(context, order, engine).dump()
    refs = builder.main.refs
    columns = write_columns(builder.entries, builder.units, refs, builder.rules)
    return write_sections(sections | columns)


def _list_names(entries: Iterable[Entry]) -> list[str]:
    """The lists in which entries stand, by name."""
    return sorted({entry.list_name for entry in entries} - {""})


def _meta(
    builder: _Builder,
    alphabet: frozenset[str],
    scopes: Iterable[ListScope],
    engine: str,
) -> bytes:
    """What does not grow with the number of terms."""
    kinds = builder.kinds
    meta = {
        "format": FORMAT,
        "engine": engine,
        "alphabet": "".join(sorted(alphabet)),
        "composed": builder.composed,
        "exact": Kind.EXACT in kinds,
        "similar": bool(kinds & _SIMILAR),
        "latin_fuzzy": bool(kinds & {Kind.LEET, Kind.SOUND}),
        "scopes": [meta_scope(scope) for scope in scopes],
        "list_names": _list_names(builder.entries),
        "problems": [(error.term, error.message) for error in builder.problems],
    }
    return json.dumps(meta).encode()
