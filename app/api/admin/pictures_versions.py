"""Versions of the picture lists: looking back and going back."""

from typing import Annotated

from fastapi import Query

from app.access import Scope
from app.api.admin.call import Current
from app.api.admin.pictures_bodies import (
    AnyVersion,
    Expected,
)
from app.api.admin.pictures_views import (
    PictureDiffView,
    PictureVersionsView,
    PictureVersionView,
    diff_view,
    version_view,
)
from app.api.admin.table import Table
from app.api.admin.types import MAX_NUMBER, After, Limit, NumberPath
from app.api.admin.versions import Reason

TABLE = Table("admin: pictures")


@TABLE.get("/pictures/versions", Scope.PICTURES_READ)
async def list_picture_versions(
    call: Current,
    before: Annotated[
        int | None, Query(ge=1, le=MAX_NUMBER, description="Only older ones.")
    ] = None,
    limit: Limit = 100,
) -> PictureVersionsView:
    """List versions of the picture lists, newest first."""
    live = (await call.desk.pictures.live()).number
    found = await call.desk.pictures.versions(before=before, limit=limit + 1)
    shown = found[:limit]
    more = str(shown[-1].number) if len(found) > limit else None
    items = [version_view(row, live=live) for row in shown]
    return PictureVersionsView(items=items, next=more)


@TABLE.get("/pictures/versions/{number}", Scope.PICTURES_READ, refusals=(404,))
async def show_picture_version(call: Current, number: NumberPath) -> PictureVersionView:
    """Show one version of the picture lists."""
    live = (await call.desk.pictures.live()).number
    return version_view(await call.desk.pictures.version(number), live=live)


@TABLE.get(
    "/pictures/versions/{first}/diff/{second}", Scope.PICTURES_READ, refusals=(404,)
)
async def diff_picture_versions(
    call: Current,
    first: AnyVersion,
    second: AnyVersion,
    after: After = None,
    limit: Limit = 100,
) -> PictureDiffView:
    """Show what the second version has otherwise than the first."""
    page = await call.desk.pictures.diff(first, second, after=after, limit=limit)
    return diff_view(page)


@TABLE.change(
    "POST",
    "/pictures/versions/{number}/rollback",
    Scope.PICTURES_WRITE,
    "picture.rollback",
    status=201,
    refusals=(404, 409, 413),
)
async def rollback_pictures(
    call: Current, number: AnyVersion, body: Reason, expected: Expected = None
) -> PictureVersionView:
    """Serve the content of a former version again, under a new number."""
    target = f"pictures-version:{number}"
    call.note(target, why=body.why)
    made = await call.desk.pictures.rollback(
        number, who=call.who, why=body.why, expected=expected
    )
    call.note(target, version=made.number)
    return version_view(made, live=made.number)
