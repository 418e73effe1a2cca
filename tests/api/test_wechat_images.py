"""`/wxa/img_sec_check`: what is read, what is refused, what a verdict becomes."""

import io
import json
from typing import Any, Literal

import pytest
from pydantic import ByteSize

from app.access import AppSettings, Window
from app.api.wechat import images
from app.domain.finding import Finding, Strategy, Suggest
from app.domain.labels import Label
from app.domain.scenes import Scene
from app.image.errors import BusyError, Fault, PictureError, Trouble, WorkerError
from app.text.checker import Checker
from app.text.result import TextResult
from tests.api.fakes import APPID, DISABLED, EXPIRED, TOKEN, make_world
from tests.api.picture_world import (
    BAD,
    CLEAN,
    GAME,
    IMAGE,
    REVIEW,
    RISKY,
    WORD,
    Pictures,
    failing,
    make_pictures,
)
from tests.api.wechat_helpers import Says, code_of
from tests.image.files import png
from tests.image.findings.made import code, facts, lines, match, matches, scores

OK = {"errcode": 0, "errmsg": "ok"}


@pytest.fixture
def pictures() -> Pictures:
    return make_pictures()


# --- verdicts


async def test_pass(pictures: Pictures) -> None:
    assert await pictures.send(CLEAN) == OK
    assert pictures.images.looked == [(CLEAN, APPID)]


@pytest.mark.parametrize("picture", [RISKY, BAD], ids=["words", "model"])
async def test_risky_is_87014(pictures: Pictures, picture: bytes) -> None:
    shown = await pictures.send(picture)
    assert code_of(shown) == 87014
    assert shown["errmsg"].startswith("risky content rid: ")


@pytest.mark.parametrize(
    ("review_as", "code"), [(None, 87014), ("risky", 87014), ("pass", 0)]
)
async def test_review_becomes_what_the_app_wants(
    review_as: str | None, code: int
) -> None:
    given: dict[str, Any] = {"v1_image_review_as": review_as} if review_as else {}
    pictures = make_pictures(AppSettings(**given))
    shown = await pictures.send(REVIEW)
    assert shown == OK if code == 0 else code_of(shown) == code
    assert code_of(await pictures.send(RISKY)) == 87014


async def test_texts_review_setting_is_another_one() -> None:
    pictures = make_pictures(AppSettings(v1_review_as="pass", review_as="pass"))
    assert code_of(await pictures.send(REVIEW)) == 87014


@pytest.mark.parametrize("review_as", ["pass", "risky"])
async def test_unsure_is_87015(review_as: Literal["pass", "risky"]) -> None:
    pictures = make_pictures(AppSettings(v1_image_review_as=review_as))
    pictures.images.says(CLEAN, lines("好"), failing("nsfw"))
    shown = await pictures.send(CLEAN)
    assert code_of(shown) == 87015
    assert shown["errmsg"].startswith("query timeout, try a content with less size")
    pictures.images.says(CLEAN, lines("好"), seen=facts(complete=False))
    assert code_of(await pictures.send(CLEAN)) == 87015
    pictures.images.says(CLEAN, lines(WORD), failing("nsfw"))
    assert code_of(await pictures.send(CLEAN)) == 87014


async def test_a_code_beside_a_failure_never_passes() -> None:
    """Else anybody's code would carry a picture past a classifier that breaks."""
    pictures = make_pictures(AppSettings(v1_image_review_as="pass"))
    pictures.images.says(CLEAN, code("你好"))
    assert await pictures.send(CLEAN) == OK
    pictures.images.says(CLEAN, code("你好"), failing())
    assert code_of(await pictures.send(CLEAN)) == 87015


async def test_what_is_forgiven_passes() -> None:
    pictures = make_pictures(absent={"ocr": "none"}, lenient={"ocr": "absent"})
    assert await pictures.send(CLEAN) == OK
    pictures = make_pictures(absent={"ocr": "none"})
    assert code_of(await pictures.send(CLEAN)) == 87015


