"""Servers as child processes on free loopback ports, ended by whoever began them."""

import http.client
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from app.lexicon.artifacts import COMPILED
from app.text.automaton import Engine
from benchmarks.report import ROOT

APPID, SECRET = "wx0000000000benchm", "benchmark-secret-0000000000000000"
LIST: Final = "terms"
"""The wordlist that holds the terms."""
READY_SECONDS: Final = 120
COMMAND_SECONDS: Final = 180
STOP_SECONDS: Final = 15
_POLL: Final = 0.005


@dataclass(frozen=True, slots=True)
class Running:
    """A server that answers."""

    pid: int
    port: int
    started: float
    """Seconds from the spawn to the first 200 of the probe."""


def free_port() -> int:
    """A port of the loopback interface that nobody uses now."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(frozen=True, slots=True)
class Service:
    """Our service with a prepared data folder of its own.

    `database` is the address of its database, "" for one in that folder.
    """

    folder: Path
    database: str = ""
    workers: int = 1

    def environment(self, engine: Engine, port: int) -> dict[str, str]:
        """No setting comes from outside."""
        kept = {k: v for k, v in os.environ.items() if not k.startswith("SECCHECK_")}
        ours = {
            "PYTHONPATH": str(ROOT),
            "SECCHECK_DATA_DIR": str(self.folder / "data"),
            "SECCHECK_WORDLISTS_DIR": str(self.folder / "words"),
            "SECCHECK_ENGINE": engine,
            "SECCHECK_PORT": str(port),
            "SECCHECK_WORKERS": str(self.workers),
            "SECCHECK_LOG_LEVEL": "warning",
        }
        if self.database:
            ours["SECCHECK_DATABASE_URL"] = self.database
        return kept | ours

    def command(self, *arguments: str) -> str:
        """Run one command of the command line to its end; what it printed.

        Raises:
            subprocess.CalledProcessError: it failed; its words are on stderr.
        """
        done = subprocess.run(
            [sys.executable, "-m", "app.cli", *arguments],
            env=self.environment("auto", 0),
            cwd=self.folder,
            stdout=subprocess.PIPE,
            text=True,
            timeout=COMMAND_SECONDS,
            check=True,
        )
        return done.stdout

    def publish(self, terms: list[str], *options: str) -> str:
        """Let the list be exactly these terms, in service; what was printed."""
        file = write_terms(self.folder / f"{LIST}.csv", terms)
        wish = ("wordlist", "import", str(file), "--replace", "--publish")
        return self.command(*wish, *options)

    def forget_compiled(self) -> None:
        """As on a machine that has never served these words."""
        shutil.rmtree(self.folder / "data" / COMPILED, ignore_errors=True)

    @contextmanager
    def serving(self, engine: Engine = "auto") -> Iterator[Running]:
        """`seccheck serve`, ready."""
        port = free_port()
        command = [sys.executable, "-m", "app.cli", "serve"]
        env = self.environment(engine, port)
        with _child(command, env, self.folder, port, "/readyz") as running:
            yield running


def write_terms(file: Path, terms: list[str]) -> Path:
    """A wordlist with nothing but terms."""
    file.write_text("\n".join(["term", *terms]) + "\n", "utf-8")
    return file


def folder() -> "tempfile.TemporaryDirectory[str]":
    """A folder that is gone afterwards."""
    return tempfile.TemporaryDirectory(prefix="seccheck-bench-")


@contextmanager
def service(
    terms: list[str] | None, packs: Path | None = None, *, database: str = ""
) -> Iterator[Service]:
    """A prepared service: these terms published, or the packs, and one app."""
    with folder() as name:
        made = Service(Path(name), database)
        words = made.folder / "words"
        if packs is not None:
            words.symlink_to(packs)
        else:
            words.mkdir()
            if terms:
                write_terms(words / f"{LIST}.csv", terms)
        made.command("app", "create", APPID, "--secret", SECRET)
        with made.serving():  # the first start seeds; it is not measured
            pass
        yield made


@contextmanager
def echo_server() -> Iterator[Running]:
    """The FastAPI echo under the settings that our service has."""
    port = free_port()
    command = [
        *(sys.executable, "-m", "uvicorn", "benchmarks.echo:app"),
        *("--host", "127.0.0.1", "--port", str(port), "--workers", "1"),
        *("--loop", "uvloop", "--http", "httptools", "--log-level", "warning"),
        *("--no-access-log", "--no-server-header", "--no-proxy-headers"),
    ]
    env = os.environ | {"PYTHONPATH": str(ROOT)}
    with _child(command, env, ROOT, port, "/openapi.json") as running:
        yield running


@contextmanager
def _child(
    command: list[str], env: dict[str, str], cwd: Path, port: int, probe: str
) -> Iterator[Running]:
    """Start, wait for the probe's 200, and in any case end what was started."""
    began = time.perf_counter()
    process = subprocess.Popen(command, env=env, cwd=cwd, stdout=subprocess.DEVNULL)
    try:
        _wait(process, port, probe)
        yield Running(process.pid, port, time.perf_counter() - began)
    finally:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(process: "subprocess.Popen[bytes]", port: int, probe: str) -> None:
    """Ask often and cheaply until the answer is 200.

    Raises:
        RuntimeError: the server ended, or took longer than `READY_SECONDS`.
    """
    end = time.monotonic() + READY_SECONDS
    while time.monotonic() < end and process.poll() is None:
        if _status(port, probe) == http.client.OK:
            return
        time.sleep(_POLL)
    message = f"no server became ready on port {port}"
    raise RuntimeError(message)


def _status(port: int, path: str) -> int:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=5)) as client:
        try:
            client.request("GET", path)
            return client.getresponse().status
        except OSError:
            return 0


@dataclass(frozen=True, slots=True)
class Memory:
    """What a process holds, in MiB."""

    resident: float
    own: float
    """Its proportional share, where the kernel tells it; else 0."""


def memory(pid: int) -> Memory:
    """Ask the kernel."""
    status = Path(f"/proc/{pid}/status").read_text("ascii")
    rollup = Path(f"/proc/{pid}/smaps_rollup")
    shares = rollup.read_text("ascii") if rollup.is_file() else ""
    return Memory(_kib(status, "VmRSS") / 1024, _kib(shares, "Pss") / 1024)


def _kib(text: str, name: str) -> int:
    found = re.search(rf"^{name}:\s+(\d+) kB", text, re.MULTILINE)
    return int(found[1]) if found else 0
