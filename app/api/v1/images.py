"""`POST /v1/images:check`: pictures in a form, or by their addresses."""

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from app.api.forms import is_form
from app.api.http import header, read_body
from app.api.jsonio import dumps
from app.api.pictures import Asked, check_picture, pictures_of
from app.api.problems import ProblemError
from app.api.v1.image_problems import images_off, problem_of
from app.api.v1.image_render import render_image
from app.api.v1.image_request import Limits, Order, read_json, read_parts
from app.api.v1.quota import take
from app.api.v1.texts import not_ready
from app.domain.scenes import Scene

if TYPE_CHECKING:
    from starlette.types import Receive
    from starlette.types import Scope as AsgiScope

    from app.access import App
    from app.api.rooms import Rooms
    from app.api.v1.auth import Auth

PATH: Final = "/v1/images:check"
AT_ONCE: Final = 4
"""Pictures of one request that are fetched or wait for a worker together."""


@dataclass(frozen=True, slots=True)
class _Item:
    """A picture of a request: its bytes, or where they are."""

    file: bytes | None
    url: str = ""


class ImagesCheck:
    """The handler: admits, reads, fetches, checks, renders."""

    def __init__(self, rooms: "Rooms", auth: "Auth") -> None:
        self._rooms = rooms
        self._auth = auth
        knobs = rooms.settings.image
        self._max_body, self._most = int(knobs.max_body), knobs.max_files
        self._default = Scene(rooms.settings.default_scene)

    async def __call__(self, scope: "AsgiScope", receive: "Receive") -> bytes:
        """Return the JSON to send.

        Raises:
            ProblemError: whatever the caller has to mend or wait for. With several
                pictures, what is wrong with one of them stands in its result.
        """
        app = await self._auth.admit(scope)
        _require_pictures(self._rooms)
        body = await read_body(receive, self._max_body)
        order = self._read(scope, body, app)
        take(self._rooms, app, PATH, order.count)
        checker = self._rooms.checker
        if not checker.ready:
            raise not_ready()
        results = await self._check(app, order)
        return dumps({"results": results, "lexicon_version": checker.version})

    def _read(self, scope: "AsgiScope", body: bytes, app: "App") -> Order:
        default = app.effective.default_scene or self._default
        lists = self._rooms.checker.snapshot.list_names
        limits = Limits(self._most, lists, default)
        kind = header(scope, b"content-type")
        if is_form(kind, body):
            return read_parts(kind, body, limits)
        return read_json(body, limits)

    async def _check(self, app: "App", order: Order) -> list[dict[str, Any]]:
        items = [
            *(_Item(file) for file in order.files),
            *(_Item(None, url) for url in order.urls),
        ]
        if len(items) == 1:
            return [await self._check_one(app, order, items[0])]
        turns = asyncio.Semaphore(AT_ONCE)

        async def one(item: _Item) -> dict[str, Any]:
            async with turns:
                try:
                    return await self._check_one(app, order, item)
                except ProblemError as problem:
                    trace_id = self._rooms.rids.new()
                    return {
                        "problem": problem.document(trace_id),
                        "trace_id": trace_id,
                    }

        return list(await asyncio.gather(*map(one, items)))

    async def _check_one(self, app: "App", order: Order, item: _Item) -> dict[str, Any]:
        """Check one picture.

        Raises:
            ProblemError: it cannot be had or looked at.
        """
        rooms = self._rooms
        asked = Asked(app.appid, order.scene, order.user_id, order.lists)
        try:
            file = item.file
            if file is None:
                file = await pictures_of(rooms).fetcher.get(item.url)
            verdict = await check_picture(rooms, PATH, file, asked)
        except Exception as error:
            problem = problem_of(error)
            if problem is None:
                raise
            raise problem from None
        trace_id = rooms.rids.new()
        return render_image(verdict, trace_id=trace_id, explain=order.explain)


def _require_pictures(rooms: "Rooms") -> None:
    """Refuse all of a request at once while no pictures are looked at.

    Raises:
        ProblemError: 503.
    """
    if rooms.pictures is None:
        raise images_off()
