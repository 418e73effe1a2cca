"""The migration makes the table that the code expects."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection

from app.store import Database, metadata
from app.store.push_tables import app_push


def _differences(connection: Connection) -> list[str]:
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    # Rooms that are not imported here have no tables.
    return [
        str(found)
        for found in compare_metadata(context, metadata)
        if app_push.name in str(found)
    ]


async def test_the_migration_fits_the_table(database: Database) -> None:
    async with database.read() as connection:
        assert await connection.run_sync(_differences) == []
