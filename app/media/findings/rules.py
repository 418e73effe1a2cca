"""What an operator may decide about sound and video, as plain values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from app.image.findings.rules import Leniency

DECODE: Final = "decode"
SPEECH: Final = "speech"
KNOWN: Final = "known_audio"
STILLS: Final = "stills"
TRACKS: Final = "tracks"
SUBTITLES: Final = "subtitles"


@dataclass(frozen=True, slots=True)
class SoundLimits:
    """Where likeness of sounds ends: shares of differing bits, 0 to 1.

    Below `same` it is a copy, below `like` perhaps one. Unrelated sounds differ in
    about half of their bits; see docs/decisions/0016.
    """

    same: float = 0.20
    like: float = 0.30


@dataclass(frozen=True, slots=True)
class MediaRules:
    """How sound and video are judged.

    `lenient` names what may be missing without holding a file back: `decode`,
    `speech`, `known_audio`, `stills`, `tracks`, `subtitles`. Stills themselves are
    judged by the rules of pictures. `sounds` says how alike a known sound must be.
    """

    lenient: Mapping[str, Leniency] = field(default_factory=dict)
    sounds: SoundLimits = field(default_factory=SoundLimits)

    def forgives(self, name: str, *, absent: bool) -> bool:
        """Whether a file may pass without this."""
        leniency = self.lenient.get(name)
        return leniency == "always" or (absent and leniency == "absent")
