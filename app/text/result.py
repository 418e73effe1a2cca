"""What a text check answers."""

from dataclasses import dataclass, field

from app.domain.finding import Finding


@dataclass(frozen=True, slots=True)
class BorderNote:
    """How the word borders round one possible hit were judged.

    `reading` is the most natural segmentation of the surroundings, words
    separated by `/`; `kept` tells whether the hit survived.
    """

    term: str
    start: int
    end: int
    reading: str
    kept: bool


@dataclass(frozen=True, slots=True)
class ExemptNote:
    """An exempt phrase beside a hit.

    `saved` is true when the phrase covered the hit and removed it, false when
    it would have saved the hit had it stood in the text completely.
    """

    term: str
    phrase: str
    start: int
    end: int
    saved: bool


@dataclass(frozen=True, slots=True)
class Explanation:
    """The inner view for operators (`explain=true`)."""

    folded: str
    borders: tuple[BorderNote, ...] = ()
    exempt: tuple[ExemptNote, ...] = ()


@dataclass(frozen=True, slots=True)
class TextResult:
    """Findings before policy: each carries the suggest of the default policy.

    `masked` is the original text with every hit replaced by `*`, one for each
    code point. `truncated` is true when the cap on hits was reached, which a
    caller must treat as `review` at least.
    """

    findings: tuple[Finding, ...] = ()
    masked: str = ""
    truncated: bool = False
    explanation: Explanation | None = field(default=None)
