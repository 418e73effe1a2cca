"""A real `seccheck serve` on a free port."""

import os
import signal
import socket
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import httpx
import pytest

from tests.cli_helpers import environment, start

SECONDS = 120
"""How long a start or a stop may take on a busy machine."""


def _free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """A running `seccheck serve`; what it printed is known after `stop`."""

    def __init__(
        self, folder: Path, words: Path, *options: str, **settings: str
    ) -> None:
        self.port = _free_port()
        self.base = f"http://127.0.0.1:{self.port}"
        self.env = environment(
            folder / "data",
            SECCHECK_PORT=str(self.port),
            SECCHECK_WORDLISTS_DIR=str(words),
            **settings,
        )
        self.process = start("serve", *options, env=self.env, cwd=folder)

    def wait(self) -> None:
        """Return once it is ready."""
        end = time.monotonic() + SECONDS
        while time.monotonic() < end and self.process.poll() is None:
            try:
                if httpx.get(f"{self.base}/readyz").is_success:
                    return
            except httpx.TransportError:
                pass
            time.sleep(0.05)
        pytest.fail(f"not ready: {self.stop(signal.SIGKILL)}")

    def stop(self, number: signal.Signals) -> tuple[str, str]:
        """Send a signal, wait for the end, return both outputs."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.process.communicate(timeout=SECONDS)


@contextmanager
def serving(
    folder: Path, words: Path, *options: str, **settings: str
) -> Iterator[Server]:
    server = Server(folder, words, *options, **settings)
    try:
        yield server
    finally:
        if server.process.poll() is None:
            os.killpg(server.process.pid, signal.SIGKILL)
            server.process.communicate()
