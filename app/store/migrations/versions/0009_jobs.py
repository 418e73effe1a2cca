"""Checks that are never lost: jobs, uploads, deliveries, attempts, endpoints."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_ROW_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def _index(
    name: str, table: str, columns: list[str], where: str, *, unique: bool = False
) -> None:
    only = sa.text(where)
    op.create_index(
        name, table, columns, unique=unique, sqlite_where=only, postgresql_where=only
    )


def _job_key(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["trace_id"],
        ["job.trace_id"],
        name=f"fk_{table}_trace_id_job",
        ondelete="CASCADE",
    )


def upgrade() -> None:
    _jobs()
    op.create_table(
        "job_upload",
        sa.Column("trace_id", sa.String(64), nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("trace_id", name="pk_job_upload"),
        _job_key("job_upload"),
    )
    _deliveries()
    _attempts()
    op.create_table(
        "job_endpoint",
        sa.Column("appid", sa.String(64), nullable=False),
        sa.Column("endpoint", sa.String(64), nullable=False),
        sa.Column("failing_since", sa.Double),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("disabled_at", sa.Double),
        sa.Column("reason", sa.String(200)),
        sa.Column("told_at", sa.Double),
        sa.PrimaryKeyConstraint("appid", "endpoint", name="pk_job_endpoint"),
    )
    op.create_index("ix_job_endpoint_disabled_at", "job_endpoint", ["disabled_at"])
    if op.get_bind().dialect.name == "postgresql":
        # A queue leaves many dead rows among few live ones.
        for table in ("job", "job_delivery"):
            op.execute(
                f"ALTER TABLE {table} SET (autovacuum_vacuum_scale_factor = 0.01,"
                " autovacuum_vacuum_threshold = 2000, fillfactor = 80)"
            )


def _jobs() -> None:
    op.create_table(
        "job",
        sa.Column("trace_id", sa.String(64), nullable=False),
        sa.Column("appid", sa.String(64), nullable=False),
        sa.Column("media", sa.String(8), nullable=False),
        sa.Column("source", sa.String(8), nullable=False),
        sa.Column("scene", sa.SmallInteger, nullable=False),
        sa.Column("version", sa.String(8), nullable=False),
        sa.Column("user_hash", sa.LargeBinary(32)),
        sa.Column("idem_key", sa.String(128)),
        sa.Column("body_hash", sa.LargeBinary(32)),
        sa.Column("content", sa.LargeBinary),
        sa.Column("plan", sa.LargeBinary),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("attempt", sa.Integer, nullable=False),
        sa.Column("lease", sa.String(32)),
        sa.Column("due_at", sa.Double),
        sa.Column("wait", sa.Double, nullable=False),
        sa.Column("created", sa.Double, nullable=False),
        sa.Column("finished", sa.Double),
        sa.Column("settled", sa.Double),
        sa.Column("decided", sa.String(12)),
        sa.Column("suggest", sa.String(8)),
        sa.Column("errcode", sa.Integer),
        sa.Column("reason", sa.String(200)),
        sa.Column("verdict", sa.LargeBinary),
        sa.PrimaryKeyConstraint("trace_id", name="pk_job"),
    )
    _index("ix_job_open", "job", ["appid", "due_at"], "due_at IS NOT NULL")
    keys = ["appid", "idem_key"]
    _index("uq_job_idem_key", "job", keys, "idem_key IS NOT NULL", unique=True)
    _index("ix_job_dead", "job", ["created", "trace_id"], "state = 'dead'")
    _index("ix_job_settled", "job", ["settled"], "settled IS NOT NULL")
    _index("ix_job_content", "job", ["settled"], "plan IS NOT NULL")
    op.create_index("ix_job_created", "job", ["created", "trace_id"])
    op.create_index("ix_job_app", "job", ["appid", "created", "trace_id"])


def _deliveries() -> None:
    op.create_table(
        "job_delivery",
        sa.Column("id", sa.String(136), nullable=False),
        sa.Column("trace_id", sa.String(64), nullable=False),
        sa.Column("appid", sa.String(64), nullable=False),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("endpoint", sa.String(64), nullable=False),
        sa.Column("target", sa.LargeBinary),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("attempt", sa.Integer, nullable=False),
        sa.Column("lease", sa.String(32)),
        sa.Column("due_at", sa.Double),
        sa.Column("wait", sa.Double, nullable=False),
        sa.Column("created", sa.Double, nullable=False),
        sa.Column("settled", sa.Double),
        sa.Column("status", sa.Integer),
        sa.Column("reason", sa.String(200)),
        sa.PrimaryKeyConstraint("id", name="pk_job_delivery"),
        _job_key("job_delivery"),
    )
    op.create_index("ix_job_delivery_trace_id", "job_delivery", ["trace_id"])
    _index(
        "ix_job_delivery_open",
        "job_delivery",
        ["appid", "due_at"],
        "due_at IS NOT NULL",
    )
    for state in ("held", "dead"):
        _index(
            f"ix_job_delivery_{state}",
            "job_delivery",
            ["appid", "endpoint", "created"],
            f"state = '{state}'",
        )


def _attempts() -> None:
    op.create_table(
        "job_attempt",
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("trace_id", sa.String(64), nullable=False),
        sa.Column("delivery_id", sa.String(136)),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("at", sa.Double, nullable=False),
        sa.Column("seconds", sa.Double, nullable=False),
        sa.Column("outcome", sa.String(16), nullable=False),
        sa.Column("status", sa.Integer),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_job_attempt"),
        _job_key("job_attempt"),
    )
    op.create_index("ix_job_attempt_trace_id", "job_attempt", ["trace_id"])


def downgrade() -> None:
    for table in (
        "job_endpoint",
        "job_attempt",
        "job_delivery",
        "job_upload",
        "job",
    ):
        op.drop_table(table)
