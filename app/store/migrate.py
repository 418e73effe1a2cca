"""Bring a database to the newest schema, whoever starts first."""


def migrate(url: str) -> None:
    """Create or upgrade all tables; returns when the schema is current.

    Several processes may call this at once: one works, the others wait. A
    failed migration changes nothing. Callable with or without a running event
    loop (it blocks; from a coroutine use `asyncio.to_thread`).

    Raises:
        UrlError: the address is not usable.
    """
    raise NotImplementedError(url)
