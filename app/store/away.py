"""Tell a database that cannot be used now from a mistake of ours."""

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

_CLOSED = ("08", "25006", "28", "3D", "53", "57")
"""SQLSTATE beginnings: connection, a standby that only reads, refused login, no such
database, resources, shutdown."""

_AWAY = (OSError, PoolTimeoutError, OperationalError, InterfaceError)


def database_is_away(error: BaseException) -> bool:
    """Whether `error` says that the database cannot be used at the moment.

    True for a server that does not answer, is starting, full, shutting down or
    lets us in no more, and for a file that is locked or cannot be opened. The
    caller did nothing wrong, and the same call may succeed later.
    """
    if isinstance(error, _AWAY):
        return True
    if isinstance(error, DBAPIError):
        return error.connection_invalidated or _closed(error.orig)
    # What the driver raises while connecting arrives unwrapped.
    return _closed(error)


def _closed(error: BaseException | None) -> bool:
    """Whether PostgreSQL itself keeps us out."""
    return str(getattr(error, "sqlstate", None) or "").startswith(_CLOSED)
