"""From hits to findings: schedules, rules, exempt phrases, overlaps."""

from collections import defaultdict
from dataclasses import replace
from datetime import datetime
from typing import Final

from app.domain.entry import Entry
from app.domain.finding import Finding, Span, Strategy
from app.domain.labels import Label
from app.domain.policy import DEFAULT_POLICY
from app.text.rules import Piece, match_rule
from app.text.scan import Hit, Hits
from app.text.snapshot import Snapshot

MOST_FINDINGS: Final = 100
_FLOOR: Final = 40
"""A disguise lowers a level, but never hides a term from review."""


Held = frozenset[tuple[str, str]]
"""Words, by list and term, that count for `review` at most."""
NOTHING_HELD: Final[Held] = frozenset()


def combine(
    snapshot: Snapshot, hits: Hits, now: datetime, held: Held = NOTHING_HELD
) -> tuple[list[Finding], list[tuple[int, int]]]:
    """Findings in no order, and the exempt hits `(unit, start)` that were used."""
    exempt: list[Hit] = []
    terms: list[Hit] = []
    pieces: defaultdict[int, list[Hit]] = defaultdict(list)
    for hit in hits.best.values():
        unit = snapshot.units[hit.unit]
        entry = snapshot.entries[unit.entry]
        if not _active(snapshot, entry, now):
            continue
        if unit.group >= 0:
            pieces[unit.entry].append(hit)
        else:
            (exempt if entry.exempt else terms).append(hit)
    kept, saved = _without_exempt(terms, exempt)
    findings = [_finding(snapshot, hit, held) for hit in _longest(snapshot, kept, held)]
    for number, parts in pieces.items():
        free, used = _without_exempt(parts, exempt)
        saved += used
        findings += _rule_finding(snapshot, number, free, held)
    shown = _without_echoes(findings)
    return shown[:MOST_FINDINGS], [(hit.unit, hit.start) for hit in saved]


def _active(snapshot: Snapshot, entry: Entry, now: datetime) -> bool:
    """Whether the schedules of an entry and of its list let it count."""
    scope = snapshot.scopes.get(entry.list_name)
    return entry.active(now) and (scope is None or scope.active(now))


def _without_echoes(findings: list[Finding]) -> list[Finding]:
    """Drop a finding where a stronger one of the same label says the same place."""
    if len(findings) < 2:
        return findings
    kept: list[Finding] = []
    for item in sorted(findings, key=lambda f: -f.weight):
        if not any(_says(other, item) for other in kept):
            kept.append(item)
    return kept


def _says(other: Finding, item: Finding) -> bool:
    """Whether every part of `item` lies inside a part of `other`."""
    return other.label is item.label and all(
        any(a.start <= b.start and b.end <= a.end for a in other.spans)
        for b in item.spans
    )


def _without_exempt(hits: list[Hit], exempt: list[Hit]) -> tuple[list[Hit], list[Hit]]:
    """Hits that no exempt phrase covers, and the phrases that covered one."""
    if not exempt:
        return hits, []
    kept: list[Hit] = []
    used: list[Hit] = []
    for hit in hits:
        savers = [p for p in exempt if p.start <= hit.start and hit.end <= p.end]
        used += savers[:1]
        if not savers:
            kept.append(hit)
    return kept, used


def _level(entry: Entry, penalty: int) -> int:
    """The level after the disguise is paid for."""
    return max(entry.level - penalty, min(entry.level, _FLOOR))


def _longest(snapshot: Snapshot, hits: list[Hit], held: Held) -> list[Hit]:
    """Drop hits inside another of the same unit, or of the same label and level.

    A word that is held weighs what it counts, or it would hide those inside it.
    """
    if len(hits) < 2:
        return hits

    def weight(hit: Hit) -> int:
        entry = snapshot.entries[snapshot.units[hit.unit].entry]
        return _capped(entry, _level(entry, hit.penalty), held)

    def label(hit: Hit) -> Label | None:
        return snapshot.entries[snapshot.units[hit.unit].entry].label

    kept: list[Hit] = []
    for hit in sorted(hits, key=lambda h: (h.start, h.start - h.end, -weight(h))):
        inside = any(
            other.start <= hit.start
            and hit.end <= other.end
            and (
                other.unit == hit.unit
                or (label(other) is label(hit) and weight(other) >= weight(hit))
            )
            for other in kept[-8:]
        )
        if not inside:
            kept.append(hit)
    return kept


def _make(
    entry: Entry, level: int, folds: tuple[str, ...], spans: tuple[Span, ...]
) -> Finding:
    """A keyword finding with the suggest of the default policy."""
    label = entry.label or Label.OTHER
    return Finding(
        strategy=Strategy.KEYWORD,
        label=label,
        suggest=DEFAULT_POLICY.suggest(Strategy.KEYWORD, label, level),
        level=level,
        term=entry.term,
        start=min(span.start for span in spans),
        end=max(span.end for span in spans),
        folds=folds,
        parts=spans if len(spans) > 1 else (),
        list_name=entry.list_name or None,
    )


def _capped(entry: Entry, level: int, held: Held) -> int:
    """The level that counts: a word that is held never refuses by itself."""
    if held and (entry.list_name, entry.term) in held:
        return min(level, DEFAULT_POLICY.default.risky - 1)
    return level


def _finding(snapshot: Snapshot, hit: Hit, held: Held) -> Finding:
    """The finding of a plain term."""
    entry = snapshot.entries[snapshot.units[hit.unit].entry]
    level = _capped(entry, _level(entry, hit.penalty), held)
    return _make(entry, level, hit.folds, (Span(hit.start, hit.end),))


def _rule_finding(
    snapshot: Snapshot, number: int, hits: list[Hit], held: Held
) -> list[Finding]:
    """The finding of a rule, if its parts stand together."""
    entry, rule = snapshot.entries[number], snapshot.rules[number].rule
    parts = [
        Piece(unit.group, h.start, h.end, h.penalty, h.folds, unit.text)
        for h in hits
        for unit in [snapshot.units[h.unit]]
    ]
    matched = match_rule(rule, sorted(parts, key=lambda piece: piece.start))
    if matched is None:
        return []
    worst = max(piece.penalty for piece in matched)
    level = _capped(entry, _level(entry, worst), held)
    folds = tuple(dict.fromkeys(fold for piece in matched for fold in piece.folds))
    spans = tuple(Span(piece.start, piece.end) for piece in matched)
    words = tuple(piece.word for piece in matched)
    return [replace(_make(entry, level, folds, spans), words=words)]
