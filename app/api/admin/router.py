"""All routes of the admin API in one router, or as an application of their own."""

from typing import TYPE_CHECKING

from fastapi import APIRouter, FastAPI

from app.access import Operator
from app.api.admin import (
    apps,
    audit,
    backtests,
    drafts,
    holds,
    imports,
    jobs,
    jobs_receivers,
    keys,
    lists,
    pictures,
    pictures_files,
    pictures_versions,
    push,
    samples,
    shadow,
    stats,
    versions,
)
from app.api.admin.route import AdminRoute
from app.api.admin.table import Table

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.api.admin.desk import Desk

PREFIX = "/admin/v1"

TABLES: tuple[Table, ...] = (
    lists.TABLE,
    drafts.TABLE,
    imports.TABLE,
    versions.TABLE,
    backtests.TABLE,
    shadow.TABLE,
    samples.TABLE,
    stats.TABLE,
    holds.TABLE,
    pictures.TABLE,
    pictures_files.TABLE,
    pictures_versions.TABLE,
    apps.TABLE,
    push.TABLE,
    jobs.TABLE,
    jobs_receivers.TABLE,
    keys.TABLE,
    audit.TABLE,
)
"""Every route there is, in the order of the documentation."""


def create_admin_router(
    desk_of: "Callable[[], Desk]", *, operator: Operator | None = None
) -> APIRouter:
    """Make the router; `desk_of` is asked anew for each request.

    With `operator` every request is that operator's and no key is asked for: only
    for use inside this process.
    """
    ask, fixed = desk_of, operator

    class Bound(AdminRoute):
        """The routes of this router."""

        operator = fixed

        @staticmethod
        def desk_of() -> "Desk":
            return ask()

    router = APIRouter(prefix=PREFIX, route_class=Bound)
    for table in TABLES:
        table.onto(router)
    return router


def admin_app(desk: "Desk", operator: Operator | None = None) -> FastAPI:
    """Make an application of the admin API alone, for use in this process.

    With `operator` (a fixed identity with its scopes) no key is asked for.
    """
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    app.include_router(create_admin_router(lambda: desk, operator=operator))
    return app
