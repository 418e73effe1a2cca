"""Push settings of apps."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "app_push",
        sa.Column("appid", sa.String(64), nullable=False),
        sa.Column("url", sa.Text, nullable=True),
        sa.Column("token", sa.LargeBinary, nullable=True),
        sa.Column("aes_key", sa.LargeBinary, nullable=True),
        sa.Column("format", sa.String(8), nullable=False),
        sa.Column("mode", sa.String(16), nullable=False),
        sa.Column("to_user", sa.String(64), nullable=False),
        sa.Column("callback_hosts", sa.JSON, nullable=False),
        sa.Column("verified_at", sa.Double, nullable=True),
        sa.Column("changed_at", sa.Double, nullable=False),
        sa.PrimaryKeyConstraint("appid", name="pk_app_push"),
        sa.ForeignKeyConstraint(
            ["appid"], ["app.appid"], name="fk_app_push_appid_app", ondelete="CASCADE"
        ),
    )


def downgrade() -> None:
    op.drop_table("app_push")
