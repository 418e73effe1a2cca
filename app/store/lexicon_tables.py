"""Tables of the lexicon: terms with a lifetime in versions."""

from sqlalchemy import (
    JSON,
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

lexicon_version = Table(
    "lexicon_version",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("created_at", Double, nullable=False),  # Unix time in seconds
    Column("who", String(100), nullable=False),
    Column("why", Text, nullable=False),
    Column("term_count", Integer, nullable=False),
    Column("added", Integer, nullable=False),
    Column("removed", Integer, nullable=False),
    # Sum of the digests of all rows of the version modulo 2**128, in hex: it
    # costs only the changes to keep, and shows a damaged or half-read version.
    Column("checksum", String(32), nullable=False),
    # How it came about: seed, operator, pack, import, rollback or emergency.
    Column("origin", String(16), nullable=False, server_default="operator"),
    Column("draft_id", Integer, nullable=True),
    # Names of those who approved the draft as it was published.
    Column("approvals", JSON, nullable=False, server_default="[]"),
    # The version whose content this one has again.
    Column("rolled_back_to", Integer, nullable=True),
)
"""Published versions; rows are never changed."""

lexicon_live = Table(
    "lexicon_live",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    # NULL until something was published.
    Column("version", ForeignKey("lexicon_version.number"), nullable=True),
    CheckConstraint("id = 1", name="one_row"),
)
"""One row: which version is served. Locking it makes publishers queue."""

lexicon_term = Table(
    "lexicon_term",
    metadata,
    Column("id", _row_id, primary_key=True),
    Column("list_name", String(64), nullable=False),
    Column("digest", LargeBinary(16), nullable=False),  # of list and content
    Column("key", LargeBinary(16), nullable=False, server_default=""),  # of the word
    Column("term", Text, nullable=False),
    Column("label", Integer, nullable=True),  # NULL: an exempt phrase
    Column("level", SmallInteger, nullable=False),
    Column("match", String(16), nullable=False),
    Column("scenes", String(200), nullable=False),  # names joined by ";"
    Column("starts", BigInteger, nullable=True),  # Unix time in microseconds
    Column("expires", BigInteger, nullable=True),
    Column("note", Text, nullable=False),
    Column("added_in", ForeignKey("lexicon_version.number"), nullable=False),
    Column("removed_in", ForeignKey("lexicon_version.number"), nullable=True),
)
"""A row belongs to version v when added_in <= v and not removed_in <= v."""

lexicon_list = Table(
    "lexicon_list",
    metadata,
    Column("id", _row_id, primary_key=True),
    Column("list_name", String(64), nullable=False),
    Column("digest", LargeBinary(16), nullable=False),
    # Appids, or NULL for everyone.
    Column("apps", JSON(none_as_null=True), nullable=True),
    Column("scenes", String(200), nullable=False),
    Column("starts", BigInteger, nullable=True),
    Column("expires", BigInteger, nullable=True),
    Column("enabled", Boolean, nullable=False),
    Column("note", Text, nullable=False),
    Column("added_in", ForeignKey("lexicon_version.number"), nullable=False),
    Column("removed_in", ForeignKey("lexicon_version.number"), nullable=True),
)
"""Settings of lists, with a lifetime like terms; lists without any have no row."""

lexicon_pack = Table(
    "lexicon_pack",
    metadata,
    Column("digest", LargeBinary(16), primary_key=True),
    Column("list_name", String(64), nullable=False),
    Column("key", LargeBinary(16), nullable=False),
)
"""The shipped rows that operators were last offered, to tell new ones from theirs.

The row of no list has a digest of the files, to see cheaply whether they changed.
"""

# The lifetimes: what two versions differ in is found without reading the rest.
Index("ix_lexicon_term_added_in", lexicon_term.c.added_in)
Index(
    "ix_lexicon_term_removed_in",
    lexicon_term.c.removed_in,
    sqlite_where=lexicon_term.c.removed_in.is_not(None),
    postgresql_where=lexicon_term.c.removed_in.is_not(None),
)
Index("ix_lexicon_term_key", lexicon_term.c.key)
Index(
    "uq_lexicon_list_live",
    lexicon_list.c.list_name,
    unique=True,
    sqlite_where=lexicon_list.c.removed_in.is_(None),
    postgresql_where=lexicon_list.c.removed_in.is_(None),
)
Index(
    "uq_lexicon_term_live",
    lexicon_term.c.digest,
    unique=True,
    sqlite_where=lexicon_term.c.removed_in.is_(None),
    postgresql_where=lexicon_term.c.removed_in.is_(None),
)
Index(
    "ix_lexicon_term_live_list",
    lexicon_term.c.list_name,
    sqlite_where=lexicon_term.c.removed_in.is_(None),
    postgresql_where=lexicon_term.c.removed_in.is_(None),
)
