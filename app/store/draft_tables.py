"""Tables of drafts: changes that wait for publication, in sets."""

from sqlalchemy import (
    JSON,
    BigInteger,
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

_row_id = BigInteger().with_variant(Integer, "sqlite")


draft = Table(
    "draft",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("title", String(200), nullable=False),
    Column("origin", String(16), nullable=False),
    Column("state", String(16), nullable=False),  # open, published, discarded
    Column("revision", Integer, nullable=False),
    Column("base", Integer, nullable=False),  # the version live at the start, or 0
    Column("created_at", Double, nullable=False),
    Column("created_by", String(100), nullable=False),
    Column("changes", Integer, nullable=False),
    Column("version", ForeignKey("lexicon_version.number"), nullable=True),
    sqlite_autoincrement=True,  # the number of a draft is never given again
)

draft_set = Table(
    "draft_set",
    metadata,
    Column("id", _row_id, primary_key=True),
    Column("draft_id", ForeignKey("draft.id"), nullable=False, index=True),
    # NULL: the changes that the draft has. Otherwise when somebody last worked on
    # the set, or -1 once it is given up.
    Column("touched_at", Double, nullable=True),
    sqlite_autoincrement=True,
)
"""Sets of changes. A draft has one; while a file is read into it, its next set grows
beside that, and takes its place at once when it is complete."""

draft_change = Table(
    "draft_change",
    metadata,
    Column("id", _row_id, primary_key=True),
    # No foreign key: PostgreSQL would look it up for each of a million rows.
    Column("set_id", BigInteger, nullable=False),
    Column("op", String(16), nullable=False),  # add, remove, list, drop_list, or kept
    Column("list_name", String(64), nullable=False),
    Column("digest", LargeBinary(16), nullable=False),
    Column("key", LargeBinary(16), nullable=False),
    # The content of a term, as in `lexicon_term`; NULL where a list is meant.
    Column("term", Text, nullable=True),
    Column("label", Integer, nullable=True),
    Column("level", SmallInteger, nullable=True),
    Column("match", String(16), nullable=True),
    Column("scenes", String(200), nullable=True),
    Column("starts", BigInteger, nullable=True),
    Column("expires", BigInteger, nullable=True),
    Column("note", Text, nullable=True),
    # Settings of a list, for the operation "list".
    Column("scope", JSON(none_as_null=True), nullable=True),
    Column("seen", Integer, nullable=False),  # the version that the author looked at
    Column("who", String(100), nullable=False),
    Column("at", Double, nullable=False),
    Column("why", Text, nullable=False),
)
"""What a draft does to the live version. Kept after publication: who and why."""

draft_approval = Table(
    "draft_approval",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("draft_id", ForeignKey("draft.id"), nullable=False, index=True),
    Column("who", String(100), nullable=False),
    Column("at", Double, nullable=False),
    Column("revision", Integer, nullable=False),
)

Index(
    "uq_draft_set_current",
    draft_set.c.draft_id,
    unique=True,
    sqlite_where=draft_set.c.touched_at.is_(None),
    postgresql_where=draft_set.c.touched_at.is_(None),
)
Index(
    "uq_draft_change_digest", draft_change.c.set_id, draft_change.c.digest, unique=True
)
Index("ix_draft_change_key", draft_change.c.set_id, draft_change.c.key)
# Whole lists are few among a million words.
Index(
    "ix_draft_change_list",
    draft_change.c.set_id,
    sqlite_where=draft_change.c.term.is_(None),
    postgresql_where=draft_change.c.term.is_(None),
)
