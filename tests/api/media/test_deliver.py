import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, cast

import pytest
from standardwebhooks.webhooks import Webhook

from app.access import App, AppSettings
from app.api.media.deliver import LARGEST, Deliveries, media_verdict, message
from app.api.media.room import CallbackKeys
from app.jobs import Decided, Delivery, JobVerdict, Media, Sent
from app.outbound import Answer, Fault, GuardedClient, OutboundError
from app.push import PushTarget

KEYS = CallbackKeys(b"k" * 32)
NOW = 1_800_000_000.0
HOOK = "https://hooks.example/secret"
TOLD: dict[str, Any] = {
    "result": {"suggest": "risky", "label": 20006},
    "detail": [{"strategy": "keyword", "errcode": 0, "keyword": "办证"}],
    "isrisky": 1,
}
VERDICT = JobVerdict(
    "risky",
    20006,
    body={"result": {"suggest": "risky", "findings": []}, "wechat": TOLD},
)
FAILED = JobVerdict("review", 21000, -1008, "no connection to the host")


@dataclass
class FakeClient:
    """Answers with a status, or raises."""

    said: Answer | OutboundError = field(default_factory=lambda: Answer(200, {}, b""))
    sent: list[tuple[str, str, bytes, Mapping[str, str]]] = field(default_factory=list)

    async def request(
        self, method: str, url: str, *, content: bytes = b"", **more: Any
    ) -> Answer:
        self.sent.append((method, url, content, more["headers"] or {}))
        if isinstance(self.said, OutboundError):
            raise self.said
        return self.said


class FakePush:
    """An app's push settings."""

    def __init__(self, target: PushTarget | None) -> None:
        self._target = target

    async def target(self, _appid: str) -> PushTarget | None:
        return self._target


def made(
    client: FakeClient, target: PushTarget | None = None, **settings: Any
) -> Deliveries:
    async def app_of(appid: str) -> App:
        return App(appid, AppSettings(**settings))

    return Deliveries(
        cast(GuardedClient, client),
        cast(Any, FakePush(target)),
        KEYS,
        app_of,
        clock=lambda: NOW,
    )


def delivery(verdict: JobVerdict | None = VERDICT, **changed: Any) -> Delivery:
    usual: dict[str, Any] = {
        "id": "msg_t1_callback",
        "trace_id": "t1",
        "appid": "wx1",
        "media": Media.IMAGE,
        "version": "native",
        "scene": 2,
        "name": "callback",
        "kind": "native",
        "endpoint": "hooks.example",
        "attempt": 1,
        "created": NOW,
        "finished": NOW + 1.5,
        "decided": Decided.CHECKED,
        "token": "lease",
        "verdict": verdict,
        "target": {"url": HOOK},
    }
    return Delivery(**{**usual, **changed})


def test_a_message_says_what_was_found() -> None:
    said = json.loads(message(delivery(), VERDICT))
    assert said["type"] == "media.checked"
    assert said["timestamp"] == "2027-01-15T08:00:01.500Z"
    assert said["data"]["trace_id"] == "t1"
    assert said["data"]["label"] == "crime"
    assert said["data"]["result"]["suggest"] == "risky"


def test_a_message_says_why_nothing_was_found() -> None:
    said = json.loads(message(delivery(FAILED), FAILED))
    assert said["data"]["error"]["code"] == -1008
    assert "result" not in said["data"]


def test_a_long_message_is_shortened() -> None:
    finding = {"term": "x", "text": "字" * 3000}
    body = {"result": {"suggest": "risky", "findings": [finding] * 50}, "wechat": TOLD}
    made = message(delivery(), JobVerdict("risky", 20006, body=body))
    assert len(made) <= LARGEST
    assert json.loads(made)["data"]["result"]["truncated"] is True


async def test_native_messages_are_signed_by_both_keys() -> None:
    client = FakeClient()
    outcome = await made(client, callback_key=3)(delivery())
    assert outcome.sent is Sent.TAKEN
    ((_, url, body, headers),) = client.sent
    assert url == HOOK
    secrets = KEYS.secrets(App("wx1", AppSettings(callback_key=3)))
    assert len(secrets) == 2
    for secret in secrets:
        # The package refuses old messages by the clock; the signature is the point.
        key = headers["webhook-id"]
        signed = Webhook(secret).sign(key, _moment(headers), body.decode())
        assert signed in headers["webhook-signature"].split(" ")


def _moment(headers: Mapping[str, str]) -> datetime:
    return datetime.fromtimestamp(int(headers["webhook-timestamp"]), UTC)


@pytest.mark.parametrize(
    ("answer", "sent"),
    [
        (Answer(204, {}, b""), Sent.TAKEN),
        (Answer(302, {}, b""), Sent.RETRY),
        (Answer(500, {}, b""), Sent.RETRY),
        (Answer(410, {}, b""), Sent.GONE),
        (OutboundError(Fault.TIMEOUT, "too slow"), Sent.RETRY),
        (OutboundError(Fault.REFUSED, "not public"), Sent.REFUSED),
    ],
)
async def test_what_answers_mean(answer: Answer | OutboundError, sent: Sent) -> None:
    assert (await made(FakeClient(answer))(delivery())).sent is sent


async def test_events_go_to_the_push_url() -> None:
    client = FakeClient(Answer(200, {}, b"success"))
    target = PushTarget("wx1", "https://push.example/", token="abc", to_user="gh_1")
    given = delivery(kind="wechat", version="2", target={})
    outcome = await made(client, target)(given)
    assert outcome.sent is Sent.TAKEN
    ((_, url, body, _),) = client.sent
    assert url.startswith("https://push.example/")
    assert b"t1" in body
    assert "办证".encode() in body


async def test_a_call_names_another_url() -> None:
    client = FakeClient()
    target = PushTarget("wx1", "https://push.example/", token="abc", to_user="gh_1")
    await made(client, target)(delivery(kind="wechat", version="2"))
    assert client.sent[0][1].startswith(HOOK)


async def test_an_app_without_push_url_gets_nothing() -> None:
    outcome = await made(FakeClient())(delivery(kind="wechat", version="2", target={}))
    assert outcome.sent is Sent.REFUSED


def test_version_1_knows_two_verdicts() -> None:
    held = {**TOLD, "result": {"suggest": "review", "label": 21000}}
    for risky in (0, 1):
        body = {"wechat": {**held, "isrisky": risky}}
        told = media_verdict(JobVerdict("review", 21000, body=body), "1")
        assert told.isrisky == risky


@pytest.mark.parametrize(("code", "told"), [(-1008, -1008), (-1009, -1009), (-7, -1)])
def test_failures_by_wechats_codes(code: int, told: int) -> None:
    verdict = JobVerdict("review", 21000, code, "reason")
    assert media_verdict(verdict, "2").errcode == told
