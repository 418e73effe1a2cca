"""`/v1/media`: have files checked in the background, and ask what became of it."""

import asyncio
import hashlib
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from app.api.forms import is_form
from app.api.http import BodyTooLargeError, header, read_body
from app.api.jsonio import dumps
from app.api.media.plan import CallbackRefusedError, native_plan
from app.api.media.room import MEDIA_PATH
from app.api.problems import too_large_problem
from app.api.v1 import media_problems as problems
from app.api.v1.endpoint import NativeEndpoint, NativeHandler, Said
from app.api.v1.media_jobs import (
    VERBS,
    MediaChange,
    MediaHandler,
    MediaList,
    MediaShow,
    split_path,
)
from app.api.v1.media_request import MediaOrder, read_json, read_parts
from app.api.v1.quota import take
from app.domain.scenes import Scene, scene_number
from app.jobs import Accepted, AcceptError, NewJob, State, UnknownJobError
from app.jobs.values import MOST_UPLOAD

if TYPE_CHECKING:
    from starlette.types import Receive, Send
    from starlette.types import Scope as AsgiScope

    from app.access import App
    from app.api.media.room import MediaRoom
    from app.api.rooms import Rooms
    from app.api.v1.auth import Auth

FORM_ROOM: Final = 64 * 1024
"""Bytes that a form may have beside its file."""
_ONE: Final = "/v1/media/{trace_id}"


class MediaAccept(MediaHandler):
    """`POST /v1/media`: the check is on disk once there is an answer."""

    async def __call__(self, scope: "AsgiScope", receive: "Receive") -> bytes | Said:
        """Accept one check.

        Raises:
            ProblemError: whatever the caller has to mend or wait for.
        """
        app, room = await self.enter(scope)
        order = self._read(scope, await _body(room, receive), room)
        take(self.rooms, app, MEDIA_PATH, 1)
        accepted = await self._accept(app, room, order)
        state = State.ACCEPTED
        if not accepted.fresh:
            state = await _state(room, accepted.trace_id)
        payload = dumps(
            {
                "trace_id": accepted.trace_id,
                "state": state.value,
                "type": order.media.value,
                "fresh": accepted.fresh,
            }
        )
        return Said(payload, HTTPStatus.ACCEPTED) if accepted.fresh else payload

    def _read(self, scope: "AsgiScope", body: bytes, room: "MediaRoom") -> MediaOrder:
        lists = self.rooms.checker.snapshot.list_names
        kind, key = header(scope, b"content-type"), _key(scope)
        if not is_form(kind, body):
            if len(body) > self.rooms.settings.max_body:
                raise too_large_problem()
            return read_json(body, lists, key)
        order = read_parts(kind, body, lists, key)
        if len(order.file or b"") > _most(room):
            raise problems.too_large(_most(room))
        return order

    async def _accept(
        self, app: "App", room: "MediaRoom", order: MediaOrder
    ) -> Accepted:
        try:
            plan = await native_plan(room, app.appid, order.callback_url)
        except CallbackRefusedError:
            raise problems.callback_refused() from None
        default = app.effective.default_scene or Scene(
            self.rooms.settings.default_scene
        )
        new = NewJob(
            appid=app.appid,
            media=order.media,
            version="native",
            scene=scene_number(order.scene or default),
            url=order.url,
            upload=order.file,
            user=room.hide(order.user_id) if order.user_id else None,
            extra={} if order.lists is None else {"lists": sorted(order.lists)},
            plan=plan,
            idem_key=order.idempotency_key,
            body_hash=await _body_hash(room, order),
        )
        try:
            return await room.intake.accept(new)
        except AcceptError as error:
            raise problems.accept_problem(error) from None


def _most(room: "MediaRoom") -> int:
    """The largest file in bytes, whatever is allowed to be fetched."""
    return min(room.limits.size, MOST_UPLOAD)


def _key(scope: "AsgiScope") -> str | None:
    """The header Idempotency-Key; an empty one is there, and wrong."""
    found = (each for name, each in scope["headers"] if name == b"idempotency-key")
    value = next(found, None)
    return None if value is None else str(value, "latin-1")


async def _body(room: "MediaRoom", receive: "Receive") -> bytes:
    try:
        return await read_body(receive, _most(room) + FORM_ROOM)
    except BodyTooLargeError:
        raise problems.too_large(_most(room), unread=True) from None


async def _body_hash(room: "MediaRoom", order: MediaOrder) -> bytes:
    """What tells requests with one key apart; by an HMAC, so that nothing is told."""
    if order.idempotency_key is None:
        return b""
    digest = None
    if order.file is not None:
        # Some 50 MB take a moment.
        digest = (await asyncio.to_thread(hashlib.sha256, order.file)).hexdigest()
    return room.hide(f"request {order.canonical(digest)}")


async def _state(room: "MediaRoom", trace_id: str) -> State:
    """How far a check is that was accepted before."""
    try:
        return (await room.desk.show(trace_id)).job.state
    except UnknownJobError:  # forgotten just now
        return State.DELIVERED


def media_endpoint(rooms: "Rooms", auth: "Auth") -> NativeEndpoint:
    """The endpoint at `/v1/media` itself."""
    handlers: dict[str, NativeHandler] = {
        "GET": MediaList(rooms, auth),
        "POST": MediaAccept(rooms, auth),
    }
    return NativeEndpoint(rooms, MEDIA_PATH, handlers)


class MediaBelow:
    """Hands what lies below `/v1/media/` to the endpoint of its verb."""

    def __init__(self, rooms: "Rooms", auth: "Auth") -> None:
        show, change = MediaShow(rooms, auth), MediaChange(rooms, auth)
        self._show = NativeEndpoint(rooms, _ONE, {"GET": show})
        self._verbs = {
            verb: NativeEndpoint(rooms, f"{_ONE}:{verb}", {"POST": change})
            for verb in VERBS
        }

    async def __call__(
        self, scope: "AsgiScope", receive: "Receive", send: "Send"
    ) -> None:
        """Answer one request; an unknown verb is a check that there is not."""
        _, verb = split_path(scope["path"])
        await self._verbs.get(verb, self._show)(scope, receive, send)
