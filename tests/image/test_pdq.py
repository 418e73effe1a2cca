import json
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.image import pdq as module
from app.image.pdq import BYTES, LEAST_SIDE, ORIGINAL, TURNS, pdq, pdq_turns
from tests.image.pictures.formulas import ALL
from tests.image.pictures.paint import numbers
from tests.image.pictures.scenery import photo

# What the authors' own program, compiled, says of the pictures in `formulas`: all
# eight forms in their order, which is that of `TURNS`.
REFERENCE: dict[str, dict[str, Any]] = json.loads(
    (Path(__file__).parent / "data" / "pdq.json").read_text()
)
GOOD = [name for name, said in REFERENCE.items() if said["quality"] >= 50]


def apart(one: bytes, other: bytes) -> int:
    return (int.from_bytes(one) ^ int.from_bytes(other)).bit_count()


@pytest.mark.parametrize("name", GOOD)
def test_the_published_program_says_the_same_in_all_eight_forms(name: str) -> None:
    hashes = [made.value.hex() for made in pdq_turns(ALL[name]()).values()]
    assert hashes == REFERENCE[name]["hashes"]


@pytest.mark.parametrize("name", REFERENCE)
def test_the_published_program_sees_the_same_quality(name: str) -> None:
    assert pdq(ALL[name]()).quality == REFERENCE[name]["quality"]


def test_there_is_a_poor_picture_among_them() -> None:
    assert len(GOOD) >= 6
    assert len(GOOD) < len(REFERENCE)


def test_turned_copies_hash_to_the_forms_of_the_original() -> None:
    picture = np.array(photo(Random(1), 400, 300))
    around = np.rot90(picture, 2)
    copies = {
        "original": picture,
        "turned left": np.rot90(picture),
        "turned around": around,
        "turned right": np.rot90(picture, 3),
        "upside down": picture[::-1],
        "mirrored": picture[:, ::-1],
        "transposed": picture.transpose(1, 0, 2),
        "transversed": around.transpose(1, 0, 2),
    }
    assert tuple(copies) == TURNS
    forms = pdq_turns(picture)
    for name, copy in copies.items():
        # Turned, the sampled rows are others by one: a few bits near the median.
        assert apart(pdq(copy).value, forms[name].value) <= 12
        others = [apart(pdq(copy).value, forms[turn].value) for turn in TURNS]
        assert min(others) == others[TURNS.index(name)]


def test_copies_are_near_and_strangers_far() -> None:
    shown = photo(Random(1), 400, 300)
    small = np.array(shown.resize((160, 120)))
    stranger = np.array(photo(Random(2), 400, 300))
    value = pdq(np.array(shown)).value
    assert apart(value, pdq(small).value) <= 20
    assert apart(value, pdq(stranger).value) >= 90


def test_bands_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    picture = np.array(photo(Random(3), 300, 500))
    whole = pdq(picture)
    monkeypatch.setattr(module, "_BAND", 1000)
    assert apart(pdq(picture).value, whole.value) <= 2
    assert pdq(picture).quality == whole.quality


def test_a_plain_field_has_no_quality() -> None:
    assert pdq(np.full((300, 200, 3), 90, np.uint8)).quality == 0


def test_half_of_the_bits_are_set() -> None:
    value = pdq(np.array(photo(Random(4), 300, 300))).value
    assert int.from_bytes(value).bit_count() == 128


@pytest.mark.parametrize("size", [(LEAST_SIDE - 1, 500), (500, LEAST_SIDE - 1), (1, 1)])
def test_tiny_pictures_have_no_hash(size: tuple[int, int]) -> None:
    made = pdq_turns(np.full((*size, 3), 7, np.uint8))
    assert {(form.value, form.quality) for form in made.values()} == {(bytes(BYTES), 0)}


@settings(max_examples=40, deadline=None)
@given(
    height=st.integers(LEAST_SIDE, 300),
    width=st.integers(LEAST_SIDE, 300),
    seed=st.integers(0, 1000),
)
def test_every_size_is_hashed(height: int, width: int, seed: int) -> None:
    grain = numbers(Random(seed)).integers(0, 256, (height, width, 3), np.uint8)
    made = pdq(grain)
    assert len(made.value) == BYTES
    assert 0 <= made.quality <= 100


def test_pixels_that_cannot_be_written_to_are_hashed() -> None:
    picture = np.array(photo(Random(5), 64, 64))
    picture.flags.writeable = False
    assert pdq_turns(picture)[ORIGINAL].quality > 0
