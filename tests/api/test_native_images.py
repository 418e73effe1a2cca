"""`POST /v1/images:check`."""

import asyncio
import io
import json
from typing import Any

import httpx
import pytest

from app.access import AppSettings, Window
from app.api.forms import MOST_PARTS
from app.api.v1.image_schemas import ImagesAnswer
from app.api.v1.images import AT_ONCE
from app.domain.entry import Entry
from app.domain.finding import Suggest
from app.domain.labels import Label
from app.domain.scenes import Scene
from app.image.errors import BusyError, Fault, PictureError, Trouble, WorkerError
from app.image.look import Look
from app.outbound import GuardedClient
from app.plugins.door import HashRegion, Reading
from app.text.checker import Checker
from app.text.compiling import compile_snapshot
from app.text.result import TextResult
from tests.api.fakes import APPID, SECRET, TOKEN, make_world
from tests.api.picture_world import (
    BAD,
    CLEAN,
    NATIVE,
    REVIEW,
    RISKY,
    RISKY_URL,
    URL,
    WORD,
    Pictures,
    failing,
    make_pictures,
)
from tests.api.test_fetch import OPEN, reply, site
from tests.api.wechat_helpers import Says
from tests.image.files import png
from tests.image.findings.made import (
    DIGEST,
    code,
    facts,
    lines,
    match,
    matches,
    scores,
)

GONE = "https://example.com/gone.png"


@pytest.fixture
def pictures() -> Pictures:
    return make_pictures()


def file(data: bytes = CLEAN, name: str = "a.png") -> tuple[str, tuple[str, bytes]]:
    return "file", (name, data)


def problem(answer: httpx.Response, status: int, kind: str) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    shown: dict[str, Any] = answer.json()
    assert shown["type"] == f"urn:seccheck:problem:{kind}"
    assert shown["status"] == status
    assert set(shown) >= {"type", "title", "status", "detail", "trace_id"}
    assert shown["detail"].endswith(".")
    return shown


async def wrong(pictures: Pictures, **sent: Any) -> list[str]:
    """The pointers of what is wrong with a request."""
    shown = problem(await pictures.native(**sent), 422, "invalid-request")
    assert not pictures.images.looked
    assert not pictures.web.asked
    assert not pictures.world.quotas.taken
    return [each["pointer"] for each in shown["errors"]]


# --- answers


async def test_one_file(pictures: Pictures) -> None:
    answer = await pictures.native(files=[file()])
    assert answer.status_code == 200
    shown = answer.json()
    assert shown["lexicon_version"] == "7"
    (result,) = shown["results"]
    assert result.pop("trace_id")
    assert result == {
        "suggest": "pass",
        "label": "normal",
        "label_code": 100,
        "findings": [],
        "picture": {
            "width": 300,
            "height": 200,
            "format": "png",
            "frames": 1,
            "frames_checked": 1,
            "complete": True,
        },
        "models": {"ocr": "reader-1", "known": "pdq-1", "nsfw": "model-1"},
        "not_run": [],
    }
    assert pictures.images.looked == [(CLEAN, APPID)]
    assert pictures.world.quotas.taken == [(NATIVE, 1)]


async def test_a_word_is_told_with_its_place(pictures: Pictures) -> None:
    (result,) = await pictures.results(files=[file(RISKY)])
    (finding,) = result["findings"]
    assert (result["suggest"], result["label"]) == ("risky", "crime")
    assert finding["text"][finding["start"] : finding["end"]] == WORD
    assert finding["strategy"] == "ocr"
    assert finding["boxes"] == [{"left": 10, "top": 0, "width": 200, "height": 30}]
    assert (finding["classifier"], finding["model"]) == ("ocr", "reader-1")
    assert finding["frame"] == 0


