"""Asynchronous checks by a real service: files on loopback in, real callbacks out."""

import json
import os
import signal
import threading
import warnings
import wave
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from standardwebhooks.webhooks import Webhook

from tests.acceptance.operators import until
from tests.acceptance.service import RISKY, Json, Service, service_in
from tests.acceptance.test_images import looking, qr
from tests.image.files import png
from tests.push.receiver import PushReceiver, push_receiver

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it is older than our interpreter
    from wechatpy import parse_message
    from wechatpy.crypto import WeChatCrypto

ASYNC = "/wxa/media_check_async"
TOKEN, AES_KEY = "Sx7dQ2kLm9", "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
SETTINGS = {
    "SECCHECK_ALLOW_PRIVATE_NETWORKS": "true",
    "SECCHECK_IMAGE_CLASSIFIERS": "codes,known",
    "SECCHECK_JOB_LEASE": "2",
}


class _Files(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def web(folder: Path) -> Iterator[str]:
    """Serve a folder; its address."""
    handler = partial(_Files, directory=str(folder))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def fill(folder: Path) -> None:
    """The files that are checked."""
    (folder / "risky.png").write_bytes(qr(f"专业{RISKY}"))
    (folder / "clean.png").write_bytes(png(200, 150))
    (folder / "text.png").write_bytes(b"no picture at all")
    with wave.open(str(folder / "hum.wav"), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        levels = ((n * 997) % 20000 - 10000 for n in range(16000))
        sound.writeframes(
            b"".join(level.to_bytes(2, "little", signed=True) for level in levels)
        )


class Place:
    """A service, the files that it may fetch, and the receiver of its pushes."""

    def __init__(self, service: Service, files: str, receiver: PushReceiver) -> None:
        self.service, self.files, self.receiver = service, files, receiver

    def pushed(self, appid: str, form: str, mode: str) -> str:
        """An app whose events are pushed; a token of it."""
        self.service.create_app(appid)
        self.service.cli(
            *("app", "update", appid, "--push-url", self.receiver.url),
            *("--push-token", TOKEN, "--push-aes-key", AES_KEY),
            *("--push-format", form, "--push-mode", mode),
            *("--callback-host", "127.0.0.1"),
        )
        return self.service.token(appid)

    def ask(self, token: str, name: str, **fields: Any) -> str:
        """Ask for a check; the trace_id."""
        given = {"media_url": f"{self.files}/{name}", "media_type": 2, **fields}
        said = self.service.post(ASYNC, token, given)
        assert said["errcode"] == 0, said
        assert said["errmsg"] == "ok"
        return str(said["trace_id"])

    def event(self, trace_id: str) -> tuple[bytes, dict[str, str]]:
        """The first push that holds, in clear, this id."""
        found: list[tuple[bytes, dict[str, str]]] = []

        def arrived() -> bool:
            posts = [q for q in self.receiver.queries if "echostr" not in q]
            pairs = zip(self.receiver.bodies, posts, strict=False)
            found[:] = [pair for pair in pairs if trace_id.encode() in pair[0]]
            return bool(found)

        until(arrived)
        return found[0]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("media")
    files = tmp_path_factory.mktemp("files")
    fill(files)
    with (
        web(files) as address,
        push_receiver() as receiver,
        looking(folder, **SETTINGS) as service,
    ):
        yield Place(service, address, receiver)


def test_version_2_as_json(place: Place) -> None:
    token = place.pushed("wxjson", "json", "plain")
    trace_id = place.ask(token, "risky.png", version=2, scene=2, openid="o1")
    body, query = place.event(trace_id)
    said = json.loads(body)
    assert said["Event"] == "wxa_media_check"
    assert (said["appid"], said["version"], said["errcode"]) == ("wxjson", 2, 0)
    assert said["result"] == {"suggest": "risky", "label": 20006}
    words = [each.get("keyword") for each in said["detail"]]
    assert RISKY in words
    assert set(query) >= {"signature", "timestamp", "nonce"}
    assert "o1" not in body.decode()


def test_version_1_as_wechatpy_reads_it(place: Place) -> None:
    token = place.pushed("wxone", "xml", "plain")
    risky = place.ask(token, "risky.png")
    clean = place.ask(token, "clean.png")
    assert len(risky) == 32
    for trace_id, wanted in ((risky, True), (clean, False)):
        body, _ = place.event(trace_id)
        message = parse_message(body)
        assert message.event == "wxa_media_check"
        assert bool(message.is_risky) is wanted
        assert message.trace_id == trace_id


def test_safe_mode_as_wechatpy_opens_it(place: Place) -> None:
    token = place.pushed("wxsafe", "xml", "safe")
    before = len(place.receiver.bodies)
    trace_id = place.ask(token, "risky.png", version="2", scene="1", openid="o2")
    until(lambda: len(place.receiver.bodies) > before)
    body = place.receiver.bodies[-1]
    query = [q for q in place.receiver.queries if "echostr" not in q][-1]
    assert trace_id.encode() not in body
    crypto = WeChatCrypto(TOKEN, AES_KEY, "wxsafe")
    signed = (query["msg_signature"], query["timestamp"], query["nonce"])
    assert trace_id in crypto.decrypt_message(body, *signed)


@pytest.mark.parametrize("name", ["nothing.png", "text.png"])
def test_what_cannot_be_had_is_told(place: Place, name: str) -> None:
    appid = f"wx{name.partition('.')[0]}"
    token = place.pushed(appid, "json", "plain")
    trace_id = place.ask(token, name, version=2, scene=2, openid="o1")
    said = json.loads(place.event(trace_id)[0])
    assert (said["errcode"], said["detail"]) == (-1008, [])
    assert "result" not in said


def _native(place: Place, token: str, method: str, path: str = "", **given: Any) -> Any:
    headers = {"authorization": f"Bearer {token}"}
    return place.service.client.request(
        method, f"/v1/media{path}", headers=headers, **given
    )


def _settled(place: Place, token: str, trace_id: str) -> Json:
    """The check once it is decided and delivered."""
    found: list[Json] = []

    def done() -> bool:
        found[:] = [_native(place, token, "GET", f"/{trace_id}").json()]
        return found[0]["state"] in {"delivered", "dead"}

    until(done)
    return found[0]


def test_a_native_callback_is_signed(place: Place) -> None:
    token = place.pushed("wxnative", "json", "plain")
    secret = place.service.cli("app", "callback-secret", "wxnative").split()[-1]
    wanted = {
        "url": f"{place.files}/risky.png",
        "type": "image",
        "scene": "comment",
        "idempotency_key": "order-17",
        "callback_url": place.receiver.url,
    }
    made = _native(place, token, "POST", json=wanted)
    assert made.status_code == 202, made.text
    trace_id = made.json()["trace_id"]
    again = _native(place, token, "POST", json=wanted)
    assert again.json()["trace_id"] == trace_id
    other = _native(place, token, "POST", json={**wanted, "scene": "chat"})
    assert other.status_code == 409
    body, _ = place.event(trace_id)
    headers = place.receiver.headers[place.receiver.bodies.index(body)]
    said = Webhook(secret).verify(body, headers)
    assert said["type"] == "media.checked"
    assert said["data"]["suggest"] == "risky"
    shown = _settled(place, token, trace_id)
    assert shown["suggest"] == "risky"
    assert place.receiver.url not in json.dumps(shown)


def test_an_upload_needs_no_address(place: Place) -> None:
    token = place.service.token(place.service.create_app("wxupload"))
    made = _native(
        place,
        token,
        "POST",
        data={"type": "image"},
        files={"file": ("a.png", qr(f"专业{RISKY}"))},
    )
    assert made.status_code == 202, made.text
    shown = _settled(place, token, made.json()["trace_id"])
    assert shown["label"] == "crime"


@pytest.mark.skipif(find_spec("av") is None, reason="needs the extra 'av'")
def test_sound_that_nobody_listened_to_never_passes(place: Place) -> None:
    token = place.service.token(place.service.create_app("wxsound"))
    wanted = {"url": f"{place.files}/hum.wav", "type": "audio"}
    made = _native(place, token, "POST", json=wanted)
    shown = _settled(place, token, made.json()["trace_id"])
    assert shown["suggest"] == "review"
    (missed,) = shown["result"]["not_run"]
    assert missed["classifier"] == "speech"


def test_a_killed_service_goes_on_where_it_was(tmp_path: Path) -> None:
    files = tmp_path / "files"
    files.mkdir()
    fill(files)
    with web(files) as address, push_receiver() as receiver:
        with looking(tmp_path, **SETTINGS) as service:
            place = Place(service, address, receiver)
            token = place.pushed("wxkill", "json", "plain")
            traces = [
                place.ask(token, name, version=2, scene=2, openid="o1")
                for name in ("risky.png", "clean.png") * 5
            ]
            os.killpg(service.server.process.pid, signal.SIGKILL)
            service.server.process.communicate()
        with service_in(tmp_path, SECCHECK_IMAGE_WORKERS="1", **SETTINGS) as service:
            place = Place(service, address, receiver)
            for trace_id in traces:
                said = json.loads(place.event(trace_id)[0])
                assert said["errcode"] == 0
        seen = {json.loads(body)["trace_id"] for body in receiver.bodies}
        assert seen == set(traces)
