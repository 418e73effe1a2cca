"""The audit log as other rooms see it."""

import pytest

from app.access.audit import (
    MAX_ACTION,
    MAX_DETAIL,
    MAX_TARGET,
    MAX_WHO,
    AuditEvent,
    AuditLog,
    Outcome,
)
from app.store import Database
from tests.access.conftest import START, Clock


@pytest.fixture
def log(database: Database, clock: Clock) -> AuditLog:
    return AuditLog(database, clock=clock)


async def test_an_entry_carries_its_moment(log: AuditLog, clock: Clock) -> None:
    clock.forward(7)
    event = AuditEvent(
        "alice#1",
        "draft.publish",
        "draft:3",
        key_id=1,
        trace_id="t",
        detail={"version": 5},
    )
    number = await log.write(event)
    [row] = await log.entries()
    assert (row.id, row.at) == (number, START + 7)
    assert (row.who, row.key_id, row.action) == ("alice#1", 1, "draft.publish")
    assert (row.outcome, row.status, row.trace_id) == ("done", 200, "t")
    assert row.detail == {"version": 5}


async def test_outcomes_are_told_apart(log: AuditLog) -> None:
    for outcome in Outcome:
        await log.write(AuditEvent("a#1", "x", outcome=outcome))
    found = [row.outcome for row in await log.entries()]
    assert found == ["failed", "refused", "done"]


async def test_pages_and_filters(log: AuditLog) -> None:
    for action in ("draft.edit", "draft.publish", "app.create"):
        await log.write(AuditEvent("a#1", action))
    [newest] = await log.entries(limit=1)
    assert newest.action == "app.create"
    rest = await log.entries(before=newest.id, action="draft", who="a")
    assert [row.action for row in rest] == ["draft.publish", "draft.edit"]


async def test_overlong_and_odd_text_is_cut_to_fit(log: AuditLog) -> None:
    odd = "a\0\ud800" + "x" * 500
    event = AuditEvent(
        odd, odd, odd, detail={"term": "b\0", "all": ["\udfff", {"k": odd}]}
    )
    await log.write(event)
    [row] = await log.entries()
    assert [len(row.who), len(row.action), len(row.target)] == [
        MAX_WHO,
        MAX_ACTION,
        MAX_TARGET,
    ]
    assert row.who.startswith("a��x")
    assert row.detail["term"] == "b�"
    assert row.detail["all"][0] == "�"


async def test_a_huge_detail_is_replaced_by_its_names(log: AuditLog) -> None:
    await log.write(AuditEvent("a#1", "x", detail={"terms": "y" * MAX_DETAIL, "n": 1}))
    [row] = await log.entries()
    assert row.detail == {"cut": True, "fields": ["n", "terms"]}
