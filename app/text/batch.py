"""Many short texts at once: which of them certainly hold nothing.

Most of a batch is clean. Its texts are joined, folded and scanned together, so
that a clean text costs no more than its characters; only those in which
something was seen go through the whole check one by one.
"""

from collections.abc import Iterator, Sequence
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from app.text.automaton import Automaton
from app.text.codes import (
    COMPLEX,
    GONE,
    Codes,
    CodeTable,
    Flags,
    followed,
    to_codes,
    to_text,
)
from app.text.contacts import (
    HAN_DIGITS,
    LATIN_RUN,
    MIXED_RUN,
    contact_findings,
    may_hold_contact,
)
from app.text.glance import lacks_doubles, stands
from app.text.snapshot import Snapshot
from app.text.symbols import BETWEEN_TEXTS, OTHER, SEPARATOR
from app.text.views import REPEAT

LONGEST: Final = 500
"""Longer texts are checked one by one."""
_MOST_FOUND: Final = 5000
"""Occurrences beyond which the whole batch is doubtful."""
_SEPARATOR: Final = ord(SEPARATOR)
_ASCII: Final = 0x80
"""Folded characters below are digits and lower-case letters."""
_LOWER_A: Final = ord("a")
_COUNTED: Final = np.zeros(0x10000, np.bool_)
"""Which codes are letters and digits, Chinese ones included."""
_COUNTED[:_ASCII] = _COUNTED[to_codes(HAN_DIGITS)] = True

Numbers = NDArray[np.int64]
Shown = tuple[Codes, Numbers]
"""A view of some texts, and the text of each character."""
_BREAK: Final = to_codes(SEPARATOR)
_NO_TEXT: Final = np.zeros(1, np.int64)


def certainly_clean(snapshot: Snapshot, texts: Sequence[str]) -> list[bool]:
    """For each text whether a check would give an empty result for sure.

    A False says nothing. Scene and schedule play no part.
    """
    clean = [
        len(text) <= LONGEST and "\n" not in text and BETWEEN_TEXTS not in text
        for text in texts
    ]
    kept = [at for at, good in enumerate(clean) if good]
    if kept:
        for doubt in _Batch(snapshot).doubtful([texts[at] for at in kept]):
            clean[kept[doubt]] = False
    return clean


class _Tables:
    """How characters show in the views, learned as they come.

    Knows no snapshot: what is kept in one must not lead back to it, or neither
    would ever be freed.
    """

    def __init__(self, snapshot: Snapshot) -> None:
        similar, exact = snapshot.triple_table, snapshot.exact_table
        self.folds = (
            CodeTable(snapshot.plain_table.translate)
            if similar is None
            else CodeTable(similar.translate, 3)
        )
        self.exact = None if exact is None else CodeTable(exact.translate)

    @classmethod
    def of(cls, snapshot: Snapshot) -> Self:
        """Those that earlier texts have filled."""
        made = snapshot.kept.get(cls)
        if not isinstance(made, cls):
            made = snapshot.kept[cls] = cls(snapshot)
        return made


