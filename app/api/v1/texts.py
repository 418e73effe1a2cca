"""`POST /v1/texts:check`: one text or many, in one request."""

import asyncio
from http import HTTPStatus
from time import perf_counter
from typing import TYPE_CHECKING, Any

from app.access import QuotaExceeded
from app.api.http import header, read_body
from app.api.jsonio import BadJsonError, dumps, loads
from app.api.problems import ProblemError
from app.api.rooms import LONG_TEXT, check, judge
from app.api.v1.parse import Batch, Item, Limits, parse
from app.api.v1.render import render_clean, render_result
from app.domain.finding import Suggest
from app.domain.scenes import Scene
from app.domain.verdict import CLEAN

if TYPE_CHECKING:
    from starlette.types import Receive
    from starlette.types import Scope as AsgiScope

    from app.access import App
    from app.api.rooms import Rooms
    from app.api.v1.auth import Auth
    from app.text.result import TextResult

PATH = "/v1/texts:check"
_TURN = 0.004
"""Seconds of one batch after which other requests get their turn."""


class TextsCheck:
    """The handler: admits, reads, checks, renders."""

    def __init__(self, rooms: "Rooms", auth: "Auth") -> None:
        self._rooms = rooms
        self._auth = auth
        settings = rooms.settings
        self._limits = Limits(settings.max_text, settings.max_texts)
        self._max_body = int(settings.v1_max_body)
        self._default = Scene(settings.default_scene)

    async def __call__(self, scope: "AsgiScope", receive: "Receive") -> bytes:
        """Return the JSON to send.

        Raises:
            ProblemError: whatever the caller has to mend or wait for.
        """
        app = await self._auth.admit(scope)
        body = await read_body(receive, self._max_body)
        batch = self._parse(body, app)
        self._take(app, len(batch.items))
        if not self._rooms.checker.ready:
            raise _not_ready()
        results = await self._check(batch, header(scope, b"accept-language"))
        version = self._rooms.checker.version
        return dumps({"results": results, "lexicon_version": version})

    def _parse(self, body: bytes, app: "App") -> Batch:
        try:
            given = loads(body)
        except BadJsonError:
            detail = "Send a JSON object in UTF-8."
            raise ProblemError(HTTPStatus.BAD_REQUEST, "bad-json", detail) from None
        default = app.effective.default_scene or self._default
        return parse(given, self._limits, default)

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

    async def _check(self, batch: Batch, accepted: str) -> list[dict[str, Any]]:
        checker, explain, shown = self._rooms.checker, batch.explain, []
        turn = perf_counter()
        for item in batch.items:
            if len(item.text) <= LONG_TEXT:
                result = checker.check(item.text, scene=item.scene, explain=explain)
            else:
                result = await check(checker, item.text, item.scene, explain=explain)
            shown.append(self._render(item, result, batch, accepted))
            if perf_counter() - turn > _TURN:
                await asyncio.sleep(0)
                turn = perf_counter()
        return shown

    def _render(
        self, item: Item, result: "TextResult", batch: Batch, accepted: str
    ) -> dict[str, Any]:
        text, rooms = item.text, self._rooms
        verdict = judge((result,))
        rooms.metrics.verdict(PATH, verdict, len(text))
        trace_id = rooms.rids.new()
        if verdict is CLEAN and result.explanation is None:
            return render_clean(text, trace_id, item.caller_id)
        notice = None
        if item.scene is Scene.SEARCH and verdict.suggest is not Suggest.PASS:
            notice = self._notice(batch.lang or accepted)
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


def _not_ready() -> ProblemError:
    return ProblemError(
        HTTPStatus.SERVICE_UNAVAILABLE,
        "not-ready",
        "The lexicon is still being loaded; see /readyz.",
        headers=[(b"retry-after", b"1")],
    )
