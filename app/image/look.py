"""The front of the image room: bytes in, what was seen in them out."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Self

from app.image.admission import QueueLimits
from app.image.figures import Figures
from app.image.pool import Pool, Status
from app.image.setup import Setup
from app.image.visit import Visit
from app.plugins.door import Facts, Reading, RemoteClassifier, Shot

SHOT_SIDE: Final = 1024
"""Pixels of the longer side of pictures for remote classifiers."""


@dataclass(frozen=True, slots=True)
class Look:
    """What was seen: one reading of each wanted classifier, in their order.

    A reading with an error is of a classifier that has not, or not wholly, looked.
    """

    facts: Facts
    readings: tuple[Reading, ...]

    @property
    def failures(self) -> Mapping[str, str]:
        """By classifier, why it has not looked."""
        return {each.classifier: each.error for each in self.readings if each.error}


@dataclass(frozen=True, slots=True)
class Remote:
    """A classifier on another machine; it may take so many seconds per picture."""

    classifier: RemoteClassifier
    seconds: float = 10.0


class Images:
    """Looks at pictures with the classifiers of its setup. For one event loop.

    Use it as an asynchronous context, or call `start` and `close`.
    """

    def __init__(
        self,
        setup: Setup,
        *,
        workers: int = 1,
        queue: QueueLimits | None = None,
        remotes: Sequence[Remote] = (),
    ) -> None:
        """Local classifiers run in so many worker processes, all in each of them."""
        if remotes and not setup.shot_side:
            setup = replace(setup, shot_side=SHOT_SIDE)
        self._pool = Pool(setup, workers=workers, queue=queue)
        self._remotes = tuple(remotes)

    async def start(self) -> Status:
        """Start the workers and load the classifiers; tells what is missing."""
        return await self._pool.start()

    async def close(self) -> None:
        """End the workers; pictures that are looked at fail."""
        await self._pool.close()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def look(self, data: bytes, *, caller: str = "") -> Look:
        """Look at a picture, which is not kept.

        `caller` is whoever takes turns with others, such as an app.

        Raises:
            PictureError: the file is no picture, or none that is looked at.
            WorkerError: it could not be decoded safely, or no worker is there.
            BusyError: too many pictures wait.
        """
        visit = await self._pool.look(data, caller=caller)
        return await self._with_remotes(visit)

    def refresh(self, name: str, values: Mapping[str, str]) -> None:
        """Give a local classifier new values, from the next picture on."""
        self._pool.refresh(name, values)

    def status(self) -> Status:
        """Which classifiers look, and why others do not."""
        return self._pool.status()

    def figures(self) -> Figures:
        """Counts for metrics."""
        return self._pool.figures()

    async def _with_remotes(self, visit: Visit) -> Look:
        facts = visit.facts
        assert facts is not None  # noqa: S101 - a visit without facts has failed
        far = await asyncio.gather(
            *(_ask(remote, visit.shots, facts) for remote in self._remotes)
        )
        near = tuple(visit.readings[name] for name in visit.setup.names)
        return Look(facts, (*near, *far))


async def _ask(remote: Remote, shots: Sequence[Shot], facts: Facts) -> Reading:
    """Ask a remote classifier; what it raises counts as not looked at."""
    asked = remote.classifier
    if not shots:
        return _failed(asked, "the worker ended before it had sent the picture")
    began = time.perf_counter()
    try:
        async with asyncio.timeout(remote.seconds):
            reading = await asked.classify(shots, facts)
    except TimeoutError:
        reading = _failed(asked, "it took longer than allowed")
    except Exception as error:  # noqa: BLE001 - somebody else's code
        reading = _failed(asked, f"it failed with {type(error).__name__}")
    spent = (time.perf_counter() - began) * 1000
    return replace(reading, classifier=asked.name, milliseconds=spent)


def _failed(remote: RemoteClassifier, why: str) -> Reading:
    return Reading(remote.name, remote.model, error=why)
