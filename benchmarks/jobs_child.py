"""`python -m benchmarks.jobs_child WORK URL PORT PAUSE CHECKS`: what is measured.

Answers `POST /media` on a port of the loopback interface until it is told to end. WORK
is `service` for the whole way of a job, `api` or `worker` for one part of it, and
`bare` for the same exchanges over HTTP with nothing between them. PAUSE is what a
classifier takes, in seconds; it finds nothing. CHECKS run at one time.
"""

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast

import orjson
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from app.access import App, AppSettings
from app.api.fetch import Fetcher
from app.api.media.deliver import Deliveries
from app.api.media.room import CallbackKeys
from app.jobs import (
    Destination,
    Intake,
    Job,
    JobVerdict,
    Json,
    Media,
    NewJob,
    Sealing,
    SqlJobStore,
    Wake,
    Worker,
    WorkerRules,
    listen,
)
from app.outbound import Caps, GuardedClient, Rules
from app.store import Database
from app.trial.cipher import Cipher

if TYPE_CHECKING:
    from app.push import PushRoom

SERVICE, API, WORKER, BARE = "service", "api", "worker", "bare"
_RULES: Final = Rules(ports=None, allow_private=True)
_RESULT: Final[dict[str, Json]] = {
    "suggest": "pass",
    "label": 100,
    "findings": [],
    "frames": 1,
}
_VERDICT: Final = JobVerdict("pass", 100, body={"result": _RESULT})

Ask = Callable[[dict[str, str]], Awaitable[str]]
"""Takes a request; the trace_id."""


def new_job(asked: dict[str, str]) -> NewJob:
    """The job that a request asks for."""
    target = {"url": asked["callback_url"]}
    return NewJob(
        appid=asked["appid"],
        media=Media.IMAGE,
        version="native",
        scene=2,
        url=asked["url"],
        user=bytes(32),
        plan=(Destination("callback", "native", target, endpoint="127.0.0.1"),),
        body_hash=bytes(32),
    )


def open_store(url: str) -> SqlJobStore:
    """The store that every process of a run shares."""
    return SqlJobStore(Database.open(url), Sealing(Cipher(bytes(32))))


@dataclass(frozen=True, slots=True)
class Check:
    """Fetches, waits for as long as a classifier would take, and finds nothing."""

    fetcher: Fetcher
    pause: float

    async def __call__(self, job: Job) -> JobVerdict:
        """The same verdict for all."""
        assert job.url is not None
        await self.fetcher.get(job.url)
        if self.pause:
            await asyncio.sleep(self.pause)
        return _VERDICT


@asynccontextmanager
async def ours(work: str, url: str, pause: float, checks: int) -> AsyncIterator[Ask]:
    """What the service does with a job, wired as the service is."""
    store, wake = open_store(url), Wake()
    intake = Intake(store, wake)

    async def ask(asked: dict[str, str]) -> str:
        return (await intake.accept(new_job(asked))).trace_id

    async with AsyncExitStack() as stack:
        stack.push_async_callback(store.db.close)
        if work != API:
            clients = [GuardedClient(rules=_RULES) for _ in range(2)]
            for client in clients:
                stack.push_async_callback(client.aclose)
            worker = Worker(
                store,
                Check(_fetcher(clients[0]), pause),
                _deliveries(clients[1]),
                wake=wake,
                rules=WorkerRules(checks=checks),
            )
            await stack.enter_async_context(_running(listen(store.db, wake)))
            await stack.enter_async_context(_running(worker.run()))
        yield ask
        await intake.close()


def _fetcher(client: GuardedClient) -> Fetcher:
    return Fetcher(client, 2**20, 20.0)


def _deliveries(client: GuardedClient) -> Deliveries:
    async def app_of(appid: str) -> App:
        return App(appid, AppSettings())

    no_push = cast("PushRoom", None)  # native callbacks never ask it
    return Deliveries(client, no_push, CallbackKeys(bytes(32)), app_of)


@asynccontextmanager
async def bare(checks: int) -> AsyncIterator[Ask]:
    """A trivial answer, then a fetch and a callback, as many at once as ours."""
    wanted: asyncio.Queue[dict[str, str]] = asyncio.Queue()
    headers = {
        "webhook-id": "msg_00000000-00000000-00000000_callback",
        "webhook-timestamp": "1800000000",
        "webhook-signature": "v1," + "0" * 44,
        "content-type": "application/json",
    }
    body = orjson.dumps({"type": "media.checked", "data": _RESULT, "more": "0" * 150})

    async def ask(asked: dict[str, str]) -> str:
        wanted.put_nowait(asked)
        return "00000000-00000000-00000000"

    async def exchange(fetcher: Fetcher, client: GuardedClient) -> None:
        caps = Caps(body=64 * 1024)
        while True:
            asked = await wanted.get()
            await fetcher.get(asked["url"])
            where = asked["callback_url"]
            await client.request(
                "POST", where, content=body, headers=headers, caps=caps
            )

    async with AsyncExitStack() as stack:
        clients = [GuardedClient(rules=_RULES) for _ in range(2)]
        for client in clients:
            stack.push_async_callback(client.aclose)
        for _ in range(checks):
            going = exchange(_fetcher(clients[0]), clients[1])
            await stack.enter_async_context(_running(going))
        yield ask


@asynccontextmanager
async def _running(work: Any) -> AsyncIterator[None]:
    task = asyncio.ensure_future(work)
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def application(work: str, url: str, pause: float, checks: int) -> Starlette:
    """One endpoint, the same for all kinds of work."""
    asks: list[Ask] = []

    @asynccontextmanager
    async def life(_app: Starlette) -> AsyncIterator[None]:
        opened = bare(checks) if work == BARE else ours(work, url, pause, checks)
        async with opened as ask:
            asks.append(ask)
            yield

    async def media(request: Request) -> Response:
        trace_id = await asks[0](orjson.loads(await request.body()))
        body = orjson.dumps({"trace_id": trace_id})
        return Response(body, media_type="application/json")

    return Starlette(routes=[Route("/media", media, methods=["POST"])], lifespan=life)


def main(work: str, url: str, port: str, pause: str, checks: str) -> None:
    """Serve under the settings that our service has."""
    uvicorn.run(
        application(work, url, float(pause), int(checks)),
        host="127.0.0.1",
        port=int(port),
        loop="uvloop",
        http="httptools",
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
