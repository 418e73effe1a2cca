"""Requests per second of the service beside those of an idiomatic FastAPI echo."""

import json
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any, Final

import httpx

from benchmarks import children, generate
from benchmarks.children import Running
from benchmarks.matching import COMMENT
from benchmarks.measure import Rounds, alternate, process_cpu
from benchmarks.report import Claim, Part, Row

SCRIPT: Final = Path(__file__).resolve().parent / "post.lua"
V2_PATH: Final = "/wxa/msg_sec_check"
NATIVE_PATH: Final = "/v1/texts:check"
BATCH: Final = 100
ECHO, V2, SINGLE, MANY = "echo", "v2", "single", "batch"


@dataclass(frozen=True, slots=True)
class Size:
    """How much is measured; the tests take little."""

    terms: int = 100_000
    comments: int = 3000
    rounds: int = 5
    seconds: float = 60.0
    wrk_seconds: int = 3
    connections: int = 32


@dataclass(frozen=True, slots=True)
class Target:
    """One address with the bodies to send; `texts` is how many each holds."""

    server: Running
    path: str
    bodies: Path
    authorization: str = ""
    texts: int = 1


@dataclass
class Load:
    """What wrk measured of one target, round by round."""

    rates: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    """Microseconds of the server's CPU time for one request."""
    p50: list[float] = field(default_factory=list)
    p99: list[float] = field(default_factory=list)

    @property
    def latency(self) -> str:
        """Milliseconds that half and 99 % of the requests took at most."""
        return f"{median(self.p50):.1f} / {median(self.p99):.1f} ms"


def run(size: Size | None = None) -> Part:
    """Measure everything of this part."""
    size = size or Size()
    part = Part("http", "HTTP against a FastAPI echo with pydantic in and out")
    if shutil.which("wrk") is None:
        part.notes.append("wrk is not installed here: nothing was measured.")
        return part
    clean = generate.comments(size.comments, COMMENT)
    terms = generate.terms(size.terms, unlike=clean)
    texts = generate.comments(size.comments, COMMENT, planted=terms)
    with children.service(terms) as service, service.serving() as ours:
        with children.echo_server() as echo, _targets(ours, echo, texts) as targets:
            _measure(part, targets, size)
        _confirm(ours)
    part.notes.append(
        f"One worker, uvloop and httptools, {size.connections} connections,"
        f" {size.terms:,} standard terms, comments of {COMMENT} characters; medians of"
        f" rounds of {size.wrk_seconds} s in which all took turns."
    )
    return part


@contextmanager
def _targets(
    ours: Running, echo: Running, texts: list[str]
) -> Iterator[dict[str, Target]]:
    """The four addresses, with their bodies in files for wrk."""
    held = token(ours)
    with children.folder() as name:
        folder = Path(name)
        one = write_lines(folder / "v2.txt", [v2_body(text) for text in texts])
        single = write_lines(
            folder / "single.txt", [{"texts": [text]} for text in texts]
        )
        lots = [texts[i : i + BATCH] for i in range(0, len(texts), BATCH)]
        many = write_lines(folder / "many.txt", [{"texts": lot} for lot in lots])
        bearer = f"Bearer {held}"
        yield {
            ECHO: Target(echo, "/echo", one),
            V2: Target(ours, f"{V2_PATH}?access_token={held}", one),
            SINGLE: Target(ours, NATIVE_PATH, single, bearer),
            MANY: Target(ours, NATIVE_PATH, many, bearer, len(lots[0])),
        }


def v2_body(text: str) -> dict[str, Any]:
    """One request of the text check, version 2."""
    return {"content": text, "version": 2, "scene": 2, "openid": "o0000000benchmark"}


def write_lines(file: Path, bodies: list[dict[str, Any]]) -> Path:
    """Bodies of requests, one in a line."""
    lines = (json.dumps(body, ensure_ascii=False) for body in bodies)
    file.write_text("\n".join(lines) + "\n", "utf-8")
    return file


def token(server: Running) -> str:
    """An access token of the app that was made for this."""
    query = {
        "grant_type": "client_credential",
        "appid": children.APPID,
        "secret": children.SECRET,
    }
    url = f"http://127.0.0.1:{server.port}/cgi-bin/token"
    return str(httpx.get(url, params=query).json()["access_token"])


