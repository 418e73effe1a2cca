"""The whole way of a job: accepted, fetched, judged, called back."""

import asyncio
import random
import sys
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from statistics import median
from typing import Final

from app.jobs import new_trace_id
from benchmarks import jobs_child as child
from benchmarks.children import free_port
from benchmarks.jobs_child import API, BARE, SERVICE, WORKER
from benchmarks.jobs_peers import Caller, Peers, caller, peers
from benchmarks.measure import process_cpu
from benchmarks.report import ROOT, Claim, Row

CPU: Final = Claim("≤", 3.0)
WORKERS: Final = Claim("≥", 1.8)
IDLE: Final = Claim("≤", 1.0)

IN_FLIGHT: Final = 16
FEW, MANY = 4, 16
CHECKS: Final = (FEW, MANY)
"""Checks at one time: the default, and what suits quick ones."""
PAUSE: Final = 0.2
"""Seconds that the waiting classifier takes."""
_APPS: Final = 4
_WARM: Final = 16
_SETTLE: Final = 0.3
"""Seconds in which a process writes down what it has just delivered."""
_READY: Final = 30.0


@dataclass(frozen=True, slots=True)
class Size:
    """How much is measured; the tests take little."""

    rounds: int = 4
    jobs: int = 200
    """On the whole way, for each side in each round."""
    waiting: int = 100
    """Jobs for the waiting classifier, for each side in each round."""
    turns: int = 3
    """Rounds of the waiting classifier."""
    idle: int = 20
    """Jobs that find the service idle."""


@dataclass(frozen=True, slots=True)
class Process:
    """A child that answers."""

    pid: int
    port: int


@dataclass(slots=True)
class Stage:
    """A database, and what is around the service; jobs are numbered."""

    kind: str
    url: str
    peers: Peers
    numbers: "count[int]" = field(default_factory=count)

    def body(self) -> tuple[str, dict[str, str]]:
        """The next request, and the key of its callback."""
        number = next(self.numbers)
        return str(number), self.peers.body(str(number), f"wx{number % _APPS}")


async def measure(kind: str, url: str, size: Size) -> list[Row]:
    """All rows of one database, whose tables are there."""
    async with peers() as around:
        stage = Stage(kind, url, around)
        rows = [await _whole(stage, size, checks) for checks in CHECKS]
        if kind != "SQLite":
            rows.append(await _two(stage, size))
        return [*rows, await _idle(stage, size)]


def notes(size: Size) -> list[str]:
    """How the rows were measured."""
    checks = " and ".join(map(str, CHECKS))
    whole = (
        "The whole way: an endpoint answers as soon as the job is on disk, the file"
        " of 100 kB is fetched, a classifier finds nothing at once, the signed callback"
        f" is delivered; {IN_FLIGHT} jobs under way, {_APPS} apps, {checks} checks at a"
        f" time ({FEW} is the default). CPU of the one process that does all this, per"
        " job, without that of a PostgreSQL server; caller, host and receiver are"
        " another process. Baseline: the same endpoint, fetch and callback by the same"
        f" libraries with nothing between them. The middle of {size.rounds} rounds of"
        f" {size.jobs} jobs."
    )
    two = (
        f"Two workers: {size.waiting} jobs are there at once, a classifier waits"
        f" {PAUSE * 1000:.0f} ms, each process checks {FEW} jobs at a time; jobs per"
        " second until the last callback has arrived. Baseline: one such process. The"
        f" middle of {size.turns} rounds."
    )
    idle = (
        f"Idle: {size.idle} jobs one by one, each finds nothing else to do; the time"
        " from its answer until its callback has arrived. Baseline and claim: one"
        " second, for the slowest of them. On PostgreSQL the worker is another process"
        " than the one that accepts."
    )
    return [whole, two, idle]


# ---------------------------------------------------------------- the whole way


async def _whole(stage: Stage, size: Size, checks: int) -> Row:
    costs: dict[str, list[float]] = {SERVICE: [], BARE: []}
    rates: list[float] = []
    async with (
        _child(stage, SERVICE, checks=checks) as service,
        _child(stage, BARE, checks=checks) as bare,
    ):
        for process in (service, bare):
            await _drive(stage, process, _WARM)
        for number in range(size.rounds):
            order = [(SERVICE, service), (BARE, bare)]
            for name, process in reversed(order) if number % 2 else order:
                before, began = process_cpu(process.pid), time.monotonic()
                await _drive(stage, process, size.jobs)
                if name == SERVICE:
                    rates.append(size.jobs / (time.monotonic() - began))
                await asyncio.sleep(_SETTLE)
                costs[name].append((process_cpu(process.pid) - before) / size.jobs)
    ratio = median(
        one / (other or one or 1.0)
        for one, other in zip(costs[SERVICE], costs[BARE], strict=True)
    )
    return Row(
        f"the whole way on {stage.kind}, {checks} checks, CPU per job",
        f"{median(costs[SERVICE]) * 1e3:.2f} ms ({median(rates):.0f} jobs/s)",
        f"{median(costs[BARE]) * 1e3:.2f} ms",
        ratio,
        CPU,
    )


