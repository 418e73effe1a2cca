"""`seccheck app … --push-…` and `seccheck app push-…`, with a real receiver."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.push import account_name
from app.push.signature import signature
from tests.cli_helpers import Cli
from tests.push.receiver import PushReceiver, push_receiver

TOKEN, AES_KEY = "Sx7dQ2kLm9", "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"


@pytest.fixture
def cli(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> Cli:
    """The command line, allowed to push to loopback, with one app."""
    made = Cli.at(tmp_path, monkeypatch, capfd)
    monkeypatch.setenv("SECCHECK_ALLOW_PRIVATE_NETWORKS", "true")
    made("app", "create", "shop")
    return made


@pytest.fixture
def receiver() -> Iterator[PushReceiver]:
    with push_receiver() as running:
        yield running


def shown(cli: Cli) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(cli("app", "push-show", "shop", "--json").out)
    return found


def test_a_url_is_set_and_checked(cli: Cli, receiver: PushReceiver) -> None:
    given = ("--push-url", receiver.url, "--push-token", TOKEN)
    key = ("--push-aes-key", AES_KEY, "--push-mode", "safe", "--push-format", "json")
    ran = cli("app", "update", "shop", *given, *key, "--callback-host", "A.example")
    assert ran.code == 0, ran.err
    lines = dict(line.split("  ", 1) for line in ran.out.splitlines()[1:])
    assert {name: value.strip() for name, value in lines.items()} | {
        "url check": lines["url check"].split()[0]
    } == {
        "push": receiver.url,
        "format": "json",
        "mode": "safe",
        "to_user": account_name("shop"),
        "token": "set",
        "aes_key": "set",
        "url check": "passed",
        "callback hosts": "a.example",
    }
    [query] = receiver.queries
    expected = signature(TOKEN, query["timestamp"], query["nonce"])
    assert query["signature"] == expected
    assert cli("app", "push-show", "shop").out == "".join(
        f"{line}\n" for line in ran.out.splitlines()[1:]
    )
    for secret in (TOKEN, AES_KEY):
        assert secret not in ran.out + cli("audit", "--json").out


def test_a_failed_check_changes_nothing(cli: Cli, receiver: PushReceiver) -> None:
    given = ("app", "update", "shop", "--push-url", receiver.url, "--push-token", TOKEN)
    before = shown(cli)
    receiver.echoes = False
    ran = cli(*given, "--set", "strict=true")
    assert ran.code == 2
    assert ran.err == (
        "seccheck: The push settings were not changed: url: the URL check failed: the"
        " receiver did not answer the echostr\n"
    )
    assert shown(cli) == before
    assert json.loads(cli("app", "list", "--json").out)[0]["settings"] == {}
    assert cli(*given, "--no-verify").code == 0
    assert shown(cli)["url"] == receiver.url
    assert len(receiver.queries) == 1


def test_an_option_changes_what_it_names(cli: Cli, receiver: PushReceiver) -> None:
    given = ("--push-url", receiver.url, "--push-token", TOKEN)
    cli("app", "update", "shop", *given, "--callback-host", "a.example")
    first = shown(cli)
    cli("app", "update", "shop", "--push-format", "json", "--set", "strict=true")
    second = shown(cli)
    assert {name for name in first if first[name] != second[name]} <= {
        "format",
        "verified_at",
        "changed_at",
    }
    assert second["format"] == "json"
    cli("app", "update", "shop", "--callback-host", "")
    assert shown(cli)["callback_hosts"] == []
    cli("app", "update", "shop", "--push-url", "")
    assert (shown(cli)["url"], shown(cli)["token_set"]) == (None, False)


def test_secrets_come_from_files_and_the_environment(
    cli: Cli, receiver: PushReceiver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "key").write_text(f"{AES_KEY}\n")
    monkeypatch.setenv("SECCHECK_PUSH_TOKEN", TOKEN)
    cli("app", "update", "shop", "--push-to-user", "gh_1")
    assert not shown(cli)["token_set"]
    given = ("--push-url", receiver.url, "--push-aes-key", "@key")
    assert cli("app", "update", "shop", *given).code == 0
    query = receiver.queries[-1]
    expected = signature(TOKEN, query["timestamp"], query["nonce"])
    assert query["signature"] == expected
    assert shown(cli)["aes_key_set"]
    monkeypatch.setenv("SECCHECK_PUSH_TOKEN", "another1")
    cli("app", "update", "shop", "--set", "strict=true")
    cli("app", "update", "shop", "--push-format", "json")
    query = receiver.queries[-1]
    assert query["signature"] == signature(TOKEN, query["timestamp"], query["nonce"])


def test_a_file_that_is_not_there(cli: Cli) -> None:
    ran = cli("app", "create", "new", "--push-token", "@nowhere")
    assert ran.code == 2
    assert ran.err == "seccheck: the file nowhere of a secret cannot be read\n"
    assert "new" not in cli("app", "list").out


def test_a_new_app_with_a_push(cli: Cli, receiver: PushReceiver) -> None:
    given = ("--push-url", receiver.url, "--push-token", TOKEN)
    ran = cli("app", "create", "new", *given)
    assert ran.code == 0, ran.err
    assert ran.out.splitlines()[2].split() == ["push", receiver.url]
    made = json.loads(cli("app", "create", "more", *given, "--json").out)
    assert set(made) == {"appid", "secret", "push"}


def test_a_new_app_without_its_push_still_tells_its_secret(
    cli: Cli, receiver: PushReceiver
) -> None:
    receiver.status = 404
    given = ("--push-url", receiver.url, "--push-token", TOKEN)
    ran = cli("app", "create", "new", *given, "--secret", "s" * 32)
    assert ran.code == 2
    assert "s" * 32 in ran.out
    assert ran.err.startswith("seccheck: the app was made, but it pushes nothing: The")
    assert "answered with status 404" in ran.err


def test_a_test_event(cli: Cli, receiver: PushReceiver) -> None:
    ran = cli("app", "push-test", "shop")
    assert ran.code == 2
    assert ran.err.startswith("seccheck: The app has no push URL")
    cli("app", "update", "shop", "--push-url", receiver.url, "--push-token", TOKEN)
    ran = cli("app", "push-test", "shop", "--version", "1")
    assert ran.code == 0, ran.err
    outcome, trace = ran.out.splitlines()
    assert outcome.split(maxsplit=1) == ["outcome", "taken"]
    assert trace.split()[1].encode() in receiver.bodies[0]
    assert b"<isrisky>0</isrisky>" in receiver.bodies[0]
    receiver.status = 500
    ran = cli("app", "push-test", "shop")
    assert ran.code == 1
    assert "retry: the receiver answered with status 500\n" in ran.out
    ran = cli("app", "push-test", "shop", "--json")
    assert ran.code == 1
    said = json.loads(ran.out)
    assert (said["outcome"], said["status"]) == ("retry", 500)
    assert b"<version>2</version>" in receiver.bodies[1]


def test_an_update_says_what_to_change(cli: Cli) -> None:
    assert cli("app", "update", "shop", "--no-verify").code == 2
