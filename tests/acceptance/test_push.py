"""Receivers of pushes: the code in docs/push.md, run as it stands there."""

import asyncio
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import warnings
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import parse_qsl, urlsplit

import pytest

from app.outbound import GuardedClient, Rules
from app.push import (
    DOWNLOAD_FAILED,
    Format,
    MediaEvent,
    MediaVerdict,
    Mode,
    Outcome,
    Pusher,
    PushTarget,
    Result,
    Sent,
)
from app.push.answer import remark
from tests.acceptance.service import Service
from tests.cli_helpers import ROOT
from tests.outbound.faulty import answer, serving
from tests.push.helpers import event
from tests.server_helpers import SECONDS

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it is older than our interpreter
    from wechatpy import parse_message
    from wechatpy.crypto import WeChatCrypto

PAGE = ROOT / "docs" / "push.md"
CLIENTS = ROOT / "tests" / "acceptance" / "node"
APPID = "wxba5fad812f8e6fb9"
TOKEN, AES_KEY = "Sx7dQ2kLm9", "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
TRACE = "b170f800089cbf674e6145bd8493e000"
CLEAN = MediaVerdict(Result("pass", 100))
RISKY = MediaVerdict(Result("risky", 20002))
TAKEN = Outcome(Sent.TAKEN, "", 200)

pytestmark = pytest.mark.sdk
T = TypeVar("T")


@dataclass
class Receiver:
    """A receiver in a process of its own."""

    port: int
    process: "subprocess.Popen[str]"

    def target(self, mode: Mode, **known: Any) -> PushTarget:
        usual = {"token": TOKEN, "aes_key": AES_KEY, "to_user": "gh_1", "appid": APPID}
        url = f"http://127.0.0.1:{self.port}/push"
        return PushTarget(url=url, mode=mode, **usual | known)

    def printed(self) -> list[str]:
        assert self.process.stdout is not None
        return self.process.stdout.readline().split()


def _snippet(language: str, section: str, port: int) -> str:
    page = PAGE.read_text(encoding="utf-8")
    text = page.split(f"\n### {section}\n")[1].split("\n### ")[0]
    code = re.search(rf"```{language}\n(.*?)```", text, re.DOTALL)
    assert code is not None
    assert "9000" in code[1]
    return code[1].replace("9000", str(port))


