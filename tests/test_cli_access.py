"""`seccheck app …` and `seccheck admin-key …`."""

import json
from pathlib import Path

import pytest

from tests.cli_helpers import Cli


@pytest.fixture
def cli(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> Cli:
    return Cli.at(tmp_path, monkeypatch, capfd)


def _secret(out: str) -> str:
    return out.splitlines()[1].removeprefix("secret  ")


def test_create_prints_a_secret_once(cli: Cli) -> None:
    ran = cli("app", "create", "shop")
    assert ran.code == 0
    assert ran.out.startswith("appid   shop\nsecret  ")
    assert len(_secret(ran.out)) >= 32
    assert _secret(ran.out) not in cli("app", "list").out


def test_create_takes_a_given_secret(cli: Cli) -> None:
    ran = cli("app", "create", "wx0123456789abcdef", "--secret", "s" * 32)
    assert _secret(ran.out) == "s" * 32


def test_create_twice_is_refused(cli: Cli) -> None:
    cli("app", "create", "shop")
    ran = cli("app", "create", "shop")
    assert ran.code == 2
    assert ran.err == "seccheck: An app with this appid exists already\n"


def test_list_shows_state_and_own_settings(cli: Cli) -> None:
    assert cli("app", "list", "--json").out == "[]\n"
    cli("app", "create", "a")
    cli("app", "create", "b", "--set", "strict=true", "--set", "day_limit=5")
    cli("app", "disable", "a")
    assert json.loads(cli("app", "list", "--json").out) == [
        {"appid": "a", "enabled": False, "settings": {}},
        {
            "appid": "b",
            "enabled": True,
            "settings": {"strict": True, "day_limit": 5},
        },
    ]
    head, first, second = cli("app", "list").out.splitlines()
    assert head.split() == ["APPID", "STATE", "SETTINGS"]
    assert first.split() == ["a", "disabled", "default"]
    assert second.split() == ["b", "enabled", "strict=true", "day_limit=5"]


def test_disable_and_enable(cli: Cli) -> None:
    cli("app", "create", "a")
    for verb, state in (("disable", False), ("enable", True)):
        assert cli("app", verb, "a").code == 0
        assert json.loads(cli("app", "list", "--json").out)[0]["enabled"] is state


def test_rotate_gives_another_secret(cli: Cli) -> None:
    first = _secret(cli("app", "create", "a").out)
    second = _secret(cli("app", "rotate", "a").out)
    assert second != first
    given = cli("app", "rotate", "a", "--secret", "t" * 32, "--grace", "60")
    assert _secret(given.out) == "t" * 32


def test_update_changes_and_resets_settings(cli: Cli) -> None:
    cli("app", "create", "a", "--set", "day_limit=5")
    assert cli("app", "update", "a", "--set", "review_as=pass").code == 0
    settings = json.loads(cli("app", "list", "--json").out)[0]["settings"]
    assert settings == {"day_limit": 5, "review_as": "pass"}
    cli("app", "update", "a", "--set", "day_limit=")
    settings = json.loads(cli("app", "list", "--json").out)[0]["settings"]
    assert settings == {"review_as": "pass"}


@pytest.mark.parametrize("verb", ["rotate", "disable", "enable"])
def test_an_unknown_app_is_refused(cli: Cli, verb: str) -> None:
    ran = cli("app", verb, "nobody")
    assert ran.code == 2
    assert ran.err == "seccheck: There is no app with this appid\n"


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ("nonsense=1", "unknown setting 'nonsense'; one of strict, "),
        ("strict", "write --set NAME=VALUE"),
        ("day_limit=many", "day_limit: Input should be a valid integer"),
        ("review_as=maybe", "review_as: Input should be "),
    ],
)
def test_a_wrong_setting_is_explained(cli: Cli, change: str, says: str) -> None:
    for verb in ("create", "update"):
        cli("app", "create", "update-me")
        ran = cli("app", verb, f"{verb}-me", "--set", change)
        assert ran.code == 2
        assert ran.err.startswith(f"seccheck: {says}")


def test_a_wrong_appid_is_explained(cli: Cli) -> None:
    ran = cli("app", "create", "no spaces")
    assert ran.code == 2
    assert ran.err.startswith("seccheck: One or more fields are missing or wrong")
    assert "appid: " in ran.err


def test_admin_keys_live_and_end(cli: Cli) -> None:
    key = cli("admin-key", "create", "--name", "ops", "--scope", "words:read").out
    assert key.startswith("sk_")
    shown = cli("admin-key", "list")
    assert key.strip() not in shown.out
    [listed] = json.loads(cli("admin-key", "list", "--json").out)
    assert listed["name"] == "ops"
    assert listed["scopes"] == ["words:read"]
    assert listed["revoked"] is False
    assert cli("admin-key", "revoke", str(listed["id"])).code == 0
    assert json.loads(cli("admin-key", "list", "--json").out)[0]["revoked"] is True


def test_an_admin_key_has_every_right_unless_told(cli: Cli) -> None:
    cli("admin-key", "create")
    [listed] = json.loads(cli("admin-key", "list", "--json").out)
    assert "apps:admin" in listed["scopes"]


def test_an_unknown_scope_and_key_are_refused(cli: Cli) -> None:
    ran = cli("admin-key", "create", "--scope", "world:rule")
    assert ran.code == 2
    assert ran.err.startswith("seccheck: unknown scope; use words:read, ")
    assert ran.err.count("\n") == 1
    assert cli("admin-key", "revoke", "7").code == 2