async def test_codes_known_pictures_and_scores(pictures: Pictures) -> None:
    found = code("你好", frame=2), matches(match(3, frame=1)), scores(nude=0.5)
    pictures.images.says(CLEAN, *found, seen=facts(frame_count=9, shown=3))
    (result,) = await pictures.results(files=[file()])
    qr, known, model = result["findings"]
    assert (qr["strategy"], qr["code"], qr["text"]) == ("qrcode", "QRCode", "你好")
    assert (qr["term"], qr["frame"]) == ("code", 2)
    assert (known["strategy"], known["hash"]) == ("known_image", DIGEST.hex())
    assert (known["distance"], known["transform"]) == (3, "original")
    assert (known["wordlist"], known["suggest"]) == ("leaked", "risky")
    assert (model["strategy"], model["prob"]) == ("image_model", 50)
    assert model["classes"] == {"nude": 0.5}
    assert result["picture"]["frames_checked"] == 3


async def test_explain_adds_all_that_was_read(pictures: Pictures) -> None:
    pictures.images.says(CLEAN, lines("今天"), code("你好"), failing("nsfw"))
    asked: list[dict[str, Any]] = [
        {"files": [file()], "data": {"explain": "true"}},
        {"files": [file()], "data": {"explain": "1"}},
        {"json": {"urls": [URL], "explain": True}},
    ]
    for sent in asked:
        (result,) = await pictures.results(**sent)
        text, codes, failed = result["readings"]
        assert text["texts"][0]["text"] == "今天"
        assert codes["codes"][0]["code"] == "QRCode"
        assert failed["error"] == "it ended its worker"
        assert {each["classifier"] for each in result["readings"]} == {
            "ocr",
            "codes",
            "nsfw",
        }
    unasked: list[dict[str, Any]] = [
        {"files": [file()], "data": {"explain": "false"}},
        {"files": [file()], "data": {"explain": ""}},
        {"json": {"urls": [URL], "explain": None}},
    ]
    for sent in unasked:
        (result,) = await pictures.results(**sent)
        assert "readings" not in result


async def test_what_did_not_look_is_named() -> None:
    pictures = make_pictures(absent={"ocr": "needs the extra"}, lenient={})
    (result,) = await pictures.results(files=[file()])
    assert (result["suggest"], result["label"]) == ("review", "other")
    told = {"classifier": "ocr", "reason": "needs the extra", "forgiven": False}
    assert result["not_run"] == [told]
    pictures = make_pictures(absent={"ocr": "x"}, lenient={"ocr": "absent"})
    (result,) = await pictures.results(files=[file()])
    assert result["suggest"] == "pass"
    assert result["not_run"][0]["forgiven"]


async def test_review_stays_review_whatever_the_app_wants() -> None:
    pictures = make_pictures(AppSettings(review_as="pass", v1_image_review_as="pass"))
    (result,) = await pictures.results(files=[file(REVIEW)])
    assert result["suggest"] == "review"


async def test_what_was_cut_short_is_told(pictures: Pictures) -> None:
    pictures.world.rooms.checker = Says(TextResult((), "", truncated=True))
    (result,) = await pictures.results(files=[file()])
    assert result["truncated"] is True
    assert result["suggest"] == "review"


async def test_answers_have_the_shape_that_is_documented(pictures: Pictures) -> None:
    pictures.images.says(
        CLEAN,
        lines(WORD, "你这傻瓜"),
        code("你好"),
        matches(match(3)),
        scores(nude=0.5),
        failing("other"),
        Reading("known", "pdq-1", hashes=(HashRegion("pdq", DIGEST, 80, "mirrored"),)),
        seen=facts(complete=False),
    )
    pictures.images.said[BAD] = BusyError("full")
    answer = await pictures.native(
        files=[file(), file(RISKY), file(BAD)], data={"explain": "true"}
    )
    shown = answer.json()
    read = ImagesAnswer.model_validate(shown)
    assert read.model_dump(mode="json", exclude_unset=True) == shown


# --- several


async def test_files_and_addresses_keep_their_order(pictures: Pictures) -> None:
    sent = [CLEAN, RISKY, REVIEW, BAD, CLEAN, RISKY]
    results = await pictures.results(files=[file(each) for each in sent])
    says = ["pass", "risky", "review", "risky", "pass", "risky"]
    assert [each["suggest"] for each in results] == says
    assert len({each["trace_id"] for each in results}) == 6
    assert pictures.world.quotas.taken == [(NATIVE, 6)]
    urls = [RISKY_URL, URL, RISKY_URL]
    results = await pictures.results(json={"urls": urls})
    assert [each["suggest"] for each in results] == ["risky", "pass", "risky"]


