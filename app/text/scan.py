"""From a text to hits: views, one pass of the automaton, judgement."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

from app.domain.entry import Entry
from app.domain.policy import DEFAULT_POLICY
from app.domain.scenes import Scene
from app.text.audience import Hidden
from app.text.automaton import Found
from app.text.borders import ORDINARY, dictionary
from app.text.contacts import TRIGGER
from app.text.disguises import plainly_ordinary
from app.text.fold import fold
from app.text.forms import Kind
from app.text.judge import Judge
from app.text.once import once
from app.text.patterns import Ref, RulePlan
from app.text.sight import Candidate
from app.text.snapshot import Snapshot
from app.text.views import ACCEPTS, Plan, View, ViewKind, Views, lay_out, unfold

if TYPE_CHECKING:
    from app.text.result import BorderNote

SLICE: Final = 2000
"""Code points scanned in one piece."""
OVERLAP: Final = 600
"""Code points that a slice sees beyond its end; the longest hit fits."""
LOOKBACK: Final = 24
"""Code points that a slice sees before its start, for word borders."""
MOST_CANDIDATES: Final = 600
"""Candidates judged for one text; beyond it the result is `truncated`."""
_GRAVE: Final = DEFAULT_POLICY.default.risky
"""Terms of at least this level are judged even past the cap."""
_MOST_PARTS: Final = 200
"""Places kept for one part of rules in one text."""
_SLACK: Final = 200
"""Code points that the parts of a rule may themselves take up."""
_SIMILAR: Final = frozenset({ViewKind.SOUND, ViewKind.SHAPE})
_MOST_FOUND: Final = 20_000
"""Occurrences taken from the automaton for one slice."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A unit found at an original span, with the level it keeps."""

    unit: int
    start: int
    end: int
    penalty: int
    folds: tuple[str, ...]


@dataclass(slots=True)
class Hits:
    """Everything found in one text: the mildest form for each unit and place."""

    best: dict[tuple[int, int, int], Hit] = field(default_factory=dict)

    def add(self, hit: Hit) -> None:
        """Keep the form that costs least."""
        key = (hit.unit, hit.start, hit.end)
        known = self.best.get(key)
        if known is None or hit.penalty < known.penalty:
            self.best[key] = hit

    @property
    def anything(self) -> bool:
        """Whether there was any hit."""
        return bool(self.best)


