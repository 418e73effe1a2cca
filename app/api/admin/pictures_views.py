"""How known pictures, their lists and versions are shown."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

from app.api.admin.pictures_bodies import HASH
from app.api.admin.types import (
    Instant,
    Page,
    View,
    instant,
    label_name,
    shows,
)
from app.pictures.picture import to_picture

if TYPE_CHECKING:
    from app.pictures.records import Changed, DiffPage
    from app.store.pictures import FoundRow, PictureRow, VersionRow

_PICTURE: dict[str, Any] = {
    "list": "scams",
    "hash": HASH,
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
