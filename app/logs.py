"""Structured logs that never hold what users wrote or how callers prove themselves.

Our own events go through structlog, everybody else's through `logging`; both end
in the same lines on standard error.
"""

import logging
import sys
import traceback
from pathlib import PurePath
from typing import TYPE_CHECKING, Literal

import orjson
import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

if TYPE_CHECKING:
    from types import TracebackType
    from typing import TextIO

FORBIDDEN = frozenset({
    "access_token", "admin_key", "appsecret", "authorization", "body", "content",
    "nickname", "openid", "query", "query_string", "secret", "signature", "text",
    "texts", "title", "token", "url", "user_id",
})  # fmt: skip
"""Field names whose values are dropped, should anybody log them."""
_DROPPED = "[dropped]"
_QUIET = ("aiosqlite", "alembic", "asyncio", "httpx", "httpcore", "sqlalchemy")


def configure(
    *,
    level: str = "info",
    style: Literal["json", "console"] = "json",
    stream: "TextIO | None" = None,
) -> None:
    """Set up logging for this process; calling it again replaces the set-up."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        drop_forbidden,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(_formatter(shared, style))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    # It warns of every form that a client has not written well.
    logging.getLogger("python_multipart").setLevel(logging.ERROR)


def _formatter(
    shared: list[Processor], style: Literal["json", "console"]
) -> logging.Formatter:
    last: Processor = _json if style == "json" else structlog.dev.ConsoleRenderer()
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            short_exception,
            last,
        ],
    )


def drop_forbidden(_logger: WrappedLogger, _name: str, event: EventDict) -> EventDict:
    """Replace the values of forbidden fields."""
    for name in FORBIDDEN.intersection(event):
        event[name] = _DROPPED
    return event


def short_exception(_logger: WrappedLogger, _name: str, event: EventDict) -> EventDict:
    """Turn an exception into its type and places; its text may quote a user."""
    info = event.pop("exc_info", None)
    if info is True:
        info = sys.exc_info()
    if isinstance(info, BaseException):
        info = (type(info), info, info.__traceback__)
    if isinstance(info, tuple) and info[0] is not None:
        event["exception"] = info[0].__name__
        event["frames"] = places(info[2])
    return event


def places(trace: "TracebackType | None", most: int = 12) -> list[str]:
    """Return where an exception passed through, innermost last."""
    frames = traceback.extract_tb(trace)[-most:]
    return [f"{PurePath(f.filename).name}:{f.lineno} {f.name}" for f in frames]


def _json(_logger: WrappedLogger, _name: str, event: EventDict) -> str:
    return orjson.dumps(event, default=str).decode()
