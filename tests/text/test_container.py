"""Sections in one block."""

import random

import pytest

from app.text.container import DamagedError, read_sections, write_sections

SECTIONS = {"one": b"1234567", "none": b"", "wide": bytes(range(256)) * 4}


def test_sections_come_back_aligned() -> None:
    block = write_sections(SECTIONS)
    found = read_sections(memoryview(block))
    assert {name: bytes(view) for name, view in found.items()} == SECTIONS
    assert found["wide"].cast("I").tolist()[0] == 0x03020100


def test_no_sections() -> None:
    assert read_sections(memoryview(write_sections({}))) == {}


@pytest.mark.parametrize("size", [0, 7, 51, 52, 200])
def test_a_block_cut_short_is_refused(size: int) -> None:
    block = write_sections(SECTIONS)
    with pytest.raises(DamagedError):
        read_sections(memoryview(block[:size]))
    with pytest.raises(DamagedError):
        read_sections(memoryview(block + b"\0"))


def test_any_changed_byte_is_noticed() -> None:
    block = write_sections(SECTIONS)
    chance = random.Random(7)
    for at in chance.sample(range(len(block)), 200):
        wrong = bytearray(block)
        wrong[at] ^= 1 << chance.randrange(8)
        with pytest.raises(DamagedError):
            read_sections(memoryview(bytes(wrong)))
