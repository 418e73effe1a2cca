"""A stand-in for the admin API: canned answers, and what was asked of it."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

import httpx
import pytest

from app.cli_admin import AdminClient

T = TypeVar("T")
Answer = Callable[[httpx.Request], httpx.Response]


@dataclass
class Asked:
    """One request as the stand-in saw it."""

    method: str
    path: str
    query: dict[str, str]
    revision: str | None
    content: bytes

    @property
    def body(self) -> Any:
        return json.loads(self.content)


@dataclass
class FakeAdmin:
    """Answers by method and path below /admin/v1."""

    answers: dict[tuple[str, str], Any] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    delays: dict[tuple[str, str], float] = field(default_factory=dict)

    def on(self, method: str, path: str, answer: Any, status: int = 200) -> None:
        """Answer with a JSON value, bytes, or nothing for None."""
        self.answers[method, path] = (status, answer)

    def slow(self, method: str, path: str, seconds: float) -> None:
        """Take some time for an answer."""
        self.delays[method, path] = seconds

    def refuse(self, method: str, path: str, status: int, detail: str) -> None:
        """Answer with a problem document."""
        self.on(method, path, {"title": "Refused", "detail": detail}, status)

    def changes(self) -> list[Asked]:
        """Requests that would change something."""
        return [asked for asked in self.asked if asked.method != "GET"]

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        content = await request.aread()
        path = request.url.path.removeprefix("/admin/v1")
        asked = Asked(
            request.method,
            path,
            dict(request.url.params),
            request.headers.get("if-match"),
            content,
        )
        self.asked.append(asked)
        await asyncio.sleep(self.delays.get((request.method, path), 0))
        status, answer = self.answers.get(
            (request.method, path), (404, {"detail": f"no {request.method} {path}"})
        )
        if answer is None:
            return httpx.Response(204)
        if isinstance(answer, bytes):
            return httpx.Response(status, content=answer)
        return httpx.Response(status, json=answer)

    def run(
        self, work: Callable[[AdminClient], Awaitable[T]], *, words: bool = True
    ) -> T:
        """Stand in for `app.cli_local.local`."""
        del words  # there is no database to be filled
        return asyncio.run(self._run(work))

    async def _run(self, work: Callable[[AdminClient], Awaitable[T]]) -> T:
        transport = httpx.MockTransport(self)
        async with httpx.AsyncClient(
            transport=transport, base_url="http://in-process"
        ) as http:
            return await work(AdminClient(http, where=""))


def install(monkeypatch: pytest.MonkeyPatch) -> FakeAdmin:
    """Let commands without a server speak to a stand-in."""
    fake = FakeAdmin()
    monkeypatch.setattr("app.cli_local.local", fake.run)
    return fake
