"""`/v1/media`, on both databases."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from app.access import App, AppSettings, Window
from app.api.media.room import CallbackKeys, MediaLimits
from app.domain.scenes import Scene
from app.jobs import (
    Decided,
    Ending,
    IntakeRules,
    JobVerdict,
    Media,
    NewJob,
    StoreAwayError,
    StoreFullError,
)
from app.jobs.worker import failure
from app.store import Database
from tests.api.fakes import APPID, SECRET, make_world
from tests.api.media_world import (
    HOOK,
    MEDIA_URL,
    NATIVE,
    MediaWorld,
    hide,
    media_world,
)
from tests.jobs.helpers import AGAIN, EVERYTHING, LEASE, TAKEN

FILE = b"RIFF....WAVEfmt some sound"
RESULT: dict[str, Any] = {"suggest": "risky", "label": "porn", "label_code": 20002}
RISKY = JobVerdict(
    "risky", 20002, body={"result": RESULT, "wechat": {"detail": "wire"}}
)


@pytest.fixture
async def media(database: Database) -> AsyncIterator[MediaWorld]:
    async with media_world(database) as made:
        yield made


def problem(answer: httpx.Response, status: int, kind: str) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    shown: dict[str, Any] = answer.json()
    assert shown["type"] == f"urn:seccheck:problem:{kind}"
    assert shown["detail"].endswith(".")
    return shown


async def wrong(answer: httpx.Response) -> list[str]:
    shown = problem(answer, 422, "invalid-request")
    assert "secret" not in answer.text
    return [each["pointer"] for each in shown["errors"]]


async def accepted(answer: httpx.Response) -> str:
    assert answer.status_code == 202, answer.text
    return str(answer.json()["trace_id"])


# --- accepting


async def test_an_address_is_on_disk_when_it_is_answered(media: MediaWorld) -> None:
    answer = await media.add(scene="search", user_id="u1", callback_url=HOOK)
    trace_id = await accepted(answer)
    assert answer.json() == {
        "trace_id": trace_id,
        "state": "accepted",
        "type": "image",
        "fresh": True,
    }
    job = await media.job()
    assert (job.trace_id, job.appid, job.version) == (trace_id, APPID, "native")
    assert (job.media, job.url, job.scene) == (Media.IMAGE, MEDIA_URL, 6)
    assert (job.user, job.extra) == (hide("u1"), {})
    assert media.world.quotas.taken == [(NATIVE, 1)]


async def test_a_file_comes_in_a_form(media: MediaWorld) -> None:
    fields = {"type": "audio", "scene": "2", "user_id": "u1", "lists": ""}
    answer = await media.post(data=fields, files={"file": ("a.wav", FILE)})
    await accepted(answer)
    job = await media.job()
    assert (job.media, job.url, job.scene) == (Media.AUDIO, None, 2)
    assert await media.house.store.upload(job) == FILE


async def test_lists_go_with_the_job(database: Database) -> None:
    async with media_world(database) as media:
        media.world.rooms.checker = Listed()  # type: ignore[assignment]
        await accepted(await media.add(lists=["ads", "crime"]))
        assert (await media.job()).extra == {"lists": ["ads", "crime"]}
        assert await wrong(await media.add(lists=["ads", "other"])) == ["/lists/1"]
        form = {"type": "image", "lists": "crime, ads"}
        await accepted(await media.post(data=form, files={"file": ("a", FILE)}))
        assert (await media.job()).extra == {"lists": ["ads", "crime"]}


class Listed:
    """A checker with two wordlists."""

    class snapshot:  # noqa: N801
        list_names = frozenset({"ads", "crime"})


async def test_a_missing_scene_is_the_apps(database: Database) -> None:
    async with media_world(database, AppSettings(default_scene=Scene.TITLE)) as media:
        await accepted(await media.add())
        assert (await media.job()).scene == 7


async def test_credentials_are_asked_for(media: MediaWorld) -> None:
    nobody = await media.world.client.post(NATIVE, json={})
    problem(nobody, 401, "unauthorized")
    problem(await media.world.client.get(f"{NATIVE}/a-b"), 401, "unauthorized")
    basic = await media.world.client.get(NATIVE, auth=(APPID, SECRET))
    assert basic.status_code == 200


async def test_without_media_they_are_off() -> None:
    world = make_world()
    async with world.client:
        for method, path in (("POST", NATIVE), ("GET", NATIVE), ("GET", f"{NATIVE}/a")):
            answer = await world.client.request(method, path, auth=(APPID, SECRET))
            problem(answer, 503, "media-off")


MISTAKES: list[tuple[Any, ...]] = [
    ({"url": None}, ["/url"]),
    ({"url": ""}, ["/url"]),
    ({"url": 5}, ["/url"]),
    ({"url": "ftp://media.example/secret"}, ["/url"]),
    ({"url": f"https://media.example/secret{'a' * 2048}"}, ["/url"]),
    ({"type": None}, ["/type"]),
    ({"type": "picture"}, ["/type"]),
    ({"type": 2}, ["/type"]),
    ({"type": ["image"]}, ["/type"]),
    ({"scene": "secret"}, ["/scene"]),
    ({"scene": 9}, ["/scene"]),
    ({"scene": []}, ["/scene"]),
    ({"user_id": 5}, ["/user_id"]),
    ({"user_id": "secret" * 50}, ["/user_id"]),
    ({"lists": "ads"}, ["/lists"]),
    ({"lists": ["secret"]}, ["/lists/0"]),
    ({"idempotency_key": ""}, ["/idempotency_key"]),
    ({"idempotency_key": "a key"}, ["/idempotency_key"]),
    ({"idempotency_key": "k" * 129}, ["/idempotency_key"]),
    ({"callback_url": "hooks.example"}, ["/callback_url"]),
    ({"callback_url": "https://secret.example/"}, ["/callback_url"]),
    ({"secret": 1}, [""]),
    ({"url": None, "type": "x", "scene": "y"}, ["/url", "/type", "/scene"]),
]


async def test_mistakes_are_named(media: MediaWorld) -> None:
    for changed, pointers in MISTAKES:
        assert await wrong(await media.add(**changed)) == pointers, changed
    assert await media.house.claim() == []


IN_A_FORM: list[tuple[Any, ...]] = [
    ([], {"type": "image"}, ["/file"]),
    ([b""], {"type": "image"}, ["/file"]),
    ([FILE, FILE], {"type": "image"}, ["/file"]),
    ([FILE], {}, ["/type"]),
    ([FILE], {"type": "image", "url": MEDIA_URL}, [""]),
    ([FILE], {"type": ["image", "audio"]}, ["/type"]),
    ([FILE], {"type": b"\xff"}, ["/type", "/type"]),
]


async def test_mistakes_in_a_form_are_named(media: MediaWorld) -> None:
    for files, fields, pointers in IN_A_FORM:
        sent: list[Any] = [("file", ("a", file)) for file in files]
        answer = await media.post(data=fields, files=sent or [("scene", (None, b""))])
        assert await wrong(answer) == pointers, fields
    assert await media.house.claim() == []


@pytest.mark.parametrize(
    ("body", "kind", "status", "expected"),
    [
        (b"no", "application/json", 400, "bad-json"),
        (b"[]", "application/json", 422, "invalid-request"),
        (b"--x\r\n", "multipart/form-data; boundary=x", 400, "bad-form"),
        (b"no", "multipart/form-data", 400, "bad-form"),
    ],
)
async def test_other_bodies(
    media: MediaWorld, body: bytes, kind: str, status: int, expected: str
) -> None:
    answer = await media.post(content=body, headers={"content-type": kind})
    problem(answer, status, expected)


async def test_sizes_have_limits(database: Database) -> None:
    limits = MediaLimits(size=1000)
    async with media_world(database, limits=limits) as media:
        form = {"type": "image"}
        fits = await media.post(data=form, files={"file": ("a", b"x" * 1000)})
        await accepted(fits)
        more = await media.post(data=form, files={"file": ("a", b"x" * 1001)})
        problem(more, 413, "media-too-large")
        most = await media.post(data=form, files={"file": ("a", b"x" * 100_000)})
        problem(most, 413, "media-too-large")


async def test_json_has_a_limit_of_its_own(database: Database) -> None:
    async with media_world(database, settings={"max_body": 1000}) as media:
        problem(await media.add(user_id="x" * 1000), 413, "body-too-large")


# --- once only


async def test_the_same_key_and_body_are_one_check(media: MediaWorld) -> None:
    first = await media.add(idempotency_key="k1", scene="comment", user_id="u1")
    trace_id = await accepted(first)
    again = await media.add(idempotency_key="k1", scene=2, user_id="u1")
    assert again.status_code == 200
    assert again.json() == first.json() | {"fresh": False}
    await media.house.store.finish(await media.job(), Ending(RISKY))
    later = await media.post(
        json={"url": MEDIA_URL, "type": "image", "scene": 2, "user_id": "u1"},
        headers={"idempotency-key": "k1"},
    )
    assert later.json() == {
        "trace_id": trace_id,
        "state": "delivered",
        "type": "image",
        "fresh": False,
    }


@pytest.mark.parametrize(
    "changed",
    [
        {"url": f"{MEDIA_URL}?2"},
        {"type": "video"},
        {"scene": "chat"},
        {"user_id": "u2"},
        {"callback_url": HOOK},
    ],
)
async def test_the_same_key_with_another_body_is_refused(
    media: MediaWorld, changed: dict[str, Any]
) -> None:
    await accepted(await media.add(idempotency_key="k1"))
    answer = await media.add(idempotency_key="k1", **changed)
    problem(answer, 409, "idempotency-conflict")
    assert len(await media.house.claim()) == 1


async def test_a_file_is_part_of_the_body(media: MediaWorld) -> None:
    key = {"idempotency-key": "k1"}
    form = {"type": "audio"}
    sent = {"file": ("a", FILE)}
    first = await accepted(await media.post(data=form, files=sent, headers=key))
    form["idempotency_key"] = "k1"
    again = await media.post(data=form, files={"file": ("b", FILE)}, headers=key)
    assert again.json()["trace_id"] == first
    other = await media.post(data=form, files={"file": ("a", FILE + b"!")})
    problem(other, 409, "idempotency-conflict")


async def test_two_keys_must_be_the_same(media: MediaWorld) -> None:
    sent = {"url": MEDIA_URL, "type": "image", "idempotency_key": "k1"}
    answer = await media.post(json=sent, headers={"idempotency-key": "k2"})
    assert await wrong(answer) == ["/idempotency_key"]
    answer = await media.post(json=sent, headers={"idempotency-key": ""})
    assert await wrong(answer) == ["/idempotency_key", "/idempotency_key"]
    answer = await media.post(json=sent, headers={"idempotency-key": "k1"})
    assert answer.status_code == 202


async def test_without_a_key_each_call_is_a_check(media: MediaWorld) -> None:
    first, second = await media.add(), await media.add()
    assert await accepted(first) != await accepted(second)


async def test_nothing_that_is_private_lies_open(media: MediaWorld) -> None:
    trace_id = await accepted(
        await media.add(user_id="private", callback_url=HOOK, idempotency_key="k1")
    )
    row = await media.house.row(trace_id)
    held = repr(row).encode() + b"".join(
        value for value in row.values() if isinstance(value, bytes)
    )
    for secret in ("private", MEDIA_URL, HOOK):
        assert secret.encode() not in held


# --- what does not let us


async def test_a_backlog_turns_away(database: Database) -> None:
    rules = IntakeRules(oldest=10, look=0)
    async with media_world(database, rules=rules) as media:
        await accepted(await media.add())
        media.house.clock.now += 20
        answer = await media.add()
        problem(answer, 503, "busy")
        assert answer.headers["retry-after"] == "5"


@pytest.mark.parametrize(
    ("error", "status", "kind"),
    [
        (StoreAwayError("away"), 503, "unavailable"),
        (StoreFullError("full"), 507, "storage-full"),
    ],
)
async def test_a_store_that_cannot(
    media: MediaWorld,
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
    status: int,
    kind: str,
) -> None:
    async def refuse(_self: Any, _new: NewJob) -> None:
        raise error

    monkeypatch.setattr("app.jobs.Intake.accept", refuse)
    problem(await media.add(), status, kind)


async def test_the_quota_holds(media: MediaWorld) -> None:
    media.world.quotas.full = Window.DAY
    answer = await media.add()
    problem(answer, 429, "quota-exceeded")
    assert answer.headers["retry-after"] == "18"
    assert await media.house.claim() == []


# --- asking


async def test_a_check_from_beginning_to_end(media: MediaWorld) -> None:
    trace_id = await accepted(await media.add(callback_url=HOOK))
    path = f"{NATIVE}/{trace_id}"
    assert (await media.get(path)).json() == {
        "trace_id": trace_id,
        "type": "image",
        "version": "native",
        "scene": "comment",
        "state": "accepted",
        "created": "2027-01-15T08:00:00.000Z",
        "finished": None,
        "settled": None,
        "decided": None,
        "suggest": None,
        "attempts": 0,
        "deliveries": [],
        "tries": [],
    }
    await media.house.store.finish(await media.job(), Ending(RISKY, seconds=0.25))
    (delivery,) = await media.house.outbox()
    await media.house.store.record_attempt(delivery, AGAIN, wait=5.0, seconds=0.5)
    shown = (await media.get(path)).json()
    assert (shown["state"], shown["decided"]) == ("delivering", "checked")
    assert (shown["suggest"], shown["label"], shown["label_code"]) == (
        "risky",
        "porn",
        20002,
    )
    assert shown["result"] == RESULT
    assert shown["deliveries"] == [
        {
            "id": f"msg_{trace_id}_callback",
            "state": "waiting",
            "attempts": 1,
            "next_at": "2027-01-15T08:00:05.000Z",
            "settled": None,
            "status": 500,
            "reason": "the receiver answered with status 500",
        }
    ]
    (tried,) = shown["tries"]
    assert tried == {
        "delivery_id": f"msg_{trace_id}_callback",
        "number": 1,
        "at": "2027-01-15T08:00:00.000Z",
        "seconds": 0.5,
        "outcome": "retry",
        "status": 500,
        "reason": "the receiver answered with status 500",
    }
    text = (await media.get(path)).text
    assert "hooks.example" not in text
    assert "wire" not in text
    media.house.clock.now += 10
    (delivery,) = await media.house.outbox()
    await media.house.store.record_attempt(delivery, TAKEN, wait=None, seconds=0.5)
    shown = (await media.get(path)).json()
    assert (shown["state"], shown["settled"]) == (
        "delivered",
        "2027-01-15T08:00:10.000Z",
    )


async def test_a_failure_is_told(media: MediaWorld) -> None:
    trace_id = await accepted(await media.add())
    verdict = failure(-1008, "the host took too long")
    await media.house.store.finish(
        await media.job(), Ending(verdict, Decided.FAILED, verdict.errmsg)
    )
    shown = (await media.get(f"{NATIVE}/{trace_id}")).json()
    assert shown["suggest"] == "review"
    assert shown["error"] == {"code": -1008, "detail": "the host took too long"}
    (tried,) = shown["tries"]
    assert (tried["delivery_id"], tried["outcome"]) == (None, "failed")
    assert "result" not in shown


async def test_only_the_own_checks(media: MediaWorld) -> None:
    (theirs,) = await media.house.add()
    own = await accepted(await media.add())
    for path in (theirs, "f" * 32, "nothing", "%00", "", own.upper() + "X", "a/b"):
        problem(await media.get(f"{NATIVE}/{path}"), 404, "not-found")
    for verb in ("cancel", "replay"):
        problem(await media.post(f"{NATIVE}/{theirs}:{verb}"), 404, "not-found")
    page = (await media.get()).json()
    assert [one["trace_id"] for one in page["items"]] == [own]


async def test_checks_are_listed_in_pages(media: MediaWorld) -> None:
    made = []
    for number in range(5):
        kind = "video" if number == 2 else "image"
        made.append(await accepted(await media.add(type=kind)))
        media.house.clock.now += 60
    page = (await media.get(limit=2)).json()
    assert [one["trace_id"] for one in page["items"]] == made[:2:-1]
    page = (await media.get(limit=2, cursor=page["next"])).json()
    assert [one["trace_id"] for one in page["items"]] == made[2:0:-1]
    page = (await media.get(limit=2, cursor=page["next"])).json()
    assert [one["trace_id"] for one in page["items"]] == made[:1]
    assert page["next"] is None
    page = (await media.get(type="video", limit=2)).json()
    assert [one["trace_id"] for one in page["items"]] == made[2:3]
    assert page["next"] is None
    since = (
        await media.get(since="2027-01-15T08:01:00Z", until="2027-01-15T16:03:00+08:00")
    ).json()
    assert [one["trace_id"] for one in since["items"]] == made[2:0:-1]
    assert (await media.get(until="2027-01-15")).json()["items"] == []
    await media.house.claim(1)
    fetching = (await media.get(state="fetching")).json()["items"]
    assert [one["trace_id"] for one in fetching] == made[:1]


QUERIES: list[tuple[Any, ...]] = [
    ({"state": "gone"}, "/state"),
    ({"type": "text"}, "/type"),
    ({"since": "yesterday"}, "/since"),
    ({"until": "2027-01-15T08:00:00"}, "/until"),
    ({"limit": "0"}, "/limit"),
    ({"limit": "101"}, "/limit"),
    ({"limit": "many"}, "/limit"),
    ({"limit": "9" * 5000}, "/limit"),
    ({"cursor": "x"}, "/cursor"),
    ({"cursor": "nan~ab"}, "/cursor"),
    ({"cursor": "1.5~ab\0"}, "/cursor"),
    ({"page": "2"}, ""),
]


async def test_a_wrong_query_is_named(media: MediaWorld) -> None:
    for query, pointer in QUERIES:
        assert await wrong(await media.get(NATIVE, **query)) == [pointer], query


# --- changing


async def test_a_check_can_be_cancelled_once(media: MediaWorld) -> None:
    trace_id = await accepted(await media.add(callback_url=HOOK))
    answer = await media.post(f"{NATIVE}/{trace_id}:cancel")
    assert answer.status_code == 200
    shown = answer.json()
    assert (shown["state"], shown["decided"], shown["suggest"]) == (
        "cancelled",
        "cancelled",
        "review",
    )
    assert shown["error"]["code"] == -1
    assert len(shown["deliveries"]) == 1
    problem(await media.post(f"{NATIVE}/{trace_id}:cancel"), 409, "conflict")


async def test_callbacks_can_be_sent_again(media: MediaWorld) -> None:
    trace_id = await accepted(await media.add(callback_url=HOOK))
    replay = f"{NATIVE}/{trace_id}:replay"
    problem(await media.post(replay), 409, "conflict")
    await media.house.store.finish(await media.job(), Ending(RISKY))
    (delivery,) = await media.house.outbox()
    problem(await media.post(replay), 409, "conflict")
    await media.house.store.record_attempt(delivery, TAKEN, wait=None, seconds=0.1)
    answer = await media.post(replay)
    assert answer.status_code == 200
    assert answer.json()["deliveries"][0]["state"] == "waiting"
    (again,) = await media.house.store.claim_deliveries(1, LEASE, EVERYTHING)
    assert again.id == delivery.id


async def test_without_a_callback_there_is_nothing_to_send(media: MediaWorld) -> None:
    trace_id = await accepted(await media.add())
    await media.house.store.finish(await media.job(), Ending(RISKY))
    problem(await media.post(f"{NATIVE}/{trace_id}:replay"), 409, "conflict")


async def test_methods(media: MediaWorld) -> None:
    trace_id = await accepted(await media.add())
    for method, path, allowed in (
        ("PUT", NATIVE, "GET, POST"),
        ("DELETE", f"{NATIVE}/{trace_id}", "GET"),
        ("POST", f"{NATIVE}/{trace_id}", "GET"),
        ("GET", f"{NATIVE}/{trace_id}:cancel", "POST"),
        ("GET", f"{NATIVE}/{trace_id}:replay", "POST"),
    ):
        answer = await media.world.client.request(method, path, headers=media.headers)
        problem(answer, 405, "method-not-allowed")
        assert answer.headers["allow"] == allowed


async def test_metrics_have_bounded_names(media: MediaWorld) -> None:
    trace_id = await accepted(await media.add())
    await media.get(f"{NATIVE}/{trace_id}")
    await media.get(f"{NATIVE}/{trace_id}:other")
    page = (await media.world.client.get("/metrics")).text
    assert 'code="202",endpoint="/v1/media"' in page
    assert 'code="200",endpoint="/v1/media/{trace_id}"' in page
    assert 'code="404",endpoint="/v1/media/{trace_id}"' in page
    assert trace_id not in page


def test_secrets_follow_the_number_of_the_app() -> None:
    keys = CallbackKeys(bytes(32))
    first = keys.secrets(App("a", AppSettings()))
    second = keys.secrets(App("a", AppSettings(callback_key=1)))
    assert len(first) == 1
    assert second[1:] == first
    assert second[0] != first[0]
    assert keys.secrets(App("b", AppSettings())) != first
