"""Apps, secrets, tokens, admin keys, quotas and rids."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def _owner() -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["appid"], ["app.appid"], ondelete="CASCADE")


def upgrade() -> None:
    _apps()
    _tokens()
    _quotas()
    _rids()


def _apps() -> None:
    op.create_table(
        "app",
        sa.Column("appid", sa.String(64), primary_key=True),
        sa.Column("enabled", sa.Boolean, nullable=False),
        sa.Column("settings", sa.JSON, nullable=False),
        sa.Column("created_at", sa.Double, nullable=False),
    )
    op.create_table(
        "app_secret",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("appid", sa.String(64), nullable=False, index=True),
        sa.Column("salt", sa.LargeBinary(32), nullable=False),
        sa.Column("digest", sa.LargeBinary(32), nullable=False),
        sa.Column("created_at", sa.Double, nullable=False),
        sa.Column("expires_at", sa.Double),
        _owner(),
    )
    op.create_table(
        "admin_key",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("digest", sa.LargeBinary(32), nullable=False, unique=True),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("scopes", sa.JSON, nullable=False),
        sa.Column("created_at", sa.Double, nullable=False),
        sa.Column("revoked_at", sa.Double),
    )


def _tokens() -> None:
    op.create_table(
        "access_token",
        sa.Column("digest", sa.LargeBinary(32), primary_key=True),
        sa.Column("appid", sa.String(64), nullable=False, index=True),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("issued_at", sa.Double, nullable=False),
        sa.Column("expires_at", sa.Double, nullable=False, index=True),
        _owner(),
    )
    op.create_table(
        "stable_token",
        sa.Column("appid", sa.String(64), primary_key=True),
        sa.Column("generation", sa.Integer, nullable=False),
        sa.Column("issued_at", sa.Double, nullable=False),
        sa.Column("expires_at", sa.Double, nullable=False),
        sa.Column("forced_at", sa.Double, nullable=False),
        sa.Column("forced_day", sa.Integer, nullable=False),
        sa.Column("forced_count", sa.Integer, nullable=False),
        _owner(),
    )


def _quotas() -> None:
    op.create_table(
        "quota_use",
        sa.Column("appid", sa.String(64), primary_key=True),
        sa.Column("api", sa.String(128), primary_key=True),
        sa.Column("period", sa.String(8), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("used", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "quota_clear",
        sa.Column("appid", sa.String(64), primary_key=True),
        sa.Column("month", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("used", sa.Integer, nullable=False),
    )


def _rids() -> None:
    op.create_table(
        "rid",
        sa.Column("rid", sa.String(26), primary_key=True),
        sa.Column("appid", sa.String(64), nullable=False),
        sa.Column("invoke_time", sa.Double, nullable=False, index=True),
        sa.Column("cost_ms", sa.Double, nullable=False),
        sa.Column("path", sa.String(128), nullable=False),
        sa.Column("errcode", sa.Integer, nullable=False),
        sa.Column("response", sa.Text, nullable=False),
    )


def downgrade() -> None:
    for table in (
        "rid",
        "quota_clear",
        "quota_use",
        "stable_token",
        "access_token",
        "admin_key",
        "app_secret",
        "app",
    ):
        op.drop_table(table)
