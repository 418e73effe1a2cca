"""A compiled wordlist in columns: objects are made only for what a text hits.

A hundred thousand entries as Python objects cost a tenth of a second to make in
each process and forty megabytes to keep. As columns in a mapped file they cost
nothing before they are needed, and all processes of a machine share them.
"""

from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final, Generic, TypeVar, overload

import orjson

from app.domain.entry import Entry, Match
from app.domain.labels import Label
from app.domain.scenes import Scene
from app.text.forms import Kind
from app.text.patterns import Ref, RulePlan, Unit
from app.text.rules import Rule

T = TypeVar("T")

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_NEVER: Final = -(2**63)
_LABELS: Final[dict[int, Label | None]] = {0: None} | {int(x): x for x in Label}
_MATCHES: Final = tuple(Match)
_SCENES: Final = tuple(Scene)
_KINDS: Final = tuple(Kind)

Sections = Mapping[str, memoryview]


class Lazy(Sequence[T], Generic[T]):
    """A sequence that makes its items when they are first asked for, and keeps them."""

    def __init__(self, size: int, make: Callable[[int], T]) -> None:
        """So many items; `make(i)` gives the item at `i`."""
        self._size = size
        self._make = make
        self._made: dict[int, T] = {}

    def __len__(self) -> int:
        return self._size

    @overload
    def __getitem__(self, at: int) -> T: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[T]: ...
    def __getitem__(self, at: int | slice) -> T | Sequence[T]:
        try:
            return self._made[at]  # type: ignore[index]  # a slice is not there
        except (KeyError, TypeError):
            return self._find(at)

    def _find(self, at: int | slice) -> T | Sequence[T]:
        """What is not kept yet."""
        if isinstance(at, slice):
            return [self[i] for i in range(*at.indices(self._size))]
        index = at + self._size if at < 0 else at
        if not 0 <= index < self._size:
            raise IndexError(at)
        return self._made.setdefault(at, self._make(index))

    def __iter__(self) -> Iterator[T]:
        return (self[i] for i in range(self._size))


class LazyRules(Mapping[int, RulePlan]):
    """Rules by the number of their entry, read when an anchor was found."""

    def __init__(self, sections: Sections) -> None:
        """Know which entries are rules."""
        numbers = sections["rules.entry"].cast("I")
        self._at = {number: at for at, number in enumerate(numbers)}
        text, ends = sections["rules.text"], sections["rules.ends"].cast("I")
        self._plans = Lazy(len(numbers), lambda at: _plan(_cut(text, ends, at)))

    def __getitem__(self, number: int) -> RulePlan:
        return self._plans[self._at[number]]

    def __iter__(self) -> Iterator[int]:
        return iter(self._at)

    def __len__(self) -> int:
        return len(self._at)


class _Words:
    """Strings, each kept once."""

    def __init__(self) -> None:
        self.number: dict[str, int] = {}

    def numbers(self, texts: Iterable[str]) -> bytes:
        """The column that says which string stands in each row."""
        known = self.number
        return array(
            "I", [known.setdefault(text, len(known)) for text in texts]
        ).tobytes()

    def sections(self) -> dict[str, bytes]:
        """The strings themselves."""
        encoded = [text.encode("utf-8", "surrogatepass") for text in self.number]
        return {"words.text": b"".join(encoded), "words.ends": _ends(encoded)}


def write_columns(
    entries: Sequence[Entry],
    units: Sequence[Unit],
    refs: Sequence[Sequence[Ref]],
    rules: Mapping[int, RulePlan],
) -> dict[str, bytes]:
    """The columns of everything that grows with the number of terms."""
    words = _Words()
    flat = [ref for group in refs for ref in group]
    plans = [orjson.dumps(_written(plan)) for plan in rules.values()]
    columns = {
        **_entry_columns(entries, words),
        "units.entry": _column("I", (unit.entry for unit in units)),
        "units.text": words.numbers(unit.text for unit in units),
        "units.folded": words.numbers(unit.folded for unit in units),
        "units.group": _column("b", (unit.group for unit in units)),
        "refs.ends": _ends(refs),
        "refs.unit": _column("i", (ref.unit for ref in flat)),
        "refs.kind": bytes([ref.kind for ref in flat]),
        "rules.entry": _column("I", rules),
        "rules.text": b"".join(plans),
        "rules.ends": _ends(plans),
    }
    return columns | words.sections()


