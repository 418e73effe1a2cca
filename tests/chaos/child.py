"""A process to be killed: accepts jobs, or works on them.

It ends when its parent does (its input is closed) and after `--seconds` in any case.
"""

import argparse
import asyncio
import json
import os
import signal
import sys
from collections import Counter
from typing import Any

from app.jobs import (
    Delivery,
    Destination,
    Intake,
    Job,
    JobVerdict,
    Media,
    NewJob,
    Outcome,
    Sealing,
    Sent,
    SqlJobStore,
    Wake,
    Worker,
    WorkerRules,
    listen,
)
from app.jobs.faults import Fault, Point
from app.outbound import GuardedClient, OutboundError, Rules
from app.store import Database
from app.trial.cipher import Cipher
from tests.chaos.wire import AGAIN, CLAIMS, KEY, LEASE, POISON, verdict_of

READY = "ready"


def deadly(point: str | None, times: int) -> Fault:
    """Die when a point is reached for the n-th time."""
    seen: Counter[Point] = Counter()

    def fault(reached: Point) -> None:
        seen[reached] += 1
        if reached == point and seen[reached] == times:
            die()

    return fault


def die() -> None:
    """As if somebody had pulled the plug: nothing is cleaned up."""
    os.kill(os.getpid(), signal.SIGKILL)


async def check(job: Job) -> JobVerdict:
    """A verdict that belongs to the URL; poison ends the process."""
    url = job.url or ""
    await asyncio.sleep(0.01)
    if POISON in url:
        die()
    return verdict_of(int(url.rpartition("/")[2]))


class Sender:
    """Posts callbacks to the receiver on the loopback."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._client = GuardedClient(rules=Rules(ports=None, allow_private=True))

    async def deliver(self, delivery: Delivery) -> Outcome:
        """One try."""
        verdict = delivery.verdict
        assert verdict is not None
        said = {
            "id": delivery.id,
            "trace_id": delivery.trace_id,
            "suggest": verdict.suggest,
            "label": verdict.label,
            "errcode": verdict.errcode,
            "finished": delivery.finished,
        }
        body = json.dumps(said, sort_keys=True).encode()
        try:
            answer = await self._client.request("POST", self._url, content=body)
        except OutboundError as error:
            return Outcome(Sent.RETRY, str(error))
        sent = Sent.TAKEN if answer.status == 200 else Sent.RETRY
        return Outcome(sent, "", answer.status)


async def serve(store: SqlJobStore, fault: Fault, lines: asyncio.StreamReader) -> None:
    """Accept what the parent orders, line by line, many at once."""
    intake = Intake(store, fault=fault)
    running: set[asyncio.Task[None]] = set()
    say({"say": READY})
    while line := await lines.readline():
        task = asyncio.create_task(accept(intake, json.loads(line)))
        running.add(task)
        task.add_done_callback(running.discard)


def order_job(number: int, appid: str, url: str) -> NewJob:
    """The job that an order asks for."""
    return NewJob(
        appid=appid,
        media=Media.IMAGE,
        version="2",
        scene=1,
        url=url,
        plan=(Destination("push", "test"),),
        idem_key=f"order {number}",
        body_hash=b"%d" % number,
    )


async def accept(intake: Intake, order: dict[str, Any]) -> None:
    """Accept one job and answer."""
    new = order_job(order["number"], order["appid"], order["url"])
    try:
        accepted = await intake.accept(new)
    except Exception as error:  # noqa: BLE001 - the parent decides
        say({"number": order["number"], "error": type(error).__name__})
        return
    say({"number": order["number"], "trace_id": accepted.trace_id})


def say(message: dict[str, Any]) -> None:
    """One line to the parent."""
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


async def work(
    store: SqlJobStore, fault: Fault, lines: asyncio.StreamReader, receiver: str
) -> None:
    """Check and deliver until the parent is gone."""
    wake = Wake()
    rules = WorkerRules(
        checks=4, deliveries=8, lease=LEASE, poll=0.1, claims=CLAIMS,
        schedules={"test": AGAIN},
    )  # fmt: skip
    worker = Worker(
        store, check, Sender(receiver).deliver, wake=wake, rules=rules, fault=fault
    )
    tasks = [
        asyncio.create_task(worker.run()),
        asyncio.create_task(listen(store.db, wake)),
    ]
    say({"say": READY})
    await lines.read()
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def main(options: argparse.Namespace) -> None:
    """Do one of both, for a limited time."""
    loop = asyncio.get_running_loop()
    lines = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    fault = deadly(options.fault, options.times)
    db = Database.open(options.database)
    store = SqlJobStore(db, Sealing(Cipher(KEY)), fault=fault)
    async with asyncio.timeout(options.seconds):
        if options.what == "intake":
            await serve(store, fault, lines)
        else:
            await work(store, fault, lines, options.receiver)
    await db.close()


def parser() -> argparse.ArgumentParser:
    """What the parent may ask for."""
    made = argparse.ArgumentParser(description=__doc__)
    made.add_argument("what", choices=["intake", "worker"])
    made.add_argument("--database", required=True)
    made.add_argument("--receiver", default="http://127.0.0.1:9/")
    made.add_argument("--fault", choices=[point.value for point in Point])
    made.add_argument("--times", type=int, default=1)
    made.add_argument("--seconds", type=float, default=900.0)
    return made


if __name__ == "__main__":
    asyncio.run(main(parser().parse_args()))