async def test_texts_not_read_to_their_end_are_87015() -> None:
    pictures = make_pictures(AppSettings(v1_image_review_as="pass"))
    pictures.world.rooms.checker = Says(TextResult((), "", truncated=True))
    assert code_of(await pictures.send(CLEAN)) == 87015
    review = Finding(Strategy.KEYWORD, Label.ADS, Suggest.REVIEW, level=50, term="x")
    pictures.world.rooms.checker = Says(TextResult((review,), "", truncated=True))
    assert code_of(await pictures.send(CLEAN)) == 87015


async def test_the_scene_is_the_one_of_the_app() -> None:
    pictures = make_pictures(AppSettings(default_scene=Scene.PROFILE))
    pictures.images.says(CLEAN, lines("铁算盘"))
    assert code_of(await pictures.send(CLEAN)) == 87014
    other = make_pictures()
    other.images.says(CLEAN, lines("铁算盘"))
    assert await other.send(CLEAN) == OK


# --- bodies


@pytest.mark.parametrize(
    "files",
    [
        {"media": ("image.png", RISKY, "image/png")},
        {"media": ("1732530000123.tmp", RISKY)},
        {"media": ("/home/我/图片/a.jpg", RISKY, "text/html")},
        {"media": ("", RISKY)},
        {"file": ("a.png", RISKY)},
        [("note", (None, b"hello")), ("media", ("media", RISKY))],
        [("other", ("other", CLEAN)), ("media", ("media", RISKY))],
        [("media", ("media", b"")), ("upload", ("a", RISKY))],
        [("media", (None, RISKY))],
    ],
)
async def test_forms_of_real_clients(pictures: Pictures, files: Any) -> None:
    assert code_of(await pictures.send(None, files=files)) == 87014
    assert [picture for picture, _ in pictures.images.looked] == [RISKY]


@pytest.mark.parametrize("kind", [None, "image/png", "application/octet-stream"])
async def test_the_body_may_be_the_picture(
    pictures: Pictures, kind: str | None
) -> None:
    headers = {"content-type": kind} if kind else {}
    shown = await pictures.send(None, content=RISKY, headers=headers)
    assert code_of(shown) == 87014


async def test_a_form_whose_type_was_lost(pictures: Pictures) -> None:
    head = b'--x1\r\nContent-Disposition: form-data; name="media"; filename="media"'
    body = head + b"\r\n\r\n" + RISKY + b"\r\n--x1--\r\n"
    for kind in ("application/json", "multipart/form-data", ""):
        headers = {"content-type": kind}
        shown = await pictures.send(None, content=body, headers=headers)
        assert code_of(shown) == 87014


@pytest.mark.parametrize(
    "files",
    [
        {"media": ("media", b"")},
        {"note": (None, b"hello")},
        {"media": (None, b"@/path/of/a.jpg")},
        {"media": (None, b"aGVsbG8=")},
    ],
)
async def test_a_form_without_a_file_is_41005(pictures: Pictures, files: Any) -> None:
    shown = await pictures.send(None, files=files)
    assert code_of(shown) == 41005
    assert shown["errmsg"].startswith("media data missing rid: ")
    assert not pictures.images.looked


@pytest.mark.parametrize(
    ("body", "kind", "errcode"),
    [
        (b"", None, 44002),
        (b"", "multipart/form-data; boundary=x", 44002),
        (b'{"media":"x"}', "application/json", 47001),
        (b'{"media":"x"}', "multipart/form-data; boundary=x", 47001),
        (b"media=x", "application/x-www-form-urlencoded", 47001),
        (b"--x\r\n", "multipart/form-data; boundary=x", 47001),
        (b"II*\0 a TIFF", "image/tiff", 47001),
        (b"<svg/>", "image/svg+xml", 47001),
        (b"hello", "text/plain", 47001),
        (bytes(100), None, 47001),
    ],
)
async def test_other_bodies(
    pictures: Pictures, body: bytes, kind: str | None, errcode: int
) -> None:
    headers = {"content-type": kind} if kind else {}
    shown = await pictures.send(None, content=body, headers=headers)
    assert code_of(shown) == errcode
    assert not pictures.images.looked


