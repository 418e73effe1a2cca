"""Reading a file of known pictures: mapped, so that workers share one copy."""

import json
import mmap
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from app.image.known_format import (
    ENDS,
    FACTS,
    PIECES,
    START,
    KnownFileError,
    KnownPicture,
    Sizes,
)

_CONTRADICTION = "the file of known pictures contradicts itself"


class KnownFile:
    """A checked file; `pieces` are the columns of the hashes, as `PIECES` says."""

    def __init__(self, content: mmap.mmap | bytes) -> None:
        """Check the content and lay out its columns; callers use `open`.

        Raises:
            KnownFileError: the content is damaged or of another kind.
        """
        view = memoryview(content)
        sizes = Sizes.read(view)
        columns, start = _columns(view, sizes)
        self.count = sizes.hashes
        self.pieces: tuple[NDArray[Any], ...] = tuple(columns[: len(PIECES)])
        facts = columns[len(PIECES) : -1]
        self._note, self._label, self._list, self._quality, self._exempt = facts
        self._ends = columns[-1]
        self._notes = view[start : start + sizes.note_bytes]
        self._names = tuple(json.loads(bytes(view[start + sizes.note_bytes :])))
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
            digest=b"".join(piece[row].tobytes() for piece in self.pieces),
            list_name=self._names[int(self._list[row])],
            label=int(self._label[row]),
            quality=int(self._quality[row]),
            exempt=self.exempt(row),
            note=bytes(self._notes[start:end]).decode(),
        )

    def exempt(self, row: int) -> bool:
        """Whether the hash in a row is of an allowed picture."""
        return bool(self._exempt[row])

    def _check_references(self) -> None:
        ends = self._ends
        sound = (
            ends[0] == 0
            and ends[-1] == len(self._notes)
            and bool((ends[1:] >= ends[:-1]).all())
            and _most(self._note) < len(ends) - 1
            and _most(self._list) < max(1, len(self._names))
        )
        if not sound:
            raise KnownFileError(_CONTRADICTION)


def _columns(view: memoryview, sizes: Sizes) -> tuple[list[NDArray[Any]], int]:
    kinds = [kind for kind, _ in PIECES] + [kind for _, kind in FACTS]
    lengths = [(kind, sizes.hashes) for kind in kinds]
    columns, start = [], START
    for kind, length in (*lengths, (ENDS, sizes.notes + 1)):
        size = length * np.dtype(kind).itemsize
        if start + size > len(view):
            raise KnownFileError(_CONTRADICTION)
        columns.append(np.frombuffer(view[start : start + size], dtype=kind))
        start += size + -size % 8
    if start + sizes.note_bytes + sizes.name_bytes != len(view):
        raise KnownFileError(_CONTRADICTION)
    return columns, start


def _most(column: NDArray[Any]) -> int:
    return int(column.max()) if len(column) else 0
