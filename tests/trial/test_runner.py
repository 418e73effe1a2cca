import asyncio
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from app.domain.scenes import Scene
from app.lexicon.candidate import Candidate
from app.trial.child import Job
from app.trial.errors import TrialError
from app.trial.runner import Progress, run_backtest
from app.trial.sources import sliced
from app.trial.texts import Text
from tests.trial.helpers import FakeLexicon, word

LIVE, DRAFT = Candidate("version", 1), Candidate("draft", 3, 7)


@pytest.fixture
async def job(tmp_path: Path) -> Job:
    lexicon = FakeLexicon(tmp_path)
    lexicon.contents["version:1"] = []
    lexicon.contents["draft:3@7"] = [word("刷单兼职")]
    base, candidate = await lexicon.build(LIVE), await lexicon.build(DRAFT)
    names = (LIVE.text(), DRAFT.text())
    return Job(
        str(base), names[0], str(candidate), names[1], None, "auto", Scene.COMMENT
    )


def program(code: str) -> tuple[str, ...]:
    return (sys.executable, "-c", code)


async def test_a_real_process_compares(job: Job) -> None:
    told: list[Progress] = []
    texts = [Text("诚招刷单兼职 \ud800", Scene.CHAT), Text("好", Scene.CHAT)] * 300
    report = await run_backtest(job, sliced(texts), told.append)
    assert report.summary.texts == 600
    assert report.summary.flipped == 300
    (flip,) = report.by_term
    assert (flip.list_name, flip.term, flip.count) == ("own", "刷单兼职", 300)
    assert flip.examples == ("诚招刷单兼职 \ud800",) * 3
    assert told[0] == Progress(0, 0, None)


async def test_a_refusal_of_the_process_is_passed_on(job: Job) -> None:
    answer = program('print(\'{"error": "no such thing"}\')')
    with pytest.raises(TrialError, match="no such thing"):
        await run_backtest(job, sliced([]), lambda _: None, answer)


@pytest.mark.parametrize("code", ["pass", "import os; os.kill(os.getpid(), 9)"])
async def test_a_process_that_dies_is_noticed(job: Job, code: str) -> None:
    texts = [Text("好" * 1000, Scene.CHAT)] * 2000
    with pytest.raises(TrialError, match="without a result"):
        await run_backtest(job, sliced(texts), lambda _: None, program(code))


async def test_a_source_that_fails_half_way_is_no_shorter_source(job: Job) -> None:
    async def failing() -> AsyncIterator[Sequence[Text]]:
        yield [Text("好", Scene.CHAT)]
        raise ConnectionAbortedError("the database went away")

    with pytest.raises(ConnectionAbortedError):
        await run_backtest(job, failing(), lambda _: None)


async def test_cancelling_ends_the_process(job: Job, tmp_path: Path) -> None:
    mark = tmp_path / "pid"
    code = (
        f"import os, time; open({str(mark)!r}, 'w').write(str(os.getpid()));"
        " print('{\"progress\": [0, 0, null]}', flush=True); time.sleep(60)"
    )
    started = asyncio.Event()
    work = run_backtest(job, sliced([]), lambda _: started.set(), program(code))
    task = asyncio.create_task(work)
    async with asyncio.timeout(20):
        await started.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    with pytest.raises(ProcessLookupError):
        os.kill(int(mark.read_text()), 0)


def test_the_process_loads_neither_database_nor_web() -> None:
    heavy = "{'sqlalchemy', 'pydantic', 'fastapi', 'cryptography'}"
    code = f"import sys, app.trial.child; print({heavy} & set(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, check=True, text=True
    )
    assert done.stdout == "set()\n"


async def test_nothing_secret_stands_on_the_command_line(job: Job) -> None:
    shown = program(
        "import sys, json; sys.stdin.readline();"
        "print(json.dumps({'error': ' '.join(sys.argv)}))"
    )
    with pytest.raises(TrialError) as told:
        await run_backtest(job, sliced([]), lambda _: None, shown)
    assert job.candidate not in str(told.value)


def alive(pid: int) -> bool:
    """Whether a process exists and is no zombie."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2]
    except FileNotFoundError:
        return False
    return state.split()[0] != "Z"


def test_it_ends_when_the_service_is_killed(tmp_path: Path) -> None:
    lexicon = FakeLexicon(tmp_path)
    lexicon.contents["version:1"] = [word("刷单兼职")]
    block = asyncio.run(lexicon.build(LIVE))
    texts, mark = tmp_path / "texts.txt", tmp_path / "pid"
    texts.write_text("诚招刷单兼职\n" * 300_000, encoding="utf-8")
    child = (
        f"import os, sys; open({str(mark)!r}, 'w').write(str(os.getpid()));"
        " from app.trial.child import main; sys.exit(main())"
    )
    parent = (
        "import asyncio, sys; from app.trial.runner import run_backtest;"
        " from app.trial.child import Job; from app.domain.scenes import Scene;"
        f" file = open({str(texts)!r}, 'rb');"
        f" job = Job({str(block)!r}, 'a', {str(block)!r}, 'b', file.fileno(), 'text',"
        " Scene.CHAT);"
        " told = lambda progress: print(progress.texts, flush=True);"
        f" command = (sys.executable, '-c', {child!r});"
        " asyncio.run(run_backtest(job, None, told, command))"
    )
    with subprocess.Popen(
        [sys.executable, "-c", parent], stdout=subprocess.PIPE
    ) as service:
        assert service.stdout is not None
        assert service.stdout.readline() == b"0\n"
        pid = int(mark.read_text())
        assert alive(pid)
        service.kill()
    end = time.monotonic() + 30
    while alive(pid) and time.monotonic() < end:
        time.sleep(0.05)
    assert not alive(pid)
