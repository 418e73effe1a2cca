"""The emergency path, and lists that concern some apps, scenes, times or requests."""

import json
import time
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.acceptance.operators import OTHER, House, put, soon, until


def test_a_block_is_live_in_seconds_and_ends_by_itself(house: House) -> None:
    admin, text = house.admin, "最新跑分骗局"
    before = admin.live()
    seconds = 3 * soon()
    began = time.time()
    made = admin.post(
        "/blocks",
        {
            "term": "跑分骗局",
            "label": "fraud",
            "hours": seconds / 3600,
            "why": "complaint at 3 a.m.",
        },
    )
    assert (made["number"], made["origin"], made["added"]) == (
        before + 1,
        "emergency",
        1,
    )
    house.soon(text, "risky")
    # Fuzzy unless told otherwise: disguises are blocked, too.
    assert house.suggests("最新跑·分·骗·局") == "risky"
    [row] = admin.get("/terms", list="emergency", q="跑分骗局")["items"]
    assert row["expires"] is not None
    until(lambda: house.everywhere(text, "pass"), seconds=seconds + soon())
    assert time.time() - began >= seconds, "not before its time"
    assert admin.live() == made["number"], "no version was needed for that"
    # It is in the audit log, with who and why.
    [entry] = admin.get("/audit", action="block.create", limit=1)["items"]
    assert entry["who"].startswith("chief#")
    assert entry["detail"]["why"] == "complaint at 3 a.m."
    assert entry["target"] == f"version:{made['number']}"


def test_a_block_from_the_command_line(house: House) -> None:
    out = house.cli(
        *("wordlist", "block", "刷脸贷骗局", "--label", "fraud", "--for", "72h")
    )
    assert "blocked for 72h" in out
    house.soon("小心刷脸贷骗局", "risky")
    args = ("wordlist", "block", "代刷脸", "--label", "fraud", "--for", "90m", "--json")
    made = json.loads(house.far_cli(*args))
    assert made["origin"] == "emergency"
    house.soon("专业代刷脸", "risky")
    [row] = house.admin.get("/terms", list="emergency", q="代刷脸")["items"]
    left = datetime.fromisoformat(row["expires"]) - datetime.now(UTC)
    assert timedelta(minutes=75) < left <= timedelta(minutes=90)


def _scoped(house: House, name: str, term: str, **scope: Any) -> None:
    """Publish a list with one word and these settings."""
    settings = {"op": "list", "list": name, **scope}
    admin = house.admin
    number = admin.publish(admin.draft(put(name, term, level=90), settings))["number"]
    versions = {str(number)}

    def served() -> bool:
        return all(
            house.check("好", at=at)["lexicon_version"] in versions
            for at in range(len(house.services))
        )

    until(served, seconds=soon())


def test_a_list_of_some_apps_concerns_no_other(house: House) -> None:
    _scoped(house, "of-one", "甲店禁词", apps=[OTHER])
    assert house.everywhere("说甲店禁词", "risky", app=OTHER)
    assert house.everywhere("说甲店禁词", "pass")
    # An empty list of apps concerns nobody.
    _scoped(house, "of-none", "无人禁词", apps=[])
    assert house.everywhere("说无人禁词", "pass", app=OTHER)


def test_a_list_of_some_scenes_is_silent_elsewhere(house: House) -> None:
    _scoped(house, "of-chat", "群聊禁词", scenes=["chat", "live"])
    assert house.everywhere("说群聊禁词", "risky", scene="chat")
    assert house.everywhere("说群聊禁词", "pass", scene="comment")
    # A word may be narrower than its list, never wider.
    admin = house.admin
    edit = put("of-chat", "直播禁词", scenes=["live", "comment"])
    admin.publish(admin.draft(edit))
    house.soon("说直播禁词", "risky", scene="live")
    assert house.everywhere("说直播禁词", "pass", scene="chat")
    assert house.everywhere("说直播禁词", "pass", scene="comment")


def test_a_list_begins_and_ends_by_itself(house: House) -> None:
    now = datetime.now(UTC)
    starts = now + timedelta(seconds=2 * soon())
    expires = starts + timedelta(seconds=3)
    _scoped(
        house,
        "of-today",
        "限时禁词",
        starts=starts.isoformat(),
        expires=expires.isoformat(),
    )
    text, seen = "说限时禁词", [house.suggests("说限时禁词")]
    while datetime.now(UTC) < expires + timedelta(seconds=1):
        said = house.suggests(text)
        if said != seen[-1]:
            seen.append(said)
            limit = starts if said == "risky" else expires
            assert datetime.now(UTC) >= limit
        time.sleep(0.1)
    assert seen == ["pass", "risky", "pass"]


def test_a_list_can_be_switched_off_and_dropped(house: House) -> None:
    admin = house.admin
    _scoped(house, "of-moods", "停用禁词", enabled=False)
    assert house.everywhere("说停用禁词", "pass")
    _scoped(house, "of-moods", "停用禁词", enabled=True)
    assert house.everywhere("说停用禁词", "risky")
    admin.publish(admin.draft({"op": "drop_list", "list": "of-moods"}))
    house.soon("说停用禁词", "pass")
    assert "of-moods" not in [one["name"] for one in admin.get("/lists")["items"]]


def test_a_request_chooses_its_lists(house: House) -> None:
    _scoped(house, "of-taste", "口味禁词")
    _scoped(house, "of-others", "别家口味词", apps=[OTHER])
    text = "口味禁词，别家口味词"
    for lists, app, wanted in (
        (["of-taste"], "shop", "risky"),
        (["pack"], "shop", "pass"),
        ([], "shop", "pass"),
        (["of-others"], "shop", "pass"),  # a choice never widens
        (["of-others"], OTHER, "risky"),
    ):
        assert house.everywhere(text, wanted, lists=lists, app=app), (lists, app)
