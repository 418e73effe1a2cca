"""Several views of one text, scanned together as one haystack.

Every view knows how its characters map back to the original, but works that
out only when something hit it: most texts hit nothing.
"""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from functools import partial
from itertools import pairwise
from typing import Final, NamedTuple

from app.text.fold import ScanTable, fold_origins, fold_table
from app.text.forms import Kind
from app.text.leet import LEET_TABLE, PH, F
from app.text.once import once
from app.text.pinyin import parse, symbol_of
from app.text.snapshot import Snapshot
from app.text.symbols import OTHER, SEPARATOR, is_han


class ViewKind(Enum):
    """What a view shows."""

    PLAIN = "plain"
    EXACT = "exact"
    SOUND = "sound"
    SHAPE = "shape"
    HALF_PINYIN = "half_pinyin"
    INSERTED = "inserted"
    REPEATED = "repeated"
    LEET = "leet"
    JOINED = "joined"
    COLUMNS = "columns"
    TONED = "toned"


ACCEPTS: Final[dict[ViewKind, frozenset[Kind]]] = {
    ViewKind.PLAIN: frozenset(
        {Kind.PLAIN, Kind.PINYIN, Kind.INITIALS, Kind.MASKED, Kind.SWAPPED, Kind.SPLIT}
    ),
    ViewKind.EXACT: frozenset({Kind.EXACT}),
    ViewKind.SOUND: frozenset({Kind.SOUND}),
    ViewKind.SHAPE: frozenset({Kind.SHAPE}),
    ViewKind.HALF_PINYIN: frozenset({Kind.SOUND}),
    ViewKind.INSERTED: frozenset({Kind.PLAIN}),
    ViewKind.REPEATED: frozenset({Kind.PLAIN, Kind.COLLAPSED}),
    ViewKind.LEET: frozenset({Kind.LEET}),
    ViewKind.JOINED: frozenset({Kind.PLAIN}),
    ViewKind.COLUMNS: frozenset({Kind.PLAIN}),
    ViewKind.TONED: frozenset({Kind.PINYIN}),
}
"""Which kinds of pattern count in a view."""


@dataclass(slots=True)
class Mapped:
    """True folded characters with the original span of each.

    `tokens` are the runs of letters, filled in when first needed.
    """

    text: str
    starts: list[int]
    ends: list[int]
    tokens: list[tuple[int, int]] | None = None


class Plan(NamedTuple):
    """A view before anything is known to be in it; most texts need no more."""

    kind: ViewKind
    haystack: str
    resolve: Callable[[], Mapped]


@dataclass(eq=False)
class View:
    """One reading of the text, from `offset` in the haystack on."""

    kind: ViewKind
    resolve: Callable[[], Mapped]
    offset: int = 0

    @once
    def mapped(self) -> Mapped:
        """The way back to the original, computed once."""
        return self.resolve()


ALNUM: Final = re.compile("[0-9a-z]+")
LETTERS: Final = re.compile("[a-z]+")
_BLANK: Final = re.compile(r"\s")
BETWEEN: Final = re.compile("[^0-9a-z][0-9a-z]{1,8}[^0-9a-z]")
_TONE: Final = re.compile("(?<=[a-z])[1-5](?![0-9])")
REPEAT: Final = re.compile(f"([^{OTHER}])(?=\\1)")
"""A character that the same one follows; without them no run is left."""
_COLUMN_LINES: Final = range(2, 13)
_COLUMN_WIDTH: Final = 8


