"""Tables of drafts: changes that wait for publication, and files on their way in."""

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


def _content(*, optional: bool) -> tuple["Column[object]", ...]:
    """The columns of a term's content, as in `lexicon_term`."""
    return (
        Column("digest", LargeBinary(16), nullable=False),
        Column("key", LargeBinary(16), nullable=False),
        Column("term", Text, nullable=optional),
        Column("label", Integer, nullable=True),
        Column("level", SmallInteger, nullable=optional),
        Column("match", String(16), nullable=optional),
        Column("scenes", String(200), nullable=optional),
        Column("starts", BigInteger, nullable=True),
        Column("expires", BigInteger, nullable=True),
        Column("note", Text, nullable=optional),
    )


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

draft_change = Table(
    "draft_change",
    metadata,
    Column("id", _row_id, primary_key=True),
    Column("draft_id", ForeignKey("draft.id"), nullable=False),
    Column("op", String(16), nullable=False),  # add, remove, list, drop_list
    Column("list_name", String(64), nullable=False),
    *_content(optional=True),
    # Settings of a list, for the operation "list".
    Column("scope", JSON(none_as_null=True), nullable=True),
    Column("seen", Integer, nullable=False),  # the version live at that moment
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

draft_fill = Table(
    "draft_fill",
    metadata,
    Column("id", _row_id, primary_key=True),
    Column("draft_id", ForeignKey("draft.id"), nullable=False, index=True),
    Column("touched_at", Double, nullable=False),
    sqlite_autoincrement=True,
)
"""Files being read. One untouched for long was left behind by a dead process."""

draft_stage = Table(
    "draft_stage",
    metadata,
    Column("id", _row_id, primary_key=True),
    Column("fill_id", BigInteger, nullable=False),
    Column("list_name", String(64), nullable=False),
    *_content(optional=False),
)
"""Rows of files being read; nobody sees them before the file is complete.

No index, so that a million rows can be added in many short transactions.
"""

Index(
    "uq_draft_change_digest",
    draft_change.c.draft_id,
    draft_change.c.digest,
    unique=True,
)
Index("ix_draft_change_key", draft_change.c.draft_id, draft_change.c.key)
