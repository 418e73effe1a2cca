"""The scopes of checks of media, for keys that may do everything."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_SCOPES = {"jobs:read", "jobs:write"}
_FORMER = {
    "words:read",
    "words:write",
    "words:publish",
    "review:decide",
    "samples:read",
    "pictures:read",
    "pictures:write",
    "audit:read",
    "apps:admin",
}
"""Every scope that there was before."""

_keys = sa.table("admin_key", sa.column("id", sa.Integer), sa.column("scopes", sa.JSON))


def upgrade() -> None:
    for scopes, key in _all_scopes():
        if scopes >= _FORMER:
            _set(key, scopes | _SCOPES)


def downgrade() -> None:
    for scopes, key in _all_scopes():
        _set(key, scopes - _SCOPES)


def _all_scopes() -> list[tuple[set[str], int]]:
    rows = op.get_bind().execute(sa.select(_keys.c.scopes, _keys.c.id))
    return [(set(scopes), key) for scopes, key in rows]


def _set(key: int, scopes: set[str]) -> None:
    change = sa.update(_keys).where(_keys.c.id == key)
    op.get_bind().execute(change.values(scopes=sorted(scopes)))