async def test_one_that_is_broken_does_not_spoil_the_others(pictures: Pictures) -> None:
    broken = png(77)
    pictures.images.said[broken] = PictureError(Fault.DAMAGED, "it is damaged")
    results = await pictures.results(files=[file(), file(broken), file(RISKY)])
    assert [each.get("suggest") for each in results] == ["pass", None, "risky"]
    told = results[1]["problem"]
    assert told["type"] == "urn:seccheck:problem:picture-damaged"
    assert (told["status"], told["detail"]) == (422, "It is damaged.")
    assert told["trace_id"] == results[1]["trace_id"]
    results = await pictures.results(json={"urls": [GONE, RISKY_URL]})
    assert results[0]["problem"]["type"].endswith(":picture-not-fetched")
    assert results[1]["suggest"] == "risky"


async def test_a_few_are_looked_at_together(pictures: Pictures) -> None:
    usual, now, most = pictures.images.look, 0, 0

    async def look(data: bytes, *, caller: str = "") -> Look:
        nonlocal now, most
        now += 1
        most = max(most, now)
        await asyncio.sleep(0)
        now -= 1
        return await usual(data, caller=caller)

    pictures.images.look = look  # type: ignore[method-assign]
    assert len(await pictures.results(files=[file()] * 16)) == 16
    assert most == AT_ONCE


async def test_the_same_picture_twice_is_two_results(pictures: Pictures) -> None:
    results = await pictures.results(files=[file(RISKY), file(RISKY)])
    assert [each["suggest"] for each in results] == ["risky", "risky"]
    assert results[0]["trace_id"] != results[1]["trace_id"]


# --- requests


@pytest.mark.parametrize("name", ["file", "picture", "scene", "file[]"])
async def test_any_part_with_a_file_name_is_a_picture(
    pictures: Pictures, name: str
) -> None:
    (result,) = await pictures.results(files=[(name, ("x", RISKY))])
    assert result["suggest"] == "risky"


async def test_a_file_needs_no_file_name(pictures: Pictures) -> None:
    (result,) = await pictures.results(files=[("file", (None, RISKY))])
    assert result["suggest"] == "risky"


@pytest.mark.parametrize("scene", ["profile", "PROFILE", "1", 1])
async def test_scenes_by_name_and_number(pictures: Pictures, scene: Any) -> None:
    pictures.images.says(CLEAN, lines("铁算盘"))
    (result,) = await pictures.results(json={"urls": [URL], "scene": scene})
    assert result["suggest"] == "risky"
    (result,) = await pictures.results(files=[file()], data={"scene": str(scene)})
    assert result["suggest"] == "risky"


@pytest.mark.parametrize("scene", ["search", "comment", "2", "", None])
async def test_other_scenes(pictures: Pictures, scene: Any) -> None:
    pictures.images.says(CLEAN, lines("铁算盘"))
    (result,) = await pictures.results(json={"urls": [URL], "scene": scene})
    assert result["suggest"] == ("risky" if scene == "search" else "pass")


