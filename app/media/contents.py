"""What a worker tells of one file, read without trusting it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from app.image import answers
from app.image.answers import LONGEST_NAME, AnswerError
from app.image.wire import LONGEST
from app.media.errors import MediaFault, MediaFileError
from app.media.limits import RATE, MediaLimits

BYTES: Final = 2
"""Bytes of one sample."""
WORD: Final = 4
_SPARE_PIECES: Final = 1000
"""Pieces beyond those of full length: gaps in a file begin new ones."""
_WORDS_A_SECOND: Final = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaFacts:
    """What is known of a file without its content.

    `seconds` is how long it says it lasts, 0 if it does not; `heard` and `shown`
    how far sound and video were decoded. `sound` and `video` are codecs, None
    without such a track. `stills` different pictures were looked at, at least
    `spacing` seconds apart. `spare` tracks of sound or video and `texts` tracks of
    subtitles were not looked at. `complete` is False when something is left out.
    """

    container: str
    size: int
    seconds: float = 0.0
    sound: str | None = None
    channels: int = 0
    rate: int = 0
    video: str | None = None
    width: int = 0
    height: int = 0
    covers: int = 0
    texts: int = 0
    spare: int = 0
    heard: float = 0.0
    shown: float = 0.0
    spacing: float = 0.0
    stills: int = 0
    complete: bool = True


@dataclass(frozen=True, slots=True)
class Piece:
    """One channel of sound from this second on: 16 bits, the lower byte first."""

    start: float
    pcm: bytes = field(repr=False)

    @property
    def end(self) -> float:
        """The second at which it ends."""
        return self.start + len(self.pcm) / BYTES / RATE


@dataclass(frozen=True, slots=True)
class Picture:
    """A still of a video from this second on; of a cover it is None."""

    start: float | None
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Contents:
    """A file, taken apart; `why` tells why something of it is left out."""

    facts: MediaFacts
    pieces: tuple[Piece, ...] = ()
    pictures: tuple[Picture, ...] = ()
    words: bytes = field(default=b"", repr=False)
    why: str | None = None


@dataclass(slots=True)
class Intake:
    """Takes what a worker says, message by message."""

    size: int
    limits: MediaLimits
    done: Mapping[str, object] | None = None
    _facts: Mapping[str, object] = field(default_factory=dict)
    _pieces: list[Piece] = field(default_factory=list)
    _pictures: list[Picture] = field(default_factory=list)
    _words: bytes = b""
    _held: int = 0

    def message(self, said: Mapping[str, object]) -> bool:
        """Take a message; whether bytes follow it.

        Raises:
            MediaFileError: it says that the file is at fault.
            AnswerError: it makes no sense.
        """
        kind = said.get("kind")
        if kind == "refused":
            raise _refusal(said)
        if kind == "facts":
            self._facts = said
            return False
        if kind == "done":
            self.done = said
            return False
        return True

    def body(self, said: Mapping[str, object], body: bytes) -> None:
        """Take the bytes that follow a message.

        Raises:
            AnswerError: they are too many, or belong to nothing.
        """
        self._held += len(body)
        kind = said.get("kind")
        if kind == "sound" and len(body) % BYTES == 0:
            self._pieces.append(Piece(answers.number(said.get("start")), body))
        elif kind == "still":
            self._pictures.append(Picture(answers.number(said.get("start")), body))
        elif kind == "cover":
            self._pictures.append(Picture(None, body))
        elif kind == "print" and len(body) % WORD == 0:
            self._words = body
        else:
            raise AnswerError("it says what it must not say")
        self._check_sizes()

    def _check_sizes(self) -> None:
        limits = self.limits
        sound = sum(len(piece.pcm) for piece in self._pieces)
        if (
            sound > BYTES * (limits.sound_seconds + 1) * RATE
            or len(self._pictures) > limits.frames + limits.tracks
            or self._held > sound + len(self._words) + limits.frames * LONGEST
            or len(self._pieces) > limits.sound_seconds / 30 + _SPARE_PIECES
            or len(self._words) > WORD * _WORDS_A_SECOND * (limits.sound_seconds + 1)
        ):
            raise AnswerError("it sends more than allowed")

    def contents(self) -> Contents:
        """All of it.

        Raises:
            AnswerError: something is missing or makes no sense.
        """
        said = self.done or {}
        why = said.get("why")
        told = None if why is None else answers.text(why, LONGEST_NAME)
        stills = sum(each.start is not None for each in self._pictures)
        facts = _facts(
            self._facts, said, size=self.size, stills=stills, complete=told is None
        )
        pieces, pictures = tuple(self._pieces), tuple(self._pictures)
        return Contents(facts, pieces, pictures, self._words, told)


def _facts(
    said: Mapping[str, object],
    done: Mapping[str, object],
    *,
    size: int,
    stills: int,
    complete: bool,
) -> MediaFacts:
    return MediaFacts(
        container=answers.text(said.get("container"), LONGEST_NAME),
        size=size,
        seconds=answers.number(said.get("seconds")),
        sound=_maybe(said.get("sound")),
        channels=answers.whole(said.get("channels")),
        rate=answers.whole(said.get("rate")),
        video=_maybe(said.get("video")),
        width=answers.whole(said.get("width")),
        height=answers.whole(said.get("height")),
        covers=answers.whole(said.get("covers")),
        texts=answers.whole(said.get("texts")),
        spare=answers.whole(said.get("spare")),
        heard=answers.number(done.get("heard")),
        shown=answers.number(done.get("shown")),
        spacing=answers.number(done.get("spacing")),
        stills=stills,
        complete=complete,
    )


def _maybe(value: object) -> str | None:
    return None if value is None else answers.text(value, LONGEST_NAME)


def _refusal(said: Mapping[str, object]) -> MediaFileError:
    try:
        fault = MediaFault(str(said.get("fault")))
    except ValueError:
        raise AnswerError("it refuses for no reason that is known") from None
    return MediaFileError(fault, answers.text(said.get("why"), LONGEST_NAME))
