"""What callers notice of a publish: failed requests, pauses, and the time it takes."""

import http.client
import json
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field, replace
from itertools import cycle
from pathlib import Path
from typing import Any, Final

from benchmarks import children, generate, postgres
from benchmarks.children import Running, Service
from benchmarks.matching import COMMENT
from benchmarks.report import ROOT, Claim, Part, Row
from benchmarks.web import NATIVE_PATH, V2_PATH, token, v2_body, write_lines

PAUSE: Final = 0.1
"""The longest pause at p99, in seconds."""
SOON: Final = 5.0
"""Seconds in which every process serves one more word."""

WORD: Final = "one more word"
OTHERS: Final = "other terms"
_EYES: Final = 4
"""Connections that ask for the version in service, spread over the processes."""
_LOOK: Final = 0.1
_AFTER: Final = 1.0
"""Seconds after the last process has changed that count as part of a publish."""
_LONGEST: Final = 180.0


@dataclass(frozen=True, slots=True)
class Size:
    """How much is measured; the tests take little."""

    terms: int = 100_000
    comments: int = 1000
    rate: float = 200.0
    """Requests per second, all processes together."""
    quiet: float = 4.0
    """Seconds without a publish, before and after."""
    words: int = 2
    lists: int = 1
    workers: tuple[int, ...] = (1, 2)


@dataclass(frozen=True, slots=True)
class Publish:
    """One publish: when it was asked for, and when every process served it."""

    kind: str
    began: float
    served: float

    def covers(self, moment: float) -> bool:
        """Whether a request of this moment may have noticed it."""
        return self.began <= moment < self.served + _AFTER


@dataclass
class Watched:
    """One layout under load."""

    publishes: list[Publish] = field(default_factory=list)
    answers: list[tuple[float, float, bool]] = field(default_factory=list)
    late: float = 0.0

    def latencies(self, kind: str | None) -> list[float]:
        """Seconds, in the windows of one kind of publish or, None, outside of all."""
        return sorted(
            seconds for at, seconds, _ in self.answers if kind in self._kinds(at)
        )

    def _kinds(self, moment: float) -> set[str | None]:
        """What was published at this moment."""
        return {p.kind for p in self.publishes if p.covers(moment)} or {None}

    def served_after(self, kind: str) -> list[float]:
        """Seconds until every process served each publish of this kind."""
        return [p.served - p.began for p in self.publishes if p.kind == kind]


def run(size: Size | None = None) -> Part:
    """Measure everything of this part."""
    size = size or Size()
    part = Part("stall", "Publishing under load")
    comments = generate.comments(size.comments, COMMENT)
    made = generate.terms(2 * size.terms, unlike=comments)
    live, others = made[: size.terms], made[size.terms :]
    late = 0.0
    with ExitStack() as stack:
        for name, database in _databases(part, stack):
            service = stack.enter_context(children.service(live, database=database))
            lists = cycle([others, live])
            for workers in size.workers:
                layout = replace(service, workers=workers)
                watched = _watch(layout, comments, lists, size)
                late = max(late, watched.late)
                processes = "1 process" if workers == 1 else f"{workers} processes"
                part.rows.extend(_rows(f"{name}, {processes}", watched))
    part.notes.append(
        f"{size.rate:g} v2 checks a second, comments of {COMMENT} characters, from a"
        " process of its own; each has its moment, and its latency counts from there."
        f" {size.terms:,} terms in service. One more word: the emergency block of the"
        " admin API. Other terms: a file of as many others that replaces all of them,"
        " imported and published through the admin API of the service under load."
    )
    part.notes.append(
        "Measured: p50 / p99 / longest, from the call to publish until one second after"
        " every process served the new version. Baseline: the same outside of these"
        f" windows. The load itself was {late * 1000:.0f} ms late at the worst, which"
        " counts as latency."
    )
    return part


def _databases(part: Part, stack: ExitStack) -> Iterator[tuple[str, str]]:
    """Name and address of each database; "" is the one in the data folder."""
    yield "SQLite", ""
    missing = postgres.missing()
    if missing:
        part.notes.append(missing)
        return
    yield "PostgreSQL", stack.enter_context(postgres.database())


def _watch(
    service: Service,
    comments: Sequence[str],
    lists: Iterator[list[str]],
    size: Size,
) -> Watched:
    """Publish one thing after the other while the load goes on."""
    watched = Watched()
    with service.serving() as running:
        desk = _Desk.at(service, running)
        with _load(running, comments, watched, size):
            time.sleep(size.quiet)
            for number in range(size.words):
                term = f"眼前新骗局{service.workers}{number}号"
                watched.publishes.append(desk.block(term))
                time.sleep(_AFTER)
            for _, terms in zip(range(size.lists), lists, strict=False):
                watched.publishes.append(desk.replace(terms))
                time.sleep(_AFTER)
            time.sleep(size.quiet)
    return watched


