"""The whole text check against a naive automaton over the raw texts."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import ahocorasick

from app.domain.entry import Entry
from app.domain.policy import DEFAULT_POLICY
from app.domain.verdict import decide
from app.lexicon.csvfile import read_entries
from app.settings import find_wordlists
from app.text.automaton import Engine
from app.text.borders import dictionary
from app.text.checker import Checker
from app.text.compiling import compile_snapshot
from app.text.grammar import parse_term
from app.text.model.model import Model
from app.text.model.shipped import load_shipped
from app.text.snapshot import Snapshot
from benchmarks import generate
from benchmarks.measure import alternate, cpu, cpu_without_collection, least
from benchmarks.report import Claim, Part, Row

NAIVE: Final = "naive"
ENGINES: Final[tuple[Engine, ...]] = ("daachorse", "pyahocorasick")
COMMENT: Final = 35
"""Length of a typical comment in code points."""
BATCHED: Final = "batched"
BATCH: Final = 100
WITH_MODEL: Final = "words and model"
MODEL_CLAIMS: Final = {"daachorse": Claim("≤", 2.0)}
PIECE: Final = 35_000
"""Characters that each side checks before the other has its turn."""
CLAIMS: Final = {
    "daachorse": Claim("≤", 1.0),
    "pyahocorasick": Claim("≤", 2.0),
}


@dataclass(frozen=True, slots=True)
class Size:
    """How much is measured; the tests take little."""

    terms: int = 100_000
    comments: int = 3000
    rounds: int = 15
    seconds: float = 8.0
    longer: tuple[tuple[int, int], ...] = ((500, 210), (2500, 42))
    """Lengths and counts of the longer texts."""


def run(size: Size | None = None) -> Part:
    """Measure everything of this part."""
    size = size or Size()
    dictionary()
    part = Part("text", "Text check against a naive pyahocorasick iter")
    texts = _texts(size)
    plain = [Entry(term) for term in texts.terms]
    part.notes.append(
        "Measured is the CPU time of one text, folded, scanned, judged and decided:"
        " the mean over all texts, of the least that each piece of the texts cost in"
        f" {size.rounds} rounds in which all sides took turns."
    )
    part.notes.append(
        f"standard: {size.terms:,} standard terms. packs: the shipped packs with their"
        f" fuzzy terms and rules, filled up to {size.terms:,} with standard terms; the"
        " baseline knows their plain strings only."
    )
    part.notes.append(
        f"{WITH_MODEL}: the shipped content model scores each text, too, alone or all"
        " texts as one batch."
    )
    _measure(part, "standard", plain, texts, size)
    _measure(part, "packs", with_packs(plain), texts, size)
    return part


@dataclass(frozen=True, slots=True)
class Texts:
    """The terms, and texts of each length with some of them planted."""

    terms: list[str]
    by_length: dict[int, list[str]]


def _texts(size: Size) -> Texts:
    """Clean texts first: terms must not be in them, except where planted."""
    shapes = [(COMMENT, size.comments), *size.longer]
    clean = [text for length, n in shapes for text in generate.comments(n, length)]
    terms = generate.terms(size.terms, unlike=clean)
    made = {length: generate.comments(n, length, planted=terms) for length, n in shapes}
    return Texts(terms, made)


def with_packs(plain: Sequence[Entry]) -> list[Entry]:
    """The shipped packs, filled up with standard terms to the same number."""
    packs: list[Entry] = []
    for path in sorted(find_wordlists().glob("*.csv")):
        packs.extend(read_entries(path).entries)
    return [*packs, *plain][: max(len(plain), len(packs))]


def _measure(
    part: Part, label: str, entries: list[Entry], texts: Texts, size: Size
) -> None:
    """Rows for one lexicon: each length and engine, then the builds."""
    raw = [term for entry in entries for term in _strings(entry)]
    naive = naive_automaton(raw)
    snapshots = {name: compile_snapshot(entries, engine=name) for name in ENGINES}
    for length, sample in texts.by_length.items():
        kept = _compete(naive, snapshots, sample, size)
        claimed = label == "standard" and length == COMMENT
        for name in ENGINES:
            what = f"{label}, {length} characters, {name}"
            claim = CLAIMS[name] if claimed else None
            part.rows.append(_row(what, kept, name, len(sample), claim))
        for name in ENGINES:
            what = f"{label}, {length} characters, {WITH_MODEL}, {name}"
            claim = MODEL_CLAIMS.get(name) if claimed else None
            modelled = f"{WITH_MODEL}, {name}"
            part.rows.append(_row(what, kept, modelled, len(sample), claim))
        if length == COMMENT:
            what = f"{label}, {length} characters, the model alone, in batches"
            part.rows.append(_row(what, kept, BATCHED, len(sample), None))
    part.notes.append(
        _found(label, naive, snapshots["daachorse"], texts.by_length[COMMENT])
    )
    part.rows.extend(_builds(label, entries, raw, size))


def _strings(entry: Entry) -> Iterable[str]:
    """The plain strings that a naive matcher would be given; it knows no rules."""
    parsed = parse_term(entry.term)
    plain = parsed.kind == "term" and not entry.exempt
    return parsed.parts if plain else ()


def naive_automaton(terms: Iterable[str]) -> Any:
    """What everybody writes first."""
    automaton = ahocorasick.Automaton()
    for index, term in enumerate(terms):
        automaton.add_word(term, index)
    automaton.make_automaton()
    return automaton


def naive_pass(automaton: Any, texts: Sequence[str]) -> None:
    """All hits in the raw texts, collected and thrown away."""
    for text in texts:
        list(automaton.iter(text))


def checked_pass(checker: Checker, texts: Sequence[str]) -> None:
    """The whole check as the service does it, up to the verdict."""
    for text in texts:
        decide(checker.check(text).findings, DEFAULT_POLICY)


def batched_pass(model: Model, texts: Sequence[str]) -> None:
    """The model alone, as the batch of the native API asks it."""
    for start in range(0, len(texts), BATCH):
        model.judge_many(texts[start : start + BATCH])


def _compete(
    naive: Any, snapshots: dict[Engine, Snapshot], sample: Sequence[str], size: Size
) -> dict[str, float]:
    """Seconds for the whole sample, by name."""
    model = load_shipped()
    runs: dict[str, Callable[[Sequence[str]], None]] = {
        NAIVE: partial(naive_pass, naive),
        **{
            name: partial(checked_pass, Checker(snapshot))
            for name, snapshot in snapshots.items()
        },
        **{
            f"{WITH_MODEL}, {name}": partial(checked_pass, Checker(snapshot, model))
            for name, snapshot in snapshots.items()
        },
        BATCHED: partial(batched_pass, model),
    }
    for work in runs.values():  # tables fill on first use
        work(sample)
    step = max(1, PIECE // len(sample[0]))
    pieces = [
        {name: partial(cpu, partial(work, piece)) for name, work in runs.items()}
        for piece in (sample[i : i + step] for i in range(0, len(sample), step))
    ]
    return least(pieces, rounds=size.rounds, seconds=size.seconds)


def _row(
    what: str, kept: dict[str, float], name: str, texts: int, claim: Claim | None
) -> Row:
    return Row(
        what,
        f"{kept[name] / texts * 1e6:.1f} µs",
        f"{kept[NAIVE] / texts * 1e6:.1f} µs",
        kept[name] / kept[NAIVE],
        claim,
    )


def _found(label: str, naive: Any, snapshot: Snapshot, texts: Sequence[str]) -> str:
    """How many comments hit something, so that nobody measures a deaf matcher."""
    raw = sum(1 for text in texts if next(iter(naive.iter(text)), None))
    checker = Checker(snapshot)
    ours = sum(1 for text in texts if checker.check(text).findings)
    return (
        f"Of {len(texts)} comments of {COMMENT} characters the naive one hits {raw},"
        f" the check {ours} ({label})."
    )


def _builds(
    label: str, entries: list[Entry], raw: list[str], size: Size
) -> Iterable[Row]:
    """Compiling the snapshot against building the bare automaton of its engine."""
    bare = {
        "daachorse": partial(bare_daachorse, raw),
        "pyahocorasick": partial(naive_automaton, raw),
    }
    turns = {}
    for name in ENGINES:
        turns[f"bare {name}"] = partial(cpu_without_collection, bare[name])
        compiled = partial(compile_snapshot, entries, engine=name)
        turns[name] = partial(cpu_without_collection, compiled)
    kept = alternate(turns, rounds=min(3, size.rounds), seconds=size.seconds)
    for name in ENGINES:
        yield Row(
            f"{label}, compile_snapshot, {name}",
            f"{kept.best(name):.2f} s",
            f"{kept.best(f'bare {name}'):.2f} s",
            kept.ratio(name, f"bare {name}"),
        )


def bare_daachorse(terms: Iterable[str]) -> Any:
    """The double array alone."""
    from daachorse import CharwiseDoubleArrayAhoCorasick  # noqa: PLC0415 an extra

    return CharwiseDoubleArrayAhoCorasick(list(dict.fromkeys(terms)))
