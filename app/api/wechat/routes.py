"""Which compatible endpoints there are."""

from time import perf_counter
from typing import TYPE_CHECKING

from app.api.http import reply
from app.api.media.room import ASYNC_PATH
from app.api.wechat import account, errors, images, media, text, tokens
from app.api.wechat.endpoint import Body, Endpoint, error_reply

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

    from app.api.rooms import Rooms

PREFIXES = ("/wxa", "/cgi-bin")
"""Addresses below these belong to WeChat's API, known or not."""


def wechat_routes(rooms: "Rooms") -> dict[str, Endpoint]:
    """Return every compatible endpoint by its path."""
    largest = int(rooms.settings.image.max_size) + images.FORM_ROOM
    picture = Body(images.read_picture, largest, errors.BAD_MEDIA_SIZE)
    made = [
        Endpoint(rooms, text.TEXT_PATH, text.check_text),
        Endpoint(rooms, text.GAME_PATH, text.check_game_text),
        Endpoint(rooms, images.IMAGE_PATH, images.check_image, body=picture),
        Endpoint(rooms, images.GAME_IMAGE_PATH, images.check_game_image),
        Endpoint(rooms, ASYNC_PATH, media.check_media),
        Endpoint(rooms, tokens.TOKEN_PATH, tokens.token, method="GET", token=False),
        Endpoint(rooms, tokens.STABLE_TOKEN_PATH, tokens.stable_token, token=False),
        Endpoint(rooms, account.CLEAR_QUOTA_PATH, account.clear_quota, counted=False),
        Endpoint(
            rooms, account.CLEAR_QUOTA_V2_PATH, account.clear_quota_v2, token=False
        ),
        Endpoint(rooms, account.QUOTA_GET_PATH, account.quota_get, counted=False),
        Endpoint(rooms, account.RID_GET_PATH, account.rid_get, counted=False),
    ]
    return {endpoint.path: endpoint for endpoint in made}


class UnknownPath:
    """What answers below WeChat's prefixes where there is no endpoint."""

    def __init__(self, rooms: "Rooms") -> None:
        self._rooms = rooms

    async def __call__(
        self, _scope: "Scope", _receive: "Receive", send: "Send"
    ) -> None:
        """Answer in WeChat's shape, which its clients can at least read."""
        started = perf_counter()
        payload = error_reply(errors.BAD_URL, self._rooms.rids.new())
        await reply(send, 200, payload)
        self._rooms.answered("unknown", errors.BAD_URL, started)
