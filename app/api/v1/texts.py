"""`POST /v1/texts:check`: one text or many, in one request."""

import asyncio
from dataclasses import dataclass
from http import HTTPStatus
from itertools import compress, count
from operator import not_
from time import perf_counter
from typing import TYPE_CHECKING, Any

from app.api.http import header, read_body
from app.api.jsonio import BadJsonError, dumps, loads
from app.api.problems import ProblemError
from app.api.rooms import LONG_TEXT, check, judge
from app.api.v1.parse import Batch, Limits, parse
from app.api.v1.quota import take
from app.api.v1.render import render_clean, render_result
from app.domain.finding import Suggest
from app.domain.scenes import Scene
from app.domain.verdict import CLEAN
from app.text.audience import Audience

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import Receive
    from starlette.types import Scope as AsgiScope

    from app.access import App
    from app.api.rooms import Rooms
    from app.api.v1.auth import Auth
    from app.text.checker import Checker

PATH = "/v1/texts:check"
_CHUNK = 100
"""Texts looked at together."""
_FEW = 4
_TURN = 0.004
"""Seconds of one batch after which other requests get their turn."""


@dataclass(frozen=True, slots=True)
class _Call:
    """One request on its way; `accepted` are the languages that the caller reads."""

    appid: str
    checker: "Checker"
    batch: Batch
    accepted: str


class _Chunk:
    """Some texts of a request that are looked at together, with fresh trace ids.

    `sure` tells which of them are certainly clean; one or two, or texts that are to
    be explained, are not `sifted`.
    """

    __slots__ = ("ids", "scenes", "sifted", "sure", "texts", "traces")

    def __init__(
        self, call: _Call, start: int, fresh: "Callable[[int], list[str]]"
    ) -> None:
        batch, here = call.batch, slice(start, start + _CHUNK)
        self.texts, self.scenes = batch.texts[here], batch.scenes[here]
        self.ids = batch.ids[here]
        self.traces = fresh(len(self.texts))
        self.sifted = len(self.texts) >= _FEW and not batch.explain
        self.sure = (
            call.checker.certainly_clean(self.texts)
            if self.sifted
            else [False] * len(self.texts)
        )


class TextsCheck:
    """The handler: admits, reads, checks, renders."""

    def __init__(self, rooms: "Rooms", auth: "Auth") -> None:
        self._rooms = rooms
        self._auth = auth
        settings = rooms.settings
        self._longest, self._most = settings.max_text, settings.max_texts
        self._max_body = int(settings.v1_max_body)
        self._default = Scene(settings.default_scene)

    async def __call__(self, scope: "AsgiScope", receive: "Receive") -> bytes:
        """Return the JSON to send.

        Raises:
            ProblemError: whatever the caller has to mend or wait for.
        """
        app = await self._auth.admit(scope)
        body = await read_body(receive, self._max_body)
        # A version published meanwhile must not judge half of the request.
        checker = self._rooms.checker.pinned()
        batch = self._parse(body, app, checker)
        take(self._rooms, app, PATH, len(batch.texts))
        if not checker.ready:
            raise not_ready()
        accepted = header(scope, b"accept-language")
        call = _Call(app.appid, checker, batch, accepted)
        results = await self._check(call)
        versions = {
            "lexicon_version": checker.version,
            "model_version": checker.model_version,
        }
        return dumps({"results": results, **versions})

    def _parse(self, body: bytes, app: "App", checker: "Checker") -> Batch:
        try:
            given = loads(body)
        except BadJsonError:
            detail = "Send a JSON object in UTF-8."
            raise ProblemError(HTTPStatus.BAD_REQUEST, "bad-json", detail) from None
        default = app.effective.default_scene or self._default
        limits = Limits(self._longest, self._most, checker.snapshot.list_names)
        return parse(given, limits, default)

    async def _check(self, call: "_Call") -> list[dict[str, Any]]:
        shown = list[dict[str, Any]]()
        turn = perf_counter()
        for start in range(0, len(call.batch.texts), _CHUNK):
            chunk = _Chunk(call, start, self._rooms.rids.many)
            # What most of them get, before a closer look at the others.
            results = list(map(render_clean, chunk.texts, chunk.traces, chunk.ids))
            for at in compress(count(), map(not_, chunk.sure)):
                results[at] = await self._check_one(call, chunk, at)
                turn = await _turn(turn)
            self._count_clean(call, chunk)
            shown += results
            turn = await _turn(turn)
        return shown

    def _count_clean(self, call: "_Call", chunk: _Chunk) -> None:
        texts = list(compress(chunk.texts, chunk.sure))
        scenes = list(compress(chunk.scenes, chunk.sure))
        self._rooms.metrics.clean(PATH, list(map(len, texts)))
        batch = call.batch
        self._rooms.watch.clean(call.appid, batch.user_id, texts, scenes, batch.lists)

    async def _check_one(self, call: "_Call", chunk: _Chunk, at: int) -> dict[str, Any]:
        batch, rooms = call.batch, self._rooms
        text, scene = chunk.texts[at], chunk.scenes[at]
        audience = Audience(call.appid, batch.lists)
        if chunk.sifted and len(text) <= LONG_TEXT:
            checker = call.checker
            result = checker.check(text, scene=scene, audience=audience, doubted=True)
        else:
            explain = batch.explain
            result = await check(call.checker, text, scene, audience, explain=explain)
        verdict = judge((result,))
        rooms.metrics.verdict(PATH, verdict, len(text))
        rooms.watch.checked(
            call.appid, batch.user_id, scene, text, verdict, batch.lists
        )
        if verdict is CLEAN and result.explanation is None:
            return render_clean(text, chunk.traces[at], chunk.ids[at])
        notice = None
        if scene is Scene.SEARCH and verdict.suggest is not Suggest.PASS:
            notice = self._notice(batch.lang or call.accepted)
        return render_result(
            result,
            verdict,
            trace_id=chunk.traces[at],
            text=text,
            caller_id=chunk.ids[at],
            mask=batch.mask,
            notice=notice,
        )

    def _notice(self, languages: str) -> str:
        """Return the notice in the first language that there is one for."""
        settings = self._rooms.settings
        known = {tag.lower(): text for tag, text in settings.search_notices.items()}
        for part in languages.split(","):
            tag = part.partition(";")[0].strip().lower()
            for wanted in (tag, tag.partition("-")[0]):
                if wanted in known:
                    return known[wanted]
        return settings.search_notice


async def _turn(since: float) -> float:
    """Let others go on when this batch has had its share; its new start."""
    if perf_counter() - since <= _TURN:
        return since
    await asyncio.sleep(0)
    return perf_counter()


def not_ready() -> ProblemError:
    """The answer while there is no lexicon: what is not checked never passes."""
    return ProblemError(
        HTTPStatus.SERVICE_UNAVAILABLE,
        "not-ready",
        "The lexicon is still being loaded; see /readyz.",
        headers=[(b"retry-after", b"1")],
    )
