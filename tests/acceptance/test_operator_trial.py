"""See before you publish: lint, backtests on files and samples, shadows."""

import json
from pathlib import Path
from typing import Any

from tests.acceptance.operators import APPID, FRESH, OTHER, Admin, House, put, until
from tests.acceptance.service import RISKY, SECRET, Json, Service

INNOCENT = "今天去银行办贷款"
SCAM = "内部渠道办贷款，秒批"


def test_lint_warns_of_a_risky_draft(house: House) -> None:
    admin = house.admin
    draft = admin.draft(
        put("lint", "的"), put("lint", "贷款"), put("lint", "秒批包过贷")
    )
    said = admin.get(f"/drafts/{draft['id']}/lint")
    found = {(one["check"], one["term"]) for one in said["items"]}
    assert found == {("one-character", "的"), ("common-word", "贷款")}
    assert (said["errors"], said["warnings"]) == (0, 2)
    # Only what the draft changes; the rest is asked for.
    everything = admin.get(f"/drafts/{draft['id']}/lint", everything=True)
    assert len(everything["items"]) >= len(said["items"])


def _started(admin: Admin, draft: Json, kind: str, body: bytes) -> Json:
    answer = admin.ask(
        "POST",
        f"/drafts/{draft['id']}/backtest",
        content=body,
        headers={"content-type": kind},
    )
    assert answer.status_code == 202, answer.text
    started: Json = answer.json()
    return started


def _ended(admin: Admin, backtest: Json) -> Json:
    path = f"/backtests/{backtest['id']}"
    until(lambda: admin.get(path)["state"] not in {"waiting", "running"})
    ended: Json = admin.get(path)
    assert ended["state"] == "done", ended["error"]
    return ended


def test_a_backtest_on_a_file_shows_what_would_flip(house: House) -> None:
    admin = house.admin
    draft = admin.draft(put("backtest", "办贷款", level=90))
    texts = [INNOCENT, SCAM, RISKY, "天气不错", f"{RISKY}和办贷款"] * 20
    lines = "\n".join(texts).encode()
    # Begun at one service, looked at from the other.
    done = _ended(house.far, _started(admin, draft, "text/plain", lines))
    assert (done["source"], done["candidate"]) == (
        "file",
        f"draft:{draft['id']}@{draft['revision']}",
    )
    summary = done["summary"]
    assert (summary["texts"], summary["flipped"]) == (100, 40)
    assert summary["flips"] == [{"before": "pass", "after": "risky", "count": 40}]
    [word] = done["by_term"]
    assert (word["term"], word["list"], word["kind"]) == (
        "办贷款",
        "backtest",
        "caused",
    )
    assert word["count"] == 40
    assert set(word["examples"]) <= {INNOCENT, SCAM}
    # It was tried, not served.
    assert house.everywhere(INNOCENT, "pass")
    # JSON lines carry a scene each.
    rows = [{"text": INNOCENT, "scene": "chat"}, {"text": "天气不错"}]
    body = "\n".join(json.dumps(row) for row in rows).encode()
    done = _ended(admin, _started(admin, draft, "application/x-ndjson", body))
    assert done["summary"]["flipped"] == 1


def _taken(service: Service) -> float:
    """How many texts a service has put into the ring."""
    text = FRESH.get(f"{service.server.base}/metrics").text
    [line] = [
        line for line in text.splitlines() if 'samples_total{result="taken' in line
    ]
    return float(line.split()[1])


def _stored(house: House) -> bytes:
    """Everything that lies in the database of one machine."""
    files = (house.service.folder / "data").glob("seccheck.db*")
    return b"".join(path.read_bytes() for path in files)


