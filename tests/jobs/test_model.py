"""Any order of events, on both databases, against a model that fits on a page."""

import asyncio
import shutil
from collections.abc import Coroutine
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, TypeVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from sqlalchemy import delete, select

from app.jobs import (
    Accepted,
    ConflictError,
    Delivery,
    Ending,
    Job,
    JobDesk,
    JobVerdict,
    LateError,
    Outcome,
    Retry,
    Sent,
)
from app.store import Database
from app.store.jobs_tables import job, job_delivery, job_endpoint
from tests.jobs.helpers import EVERYTHING, LEASE, TAKEN, Clock, House, new_job

T = TypeVar("T")
KEYS = st.sampled_from(["a", "b", None])
BODIES = st.sampled_from([b"one", b"two"])
APPS = st.sampled_from(["wx1", "wx2"])


@dataclass
class Model:
    """What must be true of one job, whatever happened."""

    body: bytes
    token: str | None = None
    verdict: str | None = None
    attempts: int = 0
    sending: str | None = None
    taken: bool = False


@dataclass
class Known:
    """Everything that the outside has seen."""

    jobs: dict[str, Model] = field(default_factory=dict)
    keys: dict[tuple[str, str], str] = field(default_factory=dict)
    leases: list[Job] = field(default_factory=list)
    sendings: list[Delivery] = field(default_factory=list)


