"""One picture at a worker: what it says, step by step, and how far it came."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from app.image import answers
from app.image.answers import AnswerError
from app.image.errors import Fault, PictureError, Trouble
from app.image.setup import Order, Setup
from app.image.worker import DeadError, Worker
from app.plugins.door import Facts, Reading, Shot

_LONGEST_WHY = 200
_TOLD = {
    Trouble.CRASHED: "it ended its worker",
    Trouble.TIMEOUT: "it took longer than allowed",
    Trouble.MEMORY: "it needed more memory than allowed",
    Trouble.UNAVAILABLE: "no worker was there to look",
}


@dataclass(slots=True)
class Visit:
    """What is known of a picture so far; goes on at another worker if need be.

    `until` is when, by the `clock` in seconds, all of it must be over.
    """

    picture: bytes
    setup: Setup
    until: float
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    clock: Callable[[], float] = time.monotonic
    facts: Facts | None = None
    decoding: float = 0.0
    readings: dict[str, Reading] = field(default_factory=dict)
    shots: list[Shot] = field(default_factory=list)
    at: str | None = None
    """The classifier that looks at present; None while the picture is decoded."""

    @property
    def over(self) -> bool:
        """Whether every classifier has looked, or has failed to."""
        return all(name in self.readings for name in self.setup.names)

    @property
    def late(self) -> bool:
        """Whether there is no time left."""
        return self.clock() >= self.until

    async def go(self, worker: Worker) -> None:
        """Have a worker do what is left to do.

        Raises:
            PictureError: the file is at fault; the worker is well.
            DeadError: the worker has ended.
        """
        self.at = None
        try:
            await self._go(worker)
        except AnswerError:
            # What it sends can only come from a worker that was taken over.
            await worker.kill()
            raise DeadError(Trouble.CRASHED) from None

    async def _go(self, worker: Worker) -> None:
        for name in worker.missing:  # why is for operators: see the pool's status
            self._note(name, "it could not be loaded")
        shots = self.setup.shot_side > 0 and not self.shots
        order = Order(skip=tuple(self.readings), values=self.values, shots=shots)
        left = [name for name in worker.models if name not in self.readings]
        limit = self._left(self.setup.worker.decode_seconds)
        await worker.send(order.dump(), self.picture, seconds=limit)
        self._decoded(await worker.receive(seconds=limit))
        if shots:
            await self._take_shots(worker)
        for name in left:
            self.at = name
            limit = self._left(self.setup.seconds(name))
            said = await worker.receive(seconds=limit)
            self.readings[name] = answers.reading(said, name, worker.models[name])
        self.at = None
        done = await worker.receive(
            seconds=self._left(self.setup.worker.decode_seconds)
        )
        if done.get("kind") != "done":
            raise AnswerError("it goes on when it should be done")
        self.give_up()

    def blame(self, trouble: Trouble) -> None:
        """Note the classifier that was looking when the worker ended."""
        if self.at is not None:
            self._note(self.at, _TOLD[trouble])
            self.at = None

    def give_up(self) -> None:
        """Note those that have not looked, if any, and will not."""
        for name in self.setup.names:
            self._note(name, "it was not reached")

    def _note(self, name: str, why: str) -> None:
        """Note why a classifier has not looked, unless it has."""
        if name not in self.readings:
            self.readings[name] = Reading(name, "", error=why)

    def _left(self, seconds: float) -> float:
        return min(seconds, self.until - self.clock())

    def _decoded(self, said: Mapping[str, object]) -> None:
        if said.get("kind") == "refused":
            raise _refusal(said)
        facts = answers.facts(said)
        if self.facts is None:
            self.facts = facts
            self.decoding = answers.number(said.get("milliseconds"))

    async def _take_shots(self, worker: Worker) -> None:
        """Take them all or none: a second worker may have to send them again."""
        assert self.facts is not None  # noqa: S101 - decoded before
        shots: list[Shot] = []
        most = self.setup.picture.frames
        for _ in range(min(self.facts.shown, most)):
            limit = self._left(self.setup.worker.decode_seconds)
            about = await worker.receive(seconds=limit)
            jpeg = await worker.receive_bytes(seconds=limit)
            scale = answers.number(about.get("scale"))
            shots.append(Shot(jpeg, scale, answers.whole(about.get("frame"))))
        self.shots = shots


def _refusal(said: Mapping[str, object]) -> PictureError:
    try:
        fault = Fault(answers.text(said.get("fault"), _LONGEST_WHY))
    except ValueError as error:
        raise AnswerError("it names no known fault") from error
    return PictureError(fault, answers.text(said.get("why"), _LONGEST_WHY))
