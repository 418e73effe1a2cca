"""Checking a picture for whichever API: its texts, its verdict, its traces."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from app.api.rooms import check, judge
from app.domain.scenes import Scene
from app.image.findings.rules import Words
from app.image.ocr_join import join
from app.text.audience import Audience

if TYPE_CHECKING:
    from app.api.fetch import Fetcher
    from app.api.rooms import Rooms
    from app.image.checker import ImageChecker, ImageVerdict
    from app.plugins.door import Reading
    from app.text.checker import Checker
    from app.text.result import TextResult


class ImagesOffError(Exception):
    """This service looks at no pictures."""


class KnownLists(Protocol):
    """How this process follows the lists of known pictures; see `PictureFollower`."""

    @property
    def version(self) -> int:
        """The number of the version in use, 0 for none."""
        ...

    @property
    def error(self) -> str | None:
        """Why the live version could not be used; None when all is well."""
        ...


@dataclass(frozen=True, slots=True)
class NoLists:
    """What stands for lists that nobody keeps."""

    version: int = 0
    error: str | None = None


@dataclass(frozen=True, slots=True)
class PictureRoom:
    """What endpoints for pictures need beside the other rooms."""

    checker: "ImageChecker"
    fetcher: "Fetcher"
    lists: KnownLists = field(default_factory=NoLists)


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks about pictures, and how; `lists` None means every wordlist."""

    appid: str
    scene: Scene
    user_id: str | None = None
    lists: frozenset[str] | None = None


@dataclass(slots=True)
class Reader:
    """Checks the texts in one picture, each once."""

    checker: "Checker"
    asked: Asked
    results: "dict[str, TextResult]" = field(default_factory=dict)

    async def __call__(self, text: str) -> Words:
        """What the words in a text say of it; asked again, the same without work."""
        result = self.results.get(text)
        if result is None:
            audience = Audience(self.asked.appid, self.asked.lists)
            result = await check(self.checker, text, self.asked.scene, audience)
            self.results[text] = result
            await asyncio.sleep(0)  # a picture may hold thousands of lines
        return Words(result.findings, result.truncated)


async def check_picture(
    rooms: "Rooms", path: str, picture: bytes, asked: Asked
) -> "ImageVerdict":
    """Check one picture, count it under `path`, and tell those who watch its texts.

    Raises:
        ImagesOffError: image checks are switched off.
        ImageError: as `ImageChecker.check`.
    """
    reader = Reader(words_only(rooms), asked)
    verdict = await pictures_of(rooms).checker.check(
        picture, scene=asked.scene, caller=asked.appid, read=reader
    )
    rooms.metrics.picture(path, verdict.verdict)
    for text in dict.fromkeys(_texts(verdict.readings)):
        if (result := reader.results.get(text)) is not None:
            said = judge((result,))
            rooms.watch.checked(
                asked.appid, asked.user_id, asked.scene, text, said, asked.lists
            )
    return verdict


def words_only(rooms: "Rooms") -> "Checker":
    """The text checker as it is now, without the content model.

    That was measured on comments. A screenshot holds many, and lines of a poster are
    none: its false alarms there are not known.
    """
    checker = rooms.checker.pinned()
    checker.use(None)
    return checker


def pictures_of(rooms: "Rooms") -> PictureRoom:
    """The checker of pictures and its surroundings.

    Raises:
        ImagesOffError: image checks are switched off.
    """
    if rooms.pictures is None:
        raise ImagesOffError
    return rooms.pictures


def _texts(readings: "Iterable[Reading]") -> Iterable[str]:
    """The texts that are one to whoever wrote them: pages, and contents of codes."""
    for reading in readings:
        if reading.texts:
            yield join(reading.texts).text
        for code in reading.codes:
            yield code.text
