"""Speech to text here: sherpa-onnx in a limited process of its own."""

import asyncio
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Final, Self

import orjson

from app.image import answers
from app.image.answers import LONGEST_NAME, AnswerError
from app.image.limits import MEBIBYTE, WorkerLimits
from app.image.process import Child, DeadError
from app.media.errors import Trouble
from app.media.launch import launch
from app.media.speech import (
    LONGEST_SPOKEN,
    MOST_SPOKEN,
    SpeechError,
    Spoken,
    within,
)
from app.remote import Breaker

COMMAND: Final = (sys.executable, "-P", "-m", "app.media.sherpa_child")
_TOLD: Final = {
    Trouble.CRASHED: "the recogniser broke",
    Trouble.TIMEOUT: "the recogniser took longer than allowed",
    Trouble.MEMORY: "the recogniser needed more memory than allowed",
    Trouble.UNAVAILABLE: "the recogniser cannot be started",
}
_RESTING: Final = "the recogniser failed several times in a row; it is tried again soon"
_SAMPLE: Final = 2


def _limits() -> WorkerLimits:
    return WorkerLimits(memory=2048 * MEBIBYTE, cpu_seconds=120.0, seconds=60.0)


class Sherpa:
    """Listens to one part of a sound after the other. For one event loop."""

    def __init__(
        self,
        folder: Path,
        *,
        name: str = "speech",
        limits: WorkerLimits | None = None,
        breaker: Breaker | None = None,
    ) -> None:
        """Take the model of this folder; `limits.seconds` are for each part."""
        self.name = name
        self._folder = folder
        self._limits = limits or _limits()
        self._breaker = breaker or Breaker(failures=3)
        self._lock = asyncio.Lock()
        self._child: Child | None = None
        self._model = "sherpa-onnx"
        self._longest = 20.0
        self.missing: str | None = None
        """Why it cannot listen, since the last try to start it; None if it can."""
        self.confined = False

    @property
    def model(self) -> str:
        """What the manifest calls the model."""
        return self._model

    @property
    def longest(self) -> float:
        """Seconds of sound in one call."""
        return self._longest

    async def start(self) -> str | None:
        """Load the model; tells why that failed, if it did."""
        async with self._lock:
            try:
                await self._ready()
            except SpeechError as error:
                self.missing = str(error)
        return self.missing

    async def close(self) -> None:
        """End the process."""
        child, self._child = self._child, None
        if child is not None:
            await child.kill()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def recognise(self, pcm: bytes, rate: int) -> Sequence[Spoken]:
        """See `Recogniser`."""
        async with self._lock:
            if not self._breaker.may_ask():
                raise SpeechError(_RESTING)
            well: bool | None = None
            try:
                spoken = await self._ask(pcm, rate)
                well = True
            except SpeechError:
                well = False
                raise
            finally:
                self._judge(well)
                if well is None:  # an answer may still come, to nobody
                    await asyncio.shield(self.close())
        return spoken

    async def _ask(self, pcm: bytes, rate: int) -> Sequence[Spoken]:
        child = await self._ready()
        order = orjson.dumps({"rate": rate})
        try:
            await child.send(order, pcm, seconds=self._limits.seconds)
            said = await child.receive(seconds=self._limits.seconds)
            return _spoken(said, len(pcm) / _SAMPLE / rate)
        except DeadError as death:
            self._child = None
            raise SpeechError(_TOLD[death.trouble]) from None
        except AnswerError:
            await self.close()
            raise SpeechError(_TOLD[Trouble.CRASHED]) from None

    async def _ready(self) -> Child:
        """The process, started if need be."""
        if self._child is not None:
            return self._child
        setup = {
            "folder": str(self._folder.absolute()),
            "worker": asdict(self._limits),
            "parent": os.getpid(),
        }
        try:
            child, said = await launch(COMMAND, self._limits, orjson.dumps(setup))
        except DeadError as death:
            raise SpeechError(_TOLD[death.trouble]) from None
        if said.get("kind") != "ready":
            await child.kill()
            raise SpeechError(str(said.get("why"))[:LONGEST_NAME])
        self._child, self.missing = child, None
        self._model, self._longest = str(said["model"]), float(str(said["longest"]))
        self.confined = said.get("confined") is True
        return child

    def _judge(self, well: bool | None) -> None:
        if well is None:
            self._breaker.gave_up()
        elif well:
            self._breaker.succeeded()
        else:
            self._breaker.failed()


def _spoken(said: Mapping[str, object], seconds: float) -> Sequence[Spoken]:
    """What a process says was said, if it makes sense."""
    if said.get("kind") == "failed":
        raise SpeechError(answers.text(said.get("why"), LONGEST_NAME))
    parts = said.get("parts")
    if not isinstance(parts, list) or len(parts) > MOST_SPOKEN:
        raise AnswerError("it says what it must not say")
    found = [within(_part(each), seconds) for each in parts]
    if sum(len(each.text) for each in found) > LONGEST_SPOKEN:
        raise AnswerError("it says too much")
    return found


def _part(value: object) -> Spoken:
    if not isinstance(value, dict):
        raise AnswerError("it says what it must not say")
    start, end = answers.number(value.get("start")), answers.number(value.get("end"))
    return Spoken(answers.text(value.get("text")), start, end)
