"""Classifiers for tests: a calm one, and such as break in every way.

A package as a stranger would write it. Trouble comes only with pictures that are
`TRIGGER` pixels wide, so that the same worker can be seen to work before and after;
their height says which.
"""

import ctypes
import os
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from app.plugins.door import Box, Example, Frame, Reading, Sample, TextRegion

TRIGGER = 13


@dataclass
class Calm:
    """Tells what it sees: how red the first frame is, and how many there are."""

    settings: Mapping[str, str] = field(default_factory=dict)
    name: str = "calm"
    model: str = "calm-1"

    def classify(self, sample: Sample) -> Reading:
        time.sleep(float(self.settings.get("seconds", "0")))
        red = float(sample.frames[0].pixels[:, :, 0].mean()) / 255
        scores = {"red": red, "frames": float(len(sample.frames))}
        return Reading(self.name, self.model, scores=scores)

    def examples(self) -> Sequence[Example]:
        white = Sample((Frame(np.full((8, 8, 3), 255, np.uint8)),), 8, 8, "png")
        return [Example(white, lambda seen: seen.scores["red"] == 1.0, "white")]


@dataclass
class Trouble(Calm):
    """Does harm when the trigger comes."""

    def classify(self, sample: Sample) -> Reading:
        if sample.width != TRIGGER:
            return super().classify(sample)
        said = ACTS[list(ACTS)[sample.height - 1]](sample)
        return said if said is not None else Reading(self.name, self.model)


@dataclass
class Refreshed(Calm):
    """Tells the values that it was given."""

    values: Mapping[str, str] = field(default_factory=dict)
    times: int = 0

    def refresh(self, values: Mapping[str, str]) -> None:
        self.values, self.times = values, self.times + 1

    def classify(self, sample: Sample) -> Reading:
        told = f"{self.times}: {dict(self.values)}"
        text = TextRegion(told, Box(0, 0, 1, 1), 1.0)
        return Reading(self.name, self.model, texts=(text,))


def unloadable(settings: Mapping[str, str]) -> Calm:
    raise FileNotFoundError(settings.get("file", "no such model"))


def dies(settings: Mapping[str, str]) -> Calm:
    os.kill(os.getpid(), signal.SIGKILL)
    return Calm(settings)


def hangs(settings: Mapping[str, str]) -> Calm:
    time.sleep(600)
    return Calm(settings)


def _raises(_: Sample) -> None:
    message = "a secret of the picture"
    raise ValueError(message)


def _segfaults(_: Sample) -> None:
    ctypes.string_at(0)


def _sleeps(_: Sample) -> None:
    time.sleep(600)


def _spins(_: Sample) -> None:
    while True:
        pass


def _exhausts(_: Sample) -> None:
    kept = []
    while True:
        kept.append(np.ones(4_000_000, np.uint8))


def _exits(_: Sample) -> None:
    os._exit(0)


def _answers_nothing(_: Sample) -> Any:
    return "no reading"


def _answers_nan(_: Sample) -> Reading:
    return Reading("calm", "calm-1", scores={"red": float("nan")})


def _answers_much(_: Sample) -> Reading:
    text = TextRegion("x" * 5000, Box(0, 0, 1, 1), 1.0)
    return Reading("calm", "calm-1", texts=(text,) * 3000)


def _writes_on_line(body: bytes) -> Callable[[Sample], None]:
    """A decoder that was taken over finds the line to the service."""

    def act(_: Sample) -> None:
        for number in range(3, 20):
            try:
                os.write(number, len(body).to_bytes(4) + body)
            except OSError:
                continue

    return act


def _floods(_: Sample) -> None:
    """Announces a message that no memory could hold."""
    for number in range(3, 20):
        try:
            os.write(number, b"\xff\xff\xff\xff" + bytes(100))
        except OSError:
            continue
    time.sleep(600)


def _prints(_: Sample) -> None:
    print("text of the picture", flush=True)  # noqa: T201
    os.write(1, b"noise")
    os.write(2, b"noise")


def _tries(_: Sample) -> Reading:
    """What of that which no picture needs is possible; 1.0 where it is."""
    attempts: dict[str, Callable[[], object]] = {
        "socket": socket.socket,
        "program": lambda: subprocess.run(["true"], check=True),
        "fork": os.fork,
        "write": lambda: Path("/tmp/seccheck-test").write_bytes(b"x"),  # noqa: S108
        "delete": lambda: Path("/tmp/seccheck-none").unlink(),  # noqa: S108
        "signal": lambda: os.kill(os.getppid(), 0),
        "thread": _thread,
        "read": lambda: Path("/etc/hostname").stat(),
        "environment": lambda: _only_ours(dict(os.environ)),
    }
    return Reading("", "", scores={name: _works(attempts[name]) for name in attempts})


def _works(attempt: Callable[[], object]) -> float:
    try:
        attempt()
    except PermissionError:
        return 0.0
    return 1.0


def _thread() -> None:
    thread = threading.Thread(target=lambda: None)
    thread.start()
    thread.join()


def _only_ours(environment: Mapping[str, str]) -> None:
    if "SECCHECK_TEST_SECRET" in environment:
        raise PermissionError


ACTS: Mapping[str, Callable[[Sample], Any]] = {
    "raise": _raises,
    "segfault": _segfaults,
    "sleep": _sleeps,
    "spin": _spins,
    "exhaust": _exhausts,
    "exit": _exits,
    "answer nothing": _answers_nothing,
    "answer nan": _answers_nan,
    "answer much": _answers_much,
    "write garbage": _writes_on_line(b"\x80garbage"),
    "write json": _writes_on_line(b'{"kind": "done"}'),
    "flood": _floods,
    "print": _prints,
    "try": _tries,
}
