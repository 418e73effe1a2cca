from app.remote import Breaker
from tests.remote.servers import Clock


def tripped(clock: Clock) -> Breaker:
    breaker = Breaker(failures=3, seconds=30, clock=clock)
    for _ in range(3):
        assert breaker.may_ask()
        breaker.failed()
    return breaker


def test_failures_in_a_row_trip_it() -> None:
    breaker = tripped(Clock())
    assert breaker.resting
    assert not breaker.may_ask()


def test_a_success_in_between_starts_anew() -> None:
    breaker = Breaker(failures=2, clock=Clock())
    for _ in range(5):
        breaker.failed()
        breaker.succeeded()
    assert breaker.may_ask()
    assert not breaker.resting


def test_after_its_rest_one_may_try() -> None:
    clock = Clock()
    breaker = tripped(clock)
    clock.now = 29.9
    assert not breaker.may_ask()
    clock.now = 30
    assert breaker.may_ask()
    assert not breaker.may_ask()


def test_a_good_trial_opens_it_for_all() -> None:
    clock = Clock()
    breaker = tripped(clock)
    clock.now = 30
    assert breaker.may_ask()
    breaker.succeeded()
    assert breaker.may_ask()
    assert breaker.may_ask()


def test_a_bad_trial_means_another_rest() -> None:
    clock = Clock()
    breaker = tripped(clock)
    clock.now = 30
    assert breaker.may_ask()
    breaker.failed()
    clock.now = 59.9
    assert not breaker.may_ask()
    clock.now = 60
    assert breaker.may_ask()


def test_who_asked_before_does_not_make_the_rest_longer() -> None:
    clock = Clock()
    breaker = tripped(clock)
    clock.now = 20
    breaker.failed()
    clock.now = 30
    assert breaker.may_ask()


def test_a_trial_that_is_given_up_leaves_it_to_the_next() -> None:
    clock = Clock()
    breaker = tripped(clock)
    clock.now = 30
    assert breaker.may_ask()
    breaker.gave_up()
    assert breaker.resting
    assert breaker.may_ask()
