"""Workers beside the API on one PostgreSQL: work is shared, and survives them."""

import json
import os
import signal
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from tests.acceptance.operators import until
from tests.acceptance.service import service_in
from tests.acceptance.test_media import SETTINGS, Place, fill, web
from tests.cli_helpers import start
from tests.conftest import Postgres
from tests.push.receiver import push_receiver
from tests.server_helpers import SECONDS

JOBS = 24
KEY = "ab" * 32


class Hand:
    """A `seccheck worker`, and whether it has begun."""

    def __init__(self, folder: Path, env: dict[str, str]) -> None:
        folder.mkdir()
        env = {**env, "SECCHECK_DATA_DIR": str(folder / "data")}
        self.log = folder / "log"
        self.process = start("worker", env=env, cwd=folder)

    def end(self, number: signal.Signals) -> int:
        """Send a signal, wait for the end; the exit code."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, number)
        self.process.communicate(timeout=SECONDS)
        return self.process.returncode


@contextmanager
def hands(folder: Path, env: dict[str, str], count: int) -> Iterator[list[Hand]]:
    made = [Hand(folder / f"worker{number}", env) for number in range(count)]
    try:
        yield made
    finally:
        for hand in made:
            hand.end(signal.SIGKILL)


@pytest.mark.postgres
def test_workers_share_the_work_and_may_die(tmp_path: Path, postgres: Postgres) -> None:
    settings = SETTINGS | {
        "SECCHECK_DATABASE_URL": postgres.url(postgres.migrated()),
        "SECCHECK_SECRET_KEY": KEY,
        "SECCHECK_IMAGE_WORKERS": "1",
        "SECCHECK_JOB_CHECKS": "2",
    }
    files = tmp_path / "files"
    files.mkdir()
    fill(files)
    with ExitStack() as stack:
        address = stack.enter_context(web(files))
        receiver = stack.enter_context(push_receiver())
        api = tmp_path / "api"
        api.mkdir()
        service = stack.enter_context(service_in(api, "--no-worker", **settings))
        place = Place(service, address, receiver)
        token = place.pushed("wxmany", "json", "plain")
        traces = {
            place.ask(token, name, version=2, scene=2, openid="o1")
            for name in ("risky.png", "clean.png") * (JOBS // 2)
        }
        assert not receiver.bodies, "nobody works yet"
        first, second = stack.enter_context(hands(tmp_path, service.server.env, 2))
        until(lambda: len(receiver.bodies) >= JOBS // 4)
        first.end(signal.SIGKILL)

        def told() -> set[str]:
            return {json.loads(body)["trace_id"] for body in receiver.bodies}

        until(lambda: told() == traces)
        assert second.end(signal.SIGTERM) == 0
