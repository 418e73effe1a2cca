"""Starting a limited process and hearing how its start went."""

from collections.abc import Mapping, Sequence
from typing import Final

from app.image.answers import AnswerError
from app.image.errors import Trouble
from app.image.limits import WorkerLimits
from app.image.process import Child, DeadError, spawn

_SAID: Final = frozenset({"ready", "unloaded"})


async def launch(
    command: Sequence[str], limits: WorkerLimits, setup: bytes
) -> tuple[Child, Mapping[str, object]]:
    """A process that has its setup, and what it said of itself: ready, or unloaded.

    Raises:
        DeadError: it did not get that far.
    """
    try:
        child = Child(await spawn(command, limits.threads))
    except OSError:
        raise DeadError(Trouble.UNAVAILABLE) from None
    try:
        await child.send(setup, seconds=limits.start_seconds)
        said = await child.receive(seconds=limits.start_seconds)
        if said.get("kind") not in _SAID:
            raise AnswerError("it starts with what it must not say")
    except AnswerError:
        await child.kill()
        raise DeadError(Trouble.CRASHED) from None
    except BaseException:
        await child.kill()
        raise
    return child, said
