"""Drafts collect edits, versions never change, and any of them comes back."""

from typing import Any

from tests.acceptance.operators import House, put


def _terms(diff: dict[str, Any]) -> dict[str, list[str]]:
    """The words of a comparison by what became of them."""
    found: dict[str, list[str]] = {"added": [], "removed": [], "changed": []}
    for item in diff["items"]:
        found[item["kind"]].append((item["after"] or item["before"])["term"])
    return found


def test_from_a_draft_to_a_version_and_back(house: House) -> None:
    admin, name = house.admin, "versions"
    before = admin.live()
    draft = admin.draft(
        put(name, "第一骗术", level=90),
        put(name, "第二骗术", level=90),
        title="two scams",
        why="complaint of Monday",
    )
    # Who, when and why stand beside every change, and nothing is served yet.
    shown = admin.get(f"/drafts/{draft['id']}/changes")["items"]
    assert [(one["op"], one["row"]["term"]) for one in shown] == [
        ("add", "第一骗术"),
        ("add", "第二骗术"),
    ]
    assert {one["why"] for one in shown} == {"complaint of Monday"}
    assert {one["who"].partition("#")[0] for one in shown} == {"chief"}
    assert all(one["at"].endswith("Z") for one in shown)
    assert house.suggests("来学第一骗术") == "pass"
    diff = admin.get(f"/drafts/{draft['id']}/diff")
    assert _terms(diff)["added"] == ["第一骗术", "第二骗术"]

    first = admin.publish(draft, why="they are real")
    assert (first["number"], first["live"], first["added"]) == (before + 1, True, 2)
    assert (first["who"].partition("#")[0], first["why"]) == ("chief", "they are real")
    assert first["draft"] == draft["id"]
    house.soon("来学第一骗术", "risky")

    digests = {
        item["term"]: item["digest"] for item in admin.get("/terms", list=name)["items"]
    }
    second = admin.publish(
        admin.draft(
            {"op": "remove", "list": name, "digest": digests["第一骗术"]},
            put(name, "第二骗术", level=50, replaces=digests["第二骗术"]),
            put(name, "第三骗术"),
        )
    )
    house.soon("来学第一骗术", "pass")
    house.soon("来学第二骗术", "review")
    # Any version can be compared with any other, in both directions.
    path = f"/versions/{first['number']}/diff/{second['number']}"
    assert _terms(house.far.get(path)) == {
        "added": ["第三骗术"],
        "removed": ["第一骗术"],
        "changed": ["第二骗术"],
    }
    back = house.far.get(f"/versions/{second['number']}/diff/{before}")
    assert _terms(back)["removed"] == ["第三骗术", "第二骗术"]

    third = house.far.post(
        f"/versions/{first['number']}/rollback", {"why": "too many complaints"}
    )
    assert third["number"] == second["number"] + 1
    assert third["rolled_back_to"] == first["number"]
    assert third["checksum"] == first["checksum"] != second["checksum"]
    house.soon("来学第一骗术", "risky")
    house.soon("来学第三骗术", "pass")
    # Former versions are as they were.
    kept = {one["number"]: one for one in admin.get("/versions")["items"]}
    assert kept[second["number"]] == second | {"live": False}
    assert kept[first["number"]] == first | {"live": False}


def test_two_editors_do_not_overwrite_each_other(house: House) -> None:
    admin, far = house.admin, house.far
    draft = admin.draft(put("editors", "甲的词语"))
    path = f"/drafts/{draft['id']}"
    seen = far.ask("GET", path)
    assert seen.headers["etag"] == f'"{draft["revision"]}"'
    admin.edit(draft, put("editors", "乙的词语"))
    # The other one saw the draft before that.
    edits = {"edits": [put("editors", "丙的词语")]}
    stale = {"if-match": seen.headers["etag"]}
    problem = far.refused(
        412, "stale", "POST", f"{path}/changes", json=edits, headers=stale
    )
    assert str(draft["revision"] + 1) in problem["detail"]
    for verb in ("publish", "approve"):
        far.refused(412, "stale", "POST", f"{path}/{verb}", json={}, headers=stale)
    far.refused(412, "stale", "DELETE", path, headers=stale)
    far.refused(428, "revision-required", "POST", f"{path}/changes", json=edits)
    terms = [one["row"]["term"] for one in far.get(f"{path}/changes")["items"]]
    assert terms == ["甲的词语", "乙的词语"]


def test_two_drafts_with_the_same_word_do_not_overwrite_each_other(
    house: House,
) -> None:
    admin, far = house.admin, house.far
    first = admin.publish(admin.draft(put("twice", "同一个词", level=90)))
    digest = admin.get("/terms", list="twice")["items"][0]["digest"]
    change = {"replaces": digest}
    mine = admin.draft(put("twice", "同一个词", level=50, **change))
    theirs = far.draft(put("twice", "同一个词", level=20, **change))
    made = admin.publish(mine)
    assert made["number"] == first["number"] + 1
    path = f"/drafts/{theirs['id']}/publish"
    headers = {"if-match": f'"{theirs["revision"]}"'}
    problem = far.refused(409, "conflict", "POST", path, json={}, headers=headers)
    assert problem["conflicts"] == [{"list": "twice", "term": "同一个词"}]
    [row] = admin.get("/terms", list="twice")["items"]
    assert row["level"] == 50
    # Whoever insists says so, and wins.
    far.publish(theirs, force=True)
    [row] = admin.get("/terms", list="twice")["items"]
    assert row["level"] == 20


def test_a_single_edit_can_be_taken_back(house: House) -> None:
    admin = house.admin
    draft = admin.draft(put("undone", "留下的词"), put("undone", "撤回的词"))
    path = f"/drafts/{draft['id']}"
    wrong = admin.get(f"{path}/changes")["items"][1]["id"]
    headers = {"if-match": f'"{draft["revision"]}"'}
    done = admin.ask("DELETE", f"{path}/changes/{wrong}", headers=headers)
    assert done.status_code == 200, done.text
    admin.publish(done.json())
    assert admin.words("undone") == ["留下的词"]
