"""A version serves everywhere in seconds, or nowhere at all."""

import shutil
import time
from pathlib import Path

import httpx
import pytest

from tests.acceptance.conftest import marked
from tests.acceptance.operators import (
    FRESH,
    TWO_MACHINES,
    Admin,
    House,
    calling,
    put,
    soon,
    until,
)
from tests.acceptance.service import RISKY, Json, Service


def test_every_process_serves_a_version_and_no_call_fails(any_house: House) -> None:
    admin, text = any_house.admin, "听说有门新财路"
    with calling(any_house, text) as callers:
        draft = admin.draft(put("live", "新财路"))
        assert {said for caller in callers for _, said in caller.said} == {"pass"}
        admin.publish(draft)
        published = time.monotonic()
        any_house.soon(text, "risky")
        # Each caller keeps a connection, and so a process, of its own.
        until(lambda: all(caller.said[-1][1] == "risky" for caller in callers))
        calls = [len(caller.said) for caller in callers]
        until(
            lambda: all(
                len(c.said) > n + 5 for c, n in zip(callers, calls, strict=True)
            )
        )
    for caller in callers:
        assert caller.last("pass") - published < soon()
        assert caller.said[-1][1] == "risky"


def test_going_back_is_as_quick(any_house: House) -> None:
    admin, text = any_house.admin, "听说有门老财路"
    before = admin.live()
    admin.publish(admin.draft(put("live", "老财路")))
    any_house.soon(text, "risky")
    with calling(any_house, text) as callers:
        admin.post(f"/versions/{before}/rollback", {"why": "a mistake"})
        back = time.monotonic()
        any_house.soon(text, "pass")
    for caller in callers:
        assert caller.last("risky") - back < soon()


def _ready(service: Service) -> Json:
    answer = FRESH.get(f"{service.server.base}/readyz")
    assert answer.status_code == 200, answer.text
    said: Json = answer.json()
    return said


def _failing(service: Service) -> str:
    text = FRESH.get(f"{service.server.base}/metrics").text
    [line] = [
        line
        for line in text.splitlines()
        if line.startswith("seccheck_lexicon_failing")
    ]
    return line.split()[1]


class _Broken:
    """A folder of compiled words that cannot be used: a file is in its place."""

    def __init__(self, service: Service) -> None:
        self._folder = service.folder / "data" / "lexicon"
        self._kept = Path(f"{self._folder}.kept")

    def __enter__(self) -> None:
        shutil.move(self._folder, self._kept)
        self._folder.write_text("in the way", encoding="utf-8")

    def __exit__(self, *_: object) -> None:
        self._folder.unlink()
        shutil.move(self._kept, self._folder)


def _publish(admin: Admin, draft: Json) -> httpx.Response:
    path = f"/drafts/{draft['id']}/publish"
    headers = {"if-match": f'"{draft["revision"]}"'}
    return admin.ask("POST", path, json={}, headers=headers)


def test_what_cannot_be_compiled_never_goes_live(house: House) -> None:
    admin, before = house.admin, house.admin.live()
    draft = admin.draft(put("broken", "编不成的词"))
    with _Broken(house.service):
        refused = _publish(admin, draft)
        assert refused.status_code == 422, refused.text
        assert "compiled wordlists cannot be used" in refused.json()["detail"]
        assert admin.live() == before
        assert admin.get(f"/drafts/{draft['id']}")["state"] == "open"
        assert house.everywhere(f"{RISKY}编不成的词", "risky")
        assert _ready(house.service)["lexicon_error"] is None
    # The same draft goes live as soon as it can.
    assert _publish(admin, draft).status_code == 201
    house.soon("这是编不成的词", "risky")


@pytest.mark.parametrize("house", marked(TWO_MACHINES), indirect=True)
def test_a_machine_that_cannot_load_says_so_and_serves_on(house: House) -> None:
    admin, sound, broken = house.admin, house.services[0], house.services[1]
    before = str(admin.live())
    until(lambda: _ready(broken)["lexicon_version"] == before)
    text = "单机缺的词"
    with _Broken(broken), calling(house, f"{RISKY}，{text}"):
        number = admin.publish(admin.draft(put("partly", text)))["number"]
        until(lambda: _ready(sound)["lexicon_version"] == str(number), seconds=soon())
        until(lambda: _ready(broken)["lexicon_error"])
        said = _ready(broken)
        assert said["status"] == "ready"
        assert said["lexicon_version"] == before
        assert "cannot be loaded" in said["lexicon_error"]
        assert (_failing(sound), _failing(broken)) == ("0.0", "1.0")
        assert house.suggests(text, at=0) == "risky"
        assert house.suggests(text, at=1) == "pass"
        assert house.suggests(RISKY, at=1) == "risky"
    # Mended, it follows again; the next version does not wait for the broken one.
    admin.publish(admin.draft(put("partly", "又一个词")))
    house.soon(text, "risky")
    assert _ready(broken)["lexicon_error"] is None
    assert _failing(broken) == "0.0"
