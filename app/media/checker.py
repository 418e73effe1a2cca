"""The media checker: sound or video in, one verdict with all its reasons out."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from app.domain.finding import Finding
from app.domain.policy import DEFAULT_POLICY, Policy
from app.domain.scenes import Scene
from app.image.checker import ImageChecker, NotRun
from app.image.errors import PictureError, Trouble, WorkerError
from app.image.findings.rules import ReadText
from app.media import prints
from app.media.contents import Contents, MediaFacts, Picture
from app.media.cutting import is_silent, parts
from app.media.errors import MediaFault, MediaFileError
from app.media.findings import rules as names
from app.media.findings.rules import MediaRules
from app.media.findings.sounds import sound_findings
from app.media.findings.spoken import spoken_findings
from app.media.findings.stills import merged
from app.media.known import SoundList
from app.media.limits import RATE
from app.media.notes import Notes
from app.media.room import NO_AV, Media, MediaFigures, MediaStatus
from app.media.sniff import sniff
from app.media.speech import Recogniser, SpeechError, Spoken
from app.media.verdict import Kind, MediaVerdict

NO_RECOGNISER: Final = "no recogniser is configured, so nobody has listened to speech"
NO_IMAGES: Final = "no image workers run here"
_SLOW: Final = "recognising speech took longer than allowed"
_SPARE: Final = "only one track of sound and one of video are checked"
_TEXTS: Final = "subtitles are not checked"


class MediaChecker:
    """Has files taken apart, listens, looks, and judges what was found."""

    def __init__(
        self,
        media: Media,
        images: ImageChecker | None,
        *,
        recogniser: Recogniser | None = None,
        sounds: SoundList | None = None,
        rules: MediaRules | None = None,
        policy: Policy = DEFAULT_POLICY,
        speech_seconds: float = 600.0,
    ) -> None:
        """`speech_seconds` by the clock is the most for the speech of one file."""
        self._media = media
        self._images = images
        self._recogniser = recogniser
        self._rules = rules or MediaRules()
        self._policy = policy
        self._speech_seconds = speech_seconds
        self.sounds = sounds or SoundList()
        """The known sounds; may be replaced at any time."""

    def status(self) -> MediaStatus:
        """Whether files can be decoded, and why not."""
        return self._media.status()

    @property
    def missing(self) -> Mapping[str, str]:
        """What does not work at present, by name, and why."""
        listener = self._recogniser
        reasons = {
            names.DECODE: self._media.status().missing,
            names.SPEECH: NO_RECOGNISER if listener is None else listener.missing,
            names.STILLS: NO_IMAGES if self._images is None else None,
        }
        return {name: why for name, why in reasons.items() if why is not None}

    def figures(self) -> MediaFigures:
        """Counts for metrics."""
        return self._media.figures()

    async def check(
        self,
        data: bytes,
        *,
        kind: Kind,
        scene: Scene,
        caller: str,
        read: ReadText,
    ) -> MediaVerdict:
        """Check a file; `read` checks the texts in it.

        Raises:
            MediaFileError: the file is at fault.
            MediaWorkerError: it could not be decoded safely, or no worker is there.
            MediaBusyError: too many files wait.
            BusyError: too many pictures wait.
            WorkerError: no image worker is there at present.
        """
        contents, notes = await self._media.open(data), Notes()
        if contents is None:
            self._miss(notes, names.DECODE, NO_AV, absent=True)
            return notes.verdict(MediaFacts(container=sniff(data), size=len(data)))
        _check_kind(contents.facts, kind)
        if (model := self._media.status().model) is not None:
            notes.models[names.DECODE] = model
        self._note_rest(contents, notes)
        await self._listen(contents, notes, read)
        await self._compare(contents, notes)
        await self._look(contents.pictures, notes, scene, caller, read)
        return notes.verdict(contents.facts)

    def _note_rest(self, contents: Contents, notes: Notes) -> None:
        """Note what nobody will look at."""
        facts = contents.facts
        for name, reason in (
            (names.DECODE, contents.why),
            (names.TRACKS, _SPARE if facts.spare else None),
            (names.SUBTITLES, _TEXTS if facts.texts else None),
        ):
            if reason is not None:
                self._miss(notes, name, reason)

    async def _listen(self, contents: Contents, notes: Notes, read: ReadText) -> None:
        if await asyncio.to_thread(is_silent, contents.pieces):
            return
        listener = self._recogniser
        if listener is None:
            self._miss(notes, names.SPEECH, NO_RECOGNISER, absent=True)
            return
        try:
            async with asyncio.timeout(self._speech_seconds):
                await self._recognise(listener, contents, notes)
        except TimeoutError:
            self._miss(notes, names.SPEECH, _SLOW)
        except SpeechError as error:
            self._miss(notes, names.SPEECH, str(error))
        else:
            notes.models[names.SPEECH] = listener.model
        said = await spoken_findings(notes.spoken, names.SPEECH, listener.model, read)
        notes.found += [self._judged(each) for each in said.findings]
        notes.truncated |= said.truncated

    async def _recognise(
        self, listener: Recogniser, contents: Contents, notes: Notes
    ) -> None:
        cut = await asyncio.to_thread(
            lambda: list(parts(contents.pieces, listener.longest))
        )
        for part in cut:
            for each in await listener.recognise(part.pcm, RATE):
                start, end = part.start + each.start, part.start + each.end
                notes.spoken.append(Spoken(each.text, start, end))

    async def _compare(self, contents: Contents, notes: Notes) -> None:
        """Look for known sounds."""
        sounds = self.sounds
        if not sounds.sounds or not contents.words:
            return
        words = np.frombuffer(contents.words, "<u4").astype(np.uint32)
        limits = self._rules.sounds
        matches = await asyncio.to_thread(sounds.search, words, within=limits.like)
        notes.found += sound_findings(matches, limits)
        notes.models[names.KNOWN] = prints.MODEL

    async def _look(
        self,
        pictures: Sequence[Picture],
        notes: Notes,
        scene: Scene,
        caller: str,
        read: ReadText,
    ) -> None:
        if not pictures:
            return
        if self._images is None:
            self._miss(notes, names.STILLS, NO_IMAGES, absent=True)
            return
        seen: list[tuple[float | None, Sequence[Finding]]] = []
        for picture in pictures:
            try:
                said = await self._images.check(
                    picture.data, scene=scene, caller=caller, read=read
                )
            except (PictureError, WorkerError) as error:
                if isinstance(error, WorkerError) and _is_passing(error):
                    raise
                self._miss(notes, names.STILLS, str(error))
            else:
                seen.append((picture.start, said.verdict.findings))
                notes.add(said)
        notes.found += merged(seen)

    def _miss(
        self, notes: Notes, name: str, reason: str, *, absent: bool = False
    ) -> None:
        forgiven = self._rules.forgives(name, absent=absent)
        notes.missed.append(NotRun(name, reason, forgiven))

    def _judged(self, finding: Finding) -> Finding:
        said = self._policy.suggest(finding.strategy, finding.label, finding.weight)
        return replace(finding, suggest=said)


def _is_passing(error: WorkerError) -> bool:
    """Whether it is nobody's fault and will be over."""
    return error.trouble is Trouble.UNAVAILABLE


def _check_kind(facts: MediaFacts, kind: Kind) -> None:
    """What was promised must be there; what is there beside it is checked, too."""
    if kind is Kind.AUDIO and facts.sound is None:
        raise MediaFileError(MediaFault.WRONG_KIND, "the file has no sound")
    if kind is Kind.VIDEO and facts.video is None:
        raise MediaFileError(MediaFault.WRONG_KIND, "the file has no moving picture")