def _free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def _running(command: list[str], port: int, folder: Path) -> Iterator[Receiver]:
    kept = {k: v for k, v in os.environ.items() if "proxy" not in k.lower()}
    kept["NODE_PATH"] = str(CLIENTS / "node_modules")
    process = subprocess.Popen(
        command,
        cwd=folder,
        env=kept,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        _await_port(process, port)
        yield Receiver(port, process)
    finally:
        process.kill()
        process.communicate()


def _await_port(process: "subprocess.Popen[str]", port: int) -> None:
    end = time.monotonic() + SECONDS
    while time.monotonic() < end and process.poll() is None:
        with closing(socket.socket()) as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    pytest.fail("the receiver does not listen")


@contextmanager
def _wechatpy(folder: Path) -> Iterator[Receiver]:
    port = _free_port()
    code = _snippet("python", "wechatpy (Python)", port)
    names = f"APPID, TOKEN, AES_KEY = {APPID!r}, {TOKEN!r}, {AES_KEY!r}\n"
    command = [sys.executable, "-c", names + code]
    with _running(command, port, folder) as receiver:
        yield receiver


@contextmanager
def _easywechat(folder: Path) -> Iterator[Receiver]:
    node = shutil.which("node")
    if node is None or not (CLIENTS / "node_modules").is_dir():
        pytest.skip("no node, or its packages are not installed (`make test` does)")
    port = _free_port()
    code = _snippet("js", "node-easywechat (Node)", port)
    names = f"const [APPID, TOKEN, AES_KEY] = {json.dumps([APPID, TOKEN, AES_KEY])};\n"
    with _running([node, "-e", names + code], port, folder) as receiver:
        yield receiver


RECEIVERS = {"wechatpy": _wechatpy, "node-easywechat": _easywechat}


@pytest.fixture(scope="module", params=RECEIVERS)
def receiver(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Receiver]:
    with RECEIVERS[request.param](tmp_path_factory.mktemp("push")) as running:
        yield running


def pushed(work: Callable[[Pusher], Awaitable[T]]) -> T:
    """Work with a pusher that may go to loopback, unlike the service's own."""

    async def run() -> T:
        client = GuardedClient(rules=Rules(ports=None, allow_private=True))
        try:
            return await work(Pusher(client))
        finally:
            await client.aclose()

    return asyncio.run(run())


def delivered(target: PushTarget, one: MediaEvent) -> Outcome:
    return pushed(lambda pusher: pusher.deliver(target, one))


@pytest.mark.parametrize("mode", Mode)
@pytest.mark.parametrize(
    ("verdict", "printed"),
    [(RISKY, ["1", "0"]), (CLEAN, ["0", "0"]), (DOWNLOAD_FAILED, ["0", "4294966288"])],
)
def test_an_event_of_version_1_arrives(
    receiver: Receiver, mode: Mode, verdict: MediaVerdict, printed: list[str]
) -> None:
    one = event(verdict, version=1, trace_id=TRACE)
    assert delivered(receiver.target(mode), one) == TAKEN
    assert receiver.printed() == ["wxa_media_check", TRACE, *printed]


def test_the_url_check_passes(receiver: Receiver) -> None:
    target = receiver.target(Mode.SAFE)
    assert pushed(lambda pusher: pusher.verify(target)) == TAKEN


def test_a_receiver_with_another_token_or_key_takes_nothing(tmp_path: Path) -> None:
    with _wechatpy(tmp_path) as receiver:
        for wrong in ({"token": "another"}, {"aes_key": "B" * 43}, {"appid": "wx0"}):
            target = receiver.target(Mode.SAFE, **wrong)
            assert delivered(target, event(RISKY, version=1)).sent is Sent.RETRY
        target = receiver.target(Mode.SAFE, token="another")
        assert pushed(lambda pusher: pusher.verify(target)).sent is Sent.RETRY


async def _captured(
    target: PushTarget, one: MediaEvent
) -> tuple[dict[str, str], bytes]:
    """The query and body that a receiver gets."""
    client = GuardedClient(rules=Rules(ports=None, allow_private=True))
    async with serving(answer(b"success")) as server:
        where = replace(target, url=f"http://127.0.0.1:{server.port}/")
        assert await Pusher(client).deliver(where, one) == TAKEN
    await client.aclose()
    [seen] = server.seen
    path = seen.head.split()[1].decode()
    return dict(parse_qsl(urlsplit(path).query)), seen.body


def _decrypted(query: dict[str, str], body: Any) -> str:
    signed = query["msg_signature"], query["timestamp"], query["nonce"]
    text: str = WeChatCrypto(TOKEN, AES_KEY, APPID).decrypt_message(body, *signed)
    return text


TARGET = PushTarget(APPID, "http://x/", TOKEN, "gh_1", AES_KEY)


async def test_a_compatible_event_can_be_read_either_way() -> None:
    target = replace(TARGET, mode=Mode.COMPATIBLE)
    query, body = await _captured(target, event(RISKY, version=1, trace_id=TRACE))
    for text in (body, _decrypted(query, body)):
        read = parse_message(text)
        assert (read.event, read.is_risky, read.trace_id) == (
            "wxa_media_check",
            1,
            TRACE,
        )
    assert query["openid"] == event().from_user


async def test_json_of_version_2_is_what_was_encrypted() -> None:
    target = replace(TARGET, mode=Mode.SAFE, format=Format.JSON)
    query, body = await _captured(target, event(DOWNLOAD_FAILED))
    sealed = json.loads(body)
    assert set(sealed) == {"ToUserName", "Encrypt"}
    read = json.loads(_decrypted(query, sealed))
    assert read == event(DOWNLOAD_FAILED).fields()
    assert "result" not in read


@pytest.mark.parametrize("said", ["", "success"])
def test_an_encrypted_answer_of_wechatpy_is_read(said: str) -> None:
    crypto = WeChatCrypto(TOKEN, AES_KEY, APPID)
    reply = crypto.encrypt_message(said, "415670741", "1713424427").encode()
    assert remark(replace(TARGET, mode=Mode.SAFE), reply) == ""
    other = replace(TARGET, mode=Mode.SAFE, token="another")
    assert "another token" in remark(other, reply)


def test_the_command_line_far_and_near(service: Service) -> None:
    service.create_app("pushed")
    key = service.cli("admin-key", "create", "--scope", "apps:admin").strip()
    far = ("--server", service.server.base, "--key", key, "--json")
    url = ("--push-url", "https://push.invalid/x", "--push-token", TOKEN)
    given = ("app", "update", "pushed", *url, "--callback-host", "a.example")
    shown = json.loads(service.cli(*given, "--no-verify", *far))["push"]
    assert (shown["url"], shown["token_set"]) == ("https://push.invalid/x", True)
    for where in (far, ("--json",)):
        said = json.loads(service.cli("app", "push-show", "pushed", *where))
        assert said == shown
    with pytest.raises(AssertionError, match=r"push\.invalid was not found"):
        service.cli(*given, *far)
    other = service.cli("admin-key", "create", "--scope", "words:read").strip()
    with pytest.raises(AssertionError, match="lacks the scope apps:admin"):
        service.cli(*given, "--server", service.server.base, "--key", other)
