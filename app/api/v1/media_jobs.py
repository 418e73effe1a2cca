"""What an app may ask and do about its checks of media."""

from typing import TYPE_CHECKING, Final

from app.api.jsonio import dumps
from app.api.media.cursor import is_trace_id, write_cursor
from app.api.media.room import MEDIA_PATH
from app.api.v1 import media_problems as problems
from app.api.v1.media_query import read_query
from app.api.v1.media_render import render_job, render_story
from app.jobs import UnknownJobError

if TYPE_CHECKING:
    from starlette.types import Receive
    from starlette.types import Scope as AsgiScope

    from app.access import App
    from app.api.media.room import MediaRoom
    from app.api.rooms import Rooms
    from app.api.v1.auth import Auth
    from app.jobs import JobStory

VERBS: Final = ("cancel", "replay")


class MediaHandler:
    """What all handlers of media do: admit, and find the room."""

    def __init__(self, rooms: "Rooms", auth: "Auth") -> None:
        self.rooms = rooms
        self._auth = auth

    async def enter(self, scope: "AsgiScope") -> "tuple[App, MediaRoom]":
        """Who calls, and the room.

        Raises:
            ProblemError: without credentials, or when no media are taken.
        """
        app = await self._auth.admit(scope)
        if self.rooms.media is None:
            raise problems.media_off()
        return app, self.rooms.media


class MediaList(MediaHandler):
    """`GET /v1/media`."""

    async def __call__(self, scope: "AsgiScope", _receive: "Receive") -> bytes:
        """List checks of the app, newest first.

        Raises:
            ProblemError: 422 for a wrong query.
        """
        app, room = await self.enter(scope)
        wanted = read_query(scope["query_string"], app.appid, room.limits.page)
        page = await room.desk.find(wanted)
        full = len(page) == wanted.limit
        return dumps(
            {
                "items": [render_job(job) for job in page],
                "next": write_cursor(page[-1]) if full else None,
            }
        )


class _OneMedia(MediaHandler):
    """What handlers of one check share."""

    async def _find(self, scope: "AsgiScope") -> "tuple[MediaRoom, JobStory]":
        """The check that the path names, if it is the app's own.

        Raises:
            ProblemError: 404 for any other one.
        """
        app, room = await self.enter(scope)
        trace_id, _ = split_path(scope["path"])
        if not is_trace_id(trace_id):
            raise problems.unknown_check()
        try:
            return room, await room.desk.show(trace_id, appid=app.appid)
        except UnknownJobError:
            raise problems.unknown_check() from None


class MediaShow(_OneMedia):
    """`GET /v1/media/{trace_id}`."""

    async def __call__(self, scope: "AsgiScope", _receive: "Receive") -> bytes:
        """Show one check.

        Raises:
            ProblemError: 404.
        """
        _, story = await self._find(scope)
        return dumps(render_story(story))


class MediaChange(_OneMedia):
    """`POST /v1/media/{trace_id}:cancel` and `:replay`."""

    async def __call__(self, scope: "AsgiScope", _receive: "Receive") -> bytes:
        """Do what the path says, and show the check.

        Raises:
            ProblemError: 404, or 409 when there is nothing to do.
        """
        room, story = await self._find(scope)
        trace_id = story.job.trace_id
        if split_path(scope["path"])[1] == "cancel":
            if not await room.desk.cancel(trace_id):
                raise problems.conflict("The check has its verdict already.")
        elif not await room.desk.replay(trace_id):
            raise problems.conflict(
                "There is no callback to send again: none was asked for, one is under"
                " way, or its content is no longer kept."
            )
        return dumps(render_story(await room.desk.show(trace_id)))


def split_path(path: str) -> tuple[str, str]:
    """The trace_id and the verb of a path below `/v1/media/`; "" for no verb."""
    name = path.removeprefix(f"{MEDIA_PATH}/")
    for verb in VERBS:
        if name.endswith(f":{verb}"):
            return name.removesuffix(f":{verb}"), verb
    return name, ""
