"""The administration API: what operators do, under `/admin/v1`."""

from app.api.admin.desk import ClosedDeskError, Desk
from app.api.admin.limits import body_limit
from app.api.admin.router import PREFIX, admin_app, create_admin_router

__all__ = [
    "PREFIX",
    "ClosedDeskError",
    "Desk",
    "admin_app",
    "body_limit",
    "create_admin_router",
]
