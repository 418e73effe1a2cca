"""The process that runs one backtest.

It reads one job and then texts from its standard input, and writes messages to
its standard output, each a JSON value on a line of its own. It never sees the
database, and nothing that it handles stands on its command line. When nobody
reads its progress any more it ends.
"""

import contextlib
import json
import mmap
import os
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from app.domain.scenes import Scene
from app.domain.verdict import CLEAN, Verdict
from app.lexicon.errors import LexiconError
from app.text.checker import Checker
from app.text.snapshot import Snapshot, thaw
from app.trial.compare import compare, judged
from app.trial.report import Refused, Summary
from app.trial.tally import Tally
from app.trial.texts import Format, Lines, Row, Text, read_texts

REPORT_EVERY = 0.5
"""Seconds between two messages about progress."""

_CHUNK = 100
"""Texts looked at together."""
_POLITE = 10
"""How much the process steps back behind those that serve (`nice`)."""


class Load(Protocol):
    """How a compiled wordlist comes off the disk."""

    def __call__(self, path: Path, *, version: str) -> Snapshot:
        """Map the file, or raise LexiconError."""
        ...


@dataclass(frozen=True, slots=True)
class Job:
    """What to compare, as files of compiled wordlists with their names.

    `file` is the number of an open file that holds the texts; None means that they
    follow on the standard input.
    """

    base: str
    base_name: str
    candidate: str
    candidate_name: str
    file: int | None
    format: Format
    scene: Scene


@dataclass(slots=True)
class Work:
    """Both sides and the count of their differences."""

    base: Checker
    candidate: Checker
    tally: Tally

    def chunk(self, rows: list[Row]) -> None:
        """Compare some texts; each side first looks at all together, cheaply."""
        texts = [row for row in rows if isinstance(row, Text)]
        for row in rows:
            if isinstance(row, Refused):
                self.tally.refuse(row.line, row.message)
        before, after = _verdicts(self.base, texts), _verdicts(self.candidate, texts)
        for text, one, other in zip(texts, before, after, strict=True):
            if one is other is CLEAN:
                self.tally.pass_over()
            else:
                self.tally.add(compare(one, other), text.text, text.sample)


def _verdicts(checker: Checker, texts: list[Text]) -> Iterator[Verdict]:
    """What a side says to each text; most are clean, and that is seen at a glance."""
    sure = checker.certainly_clean([text.text for text in texts])
    for text, clean in zip(texts, sure, strict=True):
        if clean:
            yield CLEAN
        else:
            yield judged(checker, text.text, text.scene, text.app)


class Talk:
    """Messages to the parent, progress not too often."""

    def __init__(self, out: BinaryIO, clock: Callable[[], float]) -> None:
        self._out = out
        self._clock = clock
        self._said = clock()

    def say(self, **message: Any) -> None:
        """Send one message."""
        self._out.write(json.dumps(message).encode() + b"\n")
        self._out.flush()

    def progress(self, tally: Tally, share: float | None) -> None:
        """Tell how far it is, at most twice a second."""
        if self._clock() - self._said >= REPORT_EVERY:
            self._said = self._clock()
            self.say(progress=[tally.texts, tally.flipped, share])


def run(
    given: BinaryIO,
    out: BinaryIO,
    load: Load,
    clock: Callable[[], float] = time.monotonic,
) -> int:
    """Do one job; the exit status.

    A text never appears in an error: what we did not foresee is named by its kind.
    """
    talk = Talk(out, clock)
    try:
        _work(given, talk, load, clock)
    except BrokenPipeError:
        return 1
    except LexiconError as error:
        talk.say(error=str(error))
        return 1
    except Exception as error:  # noqa: BLE001 - the parent tells the operator
        talk.say(error=f"the backtest failed ({type(error).__name__})")
        return 1
    return 0


def _work(given: BinaryIO, talk: Talk, load: Load, clock: Callable[[], float]) -> None:
    job = _job(given.readline())
    work = Work(
        Checker(load(Path(job.base), version=job.base_name)),
        Checker(load(Path(job.candidate), version=job.candidate_name)),
        Tally(),
    )
    talk.say(progress=[0, 0, None if job.file is None else 0.0])
    began = clock()
    with contextlib.ExitStack() as opened:
        if job.file is None:
            _compare_all(work, talk, _piped(given), lambda: None)
        else:
            file = opened.enter_context(os.fdopen(job.file, "rb"))
            lines = Lines(file)
            size = max(file.seek(0, os.SEEK_END), 1)
            file.seek(0)
            rows = read_texts(lines, job.format, job.scene)
            _compare_all(work, talk, rows, lambda: min(lines.read / size, 1.0))
    if not work.tally.texts:
        talk.say(error=_no_text(work.tally.summary(0.0)))
        return
    for flip in work.tally.by_term():
        talk.say(term=asdict(flip))
    talk.say(summary=work.tally.summary(clock() - began).dump())


def _no_text(summary: Summary) -> str:
    """Why there was nothing to compare."""
    if not summary.refused_lines:
        return "there is no text to try it on"
    first = summary.refused_lines[0]
    return f"no text could be read; line {first.line}: {first.message}"


def _compare_all(
    work: Work, talk: Talk, rows: Iterator[Row], share: Callable[[], float | None]
) -> None:
    while chunk := list(islice(rows, _CHUNK)):
        work.chunk(chunk)
        talk.progress(work.tally, share())


def _job(line: bytes) -> Job:
    value = json.loads(line)
    return Job(**value | {"scene": Scene(value["scene"])})


def _piped(given: BinaryIO) -> Iterator[Row]:
    """Texts that the parent sends, which were checked there."""
    for line in given:
        text, scene, app, sample = json.loads(line)
        yield Text(text, Scene(scene), app, sample)


def load(path: Path, *, version: str) -> Snapshot:
    """Map a compiled wordlist.

    Raises:
        DamagedError: the file is not intact.
        OSError: it cannot be read.
    """
    with path.open("rb") as opened:
        mapped = mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ)
    return thaw(memoryview(mapped), version=version)


def main() -> int:
    """Work for the parent process."""
    os.nice(_POLITE)
    return run(sys.stdin.buffer, sys.stdout.buffer, load)
