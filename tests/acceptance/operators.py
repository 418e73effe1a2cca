"""A house for operators: running services on one database, and their admin API."""

import os
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import httpx
import pytest

from tests.acceptance.service import RISKY, SECRET, Json, Service, service_in
from tests.cli_helpers import start
from tests.conftest import Postgres
from tests.server_helpers import SECONDS

T = TypeVar("T")
APPID = "shop"
OTHER = "other-shop"
SOON = 5.0
"""Seconds within which every process serves what was published."""


def soon() -> float:
    """The same on this machine as it is now: others may use its processors, too."""
    return SOON * max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))


SEEN = 12
"""Calls in a row, each over a new connection, that show every process of a port."""

NO_BREAKER = {
    "SECCHECK_BREAKER_NEW_TERMS": "false",
    "SECCHECK_BREAKER_JUMPS": "false",
}
"""For tests in which nearly every text has the new word."""
ALL_SCOPES = (
    "words:read",
    "words:write",
    "words:publish",
    "review:decide",
    "samples:read",
    "pictures:read",
    "pictures:write",
    "jobs:read",
    "jobs:write",
    "audit:read",
    "apps:admin",
)


FRESH = httpx.Client(limits=httpx.Limits(max_keepalive_connections=0), timeout=SECONDS)
"""A new connection for each call, so that any process of a port may get it."""


@dataclass(frozen=True)
class Layout:
    """How many services, with how many processes each, on which database."""

    backend: str
    services: int = 1
    workers: int = 1

    @property
    def name(self) -> str:
        return f"{self.backend}-{self.services}x{self.workers}"


SQLITE = Layout("sqlite")
TWO_MACHINES = Layout("postgresql", services=2)
LAYOUTS = (
    SQLITE,
    Layout("sqlite", workers=2),
    Layout("postgresql"),
    Layout("postgresql", workers=2),
    TWO_MACHINES,
)


def until(
    holds: Callable[[], T], *, seconds: float = SECONDS, pause: float = 0.05
) -> T:
    """Ask until the answer is true; that answer."""
    end = time.monotonic() + seconds
    while not (found := holds()):
        assert time.monotonic() < end, f"not so within {seconds} s: {found!r}"
        time.sleep(pause)
    return found


