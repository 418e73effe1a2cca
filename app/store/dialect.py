"""The one place where SQLite and PostgreSQL need different statements."""

from sqlalchemy import ColumnElement, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection


def upsert(
    connection: AsyncConnection, table: Table
) -> sqlite.Insert | postgresql.Insert:
    """An INSERT that offers `on_conflict_do_update` on this connection."""
    if connection.dialect.name == "sqlite":
        return sqlite.insert(table)
    return postgresql.insert(table)


def bytewise(
    connection: AsyncConnection, column: ColumnElement[str]
) -> ColumnElement[str]:
    """A text that is compared byte by byte, whatever the database's language."""
    if connection.dialect.name == "sqlite":
        return column  # it does so anyway
    return column.collate("C")
