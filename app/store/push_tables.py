"""The table of the push room: where each app wants its events.

Times are Unix seconds. Token and key are encrypted; see `app.push.room`.
"""

from sqlalchemy import (
    JSON,
    Column,
    Double,
    ForeignKey,
    LargeBinary,
    String,
    Table,
    Text,
)

from app.store.base import metadata

app_push = Table(
    "app_push",
    metadata,
    Column(
        "appid",
        String(64),
        ForeignKey("app.appid", ondelete="CASCADE"),
        primary_key=True,
    ),
    # NULL: nothing is pushed, the row is there for the other columns.
    Column("url", Text),
    Column("token", LargeBinary),
    Column("aes_key", LargeBinary),
    Column("format", String(8), nullable=False),  # xml or json
    Column("mode", String(16), nullable=False),  # plain, compatible or safe
    Column("to_user", String(64), nullable=False),  # "": derived from the appid
    Column("callback_hosts", JSON, nullable=False),
    # When the receiver passed the URL check; NULL: it was not asked.
    Column("verified_at", Double),
    Column("changed_at", Double, nullable=False),
)
"""One row for each app that was given something of it."""