async def test_half_a_form_is_47001(pictures: Pictures) -> None:
    request = pictures.world.client.build_request(
        "POST", IMAGE, files={"media": ("media", RISKY)}
    )
    body = request.read()
    shown = await pictures.send(None, content=body[:-40], headers=request.headers)
    assert code_of(shown) == 47001


async def test_a_form_of_too_many_parts_is_47001(pictures: Pictures) -> None:
    files = [("media", ("media", CLEAN))] * 201
    assert code_of(await pictures.send(None, files=files)) == 47001


# --- sizes


async def test_strict_is_one_mebibyte() -> None:
    size = 1024 * 1024
    full = CLEAN + bytes(size - len(CLEAN))
    strict = make_pictures(AppSettings(strict=True))
    assert await strict.send(full) == OK
    shown = await strict.send(full + b"x")
    assert code_of(shown) == 40006
    assert shown["errmsg"].startswith("invalid media size")
    assert await make_pictures().send(full + b"x") == OK
    small = make_pictures(AppSettings(max_image=ByteSize(1000)))
    assert code_of(await small.send(CLEAN + bytes(1000))) == 40006


@pytest.mark.parametrize("chunked", [True, False])
async def test_a_body_over_the_limit_is_40006(chunked: bool) -> None:
    pictures = make_pictures(image={"max_size": 1000})
    body = CLEAN + bytes(70_000)

    async def pieces() -> Any:
        for start in range(0, len(body), 9000):
            yield body[start : start + 9000]

    shown = await pictures.send(None, content=pieces() if chunked else body)
    assert code_of(shown) == 40006
    assert not pictures.images.looked


# --- the order of refusals


@pytest.mark.parametrize("path", [IMAGE, GAME])
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "OPTIONS", "PATCH"])
async def test_other_methods_are_43002(
    pictures: Pictures, path: str, method: str
) -> None:
    answer = await pictures.world.client.request(
        method, path, params={"access_token": TOKEN}
    )
    assert code_of(pictures.world.read(answer)) == 43002


@pytest.mark.parametrize(
    ("token", "errcode"),
    [("", 41001), ("nonsense", 40001), (EXPIRED, 42001), (DISABLED, 48001)],
)
async def test_tokens(pictures: Pictures, token: str, errcode: int) -> None:
    assert code_of(await pictures.send(CLEAN, token=token)) == errcode
    assert not pictures.images.looked
    assert not pictures.world.quotas.taken


@pytest.mark.parametrize(
    ("window", "errcode"), [(Window.MINUTE, 44991), (Window.DAY, 45009)]
)
async def test_quotas(pictures: Pictures, window: Window, errcode: int) -> None:
    await pictures.send(CLEAN)
    assert pictures.world.quotas.taken == [(IMAGE, 1)]
    pictures.world.quotas.full = window
    assert code_of(await pictures.send(CLEAN)) == errcode
    assert len(pictures.images.looked) == 1


async def test_images_off_is_48001() -> None:
    world = make_world()
    answer = await world.client.post(
        IMAGE, params={"access_token": TOKEN}, files={"media": CLEAN}
    )
    assert code_of(world.read(answer)) == 48001


async def test_not_ready_is_never_pass() -> None:
    pictures = make_pictures(checker=Checker())
    assert code_of(await pictures.send(CLEAN)) == -1
    assert not pictures.images.looked


# --- trouble


