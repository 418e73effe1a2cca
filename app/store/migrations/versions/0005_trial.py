"""Trials: samples, backtests, shadows."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_RUNNING = sa.text("state = 'running'")


def upgrade() -> None:
    _create_samples()
    _create_backtests()
    _create_backtest_terms()
    _create_shadows()
    _create_shadow_counts()


def downgrade() -> None:
    op.drop_table("trial_shadow_count")
    op.drop_table("trial_shadow")
    op.drop_table("trial_backtest_term")
    op.drop_table("trial_backtest")
    op.drop_table("trial_sample")


def _create_samples() -> None:
    op.create_table(
        "trial_sample",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), nullable=False
        ),
        sa.Column("appid", sa.String(64), nullable=False),
        sa.Column("scene", sa.String(16), nullable=False),
        sa.Column("at", sa.Double, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_trial_sample"),
    )
    op.create_index("ix_trial_sample_ring", "trial_sample", ["appid", "id"])
    op.create_index("ix_trial_sample_at", "trial_sample", ["at"])


def _create_backtests() -> None:
    op.create_table(
        "trial_backtest",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("candidate", sa.String(64), nullable=False),
        sa.Column("base", sa.String(64), nullable=False),
        sa.Column("source", sa.String(16), nullable=False),
        sa.Column("who", sa.String(100), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("created_at", sa.Double, nullable=False),
        sa.Column("beat_at", sa.Double, nullable=False),
        sa.Column("ended_at", sa.Double, nullable=True),
        sa.Column("cancelled", sa.Boolean, nullable=False),
        sa.Column("progress", sa.Double, nullable=True),
        sa.Column("texts", sa.BigInteger, nullable=False),
        sa.Column("error", sa.Text, nullable=True),
        sa.Column("summary", sa.JSON, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_trial_backtest"),
    )


def _create_backtest_terms() -> None:
    op.create_table(
        "trial_backtest_term",
        sa.Column("backtest", sa.Integer, nullable=False),
        sa.Column("place", sa.Integer, nullable=False),
        sa.Column("list_name", sa.String(64), nullable=False),
        sa.Column("term", sa.Text, nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("before", sa.String(8), nullable=False),
        sa.Column("after", sa.String(8), nullable=False),
        sa.Column("times", sa.BigInteger, nullable=False),
        sa.Column("examples", sa.LargeBinary, nullable=True),
        sa.Column("samples", sa.JSON, nullable=True),
        sa.ForeignKeyConstraint(
            ["backtest"],
            ["trial_backtest.id"],
            name="fk_trial_backtest_term_backtest_trial_backtest",
            ondelete="CASCADE",
        ),
    )
    op.create_index(
        "uq_trial_backtest_term_place",
        "trial_backtest_term",
        ["backtest", "place"],
        unique=True,
    )


def _create_shadows() -> None:
    op.create_table(
        "trial_shadow",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("candidate", sa.String(64), nullable=False),
        sa.Column("base", sa.Integer, nullable=False),
        sa.Column("share", sa.Double, nullable=False),
        sa.Column("scenes", sa.String(200), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("started_at", sa.Double, nullable=False),
        sa.Column("started_by", sa.String(100), nullable=False),
        sa.Column("ended_at", sa.Double, nullable=True),
        sa.Column("ended_by", sa.String(100), nullable=True),
        sa.Column("reason", sa.Text, nullable=True),
        sa.Column("dropped", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_trial_shadow"),
    )
    op.create_index(
        "uq_trial_shadow_running",
        "trial_shadow",
        ["state"],
        unique=True,
        sqlite_where=_RUNNING,
        postgresql_where=_RUNNING,
    )


def _create_shadow_counts() -> None:
    key = ("shadow", "scene", "before", "after", "kind", "term_key")
    op.create_table(
        "trial_shadow_count",
        sa.Column("shadow", sa.Integer, nullable=False),
        sa.Column("scene", sa.String(16), nullable=False),
        sa.Column("before", sa.String(8), nullable=False),
        sa.Column("after", sa.String(8), nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("term_key", sa.LargeBinary(16), nullable=False),
        sa.Column("list_name", sa.String(64), nullable=False),
        sa.Column("term", sa.Text, nullable=False),
        sa.Column("times", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint(*key, name="pk_trial_shadow_count"),
        sa.ForeignKeyConstraint(
            ["shadow"],
            ["trial_shadow.id"],
            name="fk_trial_shadow_count_shadow_trial_shadow",
            ondelete="CASCADE",
        ),
    )
