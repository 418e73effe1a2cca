"""Terms know how they do, and a runaway is taken back before people notice."""

import json
import signal
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from app.vitals.service import FLUSH_SECONDS
from tests.acceptance.conftest import marked
from tests.acceptance.operators import (
    APPID,
    FRESH,
    NO_BREAKER,
    SQLITE,
    TWO_MACHINES,
    House,
    Layout,
    house_in,
    put,
    soon,
    until,
)
from tests.acceptance.receiver import SECRET as HOOK_SECRET
from tests.acceptance.receiver import Receiver, receiving
from tests.acceptance.service import SECRET, Json, service_in
from tests.conftest import Postgres


def _say(house: House, texts: Sequence[str], *, user: str | None, at: int = 0) -> None:
    """Send texts in one request, as one user."""
    body = {"texts": list(texts)} | ({} if user is None else {"user_id": user})
    url = f"{house.services[at].server.base}/v1/texts:check"
    answer = FRESH.post(url, json=body, auth=(APPID, SECRET))
    assert answer.status_code == 200, answer.text


def _stats(house: House, name: str, **query: object) -> dict[str, Json]:
    found = house.far.get("/stats/terms", list=name, **query)["items"]
    return {one["term"]: one for one in found}


def _settled(house: House, name: str, term: str) -> int:
    """The hits of a word once every process has written what it knows."""
    hits = [-1, 0]
    while hits[-1] != hits[-2]:
        time.sleep(FLUSH_SECONDS + soon() / 5)
        hits.append(_stats(house, name)[term]["hits"])
    return hits[-1]


