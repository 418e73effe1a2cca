"""Entered by Alembic, inside the transaction that `app.store.migrate` opened."""

from alembic import context

from app.store.base import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    # SQLite cannot alter most columns; Alembic then rebuilds the table.
    render_as_batch=True,
    # The caller commits: every step or none.
    transactional_ddl=False,
)
context.run_migrations()
