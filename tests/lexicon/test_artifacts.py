"""Compiled wordlists as files: built by a child, shared, checked, swept."""

import asyncio
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from app.domain.entry import Entry
from app.domain.labels import Label
from app.lexicon import LexiconError
from app.lexicon import build as building
from app.lexicon.artifacts import Artifacts, begin, load
from app.lexicon.build import KEPT, Order, file_name, write_whole
from app.lexicon.candidate import Candidate
from app.store import Database
from app.text.checker import Checker
from app.text.container import DamagedError
from tests.lexicon.serving import serve_list

WORDS = [Entry("办证刻章", Label.CRIME), Entry("出售&枪支", Label.CRIME)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "compiled"


@pytest.fixture
def artifacts(folder: Path, database: Database, database_url: str) -> Artifacts:
    return Artifacts(folder, database, database_url)


async def published(database: Database, *entries: Entry) -> Candidate:
    return Candidate("version", await serve_list(database, entries))


async def test_a_version_is_compiled_once_and_mapped(
    artifacts: Artifacts, database: Database, folder: Path
) -> None:
    candidate = await published(database, *WORDS)
    snapshot = await artifacts.load(candidate)
    assert snapshot.version == "1"
    assert snapshot.list_names == {"own"}
    (found,) = Checker(snapshot).check("专业办证刻章").findings
    assert (found.term, found.list_name) == ("办证刻章", "own")
    (path,) = folder.glob("*.lex")
    before = path.stat().st_mtime_ns
    await artifacts.load(candidate)
    assert path.stat().st_mtime_ns == before


async def test_equal_content_shares_a_file(
    artifacts: Artifacts, database: Database
) -> None:
    first = await artifacts.build(await published(database, *WORDS))
    await published(database, *WORDS, Entry("新词"))
    again = await artifacts.build(await published(database, *WORDS))
    assert again == first


async def test_the_folder_and_the_file_are_for_their_owner_alone(
    artifacts: Artifacts, database: Database, folder: Path
) -> None:
    await artifacts.build(await published(database, *WORDS))
    assert folder.stat().st_mode & 0o077 == 0


async def test_there_is_no_such_version(artifacts: Artifacts) -> None:
    with pytest.raises(LexiconError, match="no version 7"):
        await artifacts.build(Candidate("version", 7))


async def test_a_damaged_file_is_made_again(
    artifacts: Artifacts, database: Database
) -> None:
    candidate = await published(database, *WORDS)
    path = await artifacts.build(candidate)
    path.write_bytes(path.read_bytes()[:-9])
    with pytest.raises(DamagedError):
        load(path)
    snapshot = await artifacts.load(candidate)
    assert Checker(snapshot).check("办证刻章").findings


@pytest.mark.parametrize("content", [b"", b"SECCHECK", os.urandom(4000)])
def test_no_file_of_ours(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.lex"
    path.write_bytes(content)
    with pytest.raises(DamagedError):
        load(path)


async def test_many_at_once_need_one_child(
    artifacts: Artifacts, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    candidate = await published(database, *WORDS)
    begun = 0
    spawn = asyncio.create_subprocess_exec

    async def counted(*command: str, **options: object) -> asyncio.subprocess.Process:
        nonlocal begun
        begun += 1
        return await spawn(*command, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(asyncio, "create_subprocess_exec", counted)
    paths = await asyncio.gather(*(artifacts.build(candidate) for _ in range(4)))
    assert len(set(paths)) == 1
    # Those who ask before the first child has its lock begin one, too; it waits
    # behind the lock, finds the file and goes.
    assert 1 <= begun <= 4


async def test_a_child_that_dies_is_an_error(
    artifacts: Artifacts, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    candidate = await published(database, *WORDS)
    died = (sys.executable, "-c", "import os; os.kill(os.getpid(), 9)")
    monkeypatch.setattr("app.lexicon.artifacts.COMMAND", died)
    with pytest.raises(LexiconError, match="ended with -9"):
        await artifacts.build(candidate)


async def test_a_child_that_hangs_is_ended(
    artifacts: Artifacts, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    candidate = await published(database, *WORDS)
    slow = (sys.executable, "-c", "import time; time.sleep(60)")
    monkeypatch.setattr("app.lexicon.artifacts.COMMAND", slow)
    monkeypatch.setattr("app.lexicon.artifacts.BUILD_SECONDS", 0.2)
    with pytest.raises(LexiconError, match="took longer"):
        await artifacts.build(candidate)


async def test_old_files_are_swept(folder: Path) -> None:
    for number in range(KEPT + 3):
        path = folder / f"{number}.lex"
        write_whole(path, b"x")
        os.utime(path, (number, number))
    newest = folder / "0.lex"
    building._prune(folder, newest)
    left = sorted(path.name for path in folder.glob("*.lex"))
    assert len(left) == KEPT
    assert "0.lex" in left, "what was just made stays, whatever its time says"
    assert "1.lex" not in left


def test_a_full_disk_leaves_nothing_behind(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space left"):
        write_whole(folder / "x.lex", b"content")
    assert list(folder.iterdir()) == []


def test_the_child_says_what_is_wrong(folder: Path) -> None:
    address = f"sqlite:///{folder / 'none' / 'x.db'}"
    order = Order(address, "version:1", str(folder), "auto")
    command = [sys.executable, "-m", "app.lexicon.build"]
    done = subprocess.run(
        command, input=order.dump().encode(), capture_output=True, check=False
    )
    assert done.returncode == 1
    assert "cannot be read" in json.loads(done.stdout)["error"]


async def test_a_start_may_begin_early(
    database: Database, database_url: str, folder: Path
) -> None:
    candidate = await published(database, *WORDS)
    begin(folder, database_url, candidate, "auto")
    end = time.monotonic() + 20
    while not list(folder.glob("*.lex")) and time.monotonic() < end:
        await asyncio.sleep(0.05)
    assert len(list(folder.glob("*.lex"))) == 1


def test_names_tell_engines_apart() -> None:
    names = {file_name("0" * 32, engine) for engine in ("daachorse", "pyahocorasick")}
    assert len(names) == 2
    assert file_name("0" * 32, "auto") in names


async def test_a_folder_that_cannot_be_used_is_told(
    artifacts: Artifacts, database: Database, folder: Path
) -> None:
    candidate = await published(database, *WORDS)
    folder.touch()  # a file is in the way
    with pytest.raises(LexiconError, match="folder of compiled wordlists cannot"):
        await artifacts.check(candidate)