@pytest.fixture(scope="module", params=marked(SQLITE, TWO_MACHINES))
def counted(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[House]:
    def postgres() -> Postgres:
        server: Postgres = request.getfixturevalue("postgres")
        return server

    folder = tmp_path_factory.mktemp("counted")
    with house_in(folder, request.param, postgres, **NO_BREAKER) as made:
        yield made


def test_counts_are_right_and_survive_a_restart(counted: House) -> None:
    house, admin, name = counted, counted.admin, "counted"
    admin.publish(
        admin.draft(
            put(name, "常中的词"),
            put(name, "从不中的词"),
            put(name, "常中的词语"),  # a longer one, which the first covers
        )
    )
    house.soon("常中的词", "risky")
    before = _settled(house, name, "常中的词")
    machines = len(house.services)
    for at in range(machines):
        for user in range(30):
            _say(
                house,
                ["有常中的词", "没有", "常中的词常中的词"],
                user=f"u{user}",
                at=at,
            )
        _say(house, ["有常中的词"], user=None, at=at)
    hits = before + machines * 61

    def counts() -> bool:
        return bool(_stats(house, name)["常中的词"]["hits"] == hits)

    until(counts)
    told = _stats(house, name)
    # The same thirty on both machines; a sketch knows them to within a few percent.
    assert abs(told["常中的词"]["users"] - 30) <= 2
    assert told["常中的词"]["last_hit"] is not None
    assert told["从不中的词"]["hits"] == 0
    assert told["常中的词语"]["covered_by"] == "常中的词"
    assert next(iter(_stats(house, name, order="dead"))) != "常中的词"
    # Reviewers overturn one of four.
    path = f"/terms/{told['常中的词']['key']}/decisions"
    for overturned in (True, False, False, False):
        admin.post(path, {"overturned": overturned})
    assert _stats(house, name)["常中的词"]["share_overturned"] == 0.25
    # What was counted a moment ago is not lost by a stop, nor is the rest.
    _say(house, ["有常中的词"] * 7, user="u1")
    for service in house.services:
        _, err = service.server.stop(signal.SIGTERM)
        assert service.server.process.returncode == 0, err
    shared = {"SECCHECK_SECRET_KEY": "ab" * 32}
    if house.database_url:
        shared["SECCHECK_DATABASE_URL"] = house.database_url
    with service_in(house.service.folder, **shared) as again:
        admin.http.base_url = f"{again.server.base}/admin/v1"
        found = admin.get("/stats/terms", list=name)["items"]
    after = {one["term"]: one for one in found}
    assert after["常中的词"]["hits"] == hits + 7
    assert abs(after["常中的词"]["users"] - 30) <= 2
    assert after["常中的词"]["share_overturned"] == 0.25


@pytest.fixture(scope="module")
def hook() -> Iterator[Receiver]:
    with receiving(refusals=1) as receiver:
        yield receiver


@pytest.fixture(scope="module", params=marked(SQLITE, TWO_MACHINES))
def guarded(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    hook: Receiver,
) -> Iterator[House]:
    """A house whose breaker is on, as it is by default, and tells a receiver."""

    def postgres() -> Postgres:
        server: Postgres = request.getfixturevalue("postgres")
        return server

    layout: Layout = request.param
    settings = {
        "SECCHECK_ALERT_URL": hook.url,
        "SECCHECK_ALERT_SECRETS": HOOK_SECRET,
        "SECCHECK_ALERT_PRIVATE": "true",
    }
    with house_in(
        tmp_path_factory.mktemp("guarded"), layout, postgres, **settings
    ) as h:
        yield h


TALK = ["今天的天气真好", "他的书很好看", "晚饭吃什么呢", "周末一起爬山"]
"""Half of it has the commonest character."""


def test_a_pasted_common_character_trips_the_breaker(
    guarded: House, hook: Receiver
) -> None:
    house, admin = guarded, guarded.admin
    machines = len(house.services)
    admin.publish(admin.draft(put("pasted", "的"), put("pasted", "诈骗暗号甲")))
    house.soon("今天的天气真好", "risky")
    seen = len(hook.messages)

    def tripped() -> bool:
        for user in range(20):
            for at in range(machines):
                _say(house, TALK, user=f"u{user}", at=at)
        return bool(admin.get("/holds")["items"])

    until(tripped, pause=0.5)
    [hold] = admin.get("/holds")["items"]
    assert (hold["term"], hold["list"], hold["state"]) == ("的", "pasted", "tripped")
    assert hold["reason"] == "new_term"
    assert 0.1 < hold["share"] <= 0.6
    # Down to review on every machine; the other words are as they were.
    house.soon("今天的天气真好", "review")
    assert house.everywhere("诈骗暗号甲", "risky")
    # The alert is tried again until it arrives, once, signed.
    until(lambda: len(hook.messages) > seen)
    [(_, message)] = hook.messages[seen:]
    assert message["type"] == "wordlist.term_held"
    assert message["data"]["term"] == "的"
    assert message["data"]["key"] == hold["key"]
    assert hook.forged == 0
    until(lambda: admin.get("/holds")["items"][0]["alert"] == "delivered")
    metrics = FRESH.get(f"{house.service.server.base}/metrics").text
    assert "seccheck_breaker_words_held 1.0" in metrics
    # An operator who knows better lets it go; it does not trip again at once.
    out = house.cli("wordlist", "holds")
    assert "的" in out
    assert hold["key"] in out
    house.far_cli("wordlist", "release", hold["key"])
    house.soon("今天的天气真好", "risky")
    assert admin.get("/holds")["items"] == []
    for user in range(20):
        _say(house, TALK, user=f"u{user}")
    until(lambda: house.everywhere("今天的天气真好", "risky"))
    [entry] = admin.get("/audit", action="hold.release")["items"]
    assert entry["outcome"] == "done"


def test_a_confirmed_word_stays_at_review_until_it_is_changed(guarded: House) -> None:
    house, admin = guarded, guarded.admin
    admin.publish(admin.draft(put("pasted", "了")))
    house.soon("他走了", "risky")
    talk = ["他走了", "吃了饭了", "今天下雨", "明天放晴"]

    def held() -> list[Json]:
        for user in range(20):
            _say(house, talk, user=f"v{user}")
        found: list[Json] = admin.get("/holds")["items"]
        return found

    [hold] = until(held, pause=0.5)
    done = admin.post(f"/holds/{hold['key']}/confirm")
    assert done["state"] == "confirmed"
    house.soon("他走了", "review")
    [row] = admin.get("/terms", list="pasted", q="了")["items"]
    admin.publish(
        admin.draft({"op": "remove", "list": "pasted", "digest": row["digest"]})
    )
    house.soon("他走了", "pass")


def test_the_log_says_which_word_and_nothing_of_the_texts(
    guarded: House, tmp_path: Path
) -> None:
    logs = [service.server.stop(signal.SIGTERM)[1] for service in guarded.services]
    lines = [line for log in logs for line in log.splitlines()]
    told = [line for line in lines if "the breaker holds '的'" in line]
    assert len(told) == 1, "one process trips it"
    assert json.loads(told[0])["level"] == "warning"
    for text in TALK:
        assert not [line for line in lines if text in line]
