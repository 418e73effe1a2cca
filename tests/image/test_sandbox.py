"""Limits are tried in processes of their own: they cannot be undone."""

import json
import os
import signal
import subprocess
import sys
from typing import Any

import pytest

from app.image.limits import MEBIBYTE, WorkerLimits

PARENT = os.getpid()
START = """
import json, os, resource, sys, threading
from app.image import sandbox, seccomp
from app.image.limits import WorkerLimits
limits = WorkerLimits(**json.loads(sys.argv[1]))
sandbox.enter(limits, int(sys.argv[2]))
"""


def run(
    code: str, parent: int = PARENT, **limits: Any
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", START + code, json.dumps(limits), str(parent)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def answer(code: str, **limits: Any) -> Any:
    done = run(code + "\nprint(json.dumps(said))", **limits)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_memory_beyond_the_limit_cannot_be_had() -> None:
    code = """
said = []
for size in (20, 200):
    try:
        bytearray(size * 1024 * 1024)
        said.append(True)
    except MemoryError:
        said.append(False)
"""
    assert answer(code, memory=100 * MEBIBYTE) == [True, False]


def test_memory_that_no_allocator_gives_is_limited_too() -> None:
    code = """
import mmap
try:
    mmap.mmap(-1, 1900 * 1024 * 1024)  # shared: not counted as data
    said = True
except (MemoryError, OSError):
    said = False
"""
    assert answer(code, memory=100 * MEBIBYTE) is False


def test_processor_time_beyond_the_limit_ends_the_process() -> None:
    done = run("sandbox.renew(0.2)\nwhile True: pass")
    assert done.returncode == -signal.SIGXCPU


def test_the_limit_is_for_one_picture_not_for_a_life() -> None:
    code = """
import time
for _ in range(6):
    sandbox.renew(1)
    until = time.process_time() + 0.5
    while time.process_time() < until: pass
said = time.process_time() > 3
"""
    assert answer(code) is True


def test_the_process_stands_back_and_leaves_no_core() -> None:
    code = """
said = [
    os.nice(0), resource.getrlimit(resource.RLIMIT_CORE),
    resource.getrlimit(resource.RLIMIT_NOFILE)[1],
    int(open("/proc/self/oom_score_adj").read()),
]
"""
    before = os.nice(0)
    nice, core, files, score = answer(code, niceness=7)
    assert nice == min(19, before + 7)
    assert core == [0, 0]
    assert files <= 256
    assert score > 0


def test_a_process_whose_service_has_ended_ends() -> None:
    done = run("print('went on')", parent=1)
    assert (done.returncode, done.stdout) == (0, "")


def test_signals_for_the_whole_service_do_not_end_a_worker() -> None:
    code = """
import signal
os.kill(os.getpid(), signal.SIGINT)
os.kill(os.getpid(), signal.SIGTERM)
said = "still here"
"""
    assert answer(code) == "still here"


LOCK = """
def tried(attempt):
    try:
        attempt()
        return True
    except OSError:
        return False
import socket, subprocess
attempts = {
    "socket": socket.socket,
    "local socket": lambda: socket.socket(socket.AF_UNIX),
    "program": lambda: subprocess.run(["true"]),
    "fork": lambda: os.fork() or os._exit(0),
    "write": lambda: open(sys.argv[3] if len(sys.argv) > 3 else "/tmp/x-seccheck", "w"),
    "open for update": lambda: os.open(__import__("app").__file__, os.O_RDWR),
    "delete": lambda: os.unlink("/tmp/seccheck-there-is-none"),
    "folder": lambda: os.mkdir("/tmp/seccheck-folder"),
    "signal": lambda: os.kill(os.getppid(), 0),
    "limits of others": lambda: resource.prlimit(os.getppid(), resource.RLIMIT_CPU),
    "read": lambda: open(__import__("app").__file__),
    "own limits": lambda: sandbox.renew(5),
    "memory file": lambda: os.memfd_create("x"),
}
"""
FORBIDDEN = {
    "socket", "local socket", "program", "fork", "write", "open for update", "delete",
    "folder", "signal", "limits of others", "memory file",
}  # fmt: skip


def test_a_locked_worker_can_read_and_compute_and_nothing_else() -> None:
    code = """
locked = sandbox.lock(limits)
ran = []
thread = threading.Thread(target=lambda: ran.append(1))
thread.start(); thread.join()
said = [locked, ran, {name: tried(attempts[name]) for name in attempts}]
"""
    locked, ran, could = answer(LOCK + code)
    assert locked is True
    assert ran == [1]
    assert {name for name in could if not could[name]} == FORBIDDEN


def test_threads_that_ran_before_are_locked_too() -> None:
    code = """
go, done, got = threading.Event(), threading.Event(), []
def wait():
    go.wait(); got.append(tried(socket.socket)); done.set()
threading.Thread(target=wait).start()
sandbox.lock(limits)
go.set(); done.wait()
said = got
"""
    assert answer(LOCK + code) == [False]


def test_an_abort_is_still_an_abort() -> None:
    """A decoder that finds itself broken must be able to end."""
    assert run("sandbox.lock(limits)\nos.abort()").returncode == -signal.SIGABRT


def test_without_confinement_only_writing_is_limited() -> None:
    code = """
locked = sandbox.lock(limits)
said = [locked, tried(socket.socket)]
"""
    assert answer(LOCK + code, confined=False) == [False, True]


@pytest.mark.parametrize("machine", ["riscv64", "i686"])
def test_on_machines_that_are_not_known_nothing_is_taken(machine: str) -> None:
    code = f"""
import platform
platform.machine = lambda: {machine!r}
said = [sandbox.lock(limits), tried(socket.socket)]
"""
    assert answer(LOCK + code) == [False, True]


def test_limits_of_a_container_are_not_exceeded() -> None:
    code = """
said = resource.getrlimit(resource.RLIMIT_DATA)[0]
"""
    small = 64 * MEBIBYTE
    before = (
        f"import resource\nresource.setrlimit(resource.RLIMIT_DATA, ({small},) * 2)"
    )
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            before + START + code + "print(said)",
            json.dumps({"memory": 512 * MEBIBYTE}),
            str(PARENT),
        ],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert int(done.stdout) == small
    assert WorkerLimits().memory > small