async def _drive(stage: Stage, process: Process, jobs: int) -> None:
    """So many jobs, the next one when a callback has arrived."""
    left = iter(range(jobs))

    async def call() -> None:
        async with caller(process.port) as line:
            for _ in left:
                key, body = stage.body()
                await line.ask(body)
                await stage.peers.called_back([key])

    await asyncio.gather(*(call() for _ in range(min(jobs, IN_FLIGHT))))


# ---------------------------------------------------------------- two workers


async def _two(stage: Stage, size: Size) -> Row:
    rates: dict[int, list[float]] = {1: [], 2: []}
    for number in range(size.turns):
        for workers in (2, 1) if number % 2 else (1, 2):
            rates[workers].append(await _rate(stage, workers, size.waiting))
    pairs = zip(rates[2], rates[1], strict=True)
    return Row(
        f"two workers on {stage.kind}, {PAUSE * 1000:.0f} ms each job",
        f"{median(rates[2]):.1f} jobs/s",
        f"{median(rates[1]):.1f} jobs/s",
        median(two / one for two, one in pairs),
        WORKERS,
    )


async def _rate(stage: Stage, workers: int, jobs: int) -> float:
    """Jobs per second with so many processes that were idle before."""
    store = child.open_store(stage.url)
    try:
        async with AsyncExitStack() as stack:
            for _ in range(workers):
                await stack.enter_async_context(_child(stage, WORKER, pause=PAUSE))
            wanted = dict(stage.body() for _ in range(jobs))
            made = [
                (new_trace_id("native"), child.new_job(body))
                for body in wanted.values()
            ]
            began = time.monotonic()
            await store.accept(made)
            await stage.peers.called_back(wanted)
            seconds = time.monotonic() - began
            await asyncio.sleep(_SETTLE)
        return jobs / seconds
    finally:
        await store.db.close()


# ---------------------------------------------------------------- idle


async def _idle(stage: Stage, size: Size) -> Row:
    works = [SERVICE] if stage.kind == "SQLite" else [API, WORKER]
    async with AsyncExitStack() as stack:
        processes = [
            await stack.enter_async_context(_child(stage, work)) for work in works
        ]
        line = await stack.enter_async_context(caller(processes[0].port))
        await asyncio.sleep(1.0)
        times = [await _alone(stage, line) for _ in range(size.idle)]
    return Row(
        f"idle on {stage.kind}, from the answer to the callback",
        f"{median(times) * 1e3:.0f} ms, worst {max(times) * 1e3:.0f} ms",
        "1 s",
        max(times),
        IDLE,
    )


async def _alone(stage: Stage, line: Caller) -> float:
    """Seconds for one job."""
    # At any moment of the worker's rhythm.
    await asyncio.sleep(random.uniform(0.1, 0.4))
    key, body = stage.body()
    await line.ask(body)
    began = time.monotonic()
    await stage.peers.called_back([key])
    return max(0.0, stage.peers.arrived[key] - began)


# ---------------------------------------------------------------- children


@asynccontextmanager
async def _child(
    stage: Stage, work: str, *, pause: float = 0.0, checks: int = FEW
) -> AsyncIterator[Process]:
    """One process that answers; it has ended afterwards."""
    port = free_port()
    words = (work, stage.url, str(port), str(pause), str(checks))
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "benchmarks.jobs_child", *words, cwd=ROOT
    )
    try:
        await _answers(process, port)
        yield Process(process.pid, port)
    finally:
        await _end(process)


async def _answers(process: asyncio.subprocess.Process, port: int) -> None:
    """Wait until connections are taken; a worker has begun by then."""
    async with asyncio.timeout(_READY):
        while process.returncode is None:
            try:
                async with caller(port):
                    return
            except OSError:
                await asyncio.sleep(0.02)
    message = "a process of the benchmark ended before it answered"
    raise RuntimeError(message)


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is not None:
        return
    process.terminate()
    try:
        async with asyncio.timeout(15):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()
