"""A small model made by hand: it knows a few words and what they weigh."""

from typing import Any

import numpy as np

from app.text.model.format import CLASSES, HARMS, write_model
from app.text.model.grams import BITS, SHIFT, hashes_of
from app.text.model.model import MARK_SHIFT, Model
from app.text.model.reading import read

META: dict[str, Any] = {
    "bias": [3.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0],
    "units": [0.05] * 7,
    "calibration": {harm: [1.0, 0.0] for harm in HARMS},
    "thresholds": dict.fromkeys(HARMS, 50),
    "card": {"data": []},
}
WORDS = {"gambling": "上分百家乐", "abuse": "笨蛋滚开", "clean": "今天天气好"}


def block(words: dict[str, str] | None = None, **meta: Any) -> bytes:
    """A model file in which each n-gram of a word speaks for its class."""
    rows: dict[int, list[int]] = {}
    everywhere = set(hashes_of("").tolist())
    for name, word in (words or WORDS).items():
        for value in sorted(set(hashes_of(read(word)).tolist()) - everywhere):
            row = rows.setdefault(value >> (64 - BITS), [0] * (len(CLASSES) + 1))
            mark = (value >> int(MARK_SHIFT)) & 0xFF
            row[0] = mark - 256 if mark > 127 else mark
            row[CLASSES.index(name) + 1] = 20
    slots = np.array(sorted(rows), np.int64)
    table = np.array([rows[slot] for slot in slots.tolist()], np.int8)
    assert int(SHIFT) == 64 - BITS
    return write_model(slots, table, {**META, **meta})


def model(**meta: Any) -> Model:
    """The small model, loaded."""
    return Model.load(block(**meta))
