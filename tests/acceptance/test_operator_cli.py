"""The command line does the same on the database as against a server far away."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.operators import APPID, House, put
from tests.acceptance.service import SECRET

READS = (
    "wordlist lists --json",
    "wordlist terms 发票 --list pack --json",
    "wordlist draft list --state all --json",
    "wordlist draft show 1 --json",
    "wordlist draft diff 1 --json",
    "wordlist draft lint 1 --json",
    "wordlist diff 1 2 --json",
    "wordlist stats --json",
    "wordlist holds --json",
    "wordlist export",
    "app list --json",
    "admin-key list --json",
    "wordlist versions",
    "wordlist draft show 1",
)


@pytest.fixture(scope="module")
def used(house: House) -> House:
    """A house in which something has happened."""
    admin = house.admin
    admin.draft(put("waiting", "等待的词"), put("waiting", "贷款"))
    admin.publish(admin.draft(put("mine", "命令行词"), {"op": "list", "list": "mine"}))
    return house


@pytest.mark.parametrize("command", READS)
def test_looking_shows_the_same(used: House, command: str) -> None:
    near, far = used.cli(*command.split()), used.far_cli(*command.split())
    assert near == far
    if command.endswith("--json"):
        json.loads(near)


def _flow(run: Any, name: str, folder: Path) -> list[str]:
    """An operator's morning; what each step printed, without numbers that grow."""
    file = folder / f"{name}.csv"
    file.write_text(f"term,label\n{name}词甲,fraud\n{name}词乙,ads\n", encoding="utf-8")
    made = json.loads(run("wordlist", "draft", "new", f"draft {name}", "--json"))
    number = str(made["id"])
    said = [
        run("wordlist", "import", str(file), "--dry-run"),
        run("wordlist", "import", str(file), "--draft", number, "--why", "test"),
        run("wordlist", "draft", "put", number, f"{name}词丙", "--list", name),
        run("wordlist", "draft", "set-list", number, name, "--app", APPID),
        run("wordlist", "draft", "lint", number),
        run("wordlist", "draft", "diff", number),
        run("wordlist", "publish", number, "--why", "looked at"),
    ]
    version = json.loads(run("wordlist", "versions", "--limit", "1", "--json"))[0]
    said.append(run("wordlist", "rollback", str(version["number"] - 1)))
    said.append(
        run("wordlist", "block", f"{name}急", "--label", "fraud", "--for", "1h")
    )
    lists = json.loads(run("wordlist", "lists", "--json"))["items"]
    assert name not in [one["name"] for one in lists], "the rollback took it away"
    return said


def test_changing_does_the_same(used: House, tmp_path: Path) -> None:
    near = _flow(used.cli, "near", tmp_path)
    far = _flow(used.far_cli, "farr", tmp_path)
    assert len(near) == len(far)
    for one, other in zip(near, far, strict=True):
        assert _plain(one) == _plain(other)


def _plain(said: str) -> str:
    """Without the name of the list and whatever counts up."""
    words = said.replace("near", "farr")
    return "".join("#" if char.isdigit() else char for char in words).replace("##", "#")


def test_apps_and_keys_from_afar(used: House) -> None:
    out = used.far_cli(
        "app", "create", "far-app", "--secret", SECRET, "--set", "strict=true"
    )
    assert out == f"appid   far-app\nsecret  {SECRET}\n"
    out = used.far_cli(
        "app", "update", "far-app", "--set", "strict=", "--set", "day_limit=5"
    )
    assert out == "far-app has day_limit=5\n"
    assert used.suggests("好", app="far-app") == "pass"
    key = used.far_cli("admin-key", "create", "--name", "far", "--scope", "words:read")
    assert key.startswith("sk_")
    assert '"far"' in used.cli("admin-key", "list", "--json")


def test_who_did_it_is_told_apart(used: House) -> None:
    used.cli("wordlist", "draft", "new", "from here")
    used.far_cli("wordlist", "draft", "new", "from afar")
    far, near = used.admin.get("/audit", action="draft.create", limit=2)["items"]
    assert near["who"].startswith("cli")
    assert near["key_id"] is None
    assert far["who"].startswith("chief#")


@pytest.mark.parametrize(
    ("key", "says"),
    [
        ("", "a server needs a key: set SECCHECK_ADMIN_KEY or give --key"),
        ("sk_wrong", "does not accept the key; check --key or SECCHECK_ADMIN_KEY"),
    ],
)
def test_a_wrong_key_is_one_sentence(used: House, key: str, says: str) -> None:
    env = {"SECCHECK_SERVER": used.service.server.base, "SECCHECK_ADMIN_KEY": key}
    out, err = used.run(("wordlist", "versions"), env, code=2)
    assert out == ""
    assert says in err
    assert len(err.splitlines()) == 1
