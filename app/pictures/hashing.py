"""From an uploaded picture to what is listed of it; the picture is never kept."""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Protocol

from app.domain.labels import Label
from app.image.known import NAME
from app.image.known_forms import CENTRE, TRIMMED
from app.image.look import Look
from app.image.pdq import ORIGINAL
from app.pictures.errors import HashingOffError, PicturesError
from app.pictures.picture import SURE_QUALITY, Picture
from app.plugins.door import HashRegion


@dataclass(frozen=True, slots=True)
class Hashed:
    """One form of a picture, "original" or "trimmed", with its hashes."""

    form: str
    hash: bytes
    quality: int
    centre: bytes | None = None
    frame: int = 0


Hasher = Callable[[bytes], Awaitable[Sequence[Hashed]]]
"""Hashes a file that somebody uploaded.

Raises:
    ImageError: it is no picture, or cannot be looked at now.
    HashingOffError: nobody looks at pictures here.
"""


class Room(Protocol):
    """The part of `Images` that hashing needs."""

    async def look(self, data: bytes, *, caller: str = "") -> Look:
        """Look at a picture."""
        ...


async def hashing_off(_data: bytes) -> Sequence[Hashed]:
    """The hasher of a service that has no image workers.

    Raises:
        HashingOffError: always.
    """
    raise HashingOffError


def hasher(room: Room) -> Hasher:
    """Hash with the classifier `known` of an image room."""

    async def hash_picture(data: bytes) -> Sequence[Hashed]:
        look = await room.look(data, caller="operators")
        for reading in look.readings:
            if reading.classifier == NAME and reading.hashes:
                return tuple(_forms(reading.hashes))
            if reading.classifier == NAME and reading.error:
                raise PicturesError(f"the picture was not hashed: {reading.error}")
        raise HashingOffError

    return hash_picture


def _forms(regions: Sequence[HashRegion]) -> Iterator[Hashed]:
    """Each frame as it stands, and without plain borders where it has some."""
    for frame, some in groupby(regions, lambda region: region.frame):
        named = {region.transform: region for region in some}
        middle = named.get(CENTRE)
        for form in (ORIGINAL, TRIMMED):
            whole = named.get(form)
            if whole is not None:
                centre = middle.value if middle and form == ORIGINAL else None
                yield Hashed(form, whole.value, whole.quality, centre, frame)


def to_list(
    hashed: Sequence[Hashed], label: Label | None, note: str
) -> Sequence[Picture]:
    """What is listed of a picture: its forms, of an animated one those that tell.

    Moments with little to see would be taken for other plain pictures; they are
    left out where others are better.
    """
    still = len({one.frame for one in hashed}) == 1
    sure = [one for one in hashed if one.quality >= SURE_QUALITY]
    chosen = hashed if still else sure or [max(hashed, key=lambda one: one.quality)]
    pictures = {
        one.hash: Picture(one.hash, label, one.quality, one.centre, note)
        for one in reversed(chosen)
    }
    return tuple(reversed(pictures.values()))
