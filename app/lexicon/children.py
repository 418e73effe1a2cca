"""Processes of our own beside the service: how they are started, and asked."""

import asyncio
import json
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from subprocess import PIPE

_ROOT = str(Path(__file__).resolve().parents[2])


def command(module: str) -> tuple[str, ...]:
    """What runs `main` of a module of ours, with this interpreter and this package."""
    program = (
        f"import sys; sys.path.append({_ROOT!r});"
        f" from {module} import main; sys.exit(main())"
    )
    # -P: a folder named `app` where the service was started is not ours.
    return sys.executable, "-P", "-c", program


class ChildError(Exception):
    """A child made no file; the message says why."""


async def made_by(
    command: Sequence[str], order: bytes, *, seconds: float, work: str, child: str
) -> Path:
    """The path that a child answers with; it is ended after so many `seconds`.

    `work` is what it does and `child` what it is called, as in "compiling" and
    "the compiling process".

    Raises:
        ChildError: it took too long, broke, or answered with an error.
    """
    process = await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE)
    try:
        async with asyncio.timeout(seconds):
            said, _ = await process.communicate(order)
    except TimeoutError:
        message = f"{work} took longer than {seconds:.0f} seconds"
        raise ChildError(message) from None
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()
    try:
        answer = json.loads(said)
    except ValueError:
        message = f"{child} ended with {process.returncode} and no answer"
        raise ChildError(message) from None
    if "path" not in answer:
        raise ChildError(str(answer.get("error")))
    return Path(answer["path"])
