"""Database addresses as operators write them, and as the drivers want them."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

_DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg"}


class UrlError(ValueError):
    """The address is not one that the service can use; the text says why.

    The address itself is never part of the message: it may hold a password.
    """


@dataclass(frozen=True, slots=True)
class Address:
    """A parsed address with what its driver needs besides the URL."""

    url: URL
    connect_args: dict[str, Any]

    @property
    def sqlite(self) -> bool:
        """Whether the data lives in a file next to us."""
        return self.url.get_backend_name() == "sqlite"


def parse_url(text: str) -> Address:
    """Read `sqlite:///path`, `postgresql://…` or `postgres://…`.

    PostgreSQL takes libpq's `sslmode` and also `search_path`, the schema to
    work in.

    Raises:
        UrlError: unreadable, another database, or SQLite without a file.
    """
    url = _read(text)
    backend = url.get_backend_name()
    if backend not in _DRIVERS:
        message = f"{backend} is not supported; use sqlite:/// or postgresql://"
        raise UrlError(message)
    url = url.set(drivername=_DRIVERS[backend])
    return _sqlite(url) if backend == "sqlite" else _postgresql(url)


def _read(text: str) -> URL:
    # SQLAlchemy dropped the short name that hosting providers still hand out.
    if text.startswith("postgres://"):
        text = "postgresql" + text.removeprefix("postgres")
    try:
        return make_url(text)
    except (ArgumentError, ValueError):
        message = "cannot read the database URL; use sqlite:/// or postgresql://"
        raise UrlError(message) from None


def _sqlite(url: URL) -> Address:
    if url.database in (None, "", ":memory:"):
        message = "SQLite needs a file: every process must see the same data"
        raise UrlError(message)
    return Address(url, {})


def _postgresql(url: URL) -> Address:
    query = dict(url.query)
    mode = query.pop("sslmode", None)
    schema = query.pop("search_path", None)
    if mode is not None:
        query["ssl"] = mode
    settings = {"application_name": "seccheck", "timezone": "UTC"}
    if schema is not None:
        settings["search_path"] = str(schema)
    return Address(url.set(query=query), {"server_settings": settings})
