"""Every hash of a list that is near to one of some others, exactly.

All hashes are compared, in blocks that fit into a processor's cache. The first
160 bits of two unrelated hashes differ in 80 places, give or take six, so that
these bits alone rule out nearly all rows; the rest is compared only where they
do not.
"""

from collections.abc import Sequence
from math import sqrt
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.image.known_format import PIECES

BLOCK: Final = 1 << 16
"""Rows that are compared at once: half a megabyte of the widest column."""

_RARE: Final = 2.5
"""Standard deviations below the mean: less than one in a hundred."""

Columns = Sequence[NDArray[Any]]


class Near(NamedTuple):
    """A row of the list that is near to a query, and in how many bits they differ."""

    query: int
    row: int
    distance: int


def search(columns: Columns, queries: Sequence[bytes], *, within: int) -> list[Near]:
    """All rows that differ from a query in at most `within` bits, in no order.

    `columns` are the pieces of the listed hashes, as `PIECES` cuts them.
    """
    asked = [_pieces(query) for query in queries]
    first = _telling(within)
    found = []
    for start in range(0, len(columns[0]), BLOCK):
        block = [column[start : start + BLOCK] for column in columns]
        for number, pieces in enumerate(asked):
            pairs = list(zip(block, pieces, strict=True))
            for row, distance in _near(pairs[:first], pairs[first:], within):
                found.append(Near(number, start + row, distance))
    return found


def _pieces(digest: bytes) -> list[np.unsignedinteger[Any]]:
    return [np.frombuffer(digest, kind, 1, start)[0] for kind, start in PIECES]


def _telling(within: int) -> int:
    """How many pieces tell nearly all unrelated hashes apart."""
    bits = 0
    for number, (kind, _) in enumerate(PIECES[:-1], 1):
        bits += 8 * np.dtype(kind).itemsize
        if bits / 2 - _RARE * sqrt(bits) / 2 > within:
            return number
    return len(PIECES) - 1


_Pairs = Sequence[tuple[NDArray[Any], np.unsignedinteger[Any]]]


def _near(first: _Pairs, rest: _Pairs, within: int) -> list[tuple[int, int]]:
    # Without the last piece at most 224 bits differ: a byte holds the number.
    differing = np.zeros(len(first[0][0]), np.uint8)
    for column, piece in first:
        differing += np.bitwise_count(column ^ piece)
    rows = np.flatnonzero(differing <= within)
    total = differing[rows].astype(np.int64)
    for column, piece in rest:
        total += np.bitwise_count(column[rows] ^ piece)
    near = np.flatnonzero(total <= within)
    return [(int(rows[at]), int(total[at])) for at in near]
