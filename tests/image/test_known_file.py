import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.image.known_file import KnownFile
from app.image.known_format import START, KnownFileError, KnownPicture, Sizes
from app.image.known_write import Packed, write_known
from app.image.pdq import BYTES

PICTURES = [
    KnownPicture(
        Random(number).randbytes(BYTES),
        list_name=("红名单", "others")[number % 2],
        label=20002 + number,
        quality=number * 9,
        exempt=number == 4,
        note=("", "见 7 号", "second")[number % 3],
        centre=Random(-number).randbytes(BYTES) if number % 3 == 1 else None,
    )
    for number in range(11)
]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "known"
    assert write_known(file, PICTURES) == len(PICTURES)
    return file


def test_what_was_written_is_read(path: Path) -> None:
    known = KnownFile.open(path)
    assert known.count == len(PICTURES)
    assert [known.picture(row) for row in range(known.count)] == PICTURES


def test_middle_parts_say_whose_they_are(path: Path) -> None:
    known = KnownFile.open(path)
    owners = [at for at, picture in enumerate(PICTURES) if picture.centre]
    assert known.owners.tolist() == owners
    assert [piece.shape for piece in known.centres] == [(len(owners),)] * 5


def test_an_empty_list_can_be_written_and_read(tmp_path: Path) -> None:
    file = tmp_path / "none"
    assert write_known(file, []) == 0
    assert KnownFile.open(file).count == 0


picture_values = st.builds(
    KnownPicture,
    digest=st.binary(min_size=BYTES, max_size=BYTES),
    list_name=st.text(st.characters(exclude_categories=["Cs"])),
    label=st.integers(0, 65535),
    quality=st.integers(0, 100),
    exempt=st.booleans(),
    note=st.text(st.characters(exclude_categories=["Cs"])),
    centre=st.none() | st.binary(min_size=BYTES, max_size=BYTES),
)


@settings(max_examples=40, deadline=None)
@given(pictures=st.lists(picture_values, max_size=20))
def test_any_list_comes_back(
    tmp_path_factory: pytest.TempPathFactory, pictures: list[KnownPicture]
) -> None:
    file = tmp_path_factory.mktemp("known") / "file"
    write_known(file, pictures)
    known = KnownFile.open(file)
    assert [known.picture(row) for row in range(known.count)] == pictures


def test_every_changed_byte_is_noticed(path: Path) -> None:
    content = path.read_bytes()
    for at in range(len(content)):
        damaged = bytearray(content)
        damaged[at] ^= 0x10
        with pytest.raises(KnownFileError):
            KnownFile(bytes(damaged))


@pytest.mark.parametrize("left", [1, START - 1, START, START + 10, -1])
def test_a_file_that_ends_early_is_noticed(path: Path, left: int) -> None:
    with pytest.raises(KnownFileError):
        KnownFile(path.read_bytes()[:left])


def test_bytes_after_the_end_are_noticed(path: Path) -> None:
    with pytest.raises(KnownFileError):
        KnownFile(path.read_bytes() + b"\0")


def sealed(content: bytes, sizes: Sizes) -> bytes:
    """A file whose digest is right, whatever is in it."""
    return sizes.header(content[START:]) + content[START:]


@pytest.mark.parametrize(
    "change",
    [
        {"hashes": 12},
        {"hashes": 10},
        {"centres": 5},
        {"notes": 9},
        {"note_bytes": 1},
        {"name_bytes": 2},
        {"hashes": 1 << 60},
    ],
)
def test_sizes_that_do_not_fit_are_noticed(path: Path, change: dict[str, int]) -> None:
    content = path.read_bytes()
    sizes = Sizes.read(memoryview(content))._replace(**change)
    with pytest.raises(KnownFileError, match="contradicts itself"):
        KnownFile(sealed(content, sizes))


def test_references_into_nothing_are_noticed(path: Path) -> None:
    content = bytearray(path.read_bytes())
    sizes = Sizes.read(memoryview(content))
    notes = START + sizes.hashes * BYTES + 8  # two columns are padded
    content[notes : notes + 4] = (200).to_bytes(4, "little")
    with pytest.raises(KnownFileError, match="contradicts itself"):
        KnownFile(sealed(bytes(content), sizes))


def test_a_file_that_is_not_there_or_empty_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(KnownFileError, match="No such file"):
        KnownFile.open(tmp_path / "nothing")
    (tmp_path / "empty").write_bytes(b"")
    with pytest.raises(KnownFileError, match="it is empty"):
        KnownFile.open(tmp_path / "empty")


def test_a_new_version_does_not_disturb_who_has_the_old_one(path: Path) -> None:
    old = KnownFile.open(path)
    write_known(path, PICTURES[:1])
    assert [old.picture(row) for row in range(old.count)] == PICTURES
    assert KnownFile.open(path).count == 1


def test_nothing_is_left_of_a_write_that_fails(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> bytes:
        raise OSError("no space left")

    monkeypatch.setattr(Sizes, "header", full)
    with pytest.raises(OSError, match="no space"):
        write_known(path, [])
    monkeypatch.undo()
    assert KnownFile.open(path).count == len(PICTURES)
    assert [file.name for file in path.parent.iterdir()] == [path.name]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"digest": b"short"}, "32 bytes"),
        ({"centre": b""}, "32 bytes"),
        ({"quality": 101}, "0 to 100"),
        ({"quality": -1}, "0 to 100"),
        ({"label": 70000}, "no label"),
    ],
)
def test_values_without_a_place_are_refused(
    change: dict[str, object], said: str
) -> None:
    fine: dict[str, object] = {
        "digest": bytes(BYTES),
        "list_name": "x",
        "label": 20002,
    }
    with pytest.raises(KnownFileError, match=said):
        KnownPicture(**{**fine, **change})  # type: ignore[arg-type]


def test_one_list_too_many_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.image.known_write.MOST_LISTS", 1)
    write_known(tmp_path / "one", PICTURES[:1])
    with pytest.raises(KnownFileError, match="can name 1 lists"):
        write_known(tmp_path / "two", PICTURES[:2])


def test_a_hash_of_another_length_is_refused() -> None:
    for digest, centre in ((b"short", None), (bytes(BYTES), b"short")):
        with pytest.raises(KnownFileError, match="32 bytes"):
            Packed().extend([(digest, "own", 20002, 100, False, "", centre)])


def test_pictures_are_packed_as_they_come(tmp_path: Path) -> None:
    def some() -> Iterator[KnownPicture]:
        for number in range(20_000):
            yield KnownPicture(number.to_bytes(BYTES), "own", 20002)

    file = tmp_path / "many"
    tracemalloc.start()
    try:
        write_known(file, some())
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 4 * file.stat().st_size