@contextmanager
def _load(
    server: Running, comments: Sequence[str], watched: Watched, size: Size
) -> Iterator[None]:
    """A steady load from a process of its own; what it saw goes to `watched`."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(children.folder()))
        bodies = write_lines(folder / "v2.txt", [v2_body(text) for text in comments])
        address = f"http://127.0.0.1:{server.port}{V2_PATH}"
        given = (f"{address}?access_token={token(server)}", str(bodies), str(size.rate))
        command = [sys.executable, "-m", "benchmarks.drip", *given, str(_LONGEST)]
        child = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        try:
            yield
            said = json.loads(child.communicate(timeout=children.STOP_SECONDS)[0])
        finally:
            child.kill()
            child.wait()
    watched.answers = [tuple(answer) for answer in said["answers"]]
    watched.late = said["late"]


@dataclass(frozen=True, slots=True)
class _Desk:
    """An operator of the service, who also sees what its processes serve."""

    service: Service
    server: Running
    key: str
    bearer: str

    @classmethod
    def at(cls, service: Service, server: Running) -> "_Desk":
        """An operator with every right."""
        key = json.loads(service.command("admin-key", "create", "--json"))["key"]
        return cls(service, server, key, f"Bearer {token(server)}")

    def block(self, term: str) -> Publish:
        """Block one word."""
        began = time.monotonic()
        body = {"term": term, "label": "fraud", "hours": 1}
        with self._connections(1) as (connection,):
            made = _post(connection, "/admin/v1/blocks", body, f"Bearer {self.key}")
        return Publish(WORD, began, self._served(made["number"]))

    def replace(self, terms: list[str]) -> Publish:
        """Import and publish a list, in place of all of it."""
        began = time.monotonic()
        said = self.service.publish(
            terms,
            *("--server", f"http://127.0.0.1:{self.server.port}"),
            *("--key", self.key, "--json"),
        )
        return Publish(
            OTHERS, began, self._served(json.loads(said)["version"]["number"])
        )

    def _served(self, version: int) -> float:
        """The moment from which every process serves this version."""
        end = time.monotonic() + children.READY_SECONDS
        with self._connections(_EYES) as eyes:
            while not all(self._sees(eye, version) for eye in eyes):
                if time.monotonic() > end:
                    message = f"version {version} does not reach every process"
                    raise RuntimeError(message)
                time.sleep(_LOOK)
        return time.monotonic()

    @contextmanager
    def _connections(self, count: int) -> Iterator[list[http.client.HTTPConnection]]:
        with ExitStack() as stack:
            made = [
                http.client.HTTPConnection("127.0.0.1", self.server.port)
                for _ in range(count)
            ]
            yield [stack.enter_context(closing(connection)) for connection in made]

    def _sees(self, eye: http.client.HTTPConnection, version: int) -> bool:
        answer = _post(eye, NATIVE_PATH, {"text": "好"}, self.bearer)
        return int(answer["lexicon_version"]) >= version


def _post(
    connection: http.client.HTTPConnection, path: str, body: object, authorization: str
) -> Any:
    """The JSON that a call answers.

    Raises:
        RuntimeError: the call was refused.
    """
    headers = {"content-type": "application/json", "authorization": authorization}
    connection.request("POST", path, json.dumps(body), headers)
    answer = connection.getresponse()
    said = answer.read()
    if answer.status >= http.client.BAD_REQUEST:
        message = f"{path} was refused: {said[:300]!r}"
        raise RuntimeError(message)
    return json.loads(said)


def _rows(what: str, watched: Watched) -> Iterator[Row]:
    """What the issue of a pause, of a failure and of time looks like."""
    failed = sum(1 for *_, right in watched.answers if not right)
    yield Row(
        f"{what}: failed requests",
        f"{failed} of {len(watched.answers):,}",
        ratio=float(failed),
        claim=Claim("≤", 0.0),
    )
    usual = watched.latencies(None)
    for kind in dict.fromkeys(made.kind for made in watched.publishes):
        those = watched.latencies(kind)
        yield Row(
            f"{what}, {kind}: latency; p99 against {PAUSE * 1000:.0f} ms",
            _shown(those),
            _shown(usual),
            _part(those, 0.99) / PAUSE,
            Claim("≤", 1.0),
        )
        after = watched.served_after(kind)
        yield Row(
            f"{what}, {kind}: served by every process"
            + (f"; against {SOON:.0f} s" if kind == WORD else ""),
            " / ".join(f"{seconds:.1f}" for seconds in after) + " s",
            ratio=max(after) / SOON if kind == WORD else None,
            claim=Claim("≤", 1.0) if kind == WORD else None,
        )


def _part(ordered: Sequence[float], share: float) -> float:
    """What this share of the sorted seconds does not exceed."""
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def _shown(ordered: Sequence[float]) -> str:
    """Half, 99 % and all, in milliseconds."""
    if not ordered:
        return "none"
    values = (_part(ordered, 0.5), _part(ordered, 0.99), ordered[-1])
    return " / ".join(f"{value * 1000:.0f}" for value in values) + " ms"
