"""What an operator relies on: probes, publishing under load, silence about users."""

import shlex
import signal
import sqlite3
import threading
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.acceptance.service import (
    CHECK,
    CLEAN,
    RISKY,
    SECRET,
    Service,
    answer,
    service_in,
    write_words,
)
from tests.cli_helpers import environment, start
from tests.conftest import Postgres
from tests.server_helpers import SECONDS, serving

NEW = "新造违规词"


def test_not_ready_until_the_words_are_loaded(tmp_path: Path) -> None:
    # So many words that loading them takes a moment.
    rows = "".join(f"测试词条{number:05d}号\n" for number in range(30_000))
    words = write_words(tmp_path, f"term\n{rows}")
    seen: list[int] = []
    with serving(tmp_path, words) as server:
        end = time.monotonic() + SECONDS
        while 200 not in seen and time.monotonic() < end:
            try:
                seen.append(httpx.get(f"{server.base}/readyz").status_code)
            except httpx.TransportError:
                time.sleep(0.01)
                continue
            assert httpx.get(f"{server.base}/livez").status_code == 200
        assert set(seen[:-1]) <= {503}
        assert seen[-1] == 200
        ready = httpx.get(f"{server.base}/readyz").json()
        assert ready["lexicon_version"] == "1"
        out, err = server.stop(signal.SIGTERM)
    assert 503 in seen, "loading was too fast to be seen"
    assert server.process.returncode == 0, err
    assert "Traceback" not in out + err


def test_no_worker_takes_calls_before_it_can_answer_them(tmp_path: Path) -> None:
    rows = "".join(f"测试词条{number:05d}号\n" for number in range(30_000))
    words = write_words(tmp_path, f"term\n{rows}")
    with serving(tmp_path, words, "--workers", "2") as server:
        server.wait()
        # Every call is a connection of its own, so either worker may get it.
        calls = [httpx.get(f"{server.base}/readyz") for _ in range(60)]
    assert {call.status_code for call in calls} == {200}


class _Callers(threading.Thread):
    """Calls without a pause, over new connections, until told to stop."""

    def __init__(self, service: Service, token: str, content: str) -> None:
        super().__init__(daemon=True)
        self._url = f"{service.server.base}{CHECK}?access_token={token}"
        self._content = content
        self.ended = threading.Event()
        self.suggests: list[tuple[float, str]] = []
        self.failures: list[object] = []

    def run(self) -> None:
        given = {"content": self._content, "version": 2}
        while not self.ended.is_set():
            try:
                said = answer(httpx.post(self._url, json=given, timeout=SECONDS))
                suggest = str(said["result"]["suggest"])
            except Exception as error:  # noqa: BLE001 - whatever it is, it failed
                self.failures.append(error)
                return
            self.suggests.append((time.monotonic(), suggest))

    def settled(self) -> bool:
        """Whether every answer of a while, so from both workers, is risky."""
        return len(self.suggests) > 40 and {
            suggest for _, suggest in self.suggests[-40:]
        } == {"risky"}


def test_a_publish_is_served_by_every_worker_without_a_failure(
    tmp_path: Path,
) -> None:
    with service_in(tmp_path, "--workers", "2") as service:
        _publish_under_load(service, tmp_path)
        out, err = service.server.stop(signal.SIGTERM)
    assert service.server.process.returncode == 0, err
    assert "Traceback" not in out + err


def _publish_under_load(service: Service, folder: Path) -> None:
    service.create_app("busy")
    callers = _Callers(service, service.token("busy"), f"这是{NEW}")
    callers.start()
    time.sleep(0.5)
    assert {suggest for _, suggest in callers.suggests} == {"pass"}
    words = folder / "mine.csv"
    words.write_text(f"\ufeffterm,label\r\n{NEW},fraud\r\n", encoding="utf-8")
    service.cli("wordlist", "import", str(words), "--publish")
    published = time.monotonic()
    while not callers.settled() and time.monotonic() - published < 20:
        time.sleep(0.05)
    callers.ended.set()
    callers.join(SECONDS)
    assert callers.failures == []
    last_pass = max(when for when, suggest in callers.suggests if suggest == "pass")
    assert callers.settled()
    assert last_pass - published < 5
    exported = service.cli("wordlist", "export", "--list", "mine")
    assert f"\n{NEW},fraud,90,standard," in exported


PLANTED = {
    "content": "种下的内容abcxyz",
    "openid": "planted-openid-77",
    "title": "种下的标题",
    "nickname": "种下的昵称",
    "signature": "种下的签名",
}


def _plant(service: Service) -> list[str]:
    """Send marked texts every way, good and broken; returns what must not be kept."""
    token = service.token("quiet")
    stable = service.post(
        "/cgi-bin/stable_token",
        None,
        {"grant_type": "client_credential", "appid": "quiet", "secret": SECRET},
    )["access_token"]
    good = PLANTED | {"version": 2, "scene": 1}
    risky = good | {"content": f"{PLANTED['content']}{RISKY}"}
    bodies: list[Any] = [good, risky, good | {"scene": 9}, good | {"version": 7}]
    bodies += [risky | {"version": 1}, PLANTED["content"].encode(), b"\xff" * 9]
    for body in bodies:
        service.post(CHECK, token, body)
        service.post(CHECK, "planted-token-88", body)
    login = ("quiet", SECRET)
    for body in ({"text": risky["content"], "user_id": "planted-user"}, {"text": 1}):
        service.client.post("/v1/texts:check", json=body, auth=login)
    service.client.post(
        "/v1/texts:check",
        content=PLANTED["content"].encode(),
        headers={"authorization": "Bearer planted-token-88"},
    )
    service.client.get("/cgi-bin/token", params={"appid": "planted-id", "secret": "x"})
    return [*PLANTED.values(), "planted-", SECRET, token, str(stable)]


