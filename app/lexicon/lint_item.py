"""What the lint checks share: entries with their place, and remarks."""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from app.domain.entry import Entry, Match
from app.lexicon.validity import softened
from app.text.fold import fold_term
from app.text.grammar import parse_term

SHOWN_TERM = 30
"""Characters of a term that are shown to people."""

BREADTH = {Match.EXACT: 0, Match.STANDARD: 1, Match.FUZZY: 2}
"""Which kinds of match find more than others."""

_DAWN = datetime.min.replace(tzinfo=UTC)
_DUSK = datetime.max.replace(tzinfo=UTC)


class Severity(StrEnum):
    """`error`: must be repaired. `warning`: a person should look."""

    ERROR = "error"
    WARNING = "warning"


class Code(StrEnum):
    """Which check spoke."""

    UNREADABLE = "unreadable"
    ONE_CHARACTER = "one-character"
    NOTHING_LEFT = "nothing-left"
    TOO_LONG = "too-long"
    EXEMPT_RULE = "exempt-rule"
    DUPLICATE = "duplicate"
    CONFLICT = "conflict"
    COVERED = "covered"
    IDLE_EXEMPT = "idle-exempt"
    COMMON_WORD = "common-word"
    TOO_MANY = "too-many"

    @property
    def blocking(self) -> bool:
        """Whether an error of this kind keeps a single row from being used."""
        return self in _BLOCKING


_BLOCKING = {
    Code.UNREADABLE,
    Code.ONE_CHARACTER,
    Code.NOTHING_LEFT,
    Code.TOO_LONG,
    Code.EXEMPT_RULE,
}


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing to know about a file, or about a list in the database.

    `line` counts from 1; 0 where there are no lines. `term` is as written, or "".
    `fresh` is False when nothing that it speaks of has changed.
    """

    file: str
    line: int
    severity: Severity
    code: Code
    term: str
    message: str
    fresh: bool = True

    def __str__(self) -> str:
        """One line in the form that editors can jump to."""
        term = f"{self.term[:SHOWN_TERM]!r}: " if self.term else ""
        return f"{place(self.file, self.line)}: {term}{self.message}"

    @property
    def blocking(self) -> bool:
        """Whether the row cannot be used."""
        return self.severity is Severity.ERROR and self.code.blocking


@dataclass(frozen=True, slots=True)
class Item:
    """One entry with its place.

    `require` and `forbid` hold the strings that the engine searches for,
    `written` those of `require` before folding. `fresh` tells entries that are new
    from those that were there before.
    """

    file: str
    line: int
    entry: Entry
    rule: bool
    written: tuple[tuple[str, ...], ...]
    require: tuple[tuple[str, ...], ...]
    forbid: tuple[tuple[str, ...], ...]
    window: int
    fresh: bool = True

    @property
    def text(self) -> str:
        """The string of a plain term."""
        return self.require[0][0]

    @property
    def exact(self) -> bool:
        """Whether texts must have the term as written."""
        return self.entry.match is Match.EXACT

    @property
    def place(self) -> str:
        """File and line, for messages about another row."""
        return place(self.file, self.line)

    def remark(
        self,
        severity: Severity,
        code: Code,
        message: str,
        other: "Item | None" = None,
    ) -> Remark:
        """Say something about this entry, or about it and another."""
        fresh = self.fresh or (other is not None and other.fresh)
        term = self.entry.term
        return Remark(self.file, self.line, severity, code, term, message, fresh)

    def as_broad_as(self, other: "Item") -> bool:
        """Whether this entry counts whenever and wherever the other does."""
        mine, its = self.entry, other.entry
        return (
            BREADTH[mine.match] >= BREADTH[its.match]
            and (not mine.scenes or (bool(its.scenes) and mine.scenes >= its.scenes))
            and (mine.starts or _DAWN) <= (its.starts or _DAWN)
            and (mine.expires or _DUSK) >= (its.expires or _DUSK)
        )

    def meets(self, other: "Item") -> bool:
        """Whether both entries can count at the same time in one scene."""
        mine, its = self.entry, other.entry
        together = not mine.scenes or not its.scenes or bool(mine.scenes & its.scenes)
        return (
            together
            and (mine.starts or _DAWN) < (its.expires or _DUSK)
            and (its.starts or _DAWN) < (mine.expires or _DUSK)
        )


def place(file: str, line: int) -> str:
    """Where a row stands; without lines, the list."""
    return f"{file}:{line}" if line else f"list {file}"


def make_item(file: str, line: int, entry: Entry, *, fresh: bool = True) -> Item:
    """Parse and fold an entry, which becomes as it is used (`settled`).

    Raises:
        TermError: the term cannot be parsed.
    """
    parsed = parse_term(entry.term)
    entry = softened(entry, parsed)
    form = str if entry.match is Match.EXACT else fold_term
    return Item(
        file,
        line,
        entry,
        parsed.kind == "rule",
        parsed.require,
        tuple(tuple(map(form, group)) for group in parsed.require),
        tuple(tuple(map(form, group)) for group in parsed.forbid),
        parsed.window,
        fresh,
    )