def _measure(part: Part, targets: dict[str, Target], size: Size) -> None:
    loads = {name: Load() for name in targets}
    turns: dict[str, Callable[[], float]] = {}
    for name, target in targets.items():
        _expect_ok(target)
        _drive(target, Load(), size, seconds=1)
        turns[name] = partial(_drive, target, loads[name], size)
    kept = alternate(turns, rounds=size.rounds, seconds=size.seconds)
    part.rows.extend(_rows(kept, loads))


def _expect_ok(target: Target) -> None:
    """One request by hand: a server that refuses quickly would win.

    Raises:
        RuntimeError: the answer is not the expected one.
    """
    body = target.bodies.read_text("utf-8").split("\n", 1)[0].encode()
    headers = {"content-type": "application/json"}
    if target.authorization:
        headers["authorization"] = target.authorization
    url = f"http://127.0.0.1:{target.server.port}{target.path}"
    answer = httpx.post(url, content=body, headers=headers)
    said = answer.json()
    if answer.status_code != httpx.codes.OK or said.get("errcode", 0) != 0:
        message = f"unexpected answer: {answer.text[:200]}"
        raise RuntimeError(message)


def _drive(
    target: Target, kept: Load, size: Size, *, seconds: int | None = None
) -> float:
    """Load one target; the seconds that one text takes."""
    before = process_cpu(target.server.pid)
    said = _wrk(target, size, seconds or size.wrk_seconds)
    used = process_cpu(target.server.pid) - before
    if said["refused"] or said["broken"]:
        message = f"requests of {target.path.partition('?')[0]} failed: {said}"
        raise RuntimeError(message)
    rate = said["requests"] / said["microseconds"] * 1e6
    kept.rates.append(rate)
    kept.cpu.append(used / said["requests"] * 1e6)
    kept.p50.append(said["p50"] / 1000)
    kept.p99.append(said["p99"] / 1000)
    return 1 / (rate * target.texts)


def _wrk(target: Target, size: Size, seconds: int) -> dict[str, int]:
    command = [
        *("wrk", "-t1", f"-c{size.connections}", f"-d{seconds}s", "-s", str(SCRIPT)),
        *(f"http://127.0.0.1:{target.server.port}{target.path}", "--"),
        str(target.bodies),
        *([target.authorization] if target.authorization else []),
    ]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=seconds + 30, check=True
    )
    last = done.stdout.strip().rpartition("\n")[2]
    said: dict[str, int] = json.loads(last)
    return said


def _rows(kept: Rounds, loads: dict[str, Load]) -> Iterator[Row]:
    """Ratios of texts per second: the baseline's seconds over ours."""
    v2, many = Claim("≥", 1.2), Claim("≥", 10)
    yield _row("v2, requests/s", kept, (V2, ECHO), v2)
    cpu = [median(loads[name].cpu) for name in (V2, ECHO)]
    yield Row(
        "v2, server CPU for a request",
        f"{cpu[0]:.0f} µs",
        f"{cpu[1]:.0f} µs",
        cpu[0] / cpu[1],
    )
    yield Row("v2, latency p50 / p99", loads[V2].latency, loads[ECHO].latency)
    yield _row("native, one text, requests/s", kept, (SINGLE, ECHO), None)
    what = f"native, {BATCH} texts a call, texts/s; against one text a call"
    yield _row(what, kept, (MANY, SINGLE), None)
    what = f"native, {BATCH} texts a call, texts/s; against v2"
    yield _row(what, kept, (MANY, V2), None)
    what = f"native, {BATCH} texts a call, texts/s; against the echo's requests/s"
    yield _row(what, kept, (MANY, ECHO), many)


def _row(
    what: str,
    kept: Rounds,
    names: tuple[str, str],
    claim: Claim | None,
) -> Row:
    name, baseline = names
    return Row(
        what,
        f"{1 / kept.median(name):,.0f}",
        f"{1 / kept.median(baseline):,.0f}",
        kept.ratio(baseline, name),
        claim,
    )


def _confirm(server: Running) -> None:
    """Let the service's own counters say that every check was answered.

    Raises:
        RuntimeError: some were refused.
    """
    page = httpx.get(f"http://127.0.0.1:{server.port}/metrics").text
    counted = re.findall(r"^seccheck_requests_total\{([^}]*)\}", page, re.MULTILINE)
    wrong = [labels for labels in counted if not re.search(r'="(0|200)"', labels)]
    if wrong:
        message = f"some requests were refused: {wrong}"
        raise RuntimeError(message)
