"""`POST /v1/texts:check`: one text or many, in one request."""

import asyncio
from dataclasses import dataclass
from http import HTTPStatus
from itertools import compress
from time import perf_counter
from typing import TYPE_CHECKING, Any

from app.access import QuotaExceeded
from app.api.http import header, read_body
from app.api.jsonio import BadJsonError, dumps, loads
from app.api.problems import ProblemError
from app.api.rooms import check, judge
from app.api.v1.parse import Batch, Item, Limits, parse
from app.api.v1.render import render_clean, render_result
from app.domain.finding import Suggest
from app.domain.scenes import Scene
from app.domain.verdict import CLEAN
from app.text.audience import Audience

if TYPE_CHECKING:
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
        self._take(app, len(batch.items))
        if not checker.ready:
            raise _not_ready()
        accepted = header(scope, b"accept-language")
        call = _Call(app.appid, checker, batch, accepted)
        results = await self._check(call)
        return dumps({"results": results, "lexicon_version": checker.version})

    def _parse(self, body: bytes, app: "App", checker: "Checker") -> Batch:
        try:
            given = loads(body)
        except BadJsonError:
            detail = "Send a JSON object in UTF-8."
            raise ProblemError(HTTPStatus.BAD_REQUEST, "bad-json", detail) from None
        default = app.effective.default_scene or self._default
        limits = Limits(self._longest, self._most, checker.snapshot.list_names)
        return parse(given, limits, default)

    def _take(self, app: "App", count: int) -> None:
        try:
            self._rooms.quotas.take(app, PATH, count)
        except QuotaExceeded as error:
            wait = max(1, round(error.resets_in))
            raise ProblemError(
                HTTPStatus.TOO_MANY_REQUESTS,
                "quota-exceeded",
                f"The app's quota of this {error.window} does not hold {count} more.",
                headers=[(b"retry-after", b"%d" % wait)],
            ) from None

    async def _check(self, call: "_Call") -> list[dict[str, Any]]:
        batch, shown = call.batch, list[dict[str, Any]]()
        turn = perf_counter()
        for start in range(0, len(batch.items), _CHUNK):
            items = batch.items[start : start + _CHUNK]
            ids = self._rooms.rids.many(len(items))
            sure = _certainly_clean(call.checker, items, explain=batch.explain)
            for item, trace_id, clean in zip(items, ids, sure, strict=True):
                if clean:
                    shown.append(render_clean(item.text, trace_id, item.caller_id))
                    continue
                shown.append(await self._check_one(call, item, trace_id))
                turn = await _turn(turn)
            self._count_clean(call, list(compress(items, sure)))
            turn = await _turn(turn)
        return shown

    def _count_clean(self, call: "_Call", items: list[Item]) -> None:
        self._rooms.metrics.clean(PATH, [len(item.text) for item in items])
        texts = ((item.scene, item.text) for item in items)
        batch = call.batch
        self._rooms.watch.clean(call.appid, batch.user_id, texts, batch.lists)

    async def _check_one(
        self, call: "_Call", item: Item, trace_id: str
    ) -> dict[str, Any]:
        batch, text, rooms = call.batch, item.text, self._rooms
        audience = Audience(call.appid, batch.lists)
        result = await check(
            call.checker, text, item.scene, audience, explain=batch.explain
        )
        verdict = judge((result,))
        rooms.metrics.verdict(PATH, verdict, len(text))
        rooms.watch.checked(
            call.appid, batch.user_id, item.scene, text, verdict, batch.lists
        )
        if verdict is CLEAN and result.explanation is None:
            return render_clean(text, trace_id, item.caller_id)
        notice = None
        if item.scene is Scene.SEARCH and verdict.suggest is not Suggest.PASS:
            notice = self._notice(batch.lang or call.accepted)
        return render_result(
            result,
            verdict,
            trace_id=trace_id,
            text=text,
            caller_id=item.caller_id,
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


def _certainly_clean(
    checker: "Checker", items: list[Item], *, explain: bool
) -> list[bool]:
    """Look at many texts at once; one or two are not worth it."""
    if explain or len(items) < _FEW:
        return [False] * len(items)
    return checker.certainly_clean([item.text for item in items])


async def _turn(since: float) -> float:
    """Let others go on when this batch has had its share; its new start."""
    if perf_counter() - since <= _TURN:
        return since
    await asyncio.sleep(0)
    return perf_counter()


def _not_ready() -> ProblemError:
    return ProblemError(
        HTTPStatus.SERVICE_UNAVAILABLE,
        "not-ready",
        "The lexicon is still being loaded; see /readyz.",
        headers=[(b"retry-after", b"1")],
    )
