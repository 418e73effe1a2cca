"""Tables, queries and migrations on SQLite or PostgreSQL."""

from app.store.away import database_is_away, disk_is_full
from app.store.base import metadata
from app.store.database import Database
from app.store.migrate import migrate
from app.store.url import UrlError

__all__ = [
    "Database",
    "UrlError",
    "database_is_away",
    "disk_is_full",
    "metadata",
    "migrate",
]
