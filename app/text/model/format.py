"""The file of a content model: sections with a checksum; no text is inside.

`meta` is JSON (format, labels, bias, units, calibration, thresholds, card),
`known` a bit for each place of the table, `rows` eight bytes for each known place:
the mark that tells its n-gram from others, then one weight for each class.
"""

import json
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from app.text.container import DamagedError, read_sections, write_sections
from app.text.model.grams import BITS

FORMAT: Final = 1
"""Raised whenever the reading, the hashes or the file change."""
KIND: Final = "content-model"
LARGEST: Final = 5_000_000
"""Bytes; larger files are refused."""
CLASSES: Final = ("clean", "ads", "porn", "abuse", "gambling", "crime", "fraud")
"""The classes of every model, in the order of the weights."""
HARMS: Final = CLASSES[1:]

Rows = NDArray[np.int8]


class ModelError(Exception):
    """The bytes are no model that this release can use; the message says why."""


@dataclass(frozen=True, slots=True)
class Contents:
    """What a model file holds; `rows` has one row for each place of the table."""

    version: str
    bias: tuple[float, ...]
    units: tuple[float, ...]
    """What a weight of one is worth, for each class."""
    calibration: dict[str, tuple[float, float]]
    """Slope and offset of each harm, from the margin over clean to log-odds."""
    thresholds: dict[str, int]
    """The least probability, in per cent, at which a harm is reported."""
    card: dict[str, Any]
    rows: Rows


def write_model(slots: NDArray[np.int64], rows: Rows, meta: dict[str, Any]) -> bytes:
    """The file; `slots` are the sorted known places, `rows` their eight bytes each."""
    known = np.zeros(1 << BITS, np.bool_)
    known[slots] = True
    head = {"kind": KIND, "format": FORMAT, "classes": CLASSES, "bits": BITS, **meta}
    return write_sections(
        {
            "meta": json.dumps(head, ensure_ascii=False, sort_keys=True).encode(),
            "known": np.packbits(known).tobytes(),
            "rows": np.ascontiguousarray(rows).tobytes(),
        }
    )


def read_model(block: bytes) -> Contents:
    """What the file holds.

    Raises:
        ModelError: no model, cut short, changed, or of another release.
    """
    if len(block) > LARGEST:
        message = f"a model has {LARGEST:,} bytes at most"
        raise ModelError(message)
    try:
        sections = read_sections(memoryview(block))
    except DamagedError as error:
        message = str(error).replace("compiled wordlist", "content model")
        raise ModelError(message) from None
    try:
        return _contents(sections, blake2b(block, digest_size=6).hexdigest())
    except (KeyError, ValueError, TypeError):
        message = "the file is no content model"
        raise ModelError(message) from None


def _contents(sections: dict[str, memoryview], version: str) -> Contents:
    meta = json.loads(bytes(sections["meta"]))
    if meta["kind"] != KIND:
        raise ValueError(KIND)
    if (meta["format"], meta["bits"]) != (FORMAT, BITS):
        message = f"the model has format {meta['format']}, this release reads {FORMAT}"
        raise ModelError(message)
    if tuple(meta["classes"]) != CLASSES:
        message = "the model has other classes than this release"
        raise ModelError(message)
    known = np.unpackbits(np.frombuffer(sections["known"], np.uint8)).view(np.bool_)
    rows = np.zeros((1 << BITS, len(CLASSES) + 1), np.int8)
    shape = (-1, len(CLASSES) + 1)
    rows[known] = np.frombuffer(sections["rows"], np.int8).reshape(shape)
    return Contents(
        version=version,
        bias=_numbers(meta["bias"]),
        units=_numbers(meta["units"]),
        calibration={
            k: (float(a), float(b)) for k, (a, b) in _harms(meta["calibration"])
        },
        thresholds={name: int(value) for name, value in _harms(meta["thresholds"])},
        card=dict(meta["card"]),
        rows=rows,
    )


def _numbers(values: list[float]) -> tuple[float, ...]:
    if len(values) != len(CLASSES):
        raise ValueError(values)
    return tuple(map(float, values))


def _harms(values: dict[str, Any]) -> list[tuple[str, Any]]:
    return [(name, values[name]) for name in HARMS]