class Views:
    """All views of one slice of text under one snapshot."""

    def __init__(self, text: str, snapshot: Snapshot) -> None:
        """Fold for the automaton."""
        self.text = text
        self.snapshot = snapshot
        table = snapshot.triple_table
        if table is None:
            self.plain = snapshot.plain_table.translate(text)
        else:
            self.triple = table.translate(text)
            self.plain = self.triple[::3]

    @once
    def folded(self) -> str:
        """The text as folded, every character shown."""
        return self.text.translate(fold_table())

    @once
    def base(self) -> Mapped:
        """The folded text with the original index of each character."""
        starts = fold_origins(self.text)
        return Mapped(self.folded, starts, [start + 1 for start in starts])

    @once
    def raw(self) -> Mapped:
        """The text as it stands."""
        size = len(self.text)
        return Mapped(self.text, list(range(size)), list(range(1, size + 1)))

    def _base(self) -> Mapped:
        return self.base

    def _raw(self) -> Mapped:
        return self.raw

    def all(self) -> list[Plan]:
        """Every view that can show something the others do not."""
        plain, text, snap = self.plain, self.text, self.snapshot
        views = [Plan(ViewKind.PLAIN, plain, self._base)]
        if snap.triple_table is not None:
            views.append(Plan(ViewKind.SOUND, self.triple[1::3], self._base))
            views.append(Plan(ViewKind.SHAPE, self.triple[2::3], self._base))
        if snap.exact_table is not None:
            hay = snap.exact_table.translate(text)
            views.append(Plan(ViewKind.EXACT, hay, self._raw))
        if ALNUM.search(plain) is not None:
            views.extend(self._mixed(views))
        short = REPEAT.sub("", plain)
        if len(short) != len(plain):
            views.append(self._repeated(short))
        if "\n" in text:
            views.extend(self._columns())
        return views

    def _mixed(self, views: list[Plan]) -> Iterator[Plan]:
        """Views for letters or digits among Han characters, and for leetspeak."""
        if BETWEEN.search(self.plain) is not None:
            hay = ALNUM.sub("", self.plain)
            yield Plan(ViewKind.INSERTED, hay, self._without_alnum)
        if self.snapshot.latin_fuzzy and LETTERS.search(self.plain) is not None:
            sound = next((v for v in views if v.kind is ViewKind.SOUND), None)
            if sound is not None:
                yield from self._half_pinyin(sound.haystack)
            if _TONE.search(self.plain) is not None:
                hay = _TONE.sub("", self.plain)
                yield Plan(ViewKind.TONED, hay, self._toneless)
            hay = self.text.translate(LEET_TABLE).replace(PH, F)
            yield Plan(ViewKind.LEET, hay, self._leet)

    def _without_alnum(self) -> Mapped:
        """The folded text without ASCII letters and digits."""
        base = self.base
        keep = [i for i, c in enumerate(base.text) if not (c.isascii() and c.isalnum())]
        return _pick(base, keep)

    def _toneless(self) -> Mapped:
        """The folded text without the digits that mark tones in pinyin."""
        tones = {match.start() for match in _TONE.finditer(self.plain)}
        return _pick(self.base, [i for i in range(len(self.plain)) if i not in tones])

    def _repeated(self, hay: str) -> Plan:
        """Runs of one character as one; spaces between Latin words end a run."""
        plain = self.plain
        table = self.snapshot.spaced_table if LETTERS.search(plain) else None
        if table is not None:
            plain = table.translate(self.text)
            hay = REPEAT.sub("", plain)
        self._doubled = plain
        return Plan(ViewKind.REPEATED, hay, lambda: self._without_repeats(plain, table))

    @once
    def _runs(self) -> list[int]:
        """Positions in the view without repeats that stand for several characters."""
        found = enumerate(REPEAT.finditer(self._doubled))
        return [match.start() - removed for removed, match in found]

    @once
    def _cuts(self) -> list[int]:
        """Positions in the view without letters and digits where some were."""
        cuts: list[int] = []
        removed = 0
        for match in ALNUM.finditer(self.plain):
            cuts.append(match.start() - removed)
            removed += match.end() - match.start()
        return cuts

    def cut_within(self, first: int, last: int) -> bool:
        """Whether something was taken out between two characters of a hit."""
        at = bisect_left(self._cuts, first + 1)
        return at < len(self._cuts) and self._cuts[at] < last

    def run_within(self, first: int, last: int) -> bool:
        """Whether a run stands between two positions of the view without repeats."""
        at = bisect_left(self._runs, first)
        return at < len(self._runs) and self._runs[at] < last

    def _without_repeats(self, plain: str, table: ScanTable | None) -> Mapped:
        """The folded text without repeats; each run keeps its whole span.

        Runs are taken from the haystack's text, so that positions agree.
        """
        base = self.base if table is None else self._spaced()
        text: list[str] = []
        starts: list[int] = []
        ends: list[int] = []
        for i, char in enumerate(base.text):
            if i and plain[i] == plain[i - 1] != OTHER:
                ends[-1] = base.ends[i]
                continue
            text.append(char)
            starts.append(base.starts[i])
            ends.append(base.ends[i])
        return Mapped("".join(text), starts, ends)

    def _spaced(self) -> Mapped:
        """The folded text with its spaces."""
        table = fold_table()
        text, starts = [], []
        for i, char in enumerate(self.text):
            shown = table[ord(char)] or (OTHER if char.isspace() else "")
            text.append(shown)
            starts.extend([i] * len(shown))
        return Mapped("".join(text), starts, [start + 1 for start in starts])

    def _half_pinyin(self, sound: str) -> Iterator[Plan]:
        """Runs of letters that are pinyin as sounds among the Han characters."""
        good = list(self._syllables())
        if not good:
            return
        pieces: list[str] = []
        cells: list[tuple[int, int]] = []
        at = 0
        for start, end, parts in good:
            pieces.append(sound[at:start])
            cells.extend((i, i + 1) for i in range(at, start))
            for part in parts:
                pieces.append(symbol_of(part) or OTHER)
                cells.append((start, start + len(part)))
                start += len(part)  # noqa: PLW2901 walks through the run
            at = end
        pieces.append(sound[at:])
        cells.extend((i, i + 1) for i in range(at, len(sound)))
        yield Plan(
            ViewKind.HALF_PINYIN, "".join(pieces), lambda: _cells(self.base, cells)
        )

    def _syllables(self) -> Iterator[tuple[int, int, tuple[str, ...]]]:
        """Letters beside other characters that are pinyin, with their syllables."""
        plain = self.plain
        for run in LETTERS.finditer(plain):
            start, end = run.span()
            if plain[max(0, start - 1) : end + 1].isascii():
                continue
            for low, high in self._words(start, end):
                parts = parse(plain[low:high])
                if parts:
                    yield low, high, parts

    def _words(self, start: int, end: int) -> list[tuple[int, int]]:
        """The words of a run of letters; one, when only all together are pinyin."""
        if _BLANK.search(self.text) is None:
            return [(start, end)]
        base, text = self.base, self.text
        cuts = [
            i
            for i in range(start + 1, end)
            if _BLANK.search(text, base.ends[i - 1], base.starts[i])
        ]
        words = list(pairwise([start, *cuts, end]))
        if all(parse(self.plain[low:high]) for low, high in words):
            return words
        return words if parse(self.plain[start:end]) is None else [(start, end)]

    def _leet(self) -> Mapped:
        """The original in leet letters, with the original index of each."""
        text: list[str] = []
        starts: list[int] = []
        ends: list[int] = []
        for i, char in enumerate(self.text):
            for symbol in LEET_TABLE[ord(char)]:
                if symbol == PH[1] and text and text[-1] == PH[0]:
                    text[-1], ends[-1] = F, i + 1
                    continue
                text.append(symbol)
                starts.append(i)
                ends.append(i + 1)
        return Mapped("".join(text), starts, ends)

    def _columns(self) -> Iterator[Plan]:
        """Short lines of equal width read from top to bottom."""
        base = self.base
        lines = _cell_lines(self.text, base)
        widths = {len(line) for line in lines}
        if len(lines) not in _COLUMN_LINES or len(widths) != 1:
            return
        width = widths.pop()
        if not 2 <= width <= _COLUMN_WIDTH:
            return
        for order in (range(width), range(width - 1, -1, -1)):
            keep = [line[column] for column in order for line in lines]
            hay = "".join(self.plain[i] for i in keep)
            yield Plan(ViewKind.COLUMNS, hay, partial(_pick, base, keep))

    def joined(self, replaced: list[tuple[int, int, str]]) -> Plan:
        """The folded text with split characters put together.

        `replaced` are disjoint, ordered `(start, end, character)` triples of the
        plain view.
        """
        text: list[str] = []
        cells: list[tuple[int, int]] = []
        at = 0
        for start, end, char in replaced:
            text.append(self.base.text[at:start] + char)
            cells.extend((i, i + 1) for i in range(at, start))
            cells.append((start, end))
            at = end
        text.append(self.base.text[at:])
        cells.extend((i, i + 1) for i in range(at, len(self.base.text)))
        shown = "".join(text)
        spans = _cells(self.base, cells)
        mapped = Mapped(shown, spans.starts, spans.ends)
        return Plan(ViewKind.JOINED, shown, lambda: mapped)


