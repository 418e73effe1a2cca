"""How known pictures, their lists and versions are asked for and shown."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Annotated, Any, Literal

from fastapi import Path, Query
from pydantic import Field

from app.api.admin.types import (
    MAX_NUMBER,
    Closed,
    Instant,
    LabelOrExempt,
    Note,
    Page,
    View,
    Why,
    instant,
    label_name,
    shows,
)
from app.domain.labels import Label
from app.pictures.picture import SURE_QUALITY, UNKNOWN_QUALITY, Picture, to_picture
from app.pictures.service import MAX_AT_ONCE

if TYPE_CHECKING:
    from app.pictures.records import Changed, DiffPage
    from app.store.pictures import FoundRow, PictureRow, VersionRow

SHOWN_WARNINGS = 20
"""Hashes of poor quality that an answer names."""

_HASH = "0ab6b5410ab6b5414abeb5414abeb541fbfe5543aa54d6e2a9395366ac8902bf"
_PICTURE: dict[str, Any] = {
    "list": "scams",
    "hash": _HASH,
    "label": "fraud",
    "quality": 96,
    "centre": None,
    "note": "ticket 7",
}
_LISTED = {**_PICTURE, "who": "alice#3", "at": "2026-11-20T03:04:05Z"}
VERSION: dict[str, Any] = {
    "number": 6,
    "live": True,
    "created_at": "2026-11-20T03:04:05Z",
    "who": "alice#3",
    "why": "complaint of 20 November",
    "origin": "upload",
    "picture_count": 4211,
    "added": 1,
    "changed": 0,
    "removed": 0,
    "checksum": "6d1f4b0a5c7e8f90a1b2c3d4e5f60718",
    "rolled_back_to": None,
}
CHANGE: dict[str, Any] = {
    "version": VERSION,
    "added": 1,
    "changed": 0,
    "removed": 0,
    "unchanged": 0,
    "warnings": [],
}

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


class KnownPictureView(View):
    """A picture as it stands in a list."""

    list: str
    hash: str
    label: str
    """A label by name, or `exempt` for an allowed picture."""
    quality: int
    """0 to 100; below 50 a match is never sure, and 100 if nobody knew."""
    centre: str | None
    """The hash of its middle part; null for a hash that came without its picture."""
    note: str
    model_config = shows(_PICTURE)


class ListedView(KnownPictureView):
    """A listed picture with who listed it, and when."""

    who: str
    at: Instant
    model_config = shows(_LISTED)


class ListedPage(Page[ListedView]):
    """Pictures of a list, oldest first."""

    model_config = shows({"items": [_LISTED], "next": "17"})


class FoundView(View):
    """Where a hash is listed."""

    items: list[ListedView]
    model_config = shows({"items": [_LISTED]})


class PictureListView(View):
    """A list and its size."""

    name: str
    count: int
    exempt: int
    """How many of them are allowed pictures."""


class PictureListsView(View):
    """Every list of a version, by name."""

    items: list[PictureListView]
    model_config = shows({"items": [{"name": "scams", "count": 4211, "exempt": 2}]})


class PictureVersionView(View):
    """A version of all lists; it never changes."""

    number: int
    live: bool
    """Whether it is the one in service."""
    created_at: Instant
    who: str
    why: str
    origin: str
    """add, upload, remove, import or rollback."""
    picture_count: int
    added: int
    changed: int
    removed: int
    checksum: str
    """Equal for equal content."""
    rolled_back_to: int | None
    """The version whose content this one has again; 0 is that before the first."""
    model_config = shows(VERSION)


class PictureVersionsView(Page[PictureVersionView]):
    """Versions, newest first."""

    next: str | None = None
    """Send it as `before` to go on; null at the end."""
    model_config = shows({"items": [VERSION], "next": "6"})


class PictureChangeView(View):
    """What a call changed."""

    version: PictureVersionView | None
    """The version that it made; null when nothing was to be changed."""
    added: int
    changed: int
    removed: int
    unchanged: int
    warnings: list[str]
    """What to know about the pictures, such as a poor hash."""
    model_config = shows(CHANGE)


class PictureDiffRowView(View):
    """One picture that differs; one that is listed otherwise has both sides."""

    kind: Literal["added", "removed", "changed"]
    before: KnownPictureView | None
    after: KnownPictureView | None


class PictureDiffView(Page[PictureDiffRowView]):
    """What differs between two versions, by list and hash."""

    added: int
    removed: int
    changed: int
    model_config = shows(
        {
            "items": [{"kind": "added", "before": None, "after": _PICTURE}],
            "next": None,
            "added": 1,
            "removed": 0,
            "changed": 0,
        }
    )


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
        {"pictures": [{"hash": _HASH, "label": "fraud"}], "why": "ticket 7"}
    )


class GoneHashes(Closed):
    """Hashes to be taken out of a list together, all or none."""

    hashes: Annotated[list[HashText], Field(min_length=1, max_length=MAX_AT_ONCE)]
    why: Why = ""
    model_config = shows({"hashes": [_HASH], "why": "it was harmless"})


def picture_fields(row: "PictureRow") -> dict[str, Any]:
    """The fields of a KnownPictureView."""
    return {
        "list": row.list_name,
        "hash": row.hash.hex(),
        "label": label_name(to_picture(row).label),
        "quality": row.quality,
        "centre": None if row.centre is None else row.centre.hex(),
        "note": row.note,
    }


def picture_view(row: "PictureRow | None") -> KnownPictureView | None:
    """A stored row as it is shown."""
    return None if row is None else KnownPictureView.model_validate(picture_fields(row))


def listed_view(found: "FoundRow") -> ListedView:
    """A listed picture as it is shown."""
    fields = picture_fields(found.row)
    return ListedView(**fields, who=found.who, at=instant(found.at))


def version_view(row: "VersionRow", *, live: int) -> PictureVersionView:
    """A version as it is shown; `live` is the number of the one in service."""
    fields = row._asdict() | {"live": row.number == live}
    fields["created_at"] = instant(row.created_at)
    return PictureVersionView.model_validate(fields)


def change_fields(change: "Changed", warnings: Sequence[str] = ()) -> dict[str, Any]:
    """The fields of a PictureChangeView."""
    made = change.version
    return {
        "version": None if made is None else version_view(made, live=made.number),
        "added": change.added,
        "changed": change.changed,
        "removed": change.removed,
        "unchanged": change.unchanged,
        "warnings": list(warnings),
    }


def diff_view(page: "DiffPage") -> PictureDiffView:
    """A page of differences as it is shown."""
    return PictureDiffView(
        items=[
            PictureDiffRowView(
                kind=row.kind,
                before=picture_view(row.before),
                after=picture_view(row.after),
            )
            for row in page.rows
        ],
        next=page.next,
        added=page.added,
        removed=page.removed,
        changed=page.changed,
    )


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
