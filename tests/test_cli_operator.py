"""The options that every operator command has."""

import json
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.cli_fake import FakeAdmin, install
from tests.cli_helpers import Cli


@pytest.fixture
def cli(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> Cli:
    return Cli.at(tmp_path, monkeypatch, capfd)


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> FakeAdmin:
    found = install(monkeypatch)
    found.on("GET", "/audit", {"items": [], "next": None})
    return found


VERBS = {
    "wordlist": "import export versions diff publish rollback block packs lists terms"
    " backtest stats holds confirm release",
    "wordlist draft": "new list show diff lint approve discard put remove set-list"
    " drop-list undo",
    "wordlist shadow": "start status stop promote",
    "app": "create list rotate disable enable update",
    "admin-key": "create list revoke",
}
COMMANDS = [("audit",)] + [
    (*group.split(), verb) for group, verbs in VERBS.items() for verb in verbs.split()
]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_takes_a_server_a_key_and_json(
    cli: Cli, command: tuple[str, ...]
) -> None:
    ran = cli(*command, "--help")
    assert ran.code == 0
    assert ran.out.startswith(f"Usage: seccheck {' '.join(command)} ")
    for option in ("--server URL", "--key KEY", "--json"):
        assert option in ran.out


def test_without_a_server_the_database_is_used(cli: Cli, fake: FakeAdmin) -> None:
    assert cli("audit").code == 0
    assert [asked.path for asked in fake.asked] == ["/audit"]


@pytest.mark.parametrize("by_variable", [True, False])
def test_a_server_is_named_by_option_or_variable(
    cli: Cli, fake: FakeAdmin, monkeypatch: pytest.MonkeyPatch, *, by_variable: bool
) -> None:
    reached: list[tuple[str, str]] = []

    @asynccontextmanager
    async def remote(server: str, key: str) -> Any:
        reached.append((server, key))

        class Client:
            async def get(self, *_: object) -> Any:
                return {"items": [], "next": None}

        yield Client()

    monkeypatch.setattr("app.cli_admin.remote", remote)
    given = ["--server", "https://w", "--key", "sk_1"]
    if by_variable:
        monkeypatch.setenv("SECCHECK_SERVER", "https://w")
        monkeypatch.setenv("SECCHECK_ADMIN_KEY", "sk_1")
        given = []
    assert cli("audit", *given).code == 0
    assert reached == [("https://w", "sk_1")]
    assert fake.asked == []


def test_an_empty_variable_is_none(
    cli: Cli, fake: FakeAdmin, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECCHECK_SERVER", "")
    assert cli("audit").code == 0
    assert fake.asked


def test_the_key_is_shown_nowhere(cli: Cli) -> None:
    ran = cli("audit", "--server", "http://127.0.0.1:1", "--key", "sk_hunter2")
    assert ran.code == 2
    assert "sk_hunter2" not in ran.out + ran.err


def test_json_is_the_answer_as_it_came(cli: Cli, fake: FakeAdmin) -> None:
    page = {"items": [], "next": "7", "of a later version": 1}
    fake.on("GET", "/audit", page)
    assert json.loads(cli("audit", "--json").out) == page


def test_an_answer_of_another_version_is_one_sentence(
    cli: Cli, fake: FakeAdmin
) -> None:
    fake.on("GET", "/audit", {"entries": []})
    ran = cli("audit")
    assert ran.code == 2
    assert ran.err == (
        "seccheck: the answer has an unknown form; use the same version on both sides\n"
    )


def test_a_refusal_is_exit_code_2(cli: Cli, fake: FakeAdmin) -> None:
    fake.refuse("GET", "/audit", 403, "The key lacks the scope audit:read.")
    ran = cli("audit")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("seccheck: The key lacks the scope audit:read; use a key")


def test_the_database_is_the_one_of_the_settings(cli: Cli) -> None:
    ran = cli("audit")
    assert ran.code == 0, ran.err
    assert (cli.data / "data" / "seccheck.db").is_file()


def test_a_database_that_does_not_answer_is_one_sentence(
    cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECCHECK_DATABASE_URL", "postgresql://u:hunter2@127.0.0.1:1/x")
    ran = cli("audit")
    assert ran.code == 2
    assert ran.err.startswith("seccheck: the database cannot be used: ")
    assert "hunter2" not in ran.err
