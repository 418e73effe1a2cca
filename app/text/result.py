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
class GramNote:
    """An n-gram and what it adds to the score of the harm over that of clean.

    `view` is `characters`, `sounds` or `words`; the place is that of its first
    occurrence, the contribution that of all of them.
    """

    text: str
    view: str
    start: int
    end: int
    contribution: float


@dataclass(frozen=True, slots=True)
class ModelNote:
    """Why the content model says what it says.

    `probs` are per cent. `bias`, the contributions of `grams` and `others` add up
    to `margin`: the score of `harm`, the likeliest one, over that of clean.
    """

    version: str
    probs: dict[str, int]
    harm: str
    threshold: int
    margin: float
    bias: float
    grams: tuple[GramNote, ...]
    others: float


@dataclass(frozen=True, slots=True)
class TogetherNote:
    """How word lists and the model together changed the level of a word."""

    term: str
    rule: str
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Explanation:
    """The inner view for operators (`explain=true`)."""

    folded: str
    borders: tuple[BorderNote, ...] = ()
    exempt: tuple[ExemptNote, ...] = ()
    model: ModelNote | None = None
    together: tuple[TogetherNote, ...] = ()


@dataclass(frozen=True, slots=True)
class TextResult:
    """Findings before policy: each carries the suggest of the default policy.

    `masked` is the original text with every hit replaced by `*`, one for each
    code point. `truncated` is true when the cap on hits was reached, which a
    caller must treat as `review` at least. `clean` is how likely the content model
    finds it that the text is clean, in per cent; None without a model.
    """

    findings: tuple[Finding, ...] = ()
    masked: str = ""
    truncated: bool = False
    explanation: Explanation | None = field(default=None)
    clean: int | None = None
