from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.image import known_search
from app.image.known_format import PIECES
from app.image.known_search import Columns, Near, search
from app.image.pdq import BITS, BYTES


def columns(digests: list[bytes]) -> Columns:
    table = np.frombuffer(b"".join(digests), np.uint8).reshape(-1, BYTES)
    return [
        np.frombuffer(table[:, start : start + np.dtype(kind).itemsize].tobytes(), kind)
        for kind, start in PIECES
    ]


def flipped(rng: Random, digest: bytes, bits: int) -> bytes:
    changed = sum(1 << bit for bit in rng.sample(range(BITS), bits))
    return (int.from_bytes(digest) ^ changed).to_bytes(BYTES)


def one_by_one(listed: list[bytes], asked: list[bytes], within: int) -> set[Near]:
    """What `search` must find, the slow way."""
    found = set()
    for number, query in enumerate(asked):
        for row, digest in enumerate(listed):
            bits = (int.from_bytes(query) ^ int.from_bytes(digest)).bit_count()
            if bits <= within:
                found.add(Near(number, row, bits))
    return found


def test_the_pieces_cover_a_hash_without_gaps() -> None:
    at = 0
    for kind, start in PIECES:
        assert start == at
        at += np.dtype(kind).itemsize
    assert at == BYTES


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    within=st.sampled_from([0, 1, 20, 31, 32, 64, 65, 100, 127, 200, 256]),
    count=st.integers(0, 300),
    block=st.sampled_from([1, 7, 64, 1 << 16]),
)
def test_it_finds_what_comparing_one_by_one_finds(
    seed: int, within: int, count: int, block: int
) -> None:
    rng = Random(seed)
    asked = [rng.randbytes(BYTES) for _ in range(3)]
    listed = [
        flipped(rng, rng.choice(asked), min(BITS, max(0, within + rng.randint(-3, 3))))
        if rng.random() < 0.3
        else rng.randbytes(BYTES)
        for _ in range(count)
    ]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(known_search, "BLOCK", block)
        found = search(columns(listed), asked, within=within)
    assert len(found) == len(set(found))
    assert set(found) == one_by_one(listed, asked, within)


@pytest.mark.parametrize("piece", range(len(PIECES)))
def test_changes_within_one_piece_alone_are_found(piece: int) -> None:
    rng = Random(piece)
    query = rng.randbytes(BYTES)
    kind, start = PIECES[piece]
    size = np.dtype(kind).itemsize
    other = bytearray(query)
    for at in range(start, start + size):
        other[at] ^= 0xFF
    listed = [rng.randbytes(BYTES) for _ in range(50)]
    listed[17] = bytes(other)
    assert search(columns(listed), [query], within=64) == [Near(0, 17, 8 * size)]


def test_everything_is_within_the_greatest_distance() -> None:
    listed = [bytes(BYTES), b"\xff" * BYTES]
    found = search(columns(listed), [bytes(BYTES)], within=BITS)
    assert set(found) == {Near(0, 0, 0), Near(0, 1, BITS)}


def test_nothing_is_found_in_nothing() -> None:
    assert search(columns([]), [bytes(BYTES)], within=64) == []
    assert search(columns([bytes(BYTES)]), [], within=64) == []
