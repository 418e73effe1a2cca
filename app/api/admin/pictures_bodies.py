"""What the endpoints of known pictures are asked with."""

from collections.abc import Iterable
from typing import Annotated

from fastapi import Path, Query
from pydantic import Field

from app.api.admin.types import (
    MAX_NUMBER,
    Closed,
    LabelOrExempt,
    Note,
    Why,
    shows,
)
from app.domain.labels import Label
from app.pictures.picture import SURE_QUALITY, UNKNOWN_QUALITY, Picture
from app.pictures.service import MAX_AT_ONCE

SHOWN_WARNINGS = 20
"""Hashes of poor quality that an answer names."""


HASH = "0ab6b5410ab6b5414abeb5414abeb541fbfe5543aa54d6e2a9395366ac8902bf"
"""The hash of examples."""

HashText = Annotated[str, Field(pattern=r"^[0-9a-fA-F]{64}$")]
"""A PDQ hash: 64 hexadecimal digits."""
Quality = Annotated[int, Field(strict=True, ge=0, le=100)]
Expected = Annotated[
    int | None,
    Query(
        ge=0,
        le=MAX_NUMBER,
        description="The version that was looked at; 409 when another one is live.",
    ),
]
VersionQuery = Annotated[
    int | None,
    Query(ge=0, le=MAX_NUMBER, description="A version; default: the live one."),
]
AnyVersion = Annotated[
    int, Path(ge=0, le=MAX_NUMBER, description="0 is what there was at first: nothing.")
]


class GivenPicture(Closed):
    """A hash to be listed."""

    hash: HashText
    label: LabelOrExempt = Label.OTHER
    """A label, or `exempt` for an allowed picture."""
    quality: Quality = UNKNOWN_QUALITY
    centre: HashText | None = None
    note: Note = ""

    def picture(self) -> Picture:
        """As the lists take it."""
        centre = None if self.centre is None else bytes.fromhex(self.centre)
        value, note = bytes.fromhex(self.hash), self.note.strip()
        return Picture(value, self.label, self.quality, centre, note)


class GivenPictures(Closed):
    """Hashes to be listed together, all or none."""

    pictures: Annotated[list[GivenPicture], Field(min_length=1, max_length=MAX_AT_ONCE)]
    why: Why = ""
    model_config = shows(
        {"pictures": [{"hash": HASH, "label": "fraud"}], "why": "ticket 7"}
    )


class GoneHashes(Closed):
    """Hashes to be taken out of a list together, all or none."""

    hashes: Annotated[list[HashText], Field(min_length=1, max_length=MAX_AT_ONCE)]
    why: Why = ""
    model_config = shows({"hashes": [HASH], "why": "it was harmless"})


def poor(pictures: Iterable[Picture]) -> list[str]:
    """A sentence about each hash that tells pictures apart poorly."""
    found = [one for one in pictures if one.quality < SURE_QUALITY]
    said = [
        f"{one.hash.hex()} has quality {one.quality}: below {SURE_QUALITY} a match"
        " never blocks, it is only held for review"
        for one in found[:SHOWN_WARNINGS]
    ]
    rest = len(found) - len(said)
    return [*said, f"{rest} more are as poor"] if rest else said
