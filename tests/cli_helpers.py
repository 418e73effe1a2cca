"""Run our command line, inside this process or as one of its own."""

import io
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import pytest

from app.cli import main

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Ran:
    """What a command left behind."""

    code: int
    out: str
    err: str


@dataclass
class Cli:
    """The command line with its data in a folder of the test."""

    data: Path
    monkeypatch: pytest.MonkeyPatch
    capfd: pytest.CaptureFixture[str]

    @classmethod
    def at(
        cls,
        data: Path,
        monkeypatch: pytest.MonkeyPatch,
        capfd: pytest.CaptureFixture[str],
    ) -> Self:
        """Settings from nowhere but the test, relative paths below `data`."""
        for name in [name for name in os.environ if name.startswith("SECCHECK_")]:
            monkeypatch.delenv(name)
        monkeypatch.setenv("SECCHECK_DATA_DIR", str(data / "data"))
        monkeypatch.chdir(data)
        return cls(data, monkeypatch, capfd)

    def __call__(self, *args: str, stdin: bytes = b"") -> Ran:
        self.monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        self.capfd.readouterr()
        with pytest.raises(SystemExit) as left:
            main(list(args))
        sys.stdout.flush()
        out, err = self.capfd.readouterr()
        assert "Traceback" not in err
        return Ran(int(left.value.code or 0), out, err)


def environment(data: Path, **settings: str) -> dict[str, str]:
    """The environment of a command that keeps its data in `data`.

    Only words judge, and nothing looks at pictures, unless a test wants it: image
    workers take seconds to start, and what a model says is no matter of other tests.
    """
    kept = {k: v for k, v in os.environ.items() if not k.startswith("SECCHECK_")}
    ours = {"SECCHECK_IMAGE_WORKERS": "0", "SECCHECK_CONTENT_MODEL": "off"}
    return kept | ours | {"SECCHECK_DATA_DIR": str(data)} | settings


def start(*args: str, env: dict[str, str], cwd: Path) -> "subprocess.Popen[str]":
    """Start the command line in a process group of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "app.cli", *args],
        env=env | {"PYTHONPATH": str(ROOT)},
        cwd=cwd,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
