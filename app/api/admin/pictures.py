"""Lists of known pictures: looking, adding and removing by hash or by upload."""

from typing import Annotated

from fastapi import Query, Request
from pydantic import BaseModel

from app.access import Scope
from app.api.admin.call import Call, Current
from app.api.admin.pictures_bodies import (
    Expected,
    GivenPictures,
    GoneHashes,
    VersionQuery,
    poor,
)
from app.api.admin.pictures_upload import BODY, uploaded
from app.api.admin.pictures_views import (
    CHANGE,
    FoundView,
    KnownPictureView,
    ListedPage,
    PictureChangeView,
    PictureListsView,
    PictureListView,
    change_fields,
    listed_view,
    picture_fields,
)
from app.api.admin.table import Table
from app.api.admin.types import (
    MAX_NUMBER,
    LabelOrExempt,
    Limit,
    ListPath,
    Note,
    Why,
    shows,
)
from app.domain.labels import Label
from app.pictures.hashing import to_list
from app.pictures.picture import to_row
from app.pictures.records import Changed

TABLE = Table("admin: pictures")

NOTED = 20
"""Hashes that an entry of the audit log names."""


class UploadView(PictureChangeView):
    """What an upload changed, and which hashes are listed of it."""

    pictures: list[KnownPictureView]
    model_config = shows({**CHANGE, "pictures": []})


class UploadQuery(BaseModel):
    """What is said of an uploaded picture."""

    model_config = {"extra": "forbid", "use_attribute_docstrings": True}

    label: LabelOrExempt = Label.OTHER
    """A label, or `exempt` for an allowed picture."""
    note: Note = ""
    why: Why = ""
    expected: Annotated[int | None, Query(ge=0, le=MAX_NUMBER)] = None
    """The version that was looked at; 409 when another one is live."""


@TABLE.get("/pictures/lists", Scope.PICTURES_READ, refusals=(404,))
async def list_picture_lists(
    call: Current, version: VersionQuery = None
) -> PictureListsView:
    """List the picture lists of a version."""
    found = await call.desk.pictures.lists(version)
    return PictureListsView(
        items=[
            PictureListView(name=one.name, count=one.pictures, exempt=one.exempt)
            for one in found
        ]
    )


@TABLE.get("/pictures/lists/{name}/entries", Scope.PICTURES_READ, refusals=(404,))
async def list_pictures(
    call: Current,
    name: ListPath,
    version: VersionQuery = None,
    after: Annotated[int, Query(ge=0, le=2**53)] = 0,
    limit: Limit = 100,
) -> ListedPage:
    """List the pictures of a list, oldest first, also of a former version."""
    found = await call.desk.pictures.entries(
        name, version=version, after=after, limit=limit + 1
    )
    shown = found[:limit]
    more = str(shown[-1].id) if len(found) > limit else None
    return ListedPage(items=[listed_view(one) for one in shown], next=more)


@TABLE.get("/pictures/entries", Scope.PICTURES_READ)
async def find_picture(
    call: Current,
    value: Annotated[
        str,
        Query(alias="hash", pattern=r"^[0-9a-fA-F]{64}$", description="A PDQ hash."),
    ],
) -> FoundView:
    """Tell in which lists exactly this hash stands now."""
    found = await call.desk.pictures.find(bytes.fromhex(value))
    return FoundView(items=[listed_view(one) for one in found])


@TABLE.change(
    "POST",
    "/pictures/lists/{name}/entries",
    Scope.PICTURES_WRITE,
    "picture.add",
    refusals=(409, 413),
)
async def add_pictures(
    call: Current, name: ListPath, body: GivenPictures, expected: Expected = None
) -> PictureChangeView:
    """List hashes, at once and in one version.

    A hash that the list has already is listed as given now; where nothing differs,
    nothing changes.
    """
    pictures = [one.picture() for one in body.pictures]
    hashes = [one.hash.hex() for one in pictures]
    _note(call, name, body.why, expected, pictures=len(hashes), hashes=hashes[:NOTED])
    change = await call.desk.pictures.add(
        name, pictures, who=call.who, why=body.why, expected=expected
    )
    note_change(call, name, change)
    return PictureChangeView.model_validate(change_fields(change, poor(pictures)))


@TABLE.change(
    "POST",
    "/pictures/lists/{name}/upload",
    Scope.PICTURES_WRITE,
    "picture.upload",
    refusals=(409, 413, 415),
    body=BODY,
)
async def upload_picture(
    call: Current,
    request: Request,
    name: ListPath,
    query: Annotated[UploadQuery, Query()],
) -> UploadView:
    """List a picture by its hashes; the picture itself is not kept.

    The body is the file, or a form with one file. Listed are the picture as it is
    and, if it has plain borders, without them. At most 10 MiB.
    """
    label = "exempt" if query.label is None else query.label.title
    _note(call, name, query.why, query.expected, label=label)
    hashed = await call.desk.hash_picture(await uploaded(request))
    pictures = to_list(hashed, query.label, query.note.strip())
    change = await call.desk.pictures.add(
        name,
        pictures,
        who=call.who,
        why=query.why,
        expected=query.expected,
        origin="upload",
    )
    note_change(call, name, change, hashes=[one.hash.hex() for one in pictures])
    shown = [picture_fields(to_row(name, one)) for one in pictures]
    fields = change_fields(change, poor(pictures)) | {"pictures": shown}
    return UploadView.model_validate(fields)


@TABLE.change(
    "POST",
    "/pictures/lists/{name}/remove",
    Scope.PICTURES_WRITE,
    "picture.remove",
    refusals=(404, 409, 413),
)
async def remove_pictures(
    call: Current, name: ListPath, body: GoneHashes, expected: Expected = None
) -> PictureChangeView:
    """Take hashes out of a list, all or none."""
    hashes = [one.lower() for one in body.hashes]
    _note(call, name, body.why, expected, pictures=len(hashes), hashes=hashes[:NOTED])
    change = await call.desk.pictures.remove(
        name,
        [bytes.fromhex(one) for one in hashes],
        who=call.who,
        why=body.why,
        expected=expected,
    )
    note_change(call, name, change)
    return PictureChangeView.model_validate(change_fields(change))


def _note(
    call: Call, name: str, why: str, expected: int | None, **detail: object
) -> None:
    """Say for the audit log what is asked for."""
    if expected is not None:
        detail["expected"] = expected
    call.note(f"pictures:{name}", why=why, **detail)


def note_change(call: Call, name: str, change: Changed, **detail: object) -> None:
    """Say for the audit log what came of it."""
    made = change.version
    call.note(
        f"pictures:{name}",
        version=None if made is None else made.number,
        added=change.added,
        changed=change.changed,
        removed=change.removed,
        **detail,
    )