async def test_the_scene_of_the_app_is_the_default() -> None:
    pictures = make_pictures(AppSettings(default_scene=Scene.PROFILE))
    pictures.images.says(CLEAN, lines("铁算盘"))
    assert (await pictures.results(files=[file()]))[0]["suggest"] == "risky"


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ([], [""]),
        ("x", [""]),
        (None, [""]),
        ({}, ["/urls"]),
        ({"urls": None}, ["/urls"]),
        ({"urls": URL}, ["/urls"]),
        ({"urls": []}, ["/urls"]),
        ({"urls": [URL] * 17}, ["/urls"]),
        (
            {"urls": [URL, 7, "x", "ftp://example.com/a"]},
            ["/urls/1", "/urls/2", "/urls/3"],
        ),
        ({"urls": ["http://" + "a" * 2048]}, ["/urls/0"]),
        ({"urls": [" http://example.com/a"]}, ["/urls/0"]),
        ({"urls": ["http:example.com"]}, ["/urls/0"]),
        ({"urls": [URL], "url": URL}, [""]),
        ({"urls": [URL], "scene": "nowhere"}, ["/scene"]),
        ({"urls": [URL], "scene": 6}, ["/scene"]),
        ({"urls": [URL], "scene": True}, ["/scene"]),
        ({"urls": [URL], "scene": 2.0}, ["/scene"]),
        ({"urls": [URL], "scene": ["chat"]}, ["/scene"]),
        ({"urls": [URL], "user_id": 7}, ["/user_id"]),
        ({"urls": [URL], "user_id": "x" * 257}, ["/user_id"]),
        ({"urls": [URL], "lists": "crime"}, ["/lists"]),
        ({"urls": [URL], "lists": ["nosuch"]}, ["/lists/0"]),
        ({"urls": [URL], "lists": [{}]}, ["/lists/0"]),
        ({"urls": [URL], "lists": ["default"] * 101}, ["/lists"]),
        ({"urls": [URL], "explain": "true"}, ["/explain"]),
        ({"urls": [URL], "explain": 1}, ["/explain"]),
        (
            {"urls": [7], "scene": "x", "user_id": 7, "lists": 7, "explain": 7, "z": 7},
            ["", "/urls/0", "/scene", "/user_id", "/lists", "/explain"],
        ),
    ],
)
async def test_wrong_fields_in_json(
    pictures: Pictures, body: Any, pointers: list[str]
) -> None:
    assert await wrong(pictures, content=json.dumps(body).encode()) == pointers


@pytest.mark.parametrize(
    ("files", "data", "pointers"),
    [
        ([], {"scene": "chat"}, ["/file"]),
        ([file()] * 17, {}, ["/file"]),
        ([file()], {"scene": "nowhere"}, ["/scene"]),
        ([file()], {"user_id": "x" * 257}, ["/user_id"]),
        ([file()], {"lists": "nosuch"}, ["/lists/0"]),
        ([file()], {"explain": "yes"}, ["/explain"]),
        ([file()], {"urls": URL}, [""]),
        ([file()], {"other": "x", "scene": "x"}, ["", "/scene"]),
    ],
)
async def test_wrong_fields_in_forms(
    pictures: Pictures, files: Any, data: dict[str, str], pointers: list[str]
) -> None:
    fields = [(name, (None, value.encode())) for name, value in data.items()]
    assert await wrong(pictures, files=[*files, *fields]) == pointers


