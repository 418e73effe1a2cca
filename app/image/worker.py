"""The service's side of one worker process that looks at pictures."""

import os
import sys
from asyncio.subprocess import Process
from dataclasses import replace
from typing import Final, Self

from app.image.answers import AnswerError
from app.image.errors import Trouble
from app.image.process import Child, DeadError, spawn
from app.image.setup import Setup

__all__ = ["COMMAND", "DeadError", "StartError", "Worker"]

COMMAND: Final = (sys.executable, "-P", "-m", "app.image.child")


class StartError(Exception):
    """No worker came to be; `name` is the classifier that it was loading, if any."""

    def __init__(self, trouble: Trouble, name: str | None) -> None:
        super().__init__(trouble, name)
        self.trouble = trouble
        self.name = name


class Worker(Child):
    """A process that was started; end it with `stop` or `kill`."""

    def __init__(self, process: Process) -> None:
        super().__init__(process)
        self.models: dict[str, str] = {}
        """By name, the models of the classifiers that were loaded."""
        self.missing: dict[str, str] = {}
        """By name, why a classifier could not be loaded."""
        self.confined = False
        self.served = 0

    @classmethod
    async def start(cls, setup: Setup) -> Self:
        """Start a process and have it load its classifiers.

        Raises:
            StartError: it did not become ready.
        """
        name: str | None = None
        try:
            worker = cls(await spawn(COMMAND, setup.worker.threads))
        except OSError as error:
            raise StartError(Trouble.UNAVAILABLE, None) from error
        try:
            told = replace(setup, parent=os.getpid())
            await worker.send(told.dump(), seconds=setup.worker.start_seconds)
            while (said := await worker._loading(setup)) is not None:
                name = said
        except DeadError as death:
            raise StartError(death.trouble, name) from death
        except AnswerError as error:
            await worker.kill()
            raise StartError(Trouble.CRASHED, name) from error
        except BaseException:
            await worker.kill()
            raise
        return worker

    async def _loading(self, setup: Setup) -> str | None:
        """One message of a worker that starts; None when it is ready."""
        message = await self.receive(seconds=setup.worker.start_seconds)
        kind, name = message.get("kind"), str(message.get("name"))
        if kind == "loaded":
            self.models[name] = str(message.get("model"))
        elif kind == "unloaded":
            self.missing[name] = str(message.get("why"))
        elif kind == "ready":
            self.confined = message.get("confined") is True
            return None
        return name
