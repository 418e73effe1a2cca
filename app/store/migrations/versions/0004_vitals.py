"""Vitals: what words did, by minute and day, and the holds of the breaker."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _create_counts()
    _create_days()
    _create_holds()


def downgrade() -> None:
    for table in ("vitals_hold", "vitals_day", "vitals_window", "vitals_texts"):
        op.drop_table(table)


def _create_counts() -> None:
    op.create_table(
        "vitals_texts",
        sa.Column("period", sa.String(8), nullable=False),
        sa.Column("number", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("texts", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("period", "number", name="pk_vitals_texts"),
    )
    op.create_table(
        "vitals_window",
        sa.Column("minute", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("term_key", sa.LargeBinary(16), nullable=False),
        sa.Column("hits", sa.BigInteger, nullable=False),
        sa.Column("named", sa.BigInteger, nullable=False),
        sa.Column("users", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("minute", "term_key", name="pk_vitals_window"),
    )


def _create_days() -> None:
    op.create_table(
        "vitals_day",
        sa.Column("day", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("term_key", sa.LargeBinary(16), nullable=False),
        sa.Column("hits", sa.BigInteger, nullable=False),
        sa.Column("last_hit", sa.Double, nullable=True),
        sa.Column("users", sa.LargeBinary, nullable=False),
        sa.Column("user_count", sa.Integer, nullable=False),
        sa.Column("overturned", sa.Integer, nullable=False),
        sa.Column("upheld", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("day", "term_key", name="pk_vitals_day"),
    )


def _create_holds() -> None:
    op.create_table(
        "vitals_hold",
        sa.Column("term_key", sa.LargeBinary(16), nullable=False),
        sa.Column("list_name", sa.String(64), nullable=False),
        sa.Column("term", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("reason", sa.String(16), nullable=False),
        sa.Column("hits", sa.BigInteger, nullable=False),
        sa.Column("texts", sa.BigInteger, nullable=False),
        sa.Column("minutes", sa.Integer, nullable=False),
        sa.Column("usual_share", sa.Double, nullable=True),
        sa.Column("tripped_at", sa.Double, nullable=False),
        sa.Column("decided_at", sa.Double, nullable=True),
        sa.Column("decided_by", sa.String(100), nullable=True),
        sa.Column("alert_due", sa.Double, nullable=True),
        sa.Column("alert_attempts", sa.Integer, nullable=False),
        sa.Column("alert_result", sa.String(32), nullable=True),
        sa.PrimaryKeyConstraint("term_key", name="pk_vitals_hold"),
    )
    op.create_index("ix_vitals_hold_alert_due", "vitals_hold", ["alert_due"])
