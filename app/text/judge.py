"""Whether a pattern found in a view is the term that its author meant."""

from dataclasses import dataclass, field
from typing import Final

from app.text.borders import dictionary
from app.text.disguises import OWN_WAY, plain
from app.text.result import BorderNote
from app.text.sight import Candidate, Match, Sight
from app.text.symbols import is_han


class _Unknown:
    """In place of an answer that was not given yet."""


_UNKNOWN: Final = _Unknown()


@dataclass
class Judge:
    """Judges the candidates of one text; keeps notes when asked to explain."""

    text: str
    notes: list[BorderNote] | None = None
    known: dict[Candidate, Match | None] = field(default_factory=dict)

    def match(self, found: Candidate) -> Match | None:
        """The match, or None when ordinary language explains the text.

        Many rules share their parts, so that answers are remembered.
        """
        answer = self.known.get(found, _UNKNOWN)
        if isinstance(answer, _Unknown):
            answer = self.known[found] = self._judged(found)
        return answer

    def _judged(self, found: Candidate) -> Match | None:
        """Judge a candidate that was not seen before."""
        sight = Sight(self.text, found)
        if sight.kind in OWN_WAY:
            return OWN_WAY[sight.kind](sight)
        verdict = plain(sight)
        if self.notes is not None and any(map(is_han, found.folded)):
            self.notes.append(_note(sight, kept=verdict is not None))
        return verdict


def _note(sight: Sight, *, kept: bool) -> BorderNote:
    """How the borders of this candidate were read."""
    left, surface, right = sight.around
    reading = dictionary().reading(left + surface + right)
    start, end = sight.span
    return BorderNote(sight.found.term, start, end, "/".join(reading.words), kept)
