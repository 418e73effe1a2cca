"""The receivers in docs/how-to/receive-callbacks.md, run as they stand there."""

import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from app.access import App, AppSettings
from app.api.media.room import CallbackKeys
from app.outbound import Signer
from tests.cli_helpers import ROOT
from tests.server_helpers import SECONDS, _free_port

PAGE = ROOT / "docs" / "how-to" / "receive-callbacks.md"
KEYS = CallbackKeys(bytes(range(32)))
FIRST = KEYS.secrets(App("shop", AppSettings()))
ROTATED = KEYS.secrets(App("shop", AppSettings(callback_key=1)))
ID = "msg_60fa6713-49187ba1-7a8cf8a7_callback"
BODY = json.dumps(
    {
        "type": "media.checked",
        "timestamp": "2026-11-25T07:30:01.250Z",
        "data": {"trace_id": "60fa6713", "suggest": "risky", "text": "办证"},
    },
    ensure_ascii=False,
).encode()
RECEIVERS = [
    pytest.param("python", sys.executable, "receiver.py", id="python"),
    pytest.param("js", "node", "receiver.mjs", id="node"),
]

pytestmark = pytest.mark.sdk


@dataclass
class Receiver:
    """A running receiver; what it printed is known after its end."""

    process: "subprocess.Popen[str]"
    url: str

    def send(self, headers: dict[str, str], body: bytes = BODY) -> int:
        return httpx.post(self.url, headers=headers, content=body).status_code

    def printed(self) -> list[str]:
        self.process.kill()
        out, _ = self.process.communicate(timeout=SECONDS)
        return out.splitlines()


@contextmanager
def receiving(
    language: str, command: str, name: str, folder: Path
) -> Iterator[Receiver]:
    """Start the program of the page with the first secret of the app."""
    if shutil.which(command) is None:
        pytest.skip(f"there is no {command}")
    page = PAGE.read_text(encoding="utf-8")
    code = re.search(rf"```{language}\n(.*?)```", page, re.DOTALL)
    assert code is not None
    (folder / name).write_text(code[1], encoding="utf-8")
    port = _free_port()
    env = os.environ | {"CALLBACK_SECRET": FIRST[0], "PORT": str(port)}
    process = subprocess.Popen(
        [command, name],
        cwd=folder,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    made = Receiver(process, f"http://127.0.0.1:{port}/")
    try:
        _wait(made)
        yield made
    finally:
        process.kill()
        process.communicate(timeout=SECONDS)


def _wait(receiver: Receiver) -> None:
    """Return once it answers; what is not signed is refused."""
    end = time.monotonic() + SECONDS
    while time.monotonic() < end and receiver.process.poll() is None:
        try:
            assert receiver.send({}) == 401
        except httpx.TransportError:
            time.sleep(0.05)
        else:
            return
    pytest.fail("the receiver does not start")


def signed(secrets: tuple[str, ...], age: int = 0) -> dict[str, str]:
    return Signer(secrets).headers(ID, int(time.time()) - age, BODY)


@pytest.mark.parametrize(("language", "command", "name"), RECEIVERS)
def test_the_receiver_takes_what_we_signed_and_nothing_else(
    language: str, command: str, name: str, tmp_path: Path
) -> None:
    with receiving(language, command, name, tmp_path) as receiver:
        good = signed(FIRST)
        assert receiver.send(good, BODY + b" ") == 401
        assert receiver.send(good | {"webhook-id": "msg_other"}) == 401
        assert receiver.send(good | {"webhook-timestamp": "now"}) == 401
        assert receiver.send(good | {"webhook-signature": "v1,"}) == 401
        assert receiver.send(good | {"webhook-signature": "nothing"}) == 401
        assert receiver.send(good | {"webhook-signature": "v1,*"}) == 401
        later = good["webhook-signature"].replace("v1,", "v2,")
        assert receiver.send(good | {"webhook-signature": later}) == 401
        assert receiver.send(signed(FIRST, age=3600)) == 401
        assert receiver.send(signed(ROTATED[:1])) == 401
        assert receiver.send(good) == 204
        # Again, and signed with a new secret beside the one that it has.
        assert receiver.send(good) == 204
        assert receiver.send(signed(ROTATED)) == 204
        assert receiver.printed() == ["60fa6713 risky"]