async def test_fields_must_be_utf_8(pictures: Pictures) -> None:
    fields = [file(), ("user_id", (None, b"\xff"))]
    assert await wrong(pictures, files=fields) == ["/user_id"]


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", CLEAN, b"a=b", b"[" * 99_999])
async def test_neither_form_nor_json(pictures: Pictures, body: bytes) -> None:
    shown = problem(await pictures.native(content=body), 400, "bad-json")
    assert "file" in shown["detail"]


async def test_broken_forms(pictures: Pictures) -> None:
    kind = {"content-type": "multipart/form-data; boundary=x"}
    for body, says in (
        (b"nonsense", "not well-formed"),
        (
            b'--x\r\nContent-Disposition: form-data; name="file"\r\n\r\nabc',
            "ends early",
        ),
    ):
        answer = await pictures.native(content=body, headers=kind)
        assert says in problem(answer, 400, "bad-form")["detail"]
    fields = [("scene", (None, b"chat"))] * (MOST_PARTS + 1)
    shown = problem(await pictures.native(files=fields), 400, "bad-form")
    assert "200 parts" in shown["detail"]


async def test_limits_are_settings() -> None:
    pictures = make_pictures(image={"max_files": 2, "max_body": 5000})
    assert len(await pictures.results(files=[file(), file()])) == 2
    answer = await pictures.native(files=[file()] * 3)
    shown = problem(answer, 422, "invalid-request")
    assert shown["errors"] == [
        {"pointer": "/file", "detail": "must be 1 to 2 pictures"}
    ]
    answer = await pictures.native(json={"urls": [URL] * 3})
    problem(answer, 422, "invalid-request")
    answer = await pictures.native(files=[file(CLEAN + bytes(5000))])
    problem(answer, 413, "body-too-large")
    assert answer.headers["connection"] == "close"


# --- wordlists


async def test_lists_choose_what_is_asked() -> None:
    known = "crime"
    entries = (
        Entry(WORD, Label.CRIME, 90, list_name=known),
        Entry("傻瓜", Label.ABUSE, 90, list_name="abuse"),
    )
    pictures = make_pictures(checker=Checker(compile_snapshot(entries, version="1")))
    for sent in (
        {"json": {"urls": [RISKY_URL], "lists": [known]}},
        {"files": [file(RISKY)], "data": {"lists": f" {known} ,{known}"}},
    ):
        assert (await pictures.results(**sent))[0]["suggest"] == "risky"
    assert {each.lists for each in pictures.observer.seen} == {frozenset({known})}
    for lists in (["abuse"], []):
        (result,) = await pictures.results(json={"urls": [RISKY_URL], "lists": lists})
        assert result["suggest"] == "pass"


@pytest.mark.parametrize("lists", ["", " ", ","])
async def test_an_empty_field_means_every_list(lists: str) -> None:
    """As an empty scene means the app's; a form cannot say `null`."""
    entries = (Entry(WORD, Label.CRIME, 90, list_name="crime"),)
    pictures = make_pictures(checker=Checker(compile_snapshot(entries, version="1")))
    sent = {"files": [file(RISKY)], "data": {"lists": lists}}
    assert (await pictures.results(**sent))[0]["suggest"] == "risky"


# --- refusals


async def test_credentials(pictures: Pictures) -> None:
    client = pictures.world.client
    answer = await client.post(NATIVE, files=[file()])
    problem(answer, 401, "unauthorized")
    answer = await client.post(NATIVE, files=[file()], auth=(APPID, SECRET))
    assert answer.status_code == 200
    answer = await client.get(NATIVE, headers={"authorization": f"Bearer {TOKEN}"})
    problem(answer, 405, "method-not-allowed")


@pytest.mark.parametrize("window", [Window.MINUTE, Window.DAY])
async def test_quotas(pictures: Pictures, window: Window) -> None:
    pictures.world.quotas.full = window
    answer = await pictures.native(files=[file(), file()])
    shown = problem(answer, 429, "quota-exceeded")
    assert "2 more" in shown["detail"]
    assert answer.headers["retry-after"] == "18"
    assert not pictures.images.looked


async def test_images_off_is_503() -> None:
    """Also for several, which nobody need take apart to learn it."""
    world = make_world()
    headers = {"authorization": f"Bearer {TOKEN}"}
    for sent in ({"files": [file()]}, {"json": {"urls": [URL, URL]}}):
        answer = await world.client.post(NATIVE, headers=headers, **sent)
        problem(answer, 503, "images-off")
    assert not world.quotas.taken


async def test_not_ready_is_503() -> None:
    pictures = make_pictures(checker=Checker())
    answer = await pictures.native(files=[file()])
    assert answer.status_code == 503
    assert not pictures.images.looked


@pytest.mark.parametrize(
    ("error", "status", "kind"),
    [
        (PictureError(Fault.NOT_A_PICTURE, "x"), 415, "picture-not-a-picture"),
        (PictureError(Fault.UNSUPPORTED, "x"), 415, "picture-unsupported"),
        (PictureError(Fault.TOO_LARGE, "x"), 413, "picture-too-large"),
        (PictureError(Fault.DAMAGED, "x"), 422, "picture-damaged"),
        (WorkerError(Trouble.CRASHED, "x"), 422, "picture-unsafe"),
        (WorkerError(Trouble.TIMEOUT, "x"), 422, "picture-unsafe"),
        (WorkerError(Trouble.MEMORY, "x"), 422, "picture-unsafe"),
        (WorkerError(Trouble.UNAVAILABLE, "x"), 503, "busy"),
        (BusyError("x"), 503, "busy"),
        (RuntimeError("never-shown"), 500, "internal"),
    ],
)
async def test_what_cannot_be_looked_at(
    pictures: Pictures, error: Exception, status: int, kind: str
) -> None:
    pictures.images.said[CLEAN] = error
    answer = await pictures.native(files=[file()])
    shown = problem(answer, status, kind)
    assert "never-shown" not in answer.text
    assert ("retry-after" in answer.headers) is (kind == "busy")
    if status == 500:
        return
    assert shown["detail"] == "X."
    several = await pictures.results(files=[file(), file(RISKY)])
    assert several[0]["problem"]["type"] == f"urn:seccheck:problem:{kind}"
    assert several[1]["suggest"] == "risky"


async def test_no_picture_at_all(pictures: Pictures) -> None:
    for data in (b"", b"text"):
        answer = await pictures.native(files=[file(data)])
        problem(answer, 415, "picture-not-a-picture")


async def test_addresses_that_lead_nowhere(pictures: Pictures) -> None:
    problem(await pictures.native(json={"urls": [GONE]}), 422, "picture-not-fetched")


async def test_our_own_network_is_closed_unless_it_is_opened() -> None:
    closed, opened = GuardedClient(), GuardedClient(rules=OPEN)
    async with site() as web:
        web.answers["/SECRET.png"] = reply(RISKY)
        url = f"{web.base}/SECRET.png"
        answer = await make_pictures(client=closed).native(json={"urls": [url]})
        problem(answer, 422, "picture-not-fetched")
        assert "SECRET" not in answer.text
        assert not web.asked
        (result,) = await make_pictures(client=opened).results(json={"urls": [url]})
        assert result["suggest"] == "risky"
    await closed.aclose()
    await opened.aclose()


# --- what is told of it


async def test_observers_are_told_of_each_text_once(pictures: Pictures) -> None:
    pictures.images.says(CLEAN, lines(WORD, "当天取"), code("加群"), lines(WORD))
    sent = {"user_id": "u1", "scene": "forum"}
    await pictures.results(files=[file()], data=sent)
    told = [(each.text, each.verdict.suggest) for each in pictures.observer.seen]
    assert told == [
        (f"{WORD}当天取", Suggest.RISKY),
        ("加群", Suggest.PASS),
        (WORD, Suggest.RISKY),
    ]
    assert {each.user_id for each in pictures.observer.seen} == {"u1"}
    assert {each.scene for each in pictures.observer.seen} == {Scene.FORUM}
    assert {each.lists for each in pictures.observer.seen} == {None}


async def test_verdicts_are_counted(pictures: Pictures) -> None:
    await pictures.results(files=[file(), file(RISKY), file(RISKY)])
    assert pictures.world.rooms.metrics.pictures == {
        (NATIVE, "pass", 100): 1,
        (NATIVE, "risky", 20006): 2,
    }


async def test_nothing_of_a_request_reaches_the_log(
    written: io.StringIO, pictures: Pictures
) -> None:
    pictures.images.says(RISKY, lines(f"{WORD}SECRET"), code("https://SECRET.example"))
    name = "SECRET-name.png"
    await pictures.native(files=[file(RISKY, name)], data={"user_id": "SECRET"})
    await pictures.native(files=[file(RISKY, name)], data={"SECRET": "SECRET"})
    await pictures.native(json={"urls": ["https://example.com/SECRET"]})
    await pictures.native(json={"urls": ["SECRET"], "SECRET": 1})
    await pictures.native(content=b"SECRET")
    pictures.images.said[RISKY] = RuntimeError("SECRET")
    answer = await pictures.native(files=[file(RISKY, name)])
    assert answer.status_code == 500
    said = written.getvalue()
    assert answer.json()["trace_id"] in said
    assert "SECRET" not in said
    assert WORD not in said
    assert TOKEN not in said
