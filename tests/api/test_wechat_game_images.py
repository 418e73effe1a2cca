"""The mini-game check of a picture by its address."""

import io
import json
from typing import Any

import pytest

from app.access import AppSettings, Window
from app.domain.scenes import Scene
from app.image.errors import BusyError, Fault, PictureError, Trouble, WorkerError
from app.outbound import Answer, GuardedClient, OutboundError
from app.outbound import Fault as WebFault
from app.text.checker import Checker
from tests.api.fakes import APPID, DISABLED, EXPIRED, make_world
from tests.api.picture_world import (
    CLEAN,
    GAME,
    RISKY_URL,
    URL,
    WORD,
    Pictures,
    failing,
    make_pictures,
)
from tests.api.test_fetch import OPEN, moved, reply, site
from tests.api.wechat_helpers import code_of
from tests.image.files import png
from tests.image.findings.made import code, facts, lines, match, matches, scores

KEYWORD = {"strategy": "keyword", "errcode": 0}


@pytest.fixture
def pictures() -> Pictures:
    return make_pictures()


def model(**said: Any) -> dict[str, Any]:
    return {"strategy": "minigame_content_model", "errcode": 0, **said}


# --- answers


async def test_pass(pictures: Pictures) -> None:
    shown = await pictures.game()
    assert shown.pop("trace_id")
    assert shown == {
        "errcode": 0,
        "errmsg": "ok",
        "result": {"suggest": "pass", "label": 100},
        "detail": [model(suggest="pass", label=100, prob=95), KEYWORD],
    }
    assert pictures.web.asked == [URL]
    assert pictures.images.looked == [(CLEAN, APPID)]
    assert pictures.world.quotas.taken == [(GAME, 1)]


async def test_a_hit_names_its_word(pictures: Pictures) -> None:
    shown = await pictures.game(RISKY_URL)
    assert shown["errcode"] == 0
    assert shown["result"] == {"suggest": "risky", "label": 20006}
    hit = {**KEYWORD, "suggest": "risky", "label": 20006, "level": 90, "keyword": WORD}
    assert shown["detail"][1:] == [hit]


async def test_everything_is_in_the_detail(pictures: Pictures) -> None:
    found = lines("你这傻瓜"), code("你好"), matches(match(40)), scores(nude=0.5)
    pictures.images.says(CLEAN, *found)
    shown = await pictures.game()
    assert shown["result"] == {"suggest": "review", "label": 10001}
    assert shown["detail"] == [
        model(suggest="review", label=20002, prob=50),
        {
            **KEYWORD,
            "suggest": "review",
            "label": 20003,
            "level": 50,
            "keyword": "傻瓜",
        },
        {
            **KEYWORD,
            "suggest": "review",
            "label": 10001,
            "level": 60,
            "keyword": "code",
        },
        {
            "strategy": "known_image",
            "errcode": 0,
            "suggest": "review",
            "label": 20006,
            "level": 60,
        },
    ]


async def test_without_a_model_there_is_no_score(pictures: Pictures) -> None:
    pictures.images.says(CLEAN, lines("好"))
    shown = await pictures.game()
    assert shown["detail"][0] == {
        "strategy": "minigame_content_model",
        "errcode": -1,
    }


async def test_strict_apps_read_prob_90_and_settings_hide_levels() -> None:
    pictures = make_pictures(AppSettings(strict=True, send_level=False))
    pictures.images.says(CLEAN, matches(match(0)), lines("你这傻瓜"), scores(nude=0.0))
    shown = await pictures.game()
    assert shown["detail"][0] == model(suggest="pass", label=100, prob=90)
    assert all("level" not in each for each in shown["detail"])


@pytest.mark.parametrize(
    ("review_as", "held", "unsure"),
    [
        ("review", "review", "review"),
        ("pass", "pass", "risky"),
        ("risky", "risky", "risky"),
    ],
)
async def test_review_becomes_what_the_app_wants(
    review_as: Any, held: str, unsure: str
) -> None:
    """But `pass` only if all was looked at, and always a word that the app knows."""
    pictures = make_pictures(AppSettings(review_as=review_as))
    pictures.images.says(CLEAN, lines("你这傻瓜"))
    assert (await pictures.game())["result"]["suggest"] == held
    for readings in ((lines("你这傻瓜"), failing()), (failing(),)):
        pictures.images.says(CLEAN, *readings)
        shown = await pictures.game()
        assert shown["result"]["suggest"] == unsure
        assert shown["result"]["label"] != 100
    pictures.images.says(CLEAN, lines("好"), seen=facts(complete=False))
    assert (await pictures.game())["result"] == {"suggest": unsure, "label": 21000}


