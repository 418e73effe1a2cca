"""A child as its parent sees it: started, spoken to, and killed by its own handle."""

import asyncio
import contextlib
import json
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.chaos.wire import Order

ROOT = Path(__file__).resolve().parents[2]
START = 60.0
"""Seconds that a child may take to say that it is ready."""


class DiedError(Exception):
    """The child is gone; what was asked may have been done or not."""


@dataclass(eq=False)
class Child:
    """One process. Only what was started here is ever killed."""

    process: asyncio.subprocess.Process
    answers: dict[int, asyncio.Future[str]] = field(default_factory=dict)
    _reading: asyncio.Task[None] | None = None

    @classmethod
    async def start(cls, what: str, *options: str) -> "Child":
        """Start one and wait until it is ready."""
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.chaos.child", what, *options),
            cwd=ROOT,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        child = cls(process)
        assert process.stdout is not None
        try:
            await asyncio.wait_for(process.stdout.readline(), START)
        except BaseException:  # also when we are stopped: leave nobody behind
            await child.kill()
            raise
        child._reading = asyncio.create_task(child._read())
        return child

    @property
    def alive(self) -> bool:
        """Whether it has not ended."""
        return self.process.returncode is None

    async def ask(self, order: Order) -> str:
        """Have a job accepted; its trace_id.

        Raises:
            DiedError: it was killed before it answered.
            RuntimeError: it refused.
        """
        stdin = self.process.stdin
        assert stdin is not None
        asked: dict[str, Any] = {
            "number": order.number, "appid": order.appid, "url": order.url
        }  # fmt: skip
        if not self.alive:
            raise DiedError
        answer = asyncio.get_running_loop().create_future()
        self.answers[order.number] = answer
        try:
            stdin.write(json.dumps(asked).encode() + b"\n")
            await stdin.drain()
        except OSError as error:
            raise DiedError from error
        if self._reading is None or self._reading.done():
            raise DiedError  # it has told everybody else so already
        return str(await answer)

    async def _read(self) -> None:
        stdout = self.process.stdout
        assert stdout is not None
        while line := await stdout.readline():
            said = json.loads(line)
            answer = self.answers.pop(said["number"])
            if answer.done():
                continue
            if "trace_id" in said:
                answer.set_result(said["trace_id"])
            else:
                answer.set_exception(RuntimeError(said["error"]))
        for answer in self.answers.values():
            if not answer.done():
                answer.set_exception(DiedError())
        self.answers.clear()

    async def ended(self, seconds: float = START) -> int:
        """Its return code once it has ended by itself."""
        return await asyncio.wait_for(self.process.wait(), seconds)

    async def kill(self) -> None:
        """Kill -9, and wait until it is gone."""
        with contextlib.suppress(ProcessLookupError):
            self.process.kill()
        await self.process.wait()
        if self._reading is not None:
            await self._reading
        if self.process.stdin is not None:
            self.process.stdin.close()
            with contextlib.suppress(OSError):
                await self.process.stdin.wait_closed()
