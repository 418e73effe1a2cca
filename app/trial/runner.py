"""The parent's side of a backtest: start the process, feed it, listen to it."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import asdict
from typing import Any, NamedTuple, TypeVar

from app.lexicon.children import command
from app.trial.child import Job
from app.trial.errors import TrialError
from app.trial.report import BacktestReport, Summary, TermFlip
from app.trial.texts import Text

COMMAND = command("app.trial.child")

_T = TypeVar("_T")
_LONGEST_MESSAGE = 1 << 20
_GRACE = 5.0
_SILENT = "the backtest process ended without a result"


class Progress(NamedTuple):
    """How far a backtest is; `share` is 0 to 1, None when the end is unknown."""

    texts: int
    flipped: int
    share: float | None


Batches = AsyncIterator[Sequence[Text]]


async def run_backtest(
    job: Job,
    batches: Batches | None,
    on_progress: Callable[[Progress], None],
    command: Sequence[str] = COMMAND,
) -> BacktestReport:
    """Compare in a process of its own, which ends with this call at the latest.

    `batches` are the texts when the job names no file.

    Raises:
        TrialError: the process could not do it; the text says why.
    """
    process = await asyncio.create_subprocess_exec(
        *command,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        # A traceback may quote what was being checked.
        stderr=asyncio.subprocess.DEVNULL,
        pass_fds=() if job.file is None else (job.file,),
        limit=_LONGEST_MESSAGE,
    )
    feeding = asyncio.create_task(_feed(_there(process.stdin), job, batches))
    grace = 0.0
    try:
        report = await _listen(_there(process.stdout), on_progress)
        # A source that failed half-way must not pass for a shorter one.
        await feeding
        grace = _GRACE
        return report
    except TrialError:
        grace = _GRACE
        raise
    finally:
        feeding.cancel()
        await asyncio.gather(feeding, return_exceptions=True)
        await _end(process, grace)


async def _end(process: asyncio.subprocess.Process, grace: float) -> None:
    """Wait for the end of a process that had its last word; then kill it."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(grace):
            await process.wait()
            return
    with contextlib.suppress(ProcessLookupError):
        process.kill()
    await process.wait()


def _there(stream: _T | None) -> _T:
    if stream is None:
        raise TrialError(_SILENT)
    return stream


async def _feed(given: asyncio.StreamWriter, job: Job, batches: Batches | None) -> None:
    """Send the job and the texts at the pace of the reader."""
    try:
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            given.write(json.dumps(asdict(job)).encode() + b"\n")
            await given.drain()
            if batches is None:
                return
            async for batch in batches:
                given.write(await asyncio.to_thread(_lines, batch))
                await given.drain()
    finally:
        given.close()


def _lines(batch: Sequence[Text]) -> bytes:
    """Texts as the child reads them; ASCII, so that any string survives."""
    return b"".join(json.dumps(text).encode() + b"\n" for text in batch)


async def _listen(
    out: asyncio.StreamReader, on_progress: Callable[[Progress], None]
) -> BacktestReport:
    """Read messages up to the summary, which is the last."""
    terms: list[TermFlip] = []
    while line := await out.readline():
        message: dict[str, Any] = json.loads(line)
        if "progress" in message:
            on_progress(Progress(*message["progress"]))
        elif "term" in message:
            terms.append(_term_flip(message["term"]))
        elif "summary" in message:
            return BacktestReport(Summary.load(message["summary"]), tuple(terms))
        else:
            raise TrialError(str(message.get("error", _SILENT)))
    raise TrialError(_SILENT)


def _term_flip(value: dict[str, Any]) -> TermFlip:
    lists = {name: tuple(value[name]) for name in ("examples", "samples")}
    return TermFlip(**value | lists)
