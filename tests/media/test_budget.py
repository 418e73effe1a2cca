from app.media.budget import Budget
from tests.remote.servers import Clock


def budget(packets: int, broken: int) -> Budget:
    made = Budget(10, Clock())
    for _ in range(packets):
        made.packet()
    for _ in range(broken):
        made.broken()
    return made


def test_a_few_broken_packets_are_what_players_skip() -> None:
    assert budget(50, 2).why is None
    assert budget(10_000, 10).why is None


def test_more_of_them_are_told() -> None:
    assert budget(50, 3).why == "parts of the file cannot be decoded"
    assert budget(10_000, 11).why == "parts of the file cannot be decoded"


def test_time_is_over_when_it_is_over() -> None:
    clock = Clock()
    made = Budget(10, clock)
    clock.now = 9.9
    assert [made.spent, made.why] == [False, None]
    clock.now = 10
    assert [made.spent, made.why] == [
        True,
        "decoding all of it would take longer than allowed",
    ]


def test_the_first_reason_is_told() -> None:
    made = budget(50, 30)
    made.stop("first")
    made.stop("second")
    assert made.why == "first"
