"""Tell a database that cannot be used now from a mistake of ours."""

import errno
import sqlite3

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

_CLOSED = ("08", "25006", "28", "3D", "53", "57")
"""SQLSTATE beginnings: connection, a standby that only reads, refused login, no such
database, resources, shutdown."""

_DISK_FULL = "53100"
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
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


def disk_is_full(error: BaseException) -> bool:
    """Whether `error` says that a disk has no room left, ours or the database's."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(cause, OSError) and cause.errno in _FULL:
        return True
    code = getattr(cause, "sqlite_errorcode", None)
    sqlstate = str(getattr(cause, "sqlstate", None) or "")
    return code == sqlite3.SQLITE_FULL or sqlstate == _DISK_FULL


def _closed(error: BaseException | None) -> bool:
    """Whether PostgreSQL itself keeps us out."""
    return str(getattr(error, "sqlstate", None) or "").startswith(_CLOSED)
