"""How many users there were: within its error, in whatever order they came."""

import hashlib
import itertools
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.vitals.sketch import MOST, REGISTERS, Place, Sketch, place, union

STANDARD_ERROR = 1.04 / REGISTERS**0.5

digests = st.binary(min_size=8, max_size=32)
places = st.builds(place, digests)
crowds = st.lists(places, max_size=60)


def user(number: int, salt: int = 0) -> Place:
    return place(hashlib.blake2b(f"{salt}:{number}".encode()).digest())


def crowd(numbers: range, salt: int = 0) -> Sketch:
    sketch = Sketch()
    sketch.merge(user(number, salt) for number in numbers)
    return sketch


@pytest.mark.parametrize("users", [100, 1_000, 5_000, 30_000, 100_000])
def test_the_error_is_what_the_paper_says(users: int) -> None:
    errors = [crowd(range(users), salt).count() / users - 1 for salt in range(4)]
    # Four standard errors: one sketch in 16,000 is worse.
    assert max(map(abs, errors)) < 4 * STANDARD_ERROR
    assert abs(sum(errors) / 4) < 2 * STANDARD_ERROR


@pytest.mark.parametrize("users", range(8))
def test_few_users_are_counted_exactly(users: int) -> None:
    assert crowd(range(users)).count() == users


def test_the_same_user_counts_once() -> None:
    sketch = Sketch()
    assert sketch.add(*user(1)) is True
    assert sketch.add(*user(1)) is False
    assert sketch.count() == 1


def test_an_enormous_crowd_is_no_error() -> None:
    sketch = Sketch()
    sketch.merge((register, 55) for register in range(REGISTERS))
    assert sketch.count() == MOST
    sketch = Sketch()
    sketch.merge((register, 54) for register in range(REGISTERS))
    assert sketch.count() == MOST


@given(digests)
def test_a_place_is_always_a_register_and_a_rank(digest: bytes) -> None:
    register, rank = place(digest)
    assert 0 <= register < REGISTERS
    assert 1 <= rank <= 55


@given(st.lists(crowds, max_size=4), st.randoms(use_true_random=False))
def test_the_order_of_merging_does_not_matter(
    parts: list[list[Place]], chance: random.Random
) -> None:
    everybody = list(itertools.chain(*parts))
    at_once = Sketch()
    at_once.merge(everybody)
    chance.shuffle(everybody)
    one_by_one = Sketch()
    for one in everybody:
        one_by_one.add(*one)
    chance.shuffle(parts)
    by_parts = Sketch()
    for part in parts:
        by_parts.merge(part)
    assert at_once.to_bytes() == one_by_one.to_bytes() == by_parts.to_bytes()
    stored = [sketch.to_bytes() for sketch in map(_sketch, parts)]
    chance.shuffle(stored)
    assert union(stored) == at_once.count()


def _sketch(some: list[Place]) -> Sketch:
    sketch = Sketch()
    sketch.merge(some)
    return sketch


@given(crowds)
def test_merging_again_changes_nothing(some: list[Place]) -> None:
    sketch = Sketch()
    assert sketch.merge(some) is bool(some)
    before = sketch.to_bytes()
    assert sketch.merge(some) is False
    assert sketch.to_bytes() == before


@pytest.mark.parametrize("users", [0, 1, 300, 383, 384, 385, 600, 5_000])
def test_a_stored_sketch_comes_back(users: int) -> None:
    sketch = crowd(range(users))
    stored = sketch.to_bytes()
    again = Sketch.from_bytes(stored)
    assert (again.count(), again.to_bytes()) == (sketch.count(), stored)
    assert len(stored) <= 1 + REGISTERS


@given(st.binary(max_size=40) | st.binary(min_size=1025, max_size=1025))
def test_whatever_is_stored_can_be_read(stored: bytes) -> None:
    sketch = Sketch.from_bytes(stored)
    again = Sketch.from_bytes(sketch.to_bytes())
    assert again.count() == sketch.count() >= 0


@pytest.mark.parametrize(
    "stored", [b"\0", b"x", b"\x01\0", b"\x02\0\0", b"\x02" + b"\xff" * 1024]
)
def test_what_is_no_sketch_is_nobody(stored: bytes) -> None:
    assert Sketch.from_bytes(stored).count() == 0


def test_the_union_of_days_counts_everybody_once() -> None:
    monday, tuesday = crowd(range(600)), crowd(range(300, 900))
    together = union([monday.to_bytes(), tuesday.to_bytes()])
    assert together == crowd(range(900)).count()
    assert union([]) == 0
