"""Files come in whole or not at all, and go out so that they come in again."""

import os
import signal
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from tests.acceptance.operators import FRESH, Admin, House, soon, until
from tests.acceptance.service import RISKY, Json
from tests.cli_helpers import start
from tests.server_helpers import SECONDS

if TYPE_CHECKING:
    import subprocess

CSV = (
    "\ufeff"
    "term,label,level,match,scenes,starts,expires,note\r\n"
    '"甲,乙""丙",fraud,90,exact,,,,"=HYPERLINK(""http://x"")"\r\n'
    "=1+1,fraud,80,exact,chat;live,,,\r\n"
    "出售&枪支~玩具{30},crime,95,fuzzy,,2026-01-01,2099-01-01,rule\r\n"
    "大麻烦,exempt,,,,,,saved\r\n"
)
FORMATS: dict[str, tuple[str, list[str]]] = {
    "text": ("# mine\n文本词甲\n文本词乙\n", ["文本词乙", "文本词甲"]),
    "houbb": ("豪宝词&甲\n豪宝词乙\n", ["豪宝词\\&甲", "豪宝词乙"]),
    "toolgood": ("工好词甲|工好词乙", ["工好词乙", "工好词甲"]),
    "csv": ("term,label\n表格词甲,ads\n表格词乙,fraud\n", ["表格词乙", "表格词甲"]),
}


def _send(admin: Admin, draft: Json, content: bytes, **query: Any) -> httpx.Response:
    return admin.ask(
        "POST",
        f"/drafts/{draft['id']}/import",
        params=query,
        content=content,
        headers={"if-match": f'"{draft["revision"]}"'},
    )


def _again(admin: Admin, draft: Json) -> Json:
    found: Json = admin.get(f"/drafts/{draft['id']}")
    return found


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_comes_in(house: House, form: str) -> None:
    admin, name = house.admin, f"form-{form}"
    content, terms = FORMATS[form]
    draft = admin.draft()
    query = {"list": name, "format": form, "label": "fraud", "level": 90}
    answer = _send(admin, draft, content.encode(), **query)
    assert answer.status_code == 200, answer.text
    assert (answer.json()["added"], answer.json()["applied"]) == (2, True)
    admin.publish(_again(admin, draft))
    assert sorted(admin.words(name)) == sorted(terms)
    house.soon(f"看看{terms[1]}".replace("\\", ""), "risky")


def test_a_dry_run_tells_and_changes_nothing(house: House) -> None:
    admin, name = house.admin, "dry"
    draft = admin.draft()
    first = "term,level\n留下的,90\n改动的,90\n删掉的,90\n"
    assert _send(admin, draft, first.encode(), list=name).json()["added"] == 3
    admin.publish(_again(admin, draft))
    draft = admin.draft()
    second = "term,level\n留下的,90\n改动的,10\n新来的,90\n坏掉的,high\n&&&,\n"
    query = {"list": name, "mode": "replace", "dry_run": True}
    told = _send(admin, draft, second.encode(), **query).json()
    counts = [told[key] for key in ("added", "changed", "removed", "unchanged")]
    assert counts == [1, 1, 1, 1]
    assert told["applied"] is False
    assert [(one["line"], one["column"]) for one in told["refused"]] == [
        (5, "level"),
        (6, "term"),
    ]
    assert all(one["message"] for one in told["refused"])
    assert _again(admin, draft)["changes"] == 0
    # In earnest one row that cannot be used changes nothing, nor do the good ones.
    query = {"list": name, "mode": "replace"}
    refused = _send(admin, draft, second.encode(), **query).json()
    assert (refused["applied"], refused["refused_total"]) == (False, 2)
    assert _again(admin, draft)["changes"] == 0
    # Unless the operator wants the good ones.
    query["skip_refused"] = "true"
    done = _send(admin, draft, second.encode(), **query).json()
    assert (done["applied"], done["added"], done["removed"]) == (True, 1, 1)
    admin.publish(_again(admin, draft))
    assert sorted(admin.words(name)) == sorted(["留下的", "改动的", "新来的"])


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("好词\n".encode("utf-16"), "UTF-8"),
        (b"term\n\xff\xfe\n", "UTF-8"),
        (f"term\n{'长' * 10_000}\n".encode(), "500"),
        (b"colour,size\nred,1\n", "term"),
        (b"term,term\na,b\n", "twice"),
    ],
)
def test_a_bad_file_is_explained(house: House, content: bytes, says: str) -> None:
    admin = house.admin
    draft = admin.draft()
    told = _send(admin, draft, content, list="bad", format="csv").json()
    assert (told["applied"], told["added"]) == (False, 0)
    assert says in told["refused"][0]["message"]
    assert _again(admin, draft) == draft


