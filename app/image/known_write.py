"""Writing a file of known pictures.

A file is never changed in place, because workers have it mapped: a new version
is written beside and moved to its name when it is complete.
"""

import json
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from app.image.known_format import (
    ENDS,
    FACTS,
    OWNER,
    PIECES,
    KnownPicture,
    Sizes,
)
from app.image.pdq import BYTES


def write_known(path: Path, pictures: Iterable[KnownPicture]) -> int:
    """Write a file; returns how many hashes are in it.

    Raises:
        OSError: the file cannot be written; what was there stays.
    """
    rows = list(pictures)
    body, sizes = _body(rows)
    with tempfile.NamedTemporaryFile(
        dir=path.parent, prefix=f".{path.name}.", delete=False
    ) as beside:
        new = Path(beside.name)
        try:
            beside.write(sizes.header(body))
            beside.write(body)
        except BaseException:
            new.unlink()
            raise
    new.replace(path)
    return len(rows)


def _body(rows: Sequence[KnownPicture]) -> tuple[bytes, Sizes]:
    names = sorted({row.list_name for row in rows})
    notes = ["", *sorted({row.note for row in rows} - {""})]
    written = [note.encode() for note in notes]
    ends = np.cumsum([0, *map(len, written)]).astype(ENDS)
    owners = [at for at, row in enumerate(rows) if row.centre is not None]
    columns = [
        *_hashes([row.digest for row in rows]),
        *_facts(rows, names, notes),
        *_hashes([row.centre for row in rows if row.centre is not None]),
        np.array(owners, dtype=OWNER).tobytes(),
        ends.tobytes(),
    ]
    named = json.dumps(names, ensure_ascii=False).encode()
    sizes = Sizes(len(rows), len(owners), len(notes), int(ends[-1]), len(named))
    padded = [column + bytes(-len(column) % 8) for column in columns]
    return b"".join((*padded, *written, named)), sizes


def _hashes(digests: Sequence[bytes]) -> list[bytes]:
    table = np.frombuffer(b"".join(digests), np.uint8).reshape(-1, BYTES)
    return [
        table[:, start : start + np.dtype(kind).itemsize].tobytes()
        for kind, start in PIECES
    ]


def _facts(
    rows: Sequence[KnownPicture], names: Sequence[str], notes: Sequence[str]
) -> list[bytes]:
    list_at = {name: place for place, name in enumerate(names)}
    note_at = {note: place for place, note in enumerate(notes)}
    columns = {
        "note": [note_at[row.note] for row in rows],
        "label": [row.label for row in rows],
        "list": [list_at[row.list_name] for row in rows],
        "quality": [row.quality for row in rows],
        "exempt": [int(row.exempt) for row in rows],
    }
    return [np.array(columns[name], dtype=kind).tobytes() for name, kind in FACTS]
