"""Small stand-ins for the access room, so that the edge is tested by itself."""

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import httpx

from app.access import (
    Access,
    AccessError,
    App,
    AppSettings,
    IssuedToken,
    QuotaExceeded,
    Quotas,
    Reason,
    RidError,
    RidReason,
    RidRecord,
    Rids,
    Usage,
    Window,
)
from app.api.breaker import Breaker
from app.api.edge import Edge
from app.api.metrics import Metrics
from app.api.metrics_share import SharedMetrics
from app.api.pictures import PictureRoom
from app.api.rest import Guard, create_rest
from app.api.rooms import Rooms
from app.api.watch import Watch
from app.domain.entry import Entry
from app.domain.labels import Label
from app.domain.scenes import Scene
from app.settings import Settings
from app.text.checker import Checker
from app.text.compiling import compile_snapshot

APPID = "wx0000000000000001"
OTHER = "wx0000000000000002"
SECRET = "a-secret"
TOKEN = "token-of-the-first-app"
EXPIRED = "expired-token"
DISABLED = "token-of-a-disabled-app"

ENTRIES = (
    Entry("办证刻章", Label.CRIME, 90),
    Entry("裸聊", Label.PORN, 85),
    Entry("傻瓜", Label.ABUSE, 50),
    Entry("便宜货", Label.ADS, 20),
    Entry("铁算盘", Label.CRIME, 90, scenes=frozenset({Scene.PROFILE, Scene.SEARCH})),
    Entry("办证刻章馆", None),
)


class FakeAccess:
    def __init__(self, settings: AppSettings) -> None:
        self.app = App(APPID, settings)
        self.tokens: dict[str, App] = {TOKEN: self.app}
        self.resolved = 0
        self.verified = 0

    def cached(self, token: str) -> App | None:
        return self.tokens.get(token)

    async def resolve(self, token: str) -> App:
        self.resolved += 1
        if not token:
            raise AccessError(Reason.TOKEN_MISSING)
        if token == EXPIRED:
            raise AccessError(Reason.TOKEN_EXPIRED)
        if token == DISABLED:
            raise AccessError(Reason.APP_DISABLED)
        raise AccessError(Reason.TOKEN_UNKNOWN)

    async def verify_secret(self, appid: str, secret: str) -> App:
        self.verified += 1
        if not secret:
            raise AccessError(Reason.SECRET_MISSING)
        if appid == OTHER:
            raise AccessError(Reason.APP_DISABLED)
        if appid != APPID:
            raise AccessError(Reason.APP_UNKNOWN)
        if secret == "throttle":
            raise AccessError(Reason.THROTTLED, retry_after=30)
        if secret != SECRET:
            raise AccessError(Reason.SECRET_WRONG)
        return self.app

    async def issue_token(self, appid: str, secret: str) -> IssuedToken:
        await self.verify_secret(appid, secret)
        return IssuedToken(TOKEN, 7200)

    async def stable_token(
        self, appid: str, secret: str, *, force_refresh: bool = False
    ) -> IssuedToken:
        await self.verify_secret(appid, secret)
        return IssuedToken("forced" if force_refresh else TOKEN, 7000)


class FakeQuotas:
    def __init__(self) -> None:
        self.taken: list[tuple[str, int]] = []
        self.full: Window | None = None
        self.cleared: list[str] = []

    def take(self, app: App, api: str, n: int = 1) -> None:
        if self.full is not None:
            raise QuotaExceeded(self.full, 17.5)
        self.taken.append((api, n))

    async def usage(self, app: App, api: str) -> Usage:
        rules = app.effective
        return Usage(1, rules.minute_limit, 3, rules.day_limit, 30.0, 3000.0)

    async def clear(self, appid: str) -> None:
        if self.full is Window.MONTH:
            raise QuotaExceeded(Window.MONTH, 1e6)
        self.cleared.append(appid)


class FakeRids:
    def __init__(self) -> None:
        self._numbers = itertools.count(1)
        self.kept: dict[str, RidRecord] = {}

    def new(self) -> str:
        return f"{1_763_000_000:08x}-{0xAB:08x}-{next(self._numbers):08x}"

    def many(self, count: int) -> list[str]:
        return [self.new() for _ in range(count)]

    def record(self, rid: str, record: RidRecord) -> None:
        self.kept[rid] = record

    async def get(self, rid: str, appid: str) -> RidRecord:
        if rid not in self.kept:
            raise RidError(RidReason.UNKNOWN)
        if self.kept[rid].appid != appid:
            raise RidError(RidReason.OTHER_APP)
        return self.kept[rid]


@dataclass
class FakeFollower:
    """Follows nothing; its error is the first of `errors`."""

    errors: list[str]
    installed_at: float | None = 1_763_000_000.0
    confirmed_at: float | None = 1_763_000_060.5

    @property
    def error(self) -> str | None:
        return self.errors[0] if self.errors else None


@dataclass
class World:
    """One service with fakes behind the edge, and a client in front of it."""

    settings: Settings
    access: FakeAccess
    quotas: FakeQuotas
    rids: FakeRids
    rooms: Rooms
    client: httpx.AsyncClient
    error: list[str] = field(default_factory=list)
    now: list[float] = field(default_factory=lambda: [0.0])
    numbers: dict[str, float] = field(default_factory=dict)

    async def post(
        self, path: str, body: Any, *, token: str = TOKEN, **query: str
    ) -> dict[str, Any]:
        """Call a compatible endpoint; a `bytes` body is sent as it is."""
        sent = {"content": body} if isinstance(body, bytes) else {"json": body}
        params = {"access_token": token, **query} if token else query
        response = await self.client.post(path, params=params, **sent)
        return self.read(response)

    @staticmethod
    def read(response: httpx.Response) -> dict[str, Any]:
        assert response.status_code == 200
        assert response.headers["content-type"] == "application/json; charset=utf-8"
        shown: dict[str, Any] = response.json()
        return shown

    async def native(
        self, body: Any, headers: Mapping[str, str] | None = None
    ) -> httpx.Response:
        sent = {"content": body} if isinstance(body, bytes) else {"json": body}
        known = {"authorization": f"Bearer {TOKEN}", **(headers or {})}
        return await self.client.post("/v1/texts:check", headers=known, **sent)


def make_world(
    app: AppSettings | None = None,
    *,
    checker: Checker | None = None,
    metrics_folder: Path | None = None,
    pictures: PictureRoom | None = None,
    watch: Watch | None = None,
    **settings: Any,
) -> World:
    known = Settings(**settings)
    access, quotas, rids = FakeAccess(app or AppSettings()), FakeQuotas(), FakeRids()
    numbers: dict[str, float] = {}
    metrics = Metrics(lambda: numbers)
    error: list[str] = []
    now = [0.0]
    if checker is None:
        checker = Checker(compile_snapshot(ENTRIES, version="7"))
    rooms = Rooms(
        settings=known,
        checker=checker,
        access=cast(Access, access),
        quotas=cast(Quotas, quotas),
        rids=cast(Rids, rids),
        metrics=metrics,
        shared_metrics=SharedMetrics(metrics, metrics_folder),
        breaker=Breaker(lambda: now[0]),
        clock=lambda: now[0],
        lexicon=FakeFollower(error),
        watch=watch or Watch(),
        pictures=pictures,
    )
    edge = Edge(Guard(create_rest(), int(known.v1_max_body)))
    edge.open(rooms)
    client = httpx.AsyncClient(
        transport=httpx.ASGITransport(edge), base_url="http://service"
    )
    return World(known, access, quotas, rids, rooms, client, error, now, numbers)
