"""Lists of known pictures, and their scopes for keys that may do everything."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_SCOPES = {"pictures:read", "pictures:write"}
_FORMER = {
    "words:read",
    "words:write",
    "words:publish",
    "review:decide",
    "samples:read",
    "audit:read",
    "apps:admin",
}
"""Every scope that there was before."""

_keys = sa.table("admin_key", sa.column("id", sa.Integer), sa.column("scopes", sa.JSON))


def upgrade() -> None:
    _create_versions()
    _create_entries()
    _create_loads()
    _grant()


def downgrade() -> None:
    for scopes, key in _all_scopes():
        _set(key, set(scopes) - _SCOPES)
    for table in (
        "picture_staged",
        "picture_load",
        "picture_entry",
        "picture_live",
        "picture_version",
    ):
        op.drop_table(table)


def _big() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer, "sqlite")


def _create_versions() -> None:
    op.create_table(
        "picture_version",
        sa.Column("number", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("created_at", sa.Double, nullable=False),
        sa.Column("who", sa.String(100), nullable=False),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("origin", sa.String(16), nullable=False),
        sa.Column("picture_count", sa.Integer, nullable=False),
        sa.Column("added", sa.Integer, nullable=False),
        sa.Column("changed", sa.Integer, nullable=False),
        sa.Column("removed", sa.Integer, nullable=False),
        sa.Column("checksum", sa.String(32), nullable=False),
        sa.Column("rolled_back_to", sa.Integer, nullable=True),
        sa.PrimaryKeyConstraint("number", name="pk_picture_version"),
    )
    live = op.create_table(
        "picture_live",
        sa.Column("id", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_picture_live"),
        _version_key("picture_live", "version"),
        sa.CheckConstraint("id = 1", name=op.f("ck_picture_live_one_row")),
    )
    op.bulk_insert(live, [{"id": 1, "version": None}])


def _content() -> list[sa.Column[object]]:
    return [
        sa.Column("digest", sa.LargeBinary(16), nullable=False),
        sa.Column("hash", sa.LargeBinary(32), nullable=False),
        sa.Column("quality", sa.SmallInteger, nullable=False),
        sa.Column("centre", sa.LargeBinary(32), nullable=True),
        sa.Column("label", sa.Integer, nullable=True),
        sa.Column("note", sa.Text, nullable=False),
    ]


def _create_entries() -> None:
    op.create_table(
        "picture_entry",
        sa.Column("id", _big(), nullable=False),
        sa.Column("list_name", sa.String(64), nullable=False),
        *_content(),
        sa.Column("since", sa.Integer, nullable=False),
        sa.Column("added_in", sa.Integer, nullable=False),
        sa.Column("removed_in", sa.Integer, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_picture_entry"),
        *(
            _version_key("picture_entry", c)
            for c in ("since", "added_in", "removed_in")
        ),
    )
    op.create_index("ix_picture_entry_added_in", "picture_entry", ["added_in"])
    op.create_index("ix_picture_entry_list", "picture_entry", ["list_name", "id"])
    ended = sa.text("removed_in IS NOT NULL")
    op.create_index(
        "ix_picture_entry_removed_in",
        "picture_entry",
        ["removed_in"],
        sqlite_where=ended,
        postgresql_where=ended,
    )
    alive = sa.text("removed_in IS NULL")
    op.create_index(
        "uq_picture_entry_live",
        "picture_entry",
        ["hash", "list_name"],
        unique=True,
        sqlite_where=alive,
        postgresql_where=alive,
    )


def _create_loads() -> None:
    op.create_table(
        "picture_load",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("touched_at", sa.Double, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_picture_load"),
    )
    op.create_table(
        "picture_staged",
        sa.Column("id", _big(), nullable=False),
        sa.Column("load_id", sa.Integer, nullable=False),
        *_content(),
        sa.Column("gone", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_picture_staged"),
    )


def _grant() -> None:
    """Keys that may do everything may do this, too."""
    for scopes, key in _all_scopes():
        if set(scopes) >= _FORMER:
            _set(key, {*scopes, *_SCOPES})


def _all_scopes() -> list[tuple[list[str], int]]:
    rows = op.get_bind().execute(sa.select(_keys.c.scopes, _keys.c.id))
    return [(list(scopes), key) for scopes, key in rows]


def _set(key: int, scopes: set[str]) -> None:
    change = sa.update(_keys).where(_keys.c.id == key)
    op.get_bind().execute(change.values(scopes=sorted(scopes)))


def _version_key(table: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column],
        ["picture_version.number"],
        name=f"fk_{table}_{column}_picture_version",
    )
