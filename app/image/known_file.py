"""Reading a file of known pictures: mapped, so that workers share one copy."""

import json
import mmap
from pathlib import Path
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

from app.image.known_format import (
    ENDS,
    FACTS,
    OWNER,
    PIECES,
    START,
    KnownFileError,
    KnownPicture,
    Sizes,
)

Column = NDArray[Any]

_CONTRADICTION: Final = "the file of known pictures contradicts itself"
_HASH: Final = tuple(kind for kind, _ in PIECES)


class KnownFile:
    """A checked file; `pieces` are the columns of the hashes, as `PIECES` says.

    `centres` are those of the middle parts, and `owners` the rows of the
    pictures that these belong to, in ascending order.
    """

    def __init__(self, content: mmap.mmap | bytes) -> None:
        """Check the content and lay out its columns; callers use `open`.

        Raises:
            KnownFileError: the content is damaged or of another kind.
        """
        view = memoryview(content)
        sizes = Sizes.read(view)
        reader = _Reader(view)
        self.pieces = reader.columns(_HASH, sizes.hashes)
        facts = reader.columns([kind for _, kind in FACTS], sizes.hashes)
        self._note, self._label, self._list, self._quality, self._exempt = facts
        self.centres = reader.columns(_HASH, sizes.centres)
        (self.owners,) = reader.columns([OWNER], sizes.centres)
        (self._ends,) = reader.columns([ENDS], sizes.notes + 1)
        self._notes = reader.text(sizes.note_bytes)
        self._names = _names(reader.text(sizes.name_bytes))
        reader.finish()
        self.count = sizes.hashes
        self._check_references()

    @classmethod
    def open(cls, path: Path) -> Self:
        """Map a file; it is read once, to check it.

        Raises:
            KnownFileError: it cannot be read or is damaged.
        """
        try:
            with path.open("rb") as file:
                content = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except (OSError, ValueError) as error:
            reason = "it is empty" if isinstance(error, ValueError) else error.strerror
            message = f"the file of known pictures cannot be read: {reason}"
            raise KnownFileError(message) from error
        return cls(content)

    def picture(self, row: int) -> KnownPicture:
        """What is said about the hash in a row, counted from 0."""
        note = int(self._note[row])
        start, end = int(self._ends[note]), int(self._ends[note + 1])
        return KnownPicture(
            digest=_joined(self.pieces, row),
            list_name=self._names[int(self._list[row])],
            label=int(self._label[row]),
            quality=int(self._quality[row]),
            exempt=bool(self._exempt[row]),
            note=bytes(self._notes[start:end]).decode(),
            centre=self._centre(row),
        )

    def _centre(self, row: int) -> bytes | None:
        at = int(np.searchsorted(self.owners, row))
        if at == len(self.owners) or self.owners[at] != row:
            return None
        return _joined(self.centres, at)

    def _check_references(self) -> None:
        ends, owners = self._ends, self.owners
        sound = (
            ends[0] == 0
            and ends[-1] == len(self._notes)
            and _rising(ends, step=0)
            and _rising(owners, step=1)
            and _most(owners) < max(1, self.count)
            and _most(self._note) < len(ends) - 1
            and _most(self._list) < max(1, len(self._names))
        )
        if not sound:
            raise KnownFileError(_CONTRADICTION)


class _Reader:
    """Takes one column after the other."""

    def __init__(self, view: memoryview) -> None:
        self._view = view
        self._at = START

    def columns(self, kinds: tuple[str, ...] | list[str], length: int) -> list[Column]:
        """Columns of one length, each of its type."""
        return [self._column(np.dtype(kind), length) for kind in kinds]

    def text(self, size: int) -> memoryview:
        """So many bytes, without a gap after them."""
        start, self._at = self._at, self._at + size
        return self._view[start : self._at]

    def finish(self) -> None:
        """Everything must have been taken, and no more than there was."""
        if self._at != len(self._view):
            raise KnownFileError(_CONTRADICTION)

    def _column(self, kind: np.dtype[Any], length: int) -> Column:
        size = length * kind.itemsize
        part = self._view[self._at : self._at + size]
        if len(part) != size:
            raise KnownFileError(_CONTRADICTION)
        self._at += size + -size % 8
        return np.frombuffer(part, dtype=kind)


def _names(written: memoryview) -> tuple[str, ...]:
    try:
        return tuple(map(str, json.loads(bytes(written))))
    except (ValueError, TypeError):
        raise KnownFileError(_CONTRADICTION) from None


def _joined(pieces: list[Column], row: int) -> bytes:
    return b"".join(piece[row].tobytes() for piece in pieces)


def _rising(column: Column, *, step: int) -> bool:
    return bool((np.diff(column.astype(np.int64)) >= step).all())


def _most(column: Column) -> int:
    return int(column.max()) if len(column) else 0
