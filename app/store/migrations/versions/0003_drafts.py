"""Drafts, settings of lists, and where versions come from."""

from hashlib import blake2b

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_BATCH = 5000
_ROW_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    _extend_versions()
    _give_keys()
    _index_lifetimes()
    _create_lists()
    _create_packs()
    _create_drafts()
    _create_sets()
    _create_changes()


def downgrade() -> None:
    for table in (
        "draft_approval",
        "draft_change",
        "draft_set",
        "draft",
        "lexicon_pack",
        "lexicon_list",
    ):
        op.drop_table(table)
    for name in ("added_in", "removed_in", "key"):
        op.drop_index(f"ix_lexicon_term_{name}", "lexicon_term")
    op.drop_column("lexicon_term", "key")
    for name in ("rolled_back_to", "approvals", "draft_id", "origin"):
        op.drop_column("lexicon_version", name)


def _extend_versions() -> None:
    origin = sa.Column(
        "origin", sa.String(16), nullable=False, server_default="operator"
    )
    approvals = sa.Column("approvals", sa.JSON, nullable=False, server_default="[]")
    op.add_column("lexicon_version", origin)
    op.add_column("lexicon_version", sa.Column("draft_id", sa.Integer))
    op.add_column("lexicon_version", approvals)
    op.add_column("lexicon_version", sa.Column("rolled_back_to", sa.Integer))
    seeded = "UPDATE lexicon_version SET origin = 'seed' WHERE who = 'seed'"
    op.execute(seeded)


def _give_keys() -> None:
    """Add the key of each word and work it out for rows that are there."""
    key = sa.Column("key", sa.LargeBinary(16), nullable=False, server_default="")
    op.add_column("lexicon_term", key)
    connection = op.get_bind()
    read = sa.text(
        "SELECT id, list_name, term FROM lexicon_term"
        " WHERE id > :last ORDER BY id LIMIT :batch"
    )
    write = sa.text("UPDATE lexicon_term SET key = :key WHERE id = :id")
    last = 0
    while rows := connection.execute(read, {"last": last, "batch": _BATCH}).all():
        values = [{"id": row[0], "key": _key(row[1], row[2])} for row in rows]
        connection.execute(write, values)
        last = rows[-1][0]


def _key(list_name: str, term: str) -> bytes:
    return blake2b(f"{list_name}\0{term}".encode(), digest_size=16).digest()


def _index_lifetimes() -> None:
    ended = sa.text("removed_in IS NOT NULL")
    op.create_index("ix_lexicon_term_added_in", "lexicon_term", ["added_in"])
    op.create_index(
        "ix_lexicon_term_removed_in",
        "lexicon_term",
        ["removed_in"],
        sqlite_where=ended,
        postgresql_where=ended,
    )
    op.create_index("ix_lexicon_term_key", "lexicon_term", ["key"])


def _create_lists() -> None:
    op.create_table(
        "lexicon_list",
        sa.Column("id", _ROW_ID, primary_key=True),
        sa.Column("list_name", sa.String(64), nullable=False),
        sa.Column("digest", sa.LargeBinary(16), nullable=False),
        sa.Column("apps", sa.JSON),
        sa.Column("scenes", sa.String(200), nullable=False),
        sa.Column("starts", sa.BigInteger),
        sa.Column("expires", sa.BigInteger),
        sa.Column("enabled", sa.Boolean, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("added_in", sa.Integer, nullable=False),
        sa.Column("removed_in", sa.Integer),
        sa.ForeignKeyConstraint(["added_in"], ["lexicon_version.number"]),
        sa.ForeignKeyConstraint(["removed_in"], ["lexicon_version.number"]),
    )
    alive = sa.text("removed_in IS NULL")
    op.create_index(
        "uq_lexicon_list_live",
        "lexicon_list",
        ["list_name"],
        unique=True,
        sqlite_where=alive,
        postgresql_where=alive,
    )


def _create_packs() -> None:
    op.create_table(
        "lexicon_pack",
        sa.Column("digest", sa.LargeBinary(16), primary_key=True),
        sa.Column("list_name", sa.String(64), nullable=False),
        sa.Column("key", sa.LargeBinary(16), nullable=False),
    )
    # The first version of a seeded database is what its packs were.
    op.execute(
        "INSERT INTO lexicon_pack (digest, list_name, key)"
        " SELECT t.digest, t.list_name, t.key FROM lexicon_term t"
        " JOIN lexicon_version v ON v.number = t.added_in"
        " WHERE v.number = 1 AND v.who = 'seed'"
    )


def _create_drafts() -> None:
    op.create_table(
        "draft",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("origin", sa.String(16), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("base", sa.Integer, nullable=False),
        sa.Column("created_at", sa.Double, nullable=False),
        sa.Column("created_by", sa.String(100), nullable=False),
        sa.Column("changes", sa.Integer, nullable=False),
        sa.Column("version", sa.Integer),
        sa.ForeignKeyConstraint(["version"], ["lexicon_version.number"]),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "draft_approval",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("draft_id", sa.Integer, nullable=False, index=True),
        sa.Column("who", sa.String(100), nullable=False),
        sa.Column("at", sa.Double, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.ForeignKeyConstraint(["draft_id"], ["draft.id"]),
    )


def _create_sets() -> None:
    op.create_table(
        "draft_set",
        sa.Column("id", _ROW_ID, primary_key=True),
        sa.Column("draft_id", sa.Integer, nullable=False, index=True),
        sa.Column("touched_at", sa.Double),
        sa.ForeignKeyConstraint(["draft_id"], ["draft.id"]),
        sqlite_autoincrement=True,
    )
    current = sa.text("touched_at IS NULL")
    op.create_index(
        "uq_draft_set_current",
        "draft_set",
        ["draft_id"],
        unique=True,
        sqlite_where=current,
        postgresql_where=current,
    )


def _create_changes() -> None:
    op.create_table(
        "draft_change",
        sa.Column("id", _ROW_ID, primary_key=True),
        sa.Column("set_id", sa.BigInteger, nullable=False),
        sa.Column("op", sa.String(16), nullable=False),
        sa.Column("list_name", sa.String(64), nullable=False),
        sa.Column("digest", sa.LargeBinary(16), nullable=False),
        sa.Column("key", sa.LargeBinary(16), nullable=False),
        sa.Column("term", sa.Text),
        sa.Column("label", sa.Integer),
        sa.Column("level", sa.SmallInteger),
        sa.Column("match", sa.String(16)),
        sa.Column("scenes", sa.String(200)),
        sa.Column("starts", sa.BigInteger),
        sa.Column("expires", sa.BigInteger),
        sa.Column("note", sa.Text),
        sa.Column("scope", sa.JSON),
        sa.Column("seen", sa.Integer, nullable=False),
        sa.Column("who", sa.String(100), nullable=False),
        sa.Column("at", sa.Double, nullable=False),
        sa.Column("why", sa.Text, nullable=False),
    )
    digest = ["set_id", "digest"]
    op.create_index("uq_draft_change_digest", "draft_change", digest, unique=True)
    op.create_index("ix_draft_change_key", "draft_change", ["set_id", "key"])
    listwise = sa.text("term IS NULL")
    op.create_index(
        "ix_draft_change_list",
        "draft_change",
        ["set_id"],
        sqlite_where=listwise,
        postgresql_where=listwise,
    )