class Scan:
    """One text on its way through the engine."""

    __slots__ = (
        "anchored",
        "anchors",
        "candidates",
        "capped",
        "contacts",
        "explain",
        "hidden",
        "hits",
        "notes",
        "scene",
        "seen",
        "snapshot",
        "text",
    )

    def __init__(
        self,
        snapshot: Snapshot,
        text: str,
        scene: Scene,
        *,
        explain: bool,
        hidden: Hidden | None = None,
    ) -> None:
        """Prepare; nothing is scanned before `steps`."""
        self.snapshot = snapshot
        self.text = text
        self.scene = scene
        self.explain = explain
        self.hidden = hidden
        self.hits = Hits()
        self.candidates = 0
        self.capped = False
        self.contacts = False
        self.anchored: dict[int, None] = {}
        self.anchors: dict[int, list[_Place]] = {}
        self.seen: list[_Seen] = []
        self.notes: list[BorderNote] = []

    @property
    def truncated(self) -> bool:
        """Whether anything was left out to keep the cost bounded."""
        return self.capped or self.candidates >= MOST_CANDIDATES

    def affords(self, entry: Entry) -> bool:
        """Whether one more candidate may be judged.

        Past the cap only grave terms are, up to the cap once more: a flood of
        trifles must not hide them.
        """
        if self.candidates < MOST_CANDIDATES:
            return True
        self.capped = True
        return entry.level >= _GRAVE and self.candidates < 2 * MOST_CANDIDATES

    @property
    def folded(self) -> str:
        """The whole text as folded."""
        return fold(self.text)

    def run(self) -> None:
        """Scan everything at once."""
        size = len(self.text)
        if size > SLICE + OVERLAP:
            for _ in self.steps():
                pass
            return
        self._slice(0, 0, size, size)
        self._end()

    def steps(self) -> Iterator[None]:
        """Scan slice by slice; parts of rules are set aside for the end."""
        size = len(self.text)
        if size <= SLICE + OVERLAP:
            self._slice(0, 0, size, size)
        else:
            for start in range(0, size, SLICE):
                low = max(0, start - LOOKBACK)
                self._slice(low, start, start + SLICE, start + SLICE + OVERLAP)
                yield
                if self.candidates >= 2 * MOST_CANDIDATES:
                    break
        self._end()

    def _end(self) -> None:
        """Judge the rules, then let go of what leads back here.

        Otherwise each text with a hit would wait for the collector, and with it
        the snapshot, however long ago it was replaced.
        """
        if self.anchored:
            self._judge_rules()
        self.seen.clear()
        self.anchors.clear()

    def _slice(self, low: int, start: int, stop: int, high: int) -> None:
        """Scan `text[low:high]`, keeping hits that begin in `start` to `stop`."""
        whole = low == 0 and high >= len(self.text)
        views = Views(self.text if whole else self.text[low:high], self.snapshot)
        if not self.contacts and TRIGGER.search(views.plain) is not None:
            self.contacts = True
        self._scan(_Slice(self, views, low, start, stop), views.all())

    def _scan(self, part: "_Slice", plans: list[Plan]) -> None:
        """One pass over the given views, then over joined characters, if any."""
        automaton = self.snapshot.automaton
        if automaton is None:
            return
        haystack = lay_out(plans)
        found = automaton.scan(haystack, _MOST_FOUND)
        seen = _Seen(part, plans, haystack)
        self.seen.append(seen)
        if found:
            self.capped = self.capped or len(found) >= _MOST_FOUND
            self._judge_found(seen, found)

    def _judge_found(self, seen: "_Seen", found: list[Found]) -> None:
        """Judge terms at once, set parts of rules aside, join split characters."""
        part, snap = seen.part, self.snapshot
        composed: list[tuple[int, int, str]] = []
        for view, first, last, index in _placed(found, unfold(seen.plans)):
            for ref in snap.refs[index]:
                if ref.kind is Kind.SPLIT:
                    if view.kind is ViewKind.PLAIN:
                        composed.append((first, last, snap.composed[index]))
                elif snap.units[ref.unit].group >= 0:
                    self._set_aside(_Place(part, view, first, last), index, ref)
                elif not part.judge_one(view, first, last, ref):
                    return
        if composed and part.drawn(composed):
            self._scan(part, [part.views.joined(_disjoint(composed))])

    def _set_aside(self, place: "_Place", index: int, ref: Ref) -> None:
        """Keep the anchor of a rule until its other parts are looked for."""
        if ref.kind in ACCEPTS[place.view.kind]:
            self.anchored.setdefault(self.snapshot.units[ref.unit].entry)
            places = self.anchors.setdefault(index, [])
            if len(places) < _MOST_PARTS:
                places.append(place)

    def _judge_rules(self) -> None:
        """Judge the parts of those anchored rules that can hold at all."""
        context = self._context()
        for number in self.anchored:
            plan = self.snapshot.rules[number]
            if plan.possible(context):
                self._judge_rule(plan, context)

    def _judge_rule(self, plan: RulePlan, context: "dict[int, list[_Place]]") -> None:
        """Judge the anchors of a rule, and its other parts near one of them."""
        anchors = plan.groups[plan.anchor]
        self._judge_group(anchors, self.anchors)
        spots = sorted(
            place.spot
            for index in anchors.keys() & self.anchors.keys()
            for place in self.anchors[index]
        )
        reach = plan.rule.window + _SLACK
        for group, patterns in enumerate(plan.groups):
            if group != plan.anchor:
                near = {
                    index: [p for p in context[index] if _near(spots, p.spot, reach)]
                    for index in patterns.keys() & context.keys()
                }
                self._judge_group(patterns, near)

    def _context(self) -> "dict[int, list[_Place]]":
        """Where the other parts of rules stand, in everything scanned so far."""
        automaton = self.snapshot.context
        places: defaultdict[int, list[_Place]] = defaultdict(list)
        if automaton is None:
            return places
        for part, plans, haystack in self.seen:
            found = automaton.scan(haystack, _MOST_FOUND)
            self.capped = self.capped or len(found) >= _MOST_FOUND
            for view, first, last, index in _placed(found, unfold(plans)):
                if len(places[index]) < _MOST_PARTS:
                    places[index].append(_Place(part, view, first, last))
        return places

    def _judge_group(
        self, patterns: dict[int, list[Ref]], found: "dict[int, list[_Place]]"
    ) -> None:
        """Judge every place where a word of this group was found."""
        for index in patterns.keys() & found.keys():
            self.capped = self.capped or len(found[index]) >= _MOST_PARTS
            for place in found[index]:
                for ref in patterns[index]:
                    place.part.judge_one(place.view, place.first, place.last, ref)


