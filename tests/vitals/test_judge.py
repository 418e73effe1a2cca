"""When a word is a runaway, number by number."""

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.vitals import BreakerSettings
from app.vitals.judge import Case, Day, Ruling, judge, term_size

HOUR = 3600.0
DEFAULT = BreakerSettings()


def new(hits: int, texts: int, **known: Any) -> Case:
    """A word of a minute ago, each hit from another user."""
    usual: dict[str, Any] = {
        "hits": hits,
        "texts": texts,
        "minutes": 1,
        "named": hits,
        "users": hits,
        "users_today": hits,
        "age": 60.0,
        "size": 1.0,
        "emergency": False,
        "past": [],
    }
    return Case(**usual | known)


def old(hits: int, texts: int, **known: Any) -> Case:
    """A word that was in 1 of 1000 texts on each of the last days."""
    usual = {"age": 100 * HOUR, "past": [Day(100, 100_000)] * 3}
    return new(hits, texts, **usual | known)


@pytest.mark.parametrize(
    ("hits", "texts", "trips"),
    [
        (40, 100, True),  # 的
        (20, 50, True),
        (19, 19, False),  # too few hits
        (20, 49, False),  # too few texts
        (3, 3, False),
        (8, 100, False),  # eight per cent, but of a hundred
        (20, 250, False),
        (160, 2000, True),  # eight per cent of two thousand
        (60, 2000, False),  # the limit itself
        (59, 2000, False),
        (3_000_000, 100_000_000, False),
        (3_100_000, 100_000_000, True),
        (50, 50, True),
        (60, 50, True),  # counts that are half written
    ],
)
def test_a_new_word(hits: int, texts: int, *, trips: bool) -> None:
    expected = Ruling("new_term", None) if trips else None
    assert judge(new(hits, texts), DEFAULT) == expected


def test_new_is_new_for_three_days() -> None:
    assert judge(new(40, 100, age=72 * HOUR), DEFAULT) is not None
    assert judge(new(40, 100, age=72 * HOUR + 1), DEFAULT) is None
    assert judge(new(40, 100, age=-5.0), DEFAULT) is not None  # clocks differ


@pytest.mark.parametrize(
    ("named", "users", "trips"),
    [
        (40, 10, True),
        (40, 9, False),
        (40, 1, False),
        (20, 9, False),  # half of the callers say who it is
        (19, 1, True),  # too few do: nothing can be said
        (0, 0, True),
    ],
)
def test_one_person_does_not_trip_a_word(
    named: int, users: int, *, trips: bool
) -> None:
    case = new(40, 100, named=named, users=users, users_today=users)
    assert bool(judge(case, DEFAULT)) is trips


def test_users_who_met_the_word_before_today_count_as_people() -> None:
    assert judge(new(40, 100, users=0, users_today=60), DEFAULT) is not None
    assert judge(new(40, 100, users=0, users_today=9), DEFAULT) is None


@pytest.mark.parametrize(
    ("hits", "texts", "trips"),
    [
        (900, 10_000, True),  # ninety times the usual
        (400, 10_000, False),  # forty times, but under the least share
        (40, 400, False),  # too few to be sure
        (100, 400, True),
    ],
)
def test_an_old_word(hits: int, texts: int, *, trips: bool) -> None:
    expected = Ruling("jump", 0.001) if trips else None
    assert judge(old(hits, texts), DEFAULT) == expected


def test_the_highest_day_is_what_is_usual() -> None:
    wave = Day(1_000, 100_000)
    quiet = Day(10, 100_000)
    before = old(900, 10_000, past=[quiet, quiet, quiet])
    assert judge(before, DEFAULT) == Ruling("jump", 0.0001)
    assert judge(old(900, 10_000, past=[quiet, wave, quiet]), DEFAULT) is None


def test_a_word_that_never_hit_jumps_from_nothing() -> None:
    past = [Day(0, 100_000)] * 2
    assert judge(old(900, 10_000, past=past), DEFAULT) == Ruling("jump", 0.0)


@pytest.mark.parametrize("past", [[], [Day(0, 10_000)], [Day(0, 0)] * 9])
def test_without_days_to_compare_with_nothing_jumps(past: list[Day]) -> None:
    assert judge(old(900, 10_000, past=past), DEFAULT) is None


