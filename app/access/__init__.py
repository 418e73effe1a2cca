"""Who may call, how often, and what became of a call."""

from app.access.apps import App, AppSettings
from app.access.audit import AuditEvent, AuditLog, Outcome
from app.access.errors import (
    AccessError,
    QuotaExceeded,
    Reason,
    RidError,
    RidReason,
    Window,
)
from app.access.keys import AdminKey, KeyDoor, Operator, Scope
from app.access.quotas import Quotas, Usage
from app.access.rids import RidRecord, Rids
from app.access.service import Access
from app.access.tokens import IssuedToken

__all__ = [
    "Access",
    "AccessError",
    "AdminKey",
    "App",
    "AppSettings",
    "AuditEvent",
    "AuditLog",
    "IssuedToken",
    "KeyDoor",
    "Operator",
    "Outcome",
    "QuotaExceeded",
    "Quotas",
    "Reason",
    "RidError",
    "RidReason",
    "RidRecord",
    "Rids",
    "Scope",
    "Usage",
    "Window",
]