# --- requests


@pytest.mark.parametrize("scene", [1, "1"])
async def test_scenes_count(pictures: Pictures, scene: Any) -> None:
    pictures.images.says(CLEAN, lines("铁算盘"))
    assert (await pictures.game())["result"]["suggest"] == "pass"
    assert (await pictures.game(scene=scene))["result"]["suggest"] == "risky"
    assert (await pictures.game(scene=5))["errcode"] == 0


async def test_the_scene_of_the_app_is_the_default() -> None:
    pictures = make_pictures(AppSettings(default_scene=Scene.PROFILE))
    pictures.images.says(CLEAN, lines("铁算盘"))
    for scene in ("", None):
        shown = await pictures.game(scene=scene)
        assert shown["result"]["suggest"] == "risky"


@pytest.mark.parametrize("nothing", [None, ""])
async def test_null_and_empty_mean_absent(pictures: Pictures, nothing: Any) -> None:
    names = ("version", "scene", "openid", "media_type")
    shown = await pictures.game(**dict.fromkeys(names, nothing))
    assert shown["errcode"] == 0
    assert (await pictures.world.post(GAME, {"media_url": URL}))["errcode"] == 0


async def test_numbers_may_be_strings_and_more_may_be_sent(pictures: Pictures) -> None:
    shown = await pictures.game(version="2", scene="2", media_type="2", more=[1])
    assert shown["errcode"] == 0


@pytest.mark.parametrize(
    ("changes", "errcode"),
    [
        ({"url": ""}, 47001),
        ({"url": None}, 47001),
        ({"url": 7}, 47001),
        ({"url": [URL]}, 47001),
        ({"version": 1}, 47001),
        ({"version": "x"}, 47001),
        ({"media_type": 1}, 750034),
        ({"media_type": 3}, 750034),
        ({"media_type": "image"}, 750034),
        ({"media_type": []}, 750034),
        ({"scene": 0}, 40129),
        ({"scene": 6}, 40129),
        ({"scene": "x"}, 40129),
        ({"scene": True}, 40129),
        ({"openid": 7}, 40003),
        ({"openid": "x" * 129}, 40003),
        ({"openid": "a\nb"}, 40003),
        ({"scene": 9, "openid": 7}, 40129),
        ({"media_type": 1, "scene": 9}, 750034),
    ],
)
async def test_wrong_fields(
    pictures: Pictures, changes: dict[str, Any], errcode: int
) -> None:
    assert code_of(await pictures.game(**changes)) == errcode
    assert not pictures.web.asked


async def test_strict_apps_must_name_scene_and_openid() -> None:
    pictures = make_pictures(AppSettings(strict=True))
    assert (await pictures.game())["errcode"] == 0
    for name in ("scene", "openid"):
        assert code_of(await pictures.game(**{name: ""})) == 47001


@pytest.mark.parametrize("body", [b"{", b"[]", b'{"media_url":"\xff"}'])
async def test_bad_bodies_are_47001(pictures: Pictures, body: bytes) -> None:
    assert code_of(await pictures.world.post(GAME, body)) == 47001


async def test_a_picture_is_no_request(pictures: Pictures) -> None:
    params = {"access_token": "token-of-the-first-app"}
    answer = await pictures.world.client.post(
        GAME, params=params, files={"media": ("media", CLEAN)}
    )
    assert code_of(pictures.world.read(answer)) == 47001
    assert code_of(await pictures.world.post(GAME, b"")) == 44002


@pytest.mark.parametrize(
    ("token", "errcode"),
    [("", 41001), ("nonsense", 40001), (EXPIRED, 42001), (DISABLED, 48001)],
)
async def test_tokens(pictures: Pictures, token: str, errcode: int) -> None:
    shown = await pictures.world.post(GAME, {"media_url": URL}, token=token)
    assert code_of(shown) == errcode


@pytest.mark.parametrize(
    ("window", "errcode"), [(Window.MINUTE, 44991), (Window.DAY, 45009)]
)
async def test_quotas(pictures: Pictures, window: Window, errcode: int) -> None:
    pictures.world.quotas.full = window
    assert code_of(await pictures.game()) == errcode
    assert not pictures.web.asked