def test_nothing_of_users_or_credentials_is_kept(tmp_path: Path) -> None:
    settings = {"SECCHECK_ACCESS_LOG": "true", "SECCHECK_LOG_LEVEL": "debug"}
    with service_in(tmp_path, **settings) as service:
        service.create_app("quiet")
        planted = _plant(service)
        metrics = service.client.get("/metrics").text
        time.sleep(1.5)  # until failures have been written
        # A copy beside the WAL, as a stop would fold it away.
        files = [path for path in (tmp_path / "data").rglob("*") if path.is_file()]
        kept = b"".join(path.read_bytes() for path in files)
        out, err = service.server.stop(signal.SIGTERM)
    kept += b"".join(path.read_bytes() for path in files if path.is_file())
    assert '"path":"/wxa/msg_sec_check"' in err, "the access log was on"
    printed_secret = next(
        line.split()[1] for line in out.splitlines() if line.startswith("  secret")
    )
    for text in planted:
        assert text not in out + err + metrics, text
        assert text.encode() not in kept, text
    assert printed_secret.encode() not in kept
    with closing(sqlite3.connect(tmp_path / "data" / "seccheck.db")) as database:
        [(failures,)] = database.execute("SELECT count(*) FROM rid")
    assert failures >= 4, "failures are kept, without their content"


def test_the_data_folder_is_private(service: Service) -> None:
    assert (service.folder / "data").stat().st_mode & 0o077 == 0


def test_readme_line_works_and_the_second_start_is_silent(tmp_path: Path) -> None:
    with service_in(tmp_path) as service:
        out, _ = service.server.stop(signal.SIGINT)
    [line] = [line for line in out.splitlines() if line.startswith("  curl ")]
    login = shlex.split(line)[shlex.split(line).index("-u") + 1]
    appid, _, secret = login.partition(":")
    with service_in(tmp_path) as again:
        assert "access_token" in again.get_token(appid, secret)
        again_out, again_err = again.server.stop(signal.SIGTERM)
    for text in (secret, appid, "sk_"):
        assert text not in again_out + again_err
    assert again.server.process.returncode == 0


def test_a_request_on_its_way_is_answered_before_the_stop(tmp_path: Path) -> None:
    with service_in(tmp_path) as service:
        service.create_app("last")
        token = service.token("last")
        late = threading.Event()
        said: list[Any] = []

        def trickle() -> Any:
            yield b'{"content":"'
            late.wait(SECONDS)
            yield f'{CLEAN}","version":2}}'.encode()

        def call() -> None:
            url = f"{service.server.base}{CHECK}?access_token={token}"
            said.append(answer(httpx.post(url, content=trickle(), timeout=SECONDS)))

        caller = threading.Thread(target=call, daemon=True)
        caller.start()
        time.sleep(0.5)
        service.server.process.send_signal(signal.SIGTERM)
        time.sleep(0.3)
        late.set()
        caller.join(SECONDS)
        _, err = service.server.process.communicate(timeout=SECONDS)
    assert said[0]["result"]["suggest"] == "pass"
    assert service.server.process.returncode == 0, err


@pytest.mark.postgres
def test_two_services_on_one_postgres(tmp_path: Path, postgres: Postgres) -> None:
    """Two machines: one hands out what the other accepts; both serve a publish."""
    name = postgres.create()
    shared = {"SECCHECK_DATABASE_URL": postgres.url(name)}
    with (
        service_in(tmp_path / "one", **shared) as one,
        service_in(tmp_path / "two", **shared) as two,
    ):
        one.create_app("everywhere", "day_limit=100")
        token = one.token("everywhere")
        for service in (one, two):
            assert service.check(token, RISKY)["result"]["suggest"] == "risky"
        file = tmp_path / "mine.csv"
        file.write_text(f"term\n{NEW}\n", encoding="utf-8")
        two.cli("wordlist", "import", str(file), "--publish")
        published = time.monotonic()
        for service in (one, two):
            while service.check(token, NEW)["result"]["suggest"] == "pass":
                assert time.monotonic() - published < 5
                time.sleep(0.2)
        assert "access_token" in two.get_token("everywhere")
        outputs = [service.server.stop(signal.SIGTERM) for service in (one, two)]
    postgres.drop(name)
    # One database, so one first start.
    assert [("secret" in out) for out, _ in outputs] == [True, False]
    assert [service.server.process.returncode for service in (one, two)] == [0, 0]


def test_a_database_out_of_reach_is_one_sentence(tmp_path: Path) -> None:
    env = environment(
        tmp_path / "data",
        SECCHECK_DATABASE_URL="postgresql://nobody:pass-word@127.0.0.1:1/none",
        SECCHECK_PORT="0",
    )
    for command in (["serve"], ["app", "list"], ["wordlist", "versions"]):
        process = start(*command, env=env, cwd=tmp_path)
        out, err = process.communicate(timeout=SECONDS)
        assert process.returncode == 2
        assert out == ""
        assert err.startswith("seccheck: the database cannot be used")
        assert "pass-word" not in err
        assert len(err.splitlines()) == 1
