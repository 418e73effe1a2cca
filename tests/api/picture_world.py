"""A service whose image room and whose web are told what to say."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

import httpx

from app.access import AppSettings
from app.api.fetch import Fetcher
from app.api.pictures import PictureRoom
from app.api.watch import Watch
from app.domain.observation import Observation
from app.domain.scenes import Scene
from app.image.checker import ImageChecker
from app.image.findings.rules import ImageRules
from app.outbound import Answer, Caps, Fault, GuardedClient, OutboundError
from app.plugins.door import Reading
from app.plugins.meaning import Meaning
from tests.api.fakes import TOKEN, World, make_world
from tests.image.files import png
from tests.image.findings.looks import FakeImages
from tests.image.findings.made import code, lines, matches, scores

IMAGE = "/wxa/img_sec_check"
GAME = "/wxa/game/content_spam/media_check_sync"
NATIVE = "/v1/images:check"
CLEAN, RISKY, REVIEW, BAD = png(10), png(11), png(12), png(13)
URL = "https://example.com/clean.png"
RISKY_URL = "https://example.com/risky.png"
WORD = "办证刻章"
_PORN = Meaning.model_validate(
    {"label": "porn", "classes": ["nude"], "review": 0.4, "risky": 0.8}
)


class FakeWeb:
    """A client for which some addresses exist; it keeps what it was asked.

    At the other ones is `usual`, or nothing at all.
    """

    def __init__(self) -> None:
        self.usual: bytes | None = None
        self.files: dict[str, bytes | OutboundError | Answer] = {
            URL: CLEAN,
            RISKY_URL: RISKY,
        }
        self.asked: list[str] = []

    async def request(
        self, method: str, url: str, *, headers: Mapping[str, str], caps: Caps
    ) -> Answer:
        assert method == "GET"
        assert headers["accept"]
        self.asked.append(url)
        gone = OutboundError(Fault.UNREACHABLE, "no connection to the host")
        said = self.files.get(url, gone if self.usual is None else self.usual)
        if isinstance(said, OutboundError):
            raise said
        return said if isinstance(said, Answer) else Answer(200, {}, said[: caps.body])


@dataclass
class Observer:
    """Keeps what it is shown."""

    wants_all: bool = True
    seen: list[Observation] = field(default_factory=list)
    passes: list[tuple[str, Scene, int]] = field(default_factory=list)

    def saw(self, observation: Observation) -> None:
        self.seen.append(observation)

    def passed(self, appid: str, scene: Scene, count: int) -> None:
        self.passes.append((appid, scene, count))


@dataclass
class Pictures:
    """The service, and those behind it who do as they are told."""

    world: World
    images: FakeImages
    web: FakeWeb
    observer: Observer

    async def send(
        self, data: bytes | None, *, token: str = TOKEN, **sent: Any
    ) -> dict[str, Any]:
        """Call imgSecCheck as wechatpy does, or with `files` or `content`."""
        if data is not None:
            sent = {"files": {"media": ("media", data)}}
        params = {"access_token": token} if token else {}
        answer = await self.world.client.post(IMAGE, params=params, **sent)
        return self.world.read(answer)

    async def game(self, url: Any = URL, **changes: Any) -> dict[str, Any]:
        given = {"version": 2, "scene": 2, "openid": "o1", "media_type": 2}
        return await self.world.post(GAME, {**given, "media_url": url, **changes})

    async def native(self, **sent: Any) -> httpx.Response:
        headers = {"authorization": f"Bearer {TOKEN}", **sent.pop("headers", {})}
        return await self.world.client.post(NATIVE, headers=headers, **sent)

    async def results(self, **sent: Any) -> list[dict[str, Any]]:
        answer = await self.native(**sent)
        assert answer.status_code == 200, answer.text
        shown: list[dict[str, Any]] = answer.json()["results"]
        return shown


def make_pictures(
    app: AppSettings | None = None,
    *,
    absent: Mapping[str, str] | None = None,
    lenient: Mapping[str, Any] | None = None,
    client: GuardedClient | None = None,
    size: int = 10 * 1024 * 1024,
    **given: Any,
) -> Pictures:
    """A service that sees what `CLEAN`, `RISKY`, `REVIEW` and `BAD` are named for.

    The other pictures are clean, too. `client` is a real one for the real web.
    """
    images = FakeImages(lines("今天天气"), matches(), scores(nude=0.05))
    images.sniffs = True
    images.says(RISKY, lines(f"专业{WORD}"), scores(nude=0.05))
    images.says(REVIEW, lines("你这傻瓜"), scores(nude=0.05))
    images.says(BAD, code("https://example.com/x"), scores(nude=0.95))
    rules = ImageRules(labels={"nsfw": (_PORN,)}, lenient=lenient or {})
    checker = ImageChecker(images.real, rules, absent=absent)
    web, observer = FakeWeb(), Observer()
    fetcher = Fetcher(client or cast(GuardedClient, web), size, 20.0)
    room = PictureRoom(checker, fetcher)
    world = make_world(app, pictures=room, watch=Watch((observer,)), **given)
    return Pictures(world, images, web, observer)


def failing(name: str = "ocr") -> Reading:
    return Reading(name, "", error="it ended its worker")
