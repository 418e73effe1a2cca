"""What a backtest found, in the form that is handed on and stored."""

from dataclasses import asdict, dataclass, field
from typing import Any, Self

MAX_EXAMPLES = 3
"""Examples for each word and change."""

EXAMPLE_LENGTH = 200
"""Code points of an example; of a longer text it shows a part."""

_CONTEXT = 60
"""Code points that a part of a long text has before the word."""

MAX_REFUSED = 100
"""Lines that could not be read and are named; the rest is only counted."""


@dataclass(frozen=True, slots=True)
class Flip:
    """How many texts went from one decision to another."""

    before: str
    after: str
    count: int


@dataclass(frozen=True, slots=True)
class TermFlip:
    """What one word changed; a text with two such words counts for both.

    `examples` are texts as they were given, of long ones a part. `samples` are ids
    in the ring of recent texts, which stand for examples when the texts came from
    there.
    """

    list_name: str
    term: str
    kind: str
    before: str
    after: str
    count: int
    examples: tuple[str, ...] = ()
    samples: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Refused:
    """A line that is no text to check; lines count from 1."""

    line: int
    message: str


@dataclass(frozen=True, slots=True)
class Summary:
    """The totals. `seconds` is the time spent on reading and checking.

    `relabelled` counts texts whose decision stays and whose label changes.
    `terms` counts the rows by word, `left_out` those changes whose word came
    too late: the number of words that are told apart is bounded.
    """

    texts: int = 0
    flips: tuple[Flip, ...] = ()
    relabelled: int = 0
    refused: int = 0
    refused_lines: tuple[Refused, ...] = ()
    terms: int = 0
    left_out: int = 0
    seconds: float = 0.0

    @property
    def flipped(self) -> int:
        """How many texts would be decided otherwise."""
        return sum(flip.count for flip in self.flips)

    def dump(self) -> dict[str, Any]:
        """As a JSON object."""
        return asdict(self)

    @classmethod
    def load(cls, stored: dict[str, Any]) -> Self:
        """Read what `dump` wrote."""
        flips = tuple(Flip(**flip) for flip in stored["flips"])
        lines = tuple(Refused(**line) for line in stored["refused_lines"])
        return cls(**stored | {"flips": flips, "refused_lines": lines})


@dataclass(frozen=True, slots=True)
class BacktestReport:
    """The whole result; `by_term` is sorted, the most frequent first."""

    summary: Summary
    by_term: tuple[TermFlip, ...] = field(default=())


def excerpt(text: str, at: int) -> str:
    """An example of bounded length, with what stands at this place."""
    if len(text) <= EXAMPLE_LENGTH:
        return text
    start = max(min(at - _CONTEXT, len(text) - EXAMPLE_LENGTH), 0)
    part = text[start : start + EXAMPLE_LENGTH]
    before = "…" if start else ""
    after = "…" if start + EXAMPLE_LENGTH < len(text) else ""
    return before + part[len(before) : EXAMPLE_LENGTH - len(after)] + after
