"""Tables of the access room: apps, secrets, tokens, keys, quotas, rids.

Times are Unix seconds. Nothing here can be turned back into a secret, a token
or a key: they are kept as scrypt or SHA-256 digests.
"""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Double,
    ForeignKey,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
)

from app.store.base import metadata

_APPID = 64
_DIGEST = 32


def _owner(*, primary_key: bool = False, index: bool = False) -> Column[str]:
    return Column(
        "appid",
        String(_APPID),
        ForeignKey("app.appid", ondelete="CASCADE"),
        primary_key=primary_key,
        nullable=False,
        index=index,
    )


app = Table(
    "app",
    metadata,
    Column("appid", String(_APPID), primary_key=True),
    Column("enabled", Boolean, nullable=False),
    Column("settings", JSON, nullable=False),
    Column("created_at", Double, nullable=False),
)

app_secret = Table(
    "app_secret",
    metadata,
    Column("id", Integer, primary_key=True),
    _owner(index=True),
    Column("salt", LargeBinary(_DIGEST), nullable=False),
    Column("digest", LargeBinary(_DIGEST), nullable=False),
    Column("created_at", Double, nullable=False),
    # Null: valid until the next rotation but one.
    Column("expires_at", Double),
)

access_token = Table(
    "access_token",
    metadata,
    Column("digest", LargeBinary(_DIGEST), primary_key=True),
    _owner(index=True),
    # "plain" from /cgi-bin/token, "stable" from /cgi-bin/stable_token.
    Column("kind", String(8), nullable=False),
    Column("issued_at", Double, nullable=False),
    Column("expires_at", Double, nullable=False, index=True),
)

stable_token = Table(
    "stable_token",
    metadata,
    _owner(primary_key=True),
    Column("generation", Integer, nullable=False),
    Column("issued_at", Double, nullable=False),
    Column("expires_at", Double, nullable=False),
    # Forced refreshes: the last one, and how many on which Beijing day.
    Column("forced_at", Double, nullable=False),
    Column("forced_day", Integer, nullable=False),
    Column("forced_count", Integer, nullable=False),
)

admin_key = Table(
    "admin_key",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("digest", LargeBinary(_DIGEST), nullable=False, unique=True),
    Column("name", String(100), nullable=False),
    Column("scopes", JSON, nullable=False),
    Column("created_at", Double, nullable=False),
    Column("revoked_at", Double),
)

# The counts do not refer to `app`: one odd row must never stop all the others
# from being shared.
quota_use = Table(
    "quota_use",
    metadata,
    Column("appid", String(_APPID), primary_key=True),
    Column("api", String(128), primary_key=True),
    # "minute" or "day", and the number of that minute or day.
    Column("period", String(8), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("used", BigInteger, nullable=False),
)

quota_clear = Table(
    "quota_clear",
    metadata,
    Column("appid", String(_APPID), primary_key=True),
    # Year and month in Beijing, such as 202611.
    Column("month", Integer, primary_key=True, autoincrement=False),
    Column("used", Integer, nullable=False),
)

rid = Table(
    "rid",
    metadata,
    Column("rid", String(26), primary_key=True),
    Column("appid", String(_APPID), nullable=False),
    Column("invoke_time", Double, nullable=False, index=True),
    Column("cost_ms", Double, nullable=False),
    Column("path", String(128), nullable=False),
    Column("errcode", Integer, nullable=False),
    Column("response", Text, nullable=False),
)
