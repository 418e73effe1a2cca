"""`seccheck job …` and `app callback-secret`, near and far, on a real store."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from app.jobs import (
    Accepted,
    Decided,
    Destination,
    Ending,
    JobVerdict,
    Media,
    NewJob,
    Outcome,
    Sealing,
    Sent,
    Share,
    SqlJobStore,
)
from app.jobs.worker import failure
from app.service_key import secret_key, subkey
from app.settings import Settings
from app.store import Database
from app.trial import Cipher
from tests.cli_helpers import Cli
from tests.jobs.helpers import Clock
from tests.server_helpers import serving

TRACES = ("0" * 31 + "1", "0" * 31 + "2", "0" * 31 + "3")
GONE, BAD, OPEN = TRACES
RISKY = JobVerdict("risky", 20002, body={"result": {"suggest": "risky"}})
PUSH = Destination("push", "wechat")


def stored(work: Callable[[SqlJobStore], Awaitable[None]]) -> None:
    """Do something with the store that the command line has."""

    async def run() -> None:
        settings = Settings()
        db = Database.open(settings.database)
        cipher = Cipher(subkey(secret_key(settings), "jobs"))
        try:
            await work(SqlJobStore(db, Sealing(cipher), clock=Clock()))
        finally:
            await db.close()

    asyncio.run(run())


async def fill(store: SqlJobStore) -> None:
    """A job whose callback was given up, a failed one, and one that waits."""
    await accept(store, GONE, url="https://media.example/secret.jpg", plan=(PUSH,))
    await finish(store, Ending(RISKY))
    (delivery,) = await store.claim_deliveries(1, 60.0, Share())
    why = "the receiver answered with status 500"
    outcome = Outcome(Sent.RETRY, why, 500)
    await store.record_attempt(delivery, outcome, wait=None, seconds=0.25)
    await accept(store, BAD, media=Media.AUDIO, version="native", upload=b"secret")
    verdict = failure(-1009, "the file is damaged")
    await finish(store, Ending(verdict, Decided.FAILED, verdict.errmsg))


async def accept(store: SqlJobStore, trace_id: str, **given: Any) -> None:
    usual: dict[str, Any] = {
        "appid": "shop",
        "media": Media.IMAGE,
        "version": "1",
        "scene": 2,
    }
    (said,) = await store.accept([(trace_id, NewJob(**usual | given))])
    assert isinstance(said, Accepted)


async def finish(store: SqlJobStore, ending: Ending) -> None:
    (job,) = await store.claim(1, 60.0, Share())
    await store.finish(job, ending)


@pytest.fixture
def cli(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> Cli:
    made = Cli.at(tmp_path, monkeypatch, capfd)
    assert made("app", "create", "shop").code == 0
    stored(fill)
    return made


def rows(out: str) -> list[list[str]]:
    return [line.split() for line in out.splitlines()]


def test_jobs_are_listed(cli: Cli) -> None:
    ran = cli("job", "list")
    assert ran.code == 0, ran.err
    head, first, second = rows(ran.out)
    assert head == "TRACE_ID APP TYPE STATE VERDICT TRIES CREATED REASON".split()
    # Newest first; of one moment, by their ids.
    assert first[:6] == [BAD, "shop", "audio", "delivered", "review", "(-1009)"]
    assert second[:6] == [GONE, "shop", "image", "dead", "risky", "1"]
    assert "2027-01-15 08:00 UTC" in ran.out
    assert "secret" not in ran.out
    assert rows(cli("job", "list", "--state", "dead").out)[1:] == [second]
    assert rows(cli("job", "list", "--type", "audio").out)[1:] == [first]
    nothing = cli("job", "list", "--app", "other")
    assert (nothing.out, nothing.err) == ("", "seccheck: there are no such checks\n")
    later = cli("job", "list", "--since", "2027-01-15T08:00:01Z")
    assert later.out == ""
    before = cli("job", "list", "--until", "2027-01-15")
    assert before.out == ""


def test_a_long_list_goes_on(cli: Cli) -> None:
    ran = cli("job", "list", "--limit", "1")
    cursor = ran.err.split("--after ")[1].strip()
    ran = cli("job", "list", "--limit", "1", "--after", cursor)
    assert rows(ran.out)[1][0] == GONE


def test_a_job_is_shown(cli: Cli) -> None:
    ran = cli("job", "show", GONE)
    assert ran.code == 0, ran.err
    lines = dict(line.split(maxsplit=1) for line in ran.out.splitlines()[:11])
    assert lines["api"] == "WeChat v1"
    assert lines["verdict"] == "risky porn"
    assert lines["state"] == "dead"
    assert ran.out.count("the receiver answered with status 500") == 2
    assert "0.25 s" in ran.out
    said = json.loads(cli("job", "show", BAD, "--json").out)
    assert (said["error"], said["deliveries"]) == ("the file is damaged", [])
    ran = cli("job", "show", BAD)
    assert "no callbacks" in ran.err
    ran = cli("job", "show", "f" * 32)
    assert (ran.code, ran.err) == (2, "seccheck: There is no check of this trace_id\n")


def test_callbacks_are_sent_again(cli: Cli) -> None:
    ran = cli("job", "replay", GONE)
    assert (ran.code, ran.out) == (0, f"{GONE}: 1 callback sent again\n")
    ran = cli("job", "replay", GONE)
    assert ran.code == 2
    assert "There is no callback to send again" in ran.err


def test_callbacks_of_a_span_are_sent_again(cli: Cli) -> None:
    span = ("--since", "2027-01-15T07:00:00Z", "--state", "dead", "--app", "shop")
    ran = cli("job", "replay", *span, "--until", "2027-01-15T08:00:00Z")
    assert ran.out == "the callbacks of 0 checks are sent again\n"
    ran = cli("job", "replay", *span)
    assert ran.out == "the callbacks of 1 check are sent again\n"
    assert rows(cli("job", "list", "--state", "dead").out) == []
    for args in ((), (GONE, "--since", "3h"), ("--since", "soon")):
        assert cli("job", "replay", *args).code == 2
    entries = json.loads(cli("audit", "--action", "job", "--json").out)["items"]
    assert [one["detail"]["replayed"] for one in entries] == [1, 0]


def test_a_job_is_cancelled(cli: Cli) -> None:
    async def add(store: SqlJobStore) -> None:
        await accept(store, OPEN, url="https://media.example/a", plan=(PUSH,))

    stored(add)
    ran = cli("job", "cancel", OPEN)
    assert (ran.code, ran.out) == (0, f"{OPEN} is cancelled\n")
    ran = cli("job", "cancel", OPEN)
    assert ran.code == 2
    assert "The check has its verdict already" in ran.err


def test_receivers_are_switched(cli: Cli) -> None:
    nothing = cli("job", "endpoints", "--app", "other")
    assert nothing.err == "seccheck: no receiver fails\n"
    assert rows(cli("job", "endpoints").out)[1][:3] == ["shop", "push", "failing"]
    ran = cli("job", "disable", "shop", "push", "--why", "it moves")
    assert ran.code == 0, ran.err
    assert rows(ran.out)[1][:3] == ["shop", "push", "off"]
    assert "it moves" in ran.out
    assert ran.out.endswith("switch it on again: seccheck job enable shop push\n")
    assert cli("job", "endpoints", "--app", "shop").out == ran.out
    ran = cli("job", "enable", "shop", "push")
    assert (ran.code, ran.out) == (0, "push of shop is on; 0 callbacks sent now\n")
    assert cli("job", "disable", "other", "push").code == 2


def test_the_secret_of_callbacks(cli: Cli) -> None:
    [(name, secret)] = rows(cli("app", "callback-secret", "shop").out)
    assert name == "secret"
    assert secret.startswith("whsec_")
    cli("app", "update", "shop", "--set", "callback_key=1")
    newest, former = rows(cli("app", "callback-secret", "shop").out)
    assert former == ["former", secret]
    assert newest[1] != secret
    said = json.loads(cli("app", "callback-secret", "shop", "--json").out)
    assert said == {"secrets": [newest[1], secret]}
    assert secret not in cli("audit", "--json").out


@pytest.mark.slow
def test_far_is_as_near(cli: Cli, tmp_path: Path) -> None:
    commands = (
        ("job", "list"),
        ("job", "show", GONE),
        ("job", "show", BAD, "--json"),
        ("job", "endpoints", "--json"),
        ("app", "callback-secret", "shop"),
    )
    near = [cli(*command).out for command in commands]
    reader, admin = key_for(cli, "jobs:read"), key_for(cli, "apps:admin")
    words = tmp_path / "words"
    words.mkdir()
    with serving(tmp_path, words) as server:
        server.wait()
        for command, expected in zip(commands, near, strict=True):
            key = reader if command[0] == "job" else admin
            ran = cli(*command, "--server", server.base, "--key", key)
            assert ran.out == expected, ran.err
        ran = cli("job", "replay", GONE, "--server", server.base, "--key", reader)
        assert ran.code == 2
        assert "jobs:write" in ran.err


def key_for(cli: Cli, scope: str) -> str:
    made = cli("admin-key", "create", "--name", "me", "--scope", scope)
    (key,) = (word for word in made.out.split() if word.startswith("sk_"))
    return key