async def test_images_off_is_48001() -> None:
    assert code_of(await make_world().post(GAME, {"media_url": URL})) == 48001


async def test_not_ready_is_never_pass() -> None:
    pictures = make_pictures(checker=Checker())
    assert code_of(await pictures.game()) == -1
    assert not pictures.web.asked


# --- the picture


@pytest.mark.parametrize("fault", WebFault)
async def test_what_cannot_be_had_is_1008(pictures: Pictures, fault: WebFault) -> None:
    pictures.web.files[URL] = OutboundError(fault, "it cannot be had")
    shown = await pictures.game()
    assert code_of(shown) == -1008
    assert shown["errmsg"].startswith("下载错误,请检查媒体链接是否有效 rid: ")
    pictures.web.files[URL] = Answer(404, {}, b"")
    assert code_of(await pictures.game()) == -1008
    assert not pictures.images.looked


@pytest.mark.parametrize(
    "url", ["x", "http://", "\ud800", "http://[", "http://127.0.0.1/", "file:///a"]
)
async def test_our_own_network_is_closed(url: str) -> None:
    client = GuardedClient()
    pictures = make_pictures(client=client)
    body = json.dumps({"media_url": url}).encode()
    assert code_of(await pictures.world.post(GAME, body)) == -1008
    await client.aclose()


async def test_a_server_on_loopback_when_it_is_opened() -> None:
    client = GuardedClient(rules=OPEN)
    pictures = make_pictures(client=client, size=1000)
    async with site() as web:
        web.answers["/clean.png"] = reply(CLEAN)
        web.answers["/moved"] = moved("/clean.png")
        web.answers["/large"] = reply(CLEAN + bytes(1000))
        web.answers["/zipped"] = reply(CLEAN, "200 OK", "content-encoding: gzip")
        web.answers["/loop"] = moved("/loop")
        for path in ("/clean.png", "/moved"):
            shown = await pictures.game(web.base + path)
            assert shown["result"] == {"suggest": "pass", "label": 100}
        for path in ("/large", "/zipped", "/loop"):
            assert code_of(await pictures.game(web.base + path)) == -1008
    assert code_of(await pictures.game(f"{web.base}/clean.png")) == -1008
    await client.aclose()


@pytest.mark.parametrize(
    ("error", "errcode"),
    [
        (BusyError("too many pictures wait"), -1),
        (PictureError(Fault.NOT_A_PICTURE, "no picture"), 47001),
        (PictureError(Fault.TOO_LARGE, "too many pixels"), 40006),
        (WorkerError(Trouble.TIMEOUT, "it took too long"), 87015),
        (WorkerError(Trouble.UNAVAILABLE, "no worker"), -1),
    ],
)
async def test_what_cannot_be_looked_at(
    pictures: Pictures, error: Exception, errcode: int
) -> None:
    pictures.web.files[URL] = png(99)
    pictures.images.said[png(99)] = error
    assert code_of(await pictures.game()) == errcode


# --- what is told of it


async def test_observers_learn_who_sent_it(pictures: Pictures) -> None:
    await pictures.game(openid="o-somebody", scene=3)
    (told,) = pictures.observer.seen
    assert (told.user_id, told.scene, told.text) == (
        "o-somebody",
        Scene.FORUM,
        "今天天气",
    )
    await pictures.game(openid="")
    assert pictures.observer.seen[1].user_id is None


async def test_nothing_of_a_request_reaches_the_log(
    written: io.StringIO, pictures: Pictures
) -> None:
    url = "https://example.com/SECRET-path"
    pictures.images.says(CLEAN, lines(f"{WORD}SECRET"))
    pictures.web.files[url] = CLEAN
    assert (await pictures.game(url, openid="o-SECRET"))["errcode"] == 0
    await pictures.game(f"{url}-gone", openid="o-SECRET")
    await pictures.game(url, openid="SECRET\n")
    pictures.images.said[CLEAN] = WorkerError(Trouble.CRASHED, "it ended the worker")
    await pictures.game(url, openid="o-SECRET")
    pictures.images.said[CLEAN] = RuntimeError("SECRET")
    await pictures.game(url, openid="o-SECRET")
    said = written.getvalue()
    assert "picture_not_checked" in said
    assert "SECRET" not in said
    assert WORD not in said
