"""The table of the audit log; triggers of the migration refuse to change its rows."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    Double,
    Integer,
    SmallInteger,
    String,
    Table,
)

from app.store.base import metadata

# SQLite numbers rows by itself only when the key is declared INTEGER.
_row_id = BigInteger().with_variant(Integer, "sqlite")

audit_entry = Table(
    "audit_entry",
    metadata,
    Column("id", _row_id, primary_key=True),
    Column("at", Double, nullable=False),  # Unix time in seconds
    Column("who", String(120), nullable=False, index=True),
    # NULL: somebody without a key, on the machine itself.
    Column("key_id", Integer),
    Column("action", String(64), nullable=False, index=True),
    Column("target", String(200), nullable=False),
    Column("outcome", String(8), nullable=False),  # done, refused or failed
    Column("status", SmallInteger, nullable=False),  # of the HTTP answer
    Column("trace_id", String(32), nullable=False),
    Column("detail", JSON, nullable=False),
)
"""Who changed what, and who tried to. Nothing here came from a user."""
