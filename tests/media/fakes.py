"""A media room and a recogniser that say what they were told."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from app.media.contents import Contents, MediaFacts, Picture, Piece
from app.media.room import Media, MediaStatus
from app.media.speech import Spoken
from tests.media import made
from tests.media.rooms import samples_of

LOUD = samples_of(made.tone(2.0)).tobytes()


def facts(**given: Any) -> MediaFacts:
    usual = {"container": "mov", "size": 100, "seconds": 9.0, "sound": "aac"}
    return MediaFacts(**{**usual, **given})


def contents(*pieces: Piece, **given: Any) -> Contents:
    """A file with two seconds of sound, unless said otherwise."""
    pictures = cast("tuple[Picture, ...]", given.pop("pictures", ()))
    words, why = given.pop("words", b""), given.pop("why", None)
    video = "h264" if pictures else None
    told = facts(**{"video": video, "complete": why is None, **given})
    return Contents(told, pieces or (Piece(0.0, LOUD),), pictures, words, why)


@dataclass
class FakeMedia:
    """Every file has these contents, or is this error."""

    said: Contents | Exception | None
    status_told: MediaStatus = field(default_factory=lambda: MediaStatus("libav 1"))

    @property
    def real(self) -> Media:
        return cast(Media, self)

    async def open(self, data: bytes) -> Contents | None:
        if isinstance(self.said, Exception):
            raise self.said
        return self.said

    def status(self) -> MediaStatus:
        return self.status_told


@dataclass
class FakeRecogniser:
    """Says the same of every part, or what `act` does."""

    spoken: Sequence[Spoken] = ()
    name: str = "speech"
    model: str = "ears-1"
    longest: float = 30.0
    missing: str | None = None
    act: Callable[[], None] | None = None
    heard: list[tuple[int, int]] = field(default_factory=list)

    async def recognise(self, pcm: bytes, rate: int) -> Sequence[Spoken]:
        self.heard.append((len(pcm), rate))
        if self.act is not None:
            self.act()
        return self.spoken