def _pick(base: Mapped, keep: list[int]) -> Mapped:
    """Some characters of a mapped text, in the given order."""
    return Mapped(
        "".join(base.text[i] for i in keep),
        [base.starts[i] for i in keep],
        [base.ends[i] for i in keep],
    )


def _cells(base: Mapped, cells: list[tuple[int, int]]) -> Mapped:
    """Cells of one or more folded characters; letters show as their first."""
    return Mapped(
        "".join(base.text[a] for a, _ in cells),
        [base.starts[a] for a, _ in cells],
        [base.ends[b - 1] for _, b in cells],
    )


def _cell_lines(text: str, base: Mapped) -> list[list[int]]:
    """Folded positions line by line, Han lines only, empty lines dropped."""
    lines: list[list[int]] = [[]]
    position = 0
    for index, char in enumerate(text):
        if char == "\n":
            lines.append([])
        while position < len(base.starts) and base.starts[position] == index:
            if not is_han(base.text[position]):
                return []
            lines[-1].append(position)
            position += 1
    return [line for line in lines if line]


def lay_out(plans: list[Plan]) -> str:
    """Put the views one after the other."""
    if len(plans) == 1:
        return plans[0].haystack
    return SEPARATOR.join([plan.haystack for plan in plans])


def unfold(plans: list[Plan]) -> list[View]:
    """The views of a haystack, each with the place where it begins."""
    views: list[View] = []
    offset = 0
    for plan in plans:
        views.append(View(plan.kind, plan.resolve, offset))
        offset += len(plan.haystack) + len(SEPARATOR)
    return views