class _Place(NamedTuple):
    """Where a part of some rule was found; judged when a rule needs it."""

    part: "_Slice"
    view: View
    first: int
    last: int

    @property
    def spot(self) -> int:
        """Where the part begins in the original text."""
        return self.part.low + self.view.mapped.starts[self.first]


def _near(spots: list[int], spot: int, reach: int) -> bool:
    """Whether one of the sorted `spots` is within `reach`."""
    at = bisect_left(spots, spot - reach)
    return at < len(spots) and spots[at] <= spot + reach


class _Seen(NamedTuple):
    """A haystack that was scanned, should it be needed again."""

    part: "_Slice"
    plans: list[Plan]
    haystack: str


def _placed(
    found: list[Found], views: list[View]
) -> Iterator[tuple[View, int, int, int]]:
    """Each occurrence with its view, in positions of that view."""
    for start, end, index in found:
        for view in reversed(views):
            if start >= view.offset:
                yield view, start - view.offset, end - view.offset, index
                break


def doubles(term: str, plain: str) -> bool:
    """Whether each pair of equal neighbours in a term stands in the text, too."""
    return all(a + b in plain for a, b in pairwise(term) if a == b)


def _disjoint(composed: list[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """Leftmost first, longest first, without overlaps."""
    chosen: list[tuple[int, int, str]] = []
    for start, end, char in sorted(composed, key=lambda item: (item[0], -item[1])):
        if not chosen or start >= chosen[-1][1]:
            chosen.append((start, end, char))
    return chosen


class _Slice:
    """Judges the candidates of one slice and records them for the whole text."""

    def __init__(
        self, scan: Scan, views: Views, low: int, start: int, stop: int
    ) -> None:
        """Positions are offset by `low`; hits count from `start` to `stop`."""
        self.scan = scan
        self.views = views
        self.low = low
        self.start = start
        self.stop = stop

    @once
    def judge(self) -> Judge:
        """The judge of this slice, with its memory."""
        return Judge(self.views.text, self.scan.notes if self.scan.explain else None)

    def drawn(self, composed: list[tuple[int, int, str]]) -> bool:
        """Whether some sequence is no part of ordinary words, so joining may pay."""
        folded, count = self.views.folded, dictionary().frequency
        return any(
            count(folded[a:b]) < ORDINARY
            and not (
                count(folded[max(0, a - 1) : a + 1]) >= ORDINARY
                and count(folded[b - 1 : b + 1]) >= ORDINARY
            )
            for a, b, _ in composed
        )

    def _shows_nothing_new(self, kind: ViewKind, first: int, last: int) -> bool:
        """Whether this hit stands just so in the plain view, too."""
        if kind is ViewKind.REPEATED:
            return not self.views.run_within(first, last)
        return kind is ViewKind.INSERTED and not self.views.cut_within(first, last)

    def judge_one(self, view: View, first: int, last: int, ref: Ref) -> bool:
        """Judge one candidate; False when the cap is reached."""
        if ref.kind not in ACCEPTS[view.kind]:
            return True
        snapshot, scan = self.scan.snapshot, self.scan
        unit = snapshot.units[ref.unit]
        entry = snapshot.entries[unit.entry]
        if entry.scenes and scan.scene not in entry.scenes:
            return True
        if scan.hidden is not None and scan.hidden.covers(entry):
            return True
        if ref.kind is Kind.COLLAPSED and not doubles(unit.folded, self.views.plain):
            return True
        if self._shows_nothing_new(view.kind, first, last):
            return True
        if view.kind in _SIMILAR and plainly_ordinary(
            self.views.folded[first:last], unit.folded
        ):
            return True
        candidate = Candidate(view, first, last, ref.kind, unit.folded, unit.text)
        if candidate not in self.judge.known:
            if not scan.affords(entry):
                return scan.candidates < 2 * MOST_CANDIDATES
            scan.candidates += 1
        match = self.judge.match(candidate)
        if match is not None and self.start <= match.start + self.low < self.stop:
            start, end = match.start + self.low, match.end + self.low
            scan.hits.add(Hit(ref.unit, start, end, match.penalty, match.folds))
        return True
