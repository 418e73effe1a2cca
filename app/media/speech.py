"""Speech as text: what a recogniser is, and what it says."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

MOST_SPOKEN: Final = 2000
"""Parts of one answer."""
LONGEST_SPOKEN: Final = 20_000
"""Code points of one answer."""


class SpeechError(Exception):
    """Speech was not recognised; one short sentence that holds nothing of it."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """Some words, from second `start` to `end` of the sound that was given."""

    text: str
    start: float
    end: float


class Recogniser(Protocol):
    """Turns sound into text, here or on another machine.

    `name` is the name in verdicts, `model` the id and version of what listens, and
    `longest` how many seconds of sound it takes at once.
    """

    @property
    def name(self) -> str:
        """The name in verdicts."""
        ...

    @property
    def model(self) -> str:
        """Id and version of the model, as far as known."""
        ...

    @property
    def longest(self) -> float:
        """Seconds of sound in one call at most."""
        ...

    @property
    def missing(self) -> str | None:
        """Why it cannot listen at present; None if it can, as far as known."""
        ...

    async def recognise(self, pcm: bytes, rate: int) -> Sequence[Spoken]:
        """What is said in one channel of 16-bit samples, the lower byte first.

        `rate` is samples a second. The parts are in order; none if nobody speaks.

        Raises:
            SpeechError: it could not be recognised.
        """
        ...


def within(spoken: Spoken, seconds: float) -> Spoken:
    """The same with times that lie within the sound and in order."""
    start = min(max(spoken.start, 0.0), seconds)
    return Spoken(spoken.text, start, min(max(spoken.end, start), seconds))
