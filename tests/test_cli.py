"""The command line as a whole: help, errors, exit codes."""

from pathlib import Path

import pytest

from app import __version__
from app.cli_common import print_table
from tests.cli_helpers import Cli


@pytest.fixture
def cli(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> Cli:
    return Cli.at(tmp_path, monkeypatch, capfd)


def test_version(cli: Cli) -> None:
    assert cli("--version").out == f"seccheck {__version__}\n"


def test_without_a_command_it_shows_help(cli: Cli) -> None:
    ran = cli()
    for command in ("serve", "app", "admin-key", "check", "wordlist"):
        assert f"\n  {command} " in ran.out + ran.err


@pytest.mark.parametrize(
    "command",
    [
        ("serve",),
        ("check",),
        ("app",),
        *[("app", verb) for verb in ("create", "list", "rotate", "disable", "update")],
        *[("admin-key", verb) for verb in ("create", "list", "revoke")],
        *[("wordlist", verb) for verb in ("lint", "import", "export", "versions")],
    ],
    ids=" ".join,
)
def test_every_command_has_help(cli: Cli, command: tuple[str, ...]) -> None:
    ran = cli(*command, "--help")
    assert ran.code == 0
    assert ran.out.startswith(f"Usage: seccheck {' '.join(command)}")


def test_an_unknown_command_is_named(cli: Cli) -> None:
    ran = cli("chek")
    assert ran.code == 2
    assert "chek" in ran.err


def test_an_invalid_setting_is_named_but_not_repeated(
    cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECCHECK_DATABASE_URL", "sqlite:///x")
    monkeypatch.setenv("SECCHECK_PORT", "hunter2")
    ran = cli("app", "list")
    assert ran.code == 2
    assert ran.err.startswith("seccheck: SECCHECK_PORT: ")
    assert ran.err.count("\n") == 1
    assert "hunter2" not in ran.err


def test_a_database_url_that_cannot_be_used_is_not_repeated(
    cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECCHECK_DATABASE_URL", "mysql://root:hunter2@db/x")
    ran = cli("app", "list")
    assert ran.code == 2
    assert "mysql is not supported" in ran.err
    assert "hunter2" not in ran.err


def test_a_database_that_does_not_answer_is_one_sentence(
    cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = "postgresql://root:hunter2@127.0.0.1:1/x"
    monkeypatch.setenv("SECCHECK_DATABASE_URL", url)
    for command in (("app", "list"), ("check", "text")):
        ran = cli(*command)
        assert ran.code == 2
        assert ran.err.startswith("seccheck: the database cannot be used: ")
        assert ran.err.count("\n") == 1
        assert "hunter2" not in ran.err


def test_a_data_folder_that_cannot_be_made_is_one_sentence(
    cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocked = cli.data / "file"
    blocked.touch()
    monkeypatch.setenv("SECCHECK_DATA_DIR", str(blocked / "data"))
    ran = cli("app", "list")
    assert ran.code == 2
    assert ran.err.startswith("seccheck: ")
    assert ran.err.count("\n") == 1


def test_tables_line_up_with_wide_characters(
    capfd: pytest.CaptureFixture[str],
) -> None:
    print_table(("A", "B"), [("中文", "1"), ("x", "2")])
    assert capfd.readouterr().out == "A     B\n中文  1\nx     2\n"
