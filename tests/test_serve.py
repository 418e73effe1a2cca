"""`seccheck serve` as a process of its own: first start, stop, second start."""

import os
import shlex
import signal
import socket
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.cli_helpers import environment, start
from tests.server_helpers import SECONDS, serving

WORDS = "term,label\n代开发票,crime\n"


@pytest.fixture
def words(tmp_path: Path) -> Path:
    folder = tmp_path / "wordlists"
    folder.mkdir()
    (folder / "crime.csv").write_text(WORDS, encoding="utf-8")
    return folder


def _curl(out: str) -> dict[str, Any]:
    """Send what the printed curl line says, also where there is no curl."""
    [line] = [line for line in out.splitlines() if line.startswith("  curl ")]
    words = shlex.split(line)
    given = dict(zip(words[3::2], words[4::2], strict=True))
    appid, _, secret = given["-u"].partition(":")
    name, _, value = given["-H"].partition(": ")
    answer: dict[str, Any] = httpx.post(
        words[2], auth=(appid, secret), headers={name: value}, content=given["-d"]
    ).json()
    return answer


def test_first_start_second_start(tmp_path: Path, words: Path) -> None:
    with serving(tmp_path, words) as first:
        first.wait()
        out, err = first.stop(signal.SIGTERM)
    assert first.process.returncode == 0, err
    assert "Traceback" not in err
    for name in ("appid", "secret", "admin key"):
        assert f"\n  {name}" in out
    secret = shlex.split(out.split("\n  secret")[1])[0]
    assert secret not in err
    with serving(tmp_path, words) as second:
        started = time.monotonic()
        second.wait()
        assert time.monotonic() - started < 10
        # The same database: the credentials of the first start still work.
        answer = _curl(out.replace(str(first.port), str(second.port)))
        again, err = second.stop(signal.SIGINT)
    assert answer["results"][0]["suggest"] == "risky"
    assert answer["lexicon_version"] == "1"
    assert second.process.returncode == 0, err
    assert "Traceback" not in err
    assert "secret" not in again
    assert again.splitlines()[0].startswith(f"Serving on {second.base}")


def test_no_token_reaches_output_or_log(tmp_path: Path, words: Path) -> None:
    with serving(tmp_path, words) as server:
        server.wait()
        httpx.post(
            f"{server.base}/wxa/msg_sec_check?access_token=hunter2",
            json={"content": "秘密内容", "openid": "o-secret", "version": 2},
        )
        out, err = server.stop(signal.SIGTERM)
    for text in ("hunter2", "秘密内容", "o-secret"):
        assert text not in out + err


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_workers_share_one_port_and_stop_cleanly(
    tmp_path: Path, words: Path, number: signal.Signals
) -> None:
    with serving(tmp_path, words, "--workers", "2") as server:
        server.wait()
        _, err = server.stop(number)
    assert server.process.returncode == 0, err
    assert "Traceback" not in err


def test_ctrl_c_in_a_terminal_reaches_every_process(
    tmp_path: Path, words: Path
) -> None:
    with serving(tmp_path, words, "--workers", "2") as server:
        server.wait()
        os.killpg(server.process.pid, signal.SIGINT)
        _, err = server.process.communicate(timeout=SECONDS)
    assert server.process.returncode == 0, err
    assert "Traceback" not in err


def test_a_taken_port_is_one_sentence_and_costs_no_secret(
    tmp_path: Path, words: Path
) -> None:
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        env = environment(tmp_path / "data", SECCHECK_WORDLISTS_DIR=str(words))
        process = start("serve", "--port", str(port), env=env, cwd=tmp_path)
        out, err = process.communicate(timeout=SECONDS)
    assert process.returncode == 2
    assert out == ""
    assert err.startswith(f"seccheck: cannot listen on 127.0.0.1 port {port}: ")
    assert not (tmp_path / "data").exists()


def test_an_app_made_before_the_first_start_is_the_first_app(
    tmp_path: Path, words: Path
) -> None:
    env = environment(tmp_path / "data")
    made = start("app", "create", "mine", "--secret", "s" * 32, env=env, cwd=tmp_path)
    assert made.wait(SECONDS) == 0
    made.communicate()
    with serving(tmp_path, words) as server:
        server.wait()
        token = httpx.get(
            f"{server.base}/cgi-bin/token",
            params={
                "grant_type": "client_credential",
                "appid": "mine",
                "secret": "s" * 32,
            },
        ).json()["access_token"]
        answer = httpx.post(
            f"{server.base}/wxa/msg_sec_check?access_token={token}",
            json={"content": "代开发票", "version": 2, "scene": 2},
        ).json()
        out, _ = server.stop(signal.SIGTERM)
    assert answer["result"] == {"suggest": "risky", "label": 20006}
    assert "secret" not in out