def test_a_million_one_character_terms_are_refused(house: House) -> None:
    admin = house.admin
    draft = admin.draft()
    singles = "".join(f"{chr(0x4E00 + n)}\n" for n in range(20_000))
    told = _send(admin, draft, singles.encode(), list="singles", format="text").json()
    assert told["applied"] is False
    assert "one character" in told["refused"][0]["message"]
    assert _again(admin, draft) == draft
    assert house.suggests("今天天气不错") == "pass"


def test_what_goes_out_comes_in_again(house: House, tmp_path: Path) -> None:
    admin, name = house.admin, "round"
    draft = admin.draft()
    assert _send(admin, draft, CSV.encode(), list=name).json()["added"] == 4
    admin.publish(_again(admin, draft))
    rows = admin.get("/terms", list=name)["items"]
    for options in ({}, {"excel": True}):
        export = admin.ask("GET", f"/lists/{name}/export", params=options)
        assert export.headers["content-type"] == "text/csv; charset=utf-8"
        if options:
            assert export.content.startswith(b"\xef\xbb\xbf"), "Excel needs the mark"
            cells = export.text.replace('"', "").splitlines()
            dangerous = [
                c for line in cells for c in line.split(",") if c[:1] in "=+-@"
            ]
            assert [cell for cell in dangerous if cell] == []
        draft = admin.draft()
        query = {"list": name, "mode": "replace"}
        told = _send(admin, draft, export.content, **query).json()
        assert (told["added"], told["changed"], told["removed"]) == (0, 0, 0)
        assert told["unchanged"] == 4
    assert admin.get("/terms", list=name)["items"] == rows
    # The command line writes the same file, from here and from afar.
    files = [tmp_path / "near.csv", tmp_path / "far.csv"]
    for run, file in zip((house.cli, house.far_cli), files, strict=True):
        run("wordlist", "export", "--list", name, "-o", str(file))
    assert files[0].read_bytes() == files[1].read_bytes()
    assert "出售&枪支~玩具{30}" in files[0].read_text("utf-8")


def test_a_killed_import_leaves_nothing(house: House, tmp_path: Path) -> None:
    """The server is in the middle of a file when its client is killed."""
    admin, name = house.admin, "killed"
    before = admin.live()
    file = tmp_path / "many.txt"
    file.write_text("".join(f"很多词条{n:06d}号\n" for n in range(100_000)), "utf-8")
    env = {
        **house.service.server.env,
        "SECCHECK_SERVER": house.service.server.base,
        "SECCHECK_ADMIN_KEY": house.key,
    }
    args = ("wordlist", "import", str(file), "--list", name, "--publish")
    process = start(*args, env=env, cwd=tmp_path)

    def begun() -> list[int]:
        drafts = admin.get("/drafts", state="open", limit=5)["items"]
        return [one["id"] for one in drafts if one["title"] == "import of many.txt"]

    [number] = until(begun)
    until(lambda: _reading(admin, number, process))
    assert process.poll() is None, process.communicate()
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    # The draft is there, empty or whole, and nothing is served.
    until(lambda: admin.get(f"/drafts/{number}/import")["rows"] is None)
    assert admin.get(f"/drafts/{number}")["changes"] in {0, 100_000}
    assert admin.live() == before
    assert house.suggests("很多词条000001号") == "pass"
    assert house.suggests(RISKY) == "risky"


def _reading(admin: Admin, number: int, process: "subprocess.Popen[str]") -> bool:
    """Whether the file is on its way, or was quicker than us."""
    under_way = admin.get(f"/drafts/{number}/import")["rows"] is not None
    return under_way or process.poll() is not None


def test_two_operators_publish_at_once(house: House) -> None:
    admin = house.admin
    before = admin.live()
    drafts = []
    for number in range(4):
        draft = admin.draft()
        _send(
            admin, draft, f"同时词{number}号\n".encode(), list="at-once", format="text"
        )
        drafts.append(_again(admin, draft))
    answers: list[httpx.Response] = []

    def publish(at: int) -> None:
        desk = (admin, house.far)[at % 2]
        path = f"{desk.http.base_url}drafts/{drafts[at]['id']}/publish"
        headers = {
            "authorization": f"Bearer {house.key}",
            "if-match": f'"{drafts[at]["revision"]}"',
        }
        answers.append(FRESH.post(path, json={}, headers=headers))

    threads = [threading.Thread(target=publish, args=(at,)) for at in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(SECONDS)
    assert [answer.status_code for answer in answers] == [201] * 4, answers
    numbers = sorted(answer.json()["number"] for answer in answers)
    assert numbers == [before + n for n in range(1, 5)]
    assert sorted(admin.words("at-once")) == [f"同时词{n}号" for n in range(4)]
    until(lambda: house.everywhere("同时词0号，同时词3号", "risky"), seconds=2 * soon())