def test_a_backtest_on_recent_texts_of_an_app_that_opted_in(house: House) -> None:
    admin = house.admin
    draft = admin.draft(put("sample", "独家暗号", level=90))
    path = f"/drafts/{draft['id']}/backtest"
    body: dict[str, Any] = {"source": "sample"}
    admin.refused(422, "invalid-request", "POST", path, json=body)
    kept = {"settings": {"sample_share": 1, "sample_hours": 1}}
    assert admin.ask("PATCH", f"/apps/{APPID}", json=kept).status_code == 200
    text, other = "对一下独家暗号再说", "今天吃了火锅"

    def kept_everywhere() -> bool:
        # Each process learns within seconds that the app opted in.
        for at in range(len(house.services)):
            house.check(text, at=at)
            house.check(other, at=at)
            house.check(text, at=at, app=OTHER)
        return all(_taken(one) >= 2 for one in house.services)

    until(kept_everywhere, pause=0.5)
    done = _ended(admin, admin.post(path, body))
    assert 0 < done["summary"]["flipped"] < done["summary"]["texts"]
    [word] = done["by_term"]
    assert (word["term"], set(word["examples"])) == ("独家暗号", {text})
    # Who may not see what users wrote sees the numbers alone.
    reader = house.new_key("reader", "words:read")
    shown = reader.get(f"/backtests/{done['id']}")
    assert shown["summary"] == done["summary"]
    assert shown["by_term"][0]["examples"] is None
    # And the look of the other one is written down.
    looks = admin.get("/audit", action="samples.read")["items"]
    assert looks[0]["target"] == f"backtest:{done['id']}"
    if house.layout.backend == "sqlite":
        stored = _stored(house)
        assert "独家暗号".encode() in stored, "the operator's word is no secret"
        assert text.encode() not in stored
    # Opting out forgets at once what was kept.
    reset = {"reset": ["sample_share", "sample_hours"]}
    assert admin.ask("PATCH", f"/apps/{APPID}", json=reset).status_code == 200
    admin.refused(422, "invalid-request", "POST", path, json=body)


def _talk(house: House, text: str, *, scene: str, times: int) -> None:
    """Send a text many times to every service."""
    for at in range(len(house.services)):
        body = {"texts": [text] * times, "scene": scene}
        url = f"{house.services[at].server.base}/v1/texts:check"
        answer = FRESH.post(url, json=body, auth=(APPID, SECRET))
        said = {one["suggest"] for one in answer.json()["results"]}
        assert said == {"pass"}, "a shadow serves nobody"


def test_a_shadow_counts_differences_serves_nobody_and_is_promoted(
    house: House,
) -> None:
    admin, before = house.admin, house.admin.live()
    draft = admin.draft(put("shadow", "影子词条", level=90))
    candidate = f"draft:{draft['id']}@{draft['revision']}"
    answer = admin.ask(
        "PUT", "/shadow", json={"candidate": candidate, "scenes": ["chat"]}
    )
    assert answer.status_code == 201, answer.text
    services = len(house.services)
    metric = "seccheck_shadow_processes 1.0"

    def running() -> bool:
        urls = [f"{one.server.base}/metrics" for one in house.services]
        return all(metric in FRESH.get(url).text for url in urls)

    until(running)
    _talk(house, "这里有影子词条", scene="chat", times=30)
    _talk(house, "这里没有什么", scene="chat", times=10)
    _talk(house, "这里有影子词条", scene="comment", times=5)
    seen = until(
        lambda: s if (s := house.far.get("/shadow"))["texts"] >= 40 * services else None
    )
    assert seen is not None
    assert (seen["state"], seen["base"], seen["dropped"]) == ("running", before, 0)
    assert (seen["texts"], seen["flipped"]) == (40 * services, 30 * services)
    assert seen["flips"] == [
        {"scene": "chat", "before": "pass", "after": "risky", "count": 30 * services}
    ]
    [word] = house.far.get("/shadow/terms")["items"]
    assert (word["term"], word["count"]) == ("影子词条", 30 * services)
    assert admin.live() == before
    made = admin.post("/shadow/promote", {"why": "a day in the shadow"})
    assert (made["number"], made["draft"]) == (before + 1, draft["id"])
    house.soon("这里有影子词条", "risky", scene="chat")
    assert admin.get("/shadow")["state"] == "promoted"


def test_a_shadow_of_a_draft_that_is_edited_ends(house: House) -> None:
    admin = house.admin
    draft = admin.draft(put("edited", "先这样写"))
    candidate = f"draft:{draft['id']}@{draft['revision']}"
    begun = admin.ask("PUT", "/shadow", json={"candidate": candidate})
    assert begun.status_code == 201, begun.text
    admin.edit(draft, put("edited", "再那样写"))
    until(lambda: admin.get("/shadow")["state"] == "stopped")
    over = admin.get("/shadow")
    assert over["ended_by"] == "shadow"
    assert "was changed" in over["reason"]


def test_the_command_line_shows_the_same(house: House, tmp_path: Path) -> None:
    draft = house.admin.draft(put("from-cli", "命令行词"))
    file = tmp_path / "texts.txt"
    file.write_text("有命令行词\n没有\n", encoding="utf-8")
    number = str(draft["id"])
    for run in (house.cli, house.far_cli):
        shown = json.loads(run("wordlist", "backtest", number, str(file), "--json"))
        assert shown["summary"]["flipped"] == 1
        assert [one["term"] for one in shown["by_term"]] == ["命令行词"]
    assert "命令行词" in house.cli("wordlist", "backtest", number, str(file))
