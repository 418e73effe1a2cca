"""Tables of known pictures: hashes with a lifetime in versions, as words have."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    String,
    Table,
    Text,
)

from app.store.base import metadata

# SQLite numbers rows by itself only when the key is declared INTEGER.
_row_id = BigInteger().with_variant(Integer, "sqlite")

picture_version = Table(
    "picture_version",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("created_at", Double, nullable=False),  # Unix time in seconds
    Column("who", String(100), nullable=False),
    Column("why", Text, nullable=False),
    # How it came about: add, upload, remove, import or rollback.
    Column("origin", String(16), nullable=False),
    Column("picture_count", Integer, nullable=False),
    Column("added", Integer, nullable=False),
    Column("changed", Integer, nullable=False),
    Column("removed", Integer, nullable=False),
    # Sum of the digests of all rows of the version modulo 2**128, in hex.
    Column("checksum", String(32), nullable=False),
    # The version whose content this one has again; 0 is that before the first.
    Column("rolled_back_to", Integer, nullable=True),
)
"""Versions of all lists together; rows are never changed."""

picture_live = Table(
    "picture_live",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    # NULL until something was listed.
    Column("version", ForeignKey("picture_version.number"), nullable=True),
    CheckConstraint("id = 1", name="one_row"),
)
"""One row: which version is served. Locking it makes writers queue."""

picture_entry = Table(
    "picture_entry",
    metadata,
    Column("id", _row_id, primary_key=True),
    Column("list_name", String(64), nullable=False),
    Column("digest", LargeBinary(16), nullable=False),  # of list and content
    Column("hash", LargeBinary(32), nullable=False),
    Column("quality", SmallInteger, nullable=False),
    Column("centre", LargeBinary(32), nullable=True),
    Column("label", Integer, nullable=True),  # NULL: an allowed picture
    Column("note", Text, nullable=False),
    # Who listed it and when is what this version says; a rollback keeps it.
    Column("since", ForeignKey("picture_version.number"), nullable=False),
    Column("added_in", ForeignKey("picture_version.number"), nullable=False),
    Column("removed_in", ForeignKey("picture_version.number"), nullable=True),
)
"""A row belongs to version v when added_in <= v and not removed_in <= v."""

picture_load = Table(
    "picture_load",
    metadata,
    Column("id", Integer, primary_key=True),
    # Unix time of the last sign of life.
    Column("touched_at", Double, nullable=False),
)
"""Files that are being read; one that shows no life was left by a dead process."""

picture_staged = Table(
    "picture_staged",
    metadata,
    Column("id", _row_id, primary_key=True),
    Column("load_id", Integer, nullable=False),
    Column("digest", LargeBinary(16), nullable=False),
    Column("hash", LargeBinary(32), nullable=False),
    Column("quality", SmallInteger, nullable=False),
    Column("centre", LargeBinary(32), nullable=True),
    Column("label", Integer, nullable=True),
    Column("note", Text, nullable=False),
    Column("gone", Boolean, nullable=False),  # the file says: no longer listed
)
"""Rows of those files. Without an index: they are written once and read whole."""

# The lifetimes: what two versions differ in is found without reading the rest.
Index("ix_picture_entry_added_in", picture_entry.c.added_in)
Index(
    "ix_picture_entry_removed_in",
    picture_entry.c.removed_in,
    sqlite_where=picture_entry.c.removed_in.is_not(None),
    postgresql_where=picture_entry.c.removed_in.is_not(None),
)
Index(
    "uq_picture_entry_live",
    picture_entry.c.hash,
    picture_entry.c.list_name,
    unique=True,
    sqlite_where=picture_entry.c.removed_in.is_(None),
    postgresql_where=picture_entry.c.removed_in.is_(None),
)
Index("ix_picture_entry_list", picture_entry.c.list_name, picture_entry.c.id)
