"""`/livez`, `/readyz` and `/metrics`."""

from datetime import UTC, datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from app.api.http import reply
from app.api.jsonio import dumps
from app.api.metrics import Gauges, families
from app.api.problems import method_problem, send_problem

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable

    from prometheus_client.metrics_core import Metric
    from starlette.types import ASGIApp, Receive, Scope, Send

    from app.api.pictures import PictureRoom
    from app.api.rooms import Rooms

_NO_STORE = ((b"cache-control", b"no-store"),)


class _Collector:
    """Lets the Prometheus client render what we counted."""

    def __init__(self, rooms: "Rooms") -> None:
        self._rooms = rooms

    def collect(self) -> "Iterable[Metric]":
        rooms = self._rooms
        gauges = Gauges(
            ready=rooms.checker.ready,
            lexicon=rooms.checker.version or "",
        )
        return families(rooms.shared_metrics.total(), gauges)


def health_routes(rooms: "Rooms") -> "dict[str, ASGIApp]":
    """Return the endpoints for supervisors and for Prometheus."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Collector(rooms))

    async def livez(send: "Send") -> None:
        await _json(send, HTTPStatus.OK, {"status": "alive"})

    async def readyz(send: "Send") -> None:
        ready = rooms.checker.ready
        status = HTTPStatus.OK if ready else HTTPStatus.SERVICE_UNAVAILABLE
        await _json(send, status, readiness(rooms))

    async def metrics(send: "Send") -> None:
        await reply(
            send,
            HTTPStatus.OK,
            generate_latest(registry),
            content_type=CONTENT_TYPE_LATEST.encode(),
            headers=_NO_STORE,
        )

    return {
        "/livez": _get(rooms, livez),
        "/readyz": _get(rooms, readyz),
        "/metrics": _get(rooms, metrics),
    }


def readiness(rooms: "Rooms") -> dict[str, Any]:
    """Tell what serves, and what keeps a newer lexicon from serving."""
    return {
        "status": "ready" if rooms.checker.ready else "starting",
        "lexicon_version": rooms.checker.version,
        "lexicon_installed_at": _moment(rooms.lexicon.installed_at),
        "lexicon_confirmed_at": _moment(rooms.lexicon.confirmed_at),
        "lexicon_error": rooms.lexicon.error,
        "content_model": None if rooms.model is None else rooms.model.version,
        "content_model_error": None if rooms.model is None else rooms.model.error,
        "images": None if rooms.pictures is None else _images(rooms.pictures),
    }


def _images(pictures: "PictureRoom") -> dict[str, Any]:
    """Who looks at pictures, and who does not; the texts do not wait for them."""
    status = pictures.checker.status()
    return {
        "workers": status.workers,
        "workers_ready": status.ready,
        "models": dict(status.models),
        "missing": dict(pictures.checker.missing),
        "lists_version": pictures.lists.version,
        "lists_error": pictures.lists.error,
    }


def _moment(at: float | None) -> str | None:
    """Unix seconds as a moment in UTC."""
    if at is None:
        return None
    moment = datetime.fromtimestamp(at, UTC).isoformat(timespec="seconds")
    return moment.replace("+00:00", "Z")


async def _json(send: "Send", status: HTTPStatus, shown: dict[str, Any]) -> None:
    await reply(send, status, dumps(shown), headers=_NO_STORE)


def _get(rooms: "Rooms", answer: "Callable[[Send], Awaitable[None]]") -> "ASGIApp":
    async def endpoint(scope: "Scope", _receive: "Receive", send: "Send") -> None:
        if scope["method"] in {"GET", "HEAD"}:
            await answer(send)
        else:
            await send_problem(send, method_problem("GET, HEAD"), rooms.rids.new())

    return endpoint