class _Batch:
    """Looks at texts together under one snapshot."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.tables = _Tables.of(snapshot)

    def doubtful(self, texts: list[str]) -> set[int]:
        """The texts in which anything at all was seen."""
        codes = to_codes(BETWEEN_TEXTS.join(texts))
        views = _Views(_columns(self.tables.folds.look_up(codes)), texts)
        doubts = views.having(views.plain == COMPLEX)
        doubts.update(_callers(texts, views.having(views.may_call)))
        if self.snapshot.latin_fuzzy:
            doubts |= views.having(views.letters)
        if self.snapshot.automaton is not None:
            doubts |= self._seen(self.snapshot.automaton, views, codes)
        return doubts

    def _seen(self, automaton: Automaton, views: "_Views", codes: Codes) -> set[int]:
        """The texts in which a pattern was found that may mean something."""
        whole, shortened = self._whole(views, codes), self._shortened(views)
        haystack, text_of = _laid_out([*whole, *shortened])
        found = automaton.scan(haystack, _MOST_FOUND)
        if len(found) >= _MOST_FOUND:
            return set(range(len(views.texts)))
        border = sum(len(shown) + 1 for shown, _ in whole)
        return {
            int(text_of[start])
            for start, _, index in found
            if stands(self.snapshot, index)
            or (start >= border and self._lacks(views.texts[text_of[start]], index))
        }

    def _whole(self, views: "_Views", codes: Codes) -> list[Shown]:
        """Every view that may show something, but for those without repeats."""
        shown = [(view, views.text_of) for view in views.shown]
        exact = self.tables.exact
        if exact is not None:
            written = exact.look_up(codes)
            shown.append((written, np.cumsum(written == _SEPARATOR)))
        return [*shown, *views.inserted()]

    def _shortened(self, views: "_Views") -> list[Shown]:
        """Texts with runs of one character, each run as one.

        Spaces between Latin words end a run.
        """
        doubled = views.with_any(views.doubled)
        both = np.flatnonzero(doubled & views.with_any(views.letters))
        if not both.size:
            return list(views.repeated(doubled))
        written = BETWEEN_TEXTS.join([views.texts[at] for at in both.tolist()])
        spaced = self.snapshot.spaced_table.translate(written)
        shown = to_codes(REPEAT.sub("", spaced))
        apart = (shown, both[np.cumsum(shown == _SEPARATOR)])
        return [*views.repeated(doubled), apart]

    def _lacks(self, text: str, index: int) -> bool:
        """Whether the doubles that this pattern lacks are in the text."""
        plain = self.snapshot.plain_table.translate(text)
        return lacks_doubles(self.snapshot, index, plain)


def _callers(texts: list[str], possible: set[int]) -> list[int]:
    """Those of the possible texts that name an account, a number or a link."""
    # One look at all of them: mostly none has a word that belongs to a contact.
    if not (possible and may_hold_contact("\n".join([texts[at] for at in possible]))):
        return []
    return [at for at in possible if contact_findings(texts[at])]


def _laid_out(views: list[Shown]) -> tuple[str, Numbers]:
    """The views one after the other, and the text of each character."""
    codes, texts = list[Codes](), list[Numbers]()
    for shown, text_of in views:
        codes += (shown, _BREAK)
        texts += (text_of, _NO_TEXT)
    return to_text(np.concatenate(codes)), np.concatenate(texts)


def _columns(shown: Codes) -> list[Codes]:
    """The views that are one translation of the texts, folded characters first."""
    if shown.ndim == 1:
        return [shown[shown != GONE]]
    rows = shown[shown[:, 0] != GONE]
    return [np.ascontiguousarray(column) for column in rows.T]


class _Views:
    """The texts joined and folded, and which of them have what.

    `shown` are folded characters, sounds, shapes; a separator goes before each
    text but the first and counts as part of it.
    """

    def __init__(self, shown: list[Codes], texts: list[str]) -> None:
        self.texts = texts
        self.shown = shown
        self.plain = shown[0]
        self.text_of: Numbers = np.cumsum(self.plain == _SEPARATOR)
        self.latin: Flags = self.plain < _ASCII
        self.letters: Flags = self.latin & (self.plain >= _LOWER_A)
        self.doubled = self._doubled()

    @property
    def may_call(self) -> Flags:
        """Where a run of letters and digits begins that an account or link needs."""
        long = followed(self.latin, LATIN_RUN)
        mixed = followed(_COUNTED.take(self.plain, mode="clip"), MIXED_RUN)
        long[: len(mixed)] |= mixed
        return long

    def _doubled(self) -> Flags:
        """Which characters are followed by the same."""
        here, after = self.plain[:-1], self.plain[1:]
        same: Flags = here == after
        same &= (here != ord(OTHER)) & (here != _SEPARATOR)
        return same

    def having(self, flags: Flags) -> set[int]:
        """The texts with a true flag; flags at the end may be missing."""
        return set(self.text_of[: len(flags)][flags].tolist())

    def with_any(self, flags: Flags) -> Flags:
        """For each text whether it has a true flag."""
        texts: Flags = np.zeros(len(self.texts), np.bool_)
        texts[self.text_of[: len(flags)][flags]] = True
        return texts

    def inserted(self) -> Iterator[Shown]:
        """Texts with letters or digits, without them."""
        if self.latin.any():
            keep = self.with_any(self.latin)[self.text_of] & ~self.latin
            yield self.plain[keep], self.text_of[keep]

    def repeated(self, doubled: Flags) -> Iterator[Shown]:
        """The texts with doubled characters, without what is followed by the same."""
        if doubled.any():
            keep = doubled[self.text_of]
            keep[: len(self.doubled)] &= ~self.doubled
            yield self.plain[keep], self.text_of[keep]
