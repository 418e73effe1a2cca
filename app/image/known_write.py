"""Writing a file of known pictures.

A file is never changed in place, because workers have it mapped: a new version
is written beside and moved to its name when it is complete. Pictures are packed
into columns as they come, so that a million of them take little more memory than
the file takes disk.
"""

import json
import os
import tempfile
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields
from itertools import islice
from operator import attrgetter
from pathlib import Path
from typing import Any, Final

import numpy as np

from app.image.known_format import (
    ENDS,
    FACTS,
    OWNER,
    PIECES,
    KnownFileError,
    KnownPicture,
    Sizes,
)
from app.image.pdq import BYTES

BATCH: Final = 5000
"""Pictures that are packed together."""
MOST_LISTS: Final = 1 << 16
"""Lists that one file can name."""


Listed = tuple[bytes, str, int, int, bool, str, bytes | None]
"""The values of a `KnownPicture`, in its order."""

_values = attrgetter(*(field.name for field in fields(KnownPicture)))


def write_known(path: Path, pictures: Iterable[KnownPicture]) -> int:
    """Write a file; returns how many hashes are in it.

    Raises:
        KnownFileError: more lists than a file can name.
        OSError: the file cannot be written; what was there stays.
    """
    packed, rest = Packed(), iter(pictures)
    while some := list(islice(rest, BATCH)):
        packed.extend(map(_values, some))
    packed.write(path)
    return packed.count


class Packed:
    """Pictures as the columns of a file."""

    def __init__(self) -> None:
        """Begin without any."""
        self._hashes = bytearray()
        self._centres = bytearray()
        self._owners = array("I")
        self._facts = {name: array(np.dtype(kind).char) for name, kind in FACTS}
        self._notes: dict[str, int] = {"": 0}
        self._lists: dict[str, int] = {}

    @property
    def count(self) -> int:
        """Pictures so far."""
        return len(self._hashes) // BYTES

    def extend(self, rows: Iterable[Listed]) -> None:
        """Pack some more pictures, column by column.

        Raises:
            KnownFileError: one is of one list too many, or a hash is none.
        """
        columns = tuple(zip(*rows, strict=True))
        if not columns:
            return
        digests, lists, labels, qualities, exempt, notes, centres = columns
        owners = [at for at, one in enumerate(centres, self.count) if one is not None]
        self._owners.extend(owners)
        self._centres += _joined([one for one in centres if one is not None])
        self._hashes += _joined(digests)
        self._facts["note"].extend(_numbered(notes, self._notes))
        numbers = _numbered(lists, self._lists)
        if len(self._lists) > MOST_LISTS:
            raise KnownFileError(f"a file can name {MOST_LISTS} lists")
        self._facts["list"].extend(numbers)
        self._facts["label"].extend(labels)
        self._facts["quality"].extend(qualities)
        self._facts["exempt"].extend(exempt)

    def write(self, path: Path) -> None:
        """Write the file.

        Raises:
            OSError: it cannot be written; what was there stays.
        """
        notes = [note.encode() for note in self._notes]
        ends = np.cumsum([0, *map(len, notes)]).astype(ENDS)
        names = json.dumps(list(self._lists), ensure_ascii=False).encode()
        body = [*self._columns(), *_padded(ends), b"".join(notes), names]
        counts = self.count, len(self._owners), len(notes), int(ends[-1]), len(names)
        _write_whole(path, Sizes(*counts).header(*body), body)

    def _columns(self) -> Iterator[bytes | memoryview]:
        yield from _cut(self._hashes)
        for name, kind in FACTS:
            yield from _padded(np.asarray(self._facts[name]).astype(kind, copy=False))
        yield from _cut(self._centres)
        yield from _padded(np.asarray(self._owners).astype(OWNER, copy=False))


def _numbered(words: Sequence[str], known: dict[str, int]) -> list[int]:
    """The number of each word; new ones get the next."""
    return [known.setdefault(word, len(known)) for word in words]


def _joined(digests: Sequence[bytes]) -> bytes:
    whole = b"".join(digests)
    if len(whole) != BYTES * len(digests):
        raise KnownFileError(f"a hash does not have {BYTES} bytes")
    return whole


def _cut(digests: bytearray) -> Iterator[bytes | memoryview]:
    """The columns of the pieces of hashes."""
    table = np.frombuffer(digests, np.uint8).reshape(-1, BYTES)
    for kind, start in PIECES:
        end = start + np.dtype(kind).itemsize
        yield from _padded(np.ascontiguousarray(table[:, start:end]))


def _padded(column: np.ndarray[Any, Any]) -> Iterator[bytes | memoryview]:
    """A column and what fills it up to a multiple of eight bytes."""
    yield column.reshape(-1).view(np.uint8).data
    yield bytes(-column.nbytes % 8)


def _write_whole(path: Path, header: bytes, body: Iterable[bytes | memoryview]) -> None:
    with tempfile.NamedTemporaryFile(
        dir=path.parent, prefix=f".{path.name}.", delete=False
    ) as beside:
        new = Path(beside.name)
        try:
            beside.write(header)
            beside.writelines(body)
            beside.flush()
            os.fsync(beside.fileno())
        except BaseException:
            new.unlink()
            raise
    new.replace(path)