@pytest.mark.parametrize(
    ("named", "users", "trips"),
    [
        (900, 900, True),
        (900, 300, True),  # three each
        (900, 299, False),
        (900, 20, False),
        (449, 20, True),  # most callers name nobody: nothing can be said
        (0, 0, True),
    ],
)
def test_a_campaign_of_few_senders_is_no_runaway(
    named: int, users: int, *, trips: bool
) -> None:
    case = old(900, 10_000, named=named, users=users)
    assert bool(judge(case, DEFAULT)) is trips


@pytest.mark.parametrize(
    ("hits", "named", "users", "trips"),
    [
        (60, 60, 50, True),
        (60, 60, 49, False),  # a gang may have that many accounts
        (149, 0, 0, False),  # nobody is named: fifty with three texts each
        (150, 0, 0, True),
    ],
)
def test_an_old_word_needs_a_crowd(
    hits: int, named: int, users: int, *, trips: bool
) -> None:
    case = old(hits, 300, named=named, users=users)
    assert bool(judge(case, DEFAULT)) is trips


def test_a_new_word_may_be_in_many_texts_of_each_user() -> None:
    """In a chat everybody says 的 again and again."""
    assert judge(new(400, 1_000, users=12), DEFAULT) is not None


@pytest.mark.parametrize(
    ("share", "size", "trips"),
    [
        (0.40, 1.0, True),  # 的, pasted at 3 a.m.
        (0.06, 2.0, True),  # 微信
        (0.20, 4.0, False),  # a wave that is a fifth of all texts
        (0.40, 4.0, True),  # the app's own template
    ],
)
def test_an_emergency_block(share: float, size: float, *, trips: bool) -> None:
    case = new(round(share * 2_000), 2_000, emergency=True, size=size)
    assert bool(judge(case, DEFAULT)) is trips


@pytest.mark.parametrize(("users", "trips"), [(266, False), (267, True), (0, True)])
def test_a_wave_from_few_senders_stays_blocked(users: int, *, trips: bool) -> None:
    named = 800 if users else 0
    case = new(800, 2_000, emergency=True, size=4.0, named=named, users=users)
    assert bool(judge(case, DEFAULT)) is trips


def test_an_emergency_block_does_not_jump() -> None:
    assert judge(old(900, 10_000, emergency=True), DEFAULT) is None


def test_each_kind_can_be_switched_off() -> None:
    assert judge(new(40, 100), BreakerSettings(new_terms=False)) is None
    assert judge(old(900, 10_000), BreakerSettings(jumps=False)) is None
    assert judge(new(40, 100), BreakerSettings(jumps=False)) is not None
    assert judge(old(900, 10_000), BreakerSettings(new_terms=False)) is not None


@pytest.mark.parametrize(
    ("term", "size"),
    [
        ("的", 1.0), ("微信", 2.0), ("刷单返利", 4.0), ("the", 1.0), ("people", 2.0),
        ("加V", 4 / 3), ("", 0.0), ("𠮷", 1.0), ("ｗｘ", 2.0), ("か", 1.0),
    ],
)  # fmt: skip
def test_three_letters_are_as_much_as_one_han_character(term: str, size: float) -> None:
    assert term_size(term) == pytest.approx(size)


@given(
    st.integers(50, 400),
    st.floats(0.001, 0.5),
    st.sampled_from([1e-3, 1e-6, 1e-9]),
)
def test_the_bound_is_above_the_true_tail(
    texts: int, limit: float, chance: float
) -> None:
    """The formula never trips where the exact binomial tail is more likely."""
    settings = BreakerSettings(new_share=limit, chance=chance, least_hits=1)
    tripping = [h for h in range(texts + 1) if judge(new(h, texts), settings)]
    if not tripping:
        return
    first = tripping[0]
    assert tripping == list(range(first, texts + 1))  # once above, always above
    tail = sum(
        math.comb(texts, h) * limit**h * (1 - limit) ** (texts - h)
        for h in range(first, texts + 1)
    )
    assert tail < chance


counts = st.integers(0, 10_000)
days = st.builds(Day, counts, counts)
cases = st.builds(
    Case,
    hits=counts,
    texts=counts,
    minutes=st.integers(1, 60),
    named=counts,
    users=counts,
    users_today=counts,
    age=st.floats(-1e6, 1e8),
    size=st.floats(0, 500),
    emergency=st.booleans(),
    past=st.lists(days, max_size=5),
)


@given(cases)
def test_no_counts_are_an_error(case: Case) -> None:
    found = judge(case, DEFAULT)
    if found is not None:
        assert case.hits >= DEFAULT.least_hits
        assert case.hits > DEFAULT.least_share * case.texts
