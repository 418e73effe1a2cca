"""The front door: a dictionary of raw endpoints before the FastAPI application."""

from typing import TYPE_CHECKING

from app.api.health import health_routes
from app.api.media.room import MEDIA_PATH
from app.api.v1 import images, texts
from app.api.v1.auth import Auth
from app.api.v1.endpoint import NativeEndpoint
from app.api.v1.media import MediaBelow, media_endpoint
from app.api.wechat.routes import PREFIXES, UnknownPath, wechat_routes

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

    from app.api.rooms import Rooms


class Edge:
    """The ASGI application of the service.

    Before `open` it only forwards to `rest`, whose lifespan calls `open`.
    """

    def __init__(self, rest: "ASGIApp") -> None:
        self._rest = rest
        self._routes: dict[str, ASGIApp] = {}
        self._below: dict[str, ASGIApp] = {}
        self._unknown: ASGIApp = rest

    def open(self, rooms: "Rooms") -> None:
        """Serve from these rooms from now on."""
        auth = Auth(rooms)
        native = texts.TextsCheck(rooms, auth)
        pictures = images.ImagesCheck(rooms, auth)
        self._routes = {
            **wechat_routes(rooms),
            texts.PATH: NativeEndpoint(rooms, texts.PATH, {"POST": native}),
            images.PATH: NativeEndpoint(rooms, images.PATH, {"POST": pictures}),
            MEDIA_PATH: media_endpoint(rooms, auth),
            **health_routes(rooms),
        }
        self._below = {f"{MEDIA_PATH}/": MediaBelow(rooms, auth)}
        self._unknown = UnknownPath(rooms)

    async def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        """Hand the request to its endpoint."""
        if scope["type"] != "http":
            await self._rest(scope, receive, send)
            return
        endpoint = self._routes.get(scope["path"]) or self._find(scope["path"])
        await endpoint(scope, receive, send)

    def _find(self, path: str) -> "ASGIApp":
        """Find what stands below a path, or what an odd one means.

        SDKs join slashes carelessly.
        """
        for prefix, below in self._below.items():
            if path.startswith(prefix):
                return below
        plain = "/" + "/".join(part for part in path.split("/") if part)
        if plain.startswith(tuple(f"{prefix}/" for prefix in PREFIXES)):
            return self._routes.get(plain, self._unknown)
        return self._unknown if plain in PREFIXES else self._rest