@pytest.mark.parametrize(
    ("error", "errcode"),
    [
        (BusyError("too many pictures wait"), -1),
        (PictureError(Fault.NOT_A_PICTURE, "the file is not a picture"), 47001),
        (PictureError(Fault.UNSUPPORTED, "TIFF files are not supported"), 47001),
        (PictureError(Fault.DAMAGED, "nothing can be decoded"), 47001),
        (PictureError(Fault.TOO_LARGE, "too many pixels"), 40006),
        (WorkerError(Trouble.CRASHED, "it ended the worker"), 87015),
        (WorkerError(Trouble.TIMEOUT, "it took too long"), 87015),
        (WorkerError(Trouble.MEMORY, "it needed too much memory"), 87015),
        (WorkerError(Trouble.UNAVAILABLE, "no worker"), -1),
        (RuntimeError("secret-detail"), -1),
    ],
)
async def test_what_cannot_be_looked_at(
    pictures: Pictures, written: io.StringIO, error: Exception, errcode: int
) -> None:
    pictures.images.usual = error
    assert code_of(await pictures.send(png(99))) == errcode
    told = [json.loads(each) for each in written.getvalue().splitlines()]
    ours = [each for each in told if each["event"] == "picture_not_checked"]
    assert len(ours) == isinstance(error, WorkerError)
    assert not pictures.world.rooms.metrics.pictures
    assert not pictures.observer.seen
    assert "secret-detail" not in written.getvalue()


def test_every_fault_and_trouble_has_a_code() -> None:
    assert set(images._OF_FAULT) == set(Fault)
    assert set(images._OF_TROUBLE) == set(Trouble)


# --- what is told of it


async def test_observers_are_told_of_each_text_once() -> None:
    pictures = make_pictures()
    page = lines(f"专业{WORD}", "当天取")
    pictures.images.says(CLEAN, page, page, code("加群"), code("加群"))
    await pictures.send(CLEAN)
    told = [(each.text, each.verdict.suggest) for each in pictures.observer.seen]
    assert told == [
        (f"专业{WORD}当天取", Suggest.RISKY),
        ("加群", Suggest.PASS),
    ]
    assert {each.appid for each in pictures.observer.seen} == {APPID}
    assert {each.user_id for each in pictures.observer.seen} == {None}
    assert {each.scene for each in pictures.observer.seen} == {Scene.COMMENT}


async def test_observers_that_want_findings_only() -> None:
    pictures = make_pictures()
    pictures.observer.wants_all = False
    await pictures.send(CLEAN)
    assert pictures.observer.seen == []
    assert pictures.observer.passes == [(APPID, Scene.COMMENT, 1)]


async def test_verdicts_are_counted(pictures: Pictures) -> None:
    for picture in (CLEAN, CLEAN, RISKY, REVIEW):
        await pictures.send(picture)
    assert pictures.world.rooms.metrics.pictures == {
        (IMAGE, "pass", 100): 2,
        (IMAGE, "risky", 20006): 1,
        (IMAGE, "review", 20003): 1,
    }
    assert not pictures.world.rooms.metrics.verdicts


async def test_nothing_of_a_picture_reaches_the_log(
    written: io.StringIO, pictures: Pictures
) -> None:
    pictures.images.says(RISKY, lines(WORD), code("https://evil.example/SECRET"))
    for files in (
        {"media": ("SECRET-name.png", RISKY)},
        {"media": ("SECRET-name.png", b"SECRET-data")},
        {"SECRET-field": (None, b"SECRET-value")},
    ):
        await pictures.send(None, files=files)
    body = b'--x\r\nContent-Disposition: form-data; name="SECRET"\nSECRET'
    kind = {"content-type": "multipart/form-data; boundary=SECRET"}
    await pictures.send(None, content=body, headers=kind)
    pictures.images.usual = WorkerError(Trouble.CRASHED, "it ended the worker")
    await pictures.send(None, files={"media": ("SECRET-name.png", CLEAN)})
    said = written.getvalue()
    assert "picture_not_checked" in said
    assert "SECRET" not in said
    assert WORD not in said
    assert TOKEN not in said


async def test_an_allowed_picture_with_words_is_risky(pictures: Pictures) -> None:
    allowed = matches(match(0, exempt=True))
    pictures.images.says(CLEAN, allowed, scores(nude=1.0))
    assert await pictures.send(CLEAN) == OK
    pictures.images.says(CLEAN, allowed, lines(WORD))
    assert code_of(await pictures.send(CLEAN)) == 87014