class Admin:
    """One key's view of the admin API."""

    def __init__(self, base: str, key: str) -> None:
        self.http = httpx.Client(
            base_url=f"{base}/admin/v1",
            headers={"authorization": f"Bearer {key}"},
            timeout=SECONDS,
        )

    def ask(self, method: str, path: str, **given: Any) -> httpx.Response:
        return self.http.request(method, path, **given)

    def get(self, path: str, **query: Any) -> Any:
        answer = self.ask("GET", path, params=query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def post(self, path: str, body: Any = None, *, revision: int | None = None) -> Any:
        headers = {} if revision is None else {"if-match": f'"{revision}"'}
        answer = self.ask("POST", path, json=body, headers=headers)
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None

    def refused(
        self, status: int, kind: str, method: str, path: str, **given: Any
    ) -> Json:
        """The problem document of a refused request."""
        answer = self.ask(method, path, **given)
        assert answer.status_code == status, answer.text
        assert answer.headers["content-type"] == "application/problem+json"
        said: Json = answer.json()
        assert said["type"] == f"urn:seccheck:problem:{kind}", said
        return said

    def live(self) -> int:
        """The number of the live version."""
        return int(self.get("/versions", limit=1)["items"][0]["number"])

    def draft(
        self, *edits: Mapping[str, Any], title: str = "test", why: str = ""
    ) -> Json:
        """A new draft with these edits."""
        made: Json = self.post("/drafts", {"title": title})
        if not edits:
            return made
        return self.edit(made, *edits, why=why)

    def edit(self, draft: Json, *edits: Mapping[str, Any], why: str = "") -> Json:
        body = {"why": why, "edits": edits}
        path = f"/drafts/{draft['id']}/changes"
        done: Json = self.post(path, body, revision=draft["revision"])
        return done

    def publish(self, draft: Json, **options: Any) -> Json:
        """Make a draft the live version."""
        path = f"/drafts/{draft['id']}/publish"
        made: Json = self.post(path, options, revision=draft["revision"])
        return made

    def words(self, list_name: str, **query: Any) -> list[str]:
        """The live words of a list."""
        found = self.get("/terms", list=list_name, limit=1000, **query)
        return [item["term"] for item in found["items"]]


def put(list_name: str, term: str, **fields: Any) -> Json:
    """An edit that adds a word."""
    return {"op": "put", "list": list_name, "term": term, "label": "fraud"} | fields


class Caller(threading.Thread):
    """Asks one service about a text without a pause, over new connections."""

    def __init__(self, house: "House", text: str, *, at: int) -> None:
        super().__init__(daemon=True)
        self._house, self._text, self._at = house, text, at
        self._over = threading.Event()
        self.said: list[tuple[float, str]] = []
        self.failure: BaseException | None = None

    def run(self) -> None:
        while not self._over.is_set():
            try:
                said = self._house.suggests(self._text, at=self._at)
            except BaseException as error:  # noqa: BLE001 - whatever it is, it failed
                self.failure = error
                return
            self.said.append((time.monotonic(), said))

    def end(self) -> None:
        self._over.set()
        self.join(SECONDS)

    def last(self, suggest: str) -> float:
        """When it was last told so."""
        return max(when for when, said in self.said if said == suggest)


@contextmanager
def calling(house: "House", text: str) -> Iterator[list[Caller]]:
    """Two callers at each service; none of their calls may fail."""
    callers = [
        Caller(house, text, at=at)
        for at in range(len(house.services))
        for _ in range(2)
    ]
    for caller in callers:
        caller.start()
    try:
        until(lambda: all(caller.said for caller in callers))
        yield callers
    finally:
        for caller in callers:
            caller.end()
    assert [caller.failure for caller in callers] == [None] * len(callers)


@dataclass
class House:
    """Running services on one database."""

    layout: Layout
    services: Sequence[Service]
    database_url: str
    key: str
    folder: Path
    admins: list[Admin] = field(default_factory=list)
    """Every right, one for each service."""
    guests: list[Admin] = field(default_factory=list)

    @property
    def service(self) -> Service:
        return self.services[0]

    @property
    def admin(self) -> Admin:
        """Every right, at the first service."""
        return self.admins[0]

    @property
    def far(self) -> Admin:
        """Every right, at the last service."""
        return self.admins[-1]

    def new_key(self, name: str, *scopes: str) -> Admin:
        """Another operator."""
        made = self.admin.post("/keys", {"name": name, "scopes": scopes})
        operator = Admin(self.service.server.base, made["key"])
        self.guests.append(operator)
        return operator

    def check(
        self, text: str, *, at: int = 0, app: str = APPID, **options: Any
    ) -> Json:
        """What the native API says of a text, over a new connection."""
        answer = FRESH.post(
            f"{self.services[at].server.base}/v1/texts:check",
            json={"text": text, **options},
            auth=(app, SECRET),
        )
        assert answer.status_code == 200, answer.text
        said: Json = answer.json()
        return {**said["results"][0], "lexicon_version": said["lexicon_version"]}

    def suggests(self, text: str, **options: Any) -> str:
        return str(self.check(text, **options)["suggest"])

    def everywhere(self, text: str, wanted: str, **options: Any) -> bool:
        """Whether every process of every service says the same of a text."""
        calls = SEEN if self.layout.workers > 1 else 1
        return all(
            self.suggests(text, at=at, **options) == wanted
            for at in range(len(self.services))
            for _ in range(calls)
        )

    def soon(self, text: str, wanted: str, **options: Any) -> None:
        """Every process says so within the time that is promised."""
        until(lambda: self.everywhere(text, wanted, **options), seconds=soon())

    def cli(self, *args: str, at: int = 0) -> str:
        """Run a command on the database; its standard output."""
        return self.run(args, {}, at=at)[0]

    def far_cli(self, *args: str) -> str:
        """Run the same command against the server, by URL and key."""
        env = {
            "SECCHECK_SERVER": self.service.server.base,
            "SECCHECK_ADMIN_KEY": self.key,
            # Nothing of the server is known to whoever sits far away.
            "SECCHECK_DATA_DIR": str(self.folder / "far"),
            "SECCHECK_DATABASE_URL": "",
        }
        return self.run(args, env)[0]

    def run(
        self, args: Sequence[str], env: Mapping[str, str], *, at: int = 0, code: int = 0
    ) -> tuple[str, str]:
        """Run a command with more in its environment; both its outputs."""
        service = self.services[at]
        env = {**service.server.env, **env}
        process = start(*args, env=env, cwd=service.folder)
        out, err = process.communicate(timeout=SECONDS)
        assert process.returncode == code, out + err
        return out, err


def _first_key(service: Service) -> str:
    """The key that the first start prints."""
    printed = service.server.process.stdout
    assert printed is not None
    for line in printed:
        if line.startswith("  admin key"):
            return line.split()[-1]
    pytest.fail("the first start printed no key")


@contextmanager
def house_in(
    folder: Path,
    layout: Layout,
    postgres: Callable[[], Postgres],
    **settings: str,
) -> Iterator[House]:
    """Ready services, with two apps and a key that has every right.

    `postgres` gives the test server when it is needed, or skips the test.
    """
    with ExitStack() as stack:
        shared = {"SECCHECK_SECRET_KEY": "ab" * 32, **settings}
        if layout.backend == "postgresql":
            server = postgres()
            name = server.create()
            stack.callback(server.drop, name)
            shared["SECCHECK_DATABASE_URL"] = server.url(name)
        services = []
        for number in range(layout.services):
            place = folder / f"machine{number}"
            place.mkdir(parents=True)
            options = ("--workers", str(layout.workers))
            services.append(stack.enter_context(service_in(place, *options, **shared)))
        url = shared.get("SECCHECK_DATABASE_URL", "")
        first = Admin(services[0].server.base, _first_key(services[0]))
        made = first.post("/keys", {"name": "chief", "scopes": ALL_SCOPES})
        first.http.close()
        house = House(layout, services, url, made["key"], folder)
        house.admins = [Admin(one.server.base, house.key) for one in services]
        for appid in (APPID, OTHER):
            house.admin.post("/apps", {"appid": appid, "secret": SECRET})
        assert house.suggests(RISKY) == "risky"
        try:
            yield house
        finally:
            for admin in (*house.admins, *house.guests):
                admin.http.close()