class Machine(RuleBasedStateMachine):
    """Callers, workers and a clock; leases are also used after they were lost."""

    url: ClassVar[str]
    template: ClassVar[Path | None]

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        if self.template is not None:
            file = self.url.removeprefix("sqlite:///")
            for ending in ("-wal", "-shm"):
                Path(file + ending).unlink(missing_ok=True)
            shutil.copy(self.template, file)
        self.house = House(Database.open(self.url), Clock())
        self.desk = JobDesk(self.house.store)
        self.known = Known()
        if self.template is None:
            self.run(self.empty())

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.loop.run_until_complete(work)

    def teardown(self) -> None:
        self.run(self.house.db.close())
        self.loop.close()

    async def empty(self) -> None:
        async with self.house.db.write() as connection:
            for table in (job, job_endpoint):
                await connection.execute(delete(table))

    # ------------------------------------------------------------ rules

    @rule(appid=APPS, key=KEYS, body=BODIES)
    def accept(self, appid: str, key: str | None, body: bytes) -> None:
        new = new_job(appid=appid, idem_key=key, body_hash=body)
        trace = self.house.traces()
        (answer,) = self.run(self.house.store.accept([(trace, new)]))
        before = self.known.keys.get((appid, key)) if key else None
        if before is None:
            assert answer == Accepted(trace, fresh=True)
            self.known.jobs[trace] = Model(body)
            if key:
                self.known.keys[appid, key] = trace
        elif self.known.jobs[before].body == body:
            assert answer == Accepted(before, fresh=False)
        else:
            assert isinstance(answer, ConflictError)

    @rule(seconds=st.sampled_from([0.5, 30.0, LEASE + 1, 86_400.0]))
    def wait(self, seconds: float) -> None:
        self.house.clock.now += seconds

    @rule(seconds=st.sampled_from([1.0, 3600.0, 86_400.0]))
    def clock_goes_back(self, seconds: float) -> None:
        self.house.clock.now -= seconds
        self.run(self.house.store.mend_clock())

    @rule(limit=st.integers(1, 3))
    def claim(self, limit: int) -> None:
        for taken in self.run(self.house.claim(limit)):
            model = self.known.jobs[taken.trace_id]
            assert model.verdict is None
            assert taken.attempt == model.attempts + 1
            model.token, model.attempts = taken.token, taken.attempt
            self.known.leases.append(taken)

    @precondition(lambda self: self.known.leases)
    @rule(data=st.data(), suggest=st.sampled_from(["pass", "review", "risky"]))
    def finish(self, data: st.DataObject, suggest: str) -> None:
        taken = data.draw(st.sampled_from(self.known.leases))
        model = self.known.jobs[taken.trace_id]
        ending = Ending(JobVerdict(suggest, 100))
        if self.late(self.house.store.finish(taken, ending), taken, model):
            return
        model.verdict, model.token = suggest, None

    @precondition(lambda self: self.known.leases)
    @rule(data=st.data(), wait=st.sampled_from([0.0, 30.0]))
    def retry(self, data: st.DataObject, wait: float) -> None:
        taken = data.draw(st.sampled_from(self.known.leases))
        model = self.known.jobs[taken.trace_id]
        retry = Retry(wait, "timeout")
        if not self.late(self.house.store.retry(taken, retry), taken, model):
            model.token = None

    @precondition(lambda self: self.known.leases)
    @rule(data=st.data())
    def release(self, data: st.DataObject) -> None:
        taken = data.draw(st.sampled_from(self.known.leases))
        model = self.known.jobs[taken.trace_id]
        held = model.token == taken.token
        assert self.run(self.house.store.release(taken)) == held
        if held:
            model.token, model.attempts = None, model.attempts - 1

    @precondition(lambda self: self.known.leases)
    @rule(data=st.data())
    def heartbeat(self, data: st.DataObject) -> None:
        taken = data.draw(st.sampled_from(self.known.leases))
        held = self.known.jobs[taken.trace_id].token == taken.token
        tokens = {taken.trace_id: taken.token}
        kept = self.run(self.house.store.extend(tokens, LEASE))
        assert kept == ({taken.trace_id} if held else set())

    @rule(limit=st.integers(1, 3))
    def send(self, limit: int) -> None:
        work = self.house.store.claim_deliveries(limit, LEASE, EVERYTHING)
        for sending in self.run(work):
            model = self.known.jobs[sending.trace_id]
            assert sending.id == f"msg_{sending.trace_id}_push"
            assert sending.verdict is not None
            assert sending.verdict.suggest == model.verdict
            model.sending = sending.token
            self.known.sendings.append(sending)

    @precondition(lambda self: self.known.sendings)
    @rule(data=st.data(), wait=st.sampled_from([None, 0.0, 300.0]), taken=st.booleans())
    def record(self, data: st.DataObject, wait: float | None, taken: bool) -> None:
        sending = data.draw(st.sampled_from(self.known.sendings))
        model = self.known.jobs[sending.trace_id]
        outcome = TAKEN if taken else Outcome(Sent.RETRY, "status 500", 500)
        work = self.house.store.record_attempt(sending, outcome, wait=wait, seconds=0.1)
        try:
            self.run(work)
        except LateError:
            assert model.sending != sending.token
            return
        assert model.sending == sending.token
        model.sending = None
        model.taken = model.taken or taken

    @precondition(lambda self: self.known.jobs)
    @rule(data=st.data())
    def replay(self, data: st.DataObject) -> None:
        trace = data.draw(st.sampled_from(sorted(self.known.jobs)))
        self.run(self.desk.replay(trace))

    @precondition(lambda self: self.known.jobs)
    @rule(data=st.data())
    def cancel(self, data: st.DataObject) -> None:
        trace = data.draw(st.sampled_from(sorted(self.known.jobs)))
        model = self.known.jobs[trace]
        assert self.run(self.desk.cancel(trace)) == (model.verdict is None)
        if model.verdict is None:
            model.verdict, model.token = "review", None

    def late(self, work: Coroutine[Any, Any, None], taken: Job, model: Model) -> bool:
        """Do it; whether it came too late, as the model says that it should."""
        held = model.token == taken.token
        try:
            self.run(work)
        except LateError:
            assert not held
            return True
        assert held
        return False

    # ------------------------------------------------------------ what holds

    @invariant()
    def nothing_is_lost_and_nothing_decided_twice(self) -> None:
        rows, sent = self.run(self.tables())
        assert set(rows) == set(self.known.jobs)
        decided = {trace for trace, row in rows.items() if row.finished is not None}
        assert sorted(sent) == sorted(decided)
        for trace, model in self.known.jobs.items():
            row = rows[trace]
            assert row.suggest == model.verdict
            assert row.attempt == model.attempts
            # Whatever has no verdict is still due; whatever is due has none.
            assert (row.due_at is None) == (model.verdict is not None)

    @invariant()
    def what_is_not_taken_is_due_or_given_up(self) -> None:
        rows, sent = self.run(self.tables())
        for trace, row in sent.items():
            moving = row.due_at is not None
            assert moving == (row.state in {"waiting", "sending"})
            assert (row.settled is None) == moving
            assert (rows[trace].settled is None) == moving
            if row.state == "delivered":
                assert self.known.jobs[trace].taken

    async def tables(self) -> tuple[dict[str, Any], dict[str, Any]]:
        async with self.house.db.read() as connection:
            rows = await connection.execute(select(job))
            found = {row.trace_id: row for row in rows}
            sent = await connection.execute(select(job_delivery))
            return found, {row.trace_id: row for row in sent}


@pytest.mark.slow
def test_any_order_of_events(
    backend: str, database_url: str, request: pytest.FixtureRequest
) -> None:
    template = None
    if backend == "sqlite":
        template = request.getfixturevalue("sqlite_template")
    case = type("Case", (Machine,), {"url": database_url, "template": template})
    examples = 25 if backend == "sqlite" else 8
    test = case.TestCase  # type: ignore[attr-defined]  # made by the base class
    test.settings = settings(
        max_examples=examples,
        stateful_step_count=40,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    test("runTest").runTest()
