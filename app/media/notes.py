"""What comes together while a file is checked, until it is a verdict."""

from dataclasses import dataclass, field

from app.domain.finding import Finding
from app.image.checker import ImageVerdict, NotRun
from app.media.contents import MediaFacts
from app.media.speech import Spoken
from app.media.verdict import MediaVerdict, decide, told_once


@dataclass(slots=True)
class Notes:
    """Findings that are judged, and whatever else the verdict tells."""

    found: list[Finding] = field(default_factory=list)
    missed: list[NotRun] = field(default_factory=list)
    models: dict[str, str] = field(default_factory=dict)
    doubts: list[int] = field(default_factory=list)
    spoken: list[Spoken] = field(default_factory=list)
    truncated: bool = False

    def add(self, said: ImageVerdict) -> None:
        """Note all of a still but its findings."""
        self.missed += said.not_run
        self.models |= said.models
        self.truncated |= said.truncated
        if said.doubt is not None:
            self.doubts.append(said.doubt)

    def verdict(self, facts: MediaFacts) -> MediaVerdict:
        """What follows from all of it."""
        missed = told_once(self.missed)
        closed = self.truncated or any(not each.forgiven for each in missed)
        return MediaVerdict(
            decide(self.found, closed=closed),
            facts,
            self.models,
            missed,
            self.truncated,
            max(self.doubts, default=None),
            tuple(self.spoken),
        )