def read_entries(sections: Sections) -> Lazy[Entry]:
    """The entries behind their columns."""
    word = _reader(sections)
    term, note = sections["entries.term"].cast("I"), sections["entries.note"].cast("I")
    label, scenes = (
        sections["entries.label"].cast("I"),
        sections["entries.scenes"].cast("I"),
    )
    starts, ends = (
        sections["entries.starts"].cast("q"),
        sections["entries.expires"].cast("q"),
    )
    level, match = sections["entries.level"], sections["entries.match"]
    names = sections["entries.list"].cast("I")

    def make(at: int) -> Entry:
        return Entry(
            word(term[at]),
            _LABELS[label[at]],
            level[at],
            _MATCHES[match[at]],
            _scenes(scenes[at]),
            _moment(starts[at]),
            _moment(ends[at]),
            word(note[at]),
            word(names[at]),
        )

    return Lazy(len(term), make)


def read_units(sections: Sections) -> Lazy[Unit]:
    """The units behind their columns."""
    word = _reader(sections)
    entry, group = sections["units.entry"].cast("I"), sections["units.group"].cast("b")
    text, folded = sections["units.text"].cast("I"), sections["units.folded"].cast("I")
    return Lazy(
        len(entry),
        lambda at: Unit(entry[at], word(text[at]), word(folded[at]), group[at]),
    )


def read_refs(sections: Sections) -> Lazy[tuple[Ref, ...]]:
    """Why each pattern is there."""
    ends = sections["refs.ends"].cast("I")
    unit, kind = sections["refs.unit"].cast("i"), sections["refs.kind"]

    def make(at: int) -> tuple[Ref, ...]:
        first = ends[at - 1] if at else 0
        return tuple(Ref(unit[i], _KINDS[kind[i]]) for i in range(first, ends[at]))

    return Lazy(len(ends), make)


def _entry_columns(entries: Sequence[Entry], words: _Words) -> dict[str, bytes]:
    """The columns of the entries."""
    return {
        "entries.term": words.numbers(entry.term for entry in entries),
        "entries.label": _column("I", (entry.label or 0 for entry in entries)),
        "entries.level": bytes([entry.level for entry in entries]),
        "entries.match": bytes([_MATCHES.index(entry.match) for entry in entries]),
        "entries.scenes": _column("I", (_bits(entry.scenes) for entry in entries)),
        "entries.starts": _column("q", (_number(entry.starts) for entry in entries)),
        "entries.expires": _column("q", (_number(entry.expires) for entry in entries)),
        "entries.note": words.numbers(entry.note for entry in entries),
        "entries.list": words.numbers(entry.list_name for entry in entries),
    }


def _column(kind: str, values: Iterable[int]) -> bytes:
    """Numbers of one width, in this machine's order: the file stays on it."""
    return array(kind, values).tobytes()


def _ends(parts: Iterable[Sequence[object] | bytes]) -> bytes:
    """Where each part ends when all are laid end to end."""
    ends, at = array("I"), 0
    for part in parts:
        at += len(part)
        ends.append(at)
    return ends.tobytes()


def _cut(text: memoryview, ends: memoryview, at: int) -> memoryview:
    """One part out of many laid end to end."""
    return text[ends[at - 1] if at else 0 : ends[at]]


def _reader(sections: Sections) -> Callable[[int], str]:
    """How to get a string by its number."""
    text, ends = sections["words.text"], sections["words.ends"].cast("I")
    return lambda at: str(_cut(text, ends, at), "utf-8", "surrogatepass")


def _bits(scenes: frozenset[Scene]) -> int:
    """A set of scenes as bits."""
    return (
        sum(1 << at for at, scene in enumerate(_SCENES) if scene in scenes)
        if scenes
        else 0
    )


def _scenes(bits: int) -> frozenset[Scene]:
    """The set behind `_bits`."""
    return frozenset(scene for at, scene in enumerate(_SCENES) if bits >> at & 1)


def _number(moment: datetime | None) -> int:
    """Microseconds since 1970, exactly."""
    return _NEVER if moment is None else (moment - _EPOCH) // _MICROSECOND


def _moment(number: int) -> datetime | None:
    """The moment behind `_number`."""
    return None if number == _NEVER else _EPOCH + number * _MICROSECOND


def _written(plan: RulePlan) -> list[object]:
    """A rule as JSON can hold it."""
    rule = plan.rule
    groups = [
        [
            [index, [[ref.unit, int(ref.kind)] for ref in refs]]
            for index, refs in group.items()
        ]
        for group in plan.groups
    ]
    return [rule.entry, rule.required, rule.forbidden, rule.window, plan.anchor, groups]


def _plan(written: memoryview) -> RulePlan:
    """The rule behind `_written`."""
    entry, required, forbidden, window, anchor, groups = orjson.loads(written)
    return RulePlan(
        Rule(entry, required, forbidden, window),
        anchor,
        tuple(
            {
                index: [Ref(unit, _KINDS[kind]) for unit, kind in refs]
                for index, refs in group
            }
            for group in groups
        ),
    )
