"""One reason why a content is not simply fine."""

from dataclasses import dataclass
from enum import StrEnum

from app.domain.labels import Label
from app.domain.seen import Seen


class Suggest(StrEnum):
    """WeChat's three verdicts, from mild to severe."""

    PASS = "pass"
    REVIEW = "review"
    RISKY = "risky"

    @property
    def rank(self) -> int:
        """0 for pass, 1 for review, 2 for risky."""
        return _RANK[self]


_RANK = {Suggest.PASS: 0, Suggest.REVIEW: 1, Suggest.RISKY: 2}


class Strategy(StrEnum):
    """Which kind of checker spoke."""

    KEYWORD = "keyword"
    CONTENT_MODEL = "content_model"
    LINK = "link"
    CONTACT = "contact"
    IMAGE_MODEL = "image_model"
    OCR = "ocr"
    QRCODE = "qrcode"
    KNOWN_IMAGE = "known_image"
    KNOWN_AUDIO = "known_audio"
    SPEECH = "speech"


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Code points `start` to `end` (exclusive) of the original text."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Finding:
    """One reason, with its evidence.

    `level` (word lists and rules) and `prob` (models) are 0 to 100; exactly
    one is set. `start` and `end` count code points of the original text, `end`
    exclusive. `parts` are the pieces to mask when the hit is not one run, as in
    a combination rule; empty means the whole span. `folds` names the disguises
    that were undone to see the term. `words` are the words of a combination rule
    that stood in the text, as the operator wrote them; empty for a plain term.
    `list_name` is the wordlist that holds `term`, or the list of a known picture
    or sound.
    `seen` is where it stands in a picture, a video or a sound; places in a text are
    then in `seen.text`.
    """

    strategy: Strategy
    label: Label
    suggest: Suggest
    level: int | None = None
    prob: int | None = None
    term: str | None = None
    start: int | None = None
    end: int | None = None
    folds: tuple[str, ...] = ()
    parts: tuple[Span, ...] = ()
    words: tuple[str, ...] = ()
    list_name: str | None = None
    seen: Seen | None = None

    @property
    def keyword(self) -> str:
        """The word to name to callers that know words only, not rules."""
        return "&".join(self.words) or self.term or ""

    @property
    def spans(self) -> tuple[Span, ...]:
        """What to mark or mask: the parts, or the whole span; empty without place."""
        if self.parts or self.start is None or self.end is None:
            return self.parts
        return (Span(self.start, self.end),)

    @property
    def weight(self) -> int:
        """The number that decides between findings of equal suggest."""
        return self.level if self.level is not None else self.prob or 0
