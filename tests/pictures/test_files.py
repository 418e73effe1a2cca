"""Versions of the picture lists as files: written by a child, shared, swept."""

import asyncio
import json
import os
import subprocess
from pathlib import Path

import pytest

from app.domain.labels import Label
from app.image.known_file import KnownFile
from app.image.known_format import KnownPicture
from app.pictures.build import KEPT, Order, file_name
from app.pictures.errors import PicturesError
from app.pictures.files import COMMAND, PictureFiles
from app.pictures.records import Live
from tests.pictures.house import House, hashed, picture


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "pictures"


@pytest.fixture
def files(folder: Path, database_url: str) -> PictureFiles:
    return PictureFiles(folder, database_url)


async def written(house: House, files: PictureFiles) -> Path:
    path = await files.file(await house.pictures.live())
    assert path is not None
    return path


async def test_nothing_listed_needs_no_file(
    house: House, files: PictureFiles, folder: Path
) -> None:
    assert await files.file(await house.pictures.live()) is None
    await house.add(picture(1))
    await house.remove(1)
    assert await files.file(await house.pictures.live()) is None
    assert not folder.exists()


async def test_a_version_is_what_the_classifier_reads(
    house: House, files: PictureFiles
) -> None:
    await house.add(picture(1, quality=70, centre=hashed("middle"), note="票据"))
    await house.add(picture(2, None), name="allowed")
    known = KnownFile.open(await written(house, files))
    assert [known.picture(row) for row in range(known.count)] == [
        KnownPicture(hashed(1), "own", 20002, 70, False, "票据", hashed("middle")),
        KnownPicture(hashed(2), "allowed", Label.NORMAL, 100, True),
    ]


async def test_a_version_is_written_once_and_equal_content_shares_a_file(
    house: House, files: PictureFiles, folder: Path
) -> None:
    await house.add(picture(1))
    both = await asyncio.gather(written(house, files), written(house, files))
    inode = both[0].stat().st_ino
    await house.add(picture(2))
    assert await written(house, files) != both[0]
    await house.pictures.rollback(1, who="x")
    assert {*both, await written(house, files)} == {both[0]}
    assert both[0].stat().st_ino == inode
    assert folder.stat().st_mode & 0o077 == both[0].stat().st_mode & 0o077 == 0


async def test_a_damaged_file_is_written_again(
    house: House, files: PictureFiles
) -> None:
    await house.add(picture(1))
    path = await written(house, files)
    path.write_bytes(b"nonsense")
    assert await written(house, files) == path
    assert KnownFile.open(path).count == 1


async def test_old_files_are_swept(
    house: House, files: PictureFiles, folder: Path
) -> None:
    for number in range(KEPT + 2):
        await house.add(picture(number))
        path = await written(house, files)
        os.utime(path, (number, number))
    (folder / f".{file_name('0' * 32)}.abc").write_bytes(b"left by a killed child")
    await house.add(picture("last"))
    newest = await written(house, files)
    left = sorted(folder.glob("*.known"), key=lambda file: file.stat().st_mtime)
    assert len(left) == KEPT
    assert left[-1] == newest
    assert not list(folder.glob(".*"))


async def test_there_is_no_such_version(files: PictureFiles) -> None:
    with pytest.raises(PicturesError, match="no version 7"):
        await files.file(Live(7, "0" * 32, 1))


async def test_the_folder_cannot_be_used(
    house: House, database_url: str, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("in the way")
    await house.add(picture(1))
    files = PictureFiles(tmp_path / "file", database_url)
    with pytest.raises(PicturesError, match="cannot be used"):
        await files.file(await house.pictures.live())


async def test_a_child_that_says_nothing(
    house: House, files: PictureFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    await house.add(picture(1))
    monkeypatch.setattr("app.pictures.files.COMMAND", ("false",))
    with pytest.raises(PicturesError, match="ended with 1"):
        await files.file(await house.pictures.live())


async def test_a_child_that_takes_too_long_is_ended(
    house: House, files: PictureFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    await house.add(picture(1))
    monkeypatch.setattr("app.pictures.files.COMMAND", ("sleep", "60"))
    monkeypatch.setattr("app.pictures.files.WRITE_SECONDS", 0.05)
    with pytest.raises(PicturesError, match="took longer"):
        await files.file(await house.pictures.live())


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_a_driver_is_not_quoted(folder: Path, backend: str) -> None:
    order = Order("sqlite:////no/such/place/secret.db", 1, str(folder))
    ran = subprocess.run(
        COMMAND,
        input=order.dump().encode(),
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert (ran.returncode, "secret" in ran.stdout.decode()) == (1, False)
    assert "error" in json.loads(ran.stdout)


async def test_a_version_whose_rows_are_damaged_is_refused(
    house: House, files: PictureFiles
) -> None:
    await house.add(picture(1))
    live = await house.pictures.live()
    async with house.db.write() as connection:
        statement = "UPDATE picture_version SET checksum = '1'"
        await connection.exec_driver_sql(statement)
    with pytest.raises(PicturesError, match="damaged"):
        await files.file(live)
