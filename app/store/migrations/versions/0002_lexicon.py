"""The lexicon: versions, the live one, and terms with a lifetime."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _create_versions()
    _create_terms()


def downgrade() -> None:
    op.drop_table("lexicon_term")
    op.drop_table("lexicon_live")
    op.drop_table("lexicon_version")


def _create_versions() -> None:
    op.create_table(
        "lexicon_version",
        sa.Column("number", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("created_at", sa.Double, nullable=False),
        sa.Column("who", sa.String(100), nullable=False),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("term_count", sa.Integer, nullable=False),
        sa.Column("added", sa.Integer, nullable=False),
        sa.Column("removed", sa.Integer, nullable=False),
        sa.Column("checksum", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_lexicon_version"),
    )
    live = op.create_table(
        "lexicon_live",
        sa.Column("id", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_lexicon_live"),
        sa.ForeignKeyConstraint(
            ["version"],
            ["lexicon_version.number"],
            name="fk_lexicon_live_version_lexicon_version",
        ),
        sa.CheckConstraint("id = 1", name=op.f("ck_lexicon_live_one_row")),
    )
    op.bulk_insert(live, [{"id": 1, "version": None}])


def _create_terms() -> None:
    op.create_table(
        "lexicon_term",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), nullable=False
        ),
        sa.Column("list_name", sa.String(64), nullable=False),
        sa.Column("digest", sa.LargeBinary(16), nullable=False),
        sa.Column("term", sa.Text, nullable=False),
        sa.Column("label", sa.Integer, nullable=True),
        sa.Column("level", sa.SmallInteger, nullable=False),
        sa.Column("match", sa.String(16), nullable=False),
        sa.Column("scenes", sa.String(200), nullable=False),
        sa.Column("starts", sa.BigInteger, nullable=True),
        sa.Column("expires", sa.BigInteger, nullable=True),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("added_in", sa.Integer, nullable=False),
        sa.Column("removed_in", sa.Integer, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_lexicon_term"),
        _version_key("added_in"),
        _version_key("removed_in"),
    )
    alive = sa.text("removed_in IS NULL")
    op.create_index(
        "uq_lexicon_term_live",
        "lexicon_term",
        ["digest"],
        unique=True,
        sqlite_where=alive,
        postgresql_where=alive,
    )
    op.create_index(
        "ix_lexicon_term_live_list",
        "lexicon_term",
        ["list_name"],
        sqlite_where=alive,
        postgresql_where=alive,
    )


def _version_key(column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column],
        ["lexicon_version.number"],
        name=f"fk_lexicon_term_{column}_lexicon_version",
    )
