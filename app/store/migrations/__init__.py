"""Alembic scripts; run by `app.store.migrate`."""
