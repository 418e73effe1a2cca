"""How long the thread of a shadow rests beside a busy event loop."""

import os
import threading
import time

import pytest

from app.trial.pace import LEAST, MOST, PART, Pace, loop_seconds


class Machine:
    """A clock that moves by sleeping, and a loop that uses a share of that time."""

    def __init__(self, load: float) -> None:
        self.load = load
        self.now = 0.0
        self.used = 0.0
        self.slept: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds
        self.used += seconds * self.load

    def pace(self) -> Pace:
        return Pace(lambda: self.used, clock=lambda: self.now, sleep=self.sleep)


@pytest.mark.parametrize(
    ("load", "share"),
    [(0.0, MOST), (0.1, MOST), (0.5, 0.5 * PART), (0.9, 0.1 * PART), (1.0, LEAST)],
)
def test_its_share_of_a_core_shrinks_with_the_load(load: float, share: float) -> None:
    machine = Machine(load)
    pace = machine.pace()
    pace.rest(0.001)
    # Nothing was known before the first rest.
    assert machine.slept == [pytest.approx(0.001 / LEAST - 0.001)]
    pace.rest(0.001)
    assert 0.001 / (0.001 + machine.slept[-1]) == pytest.approx(share)


def test_it_recovers_when_the_load_is_over() -> None:
    machine = Machine(1.0)
    pace = machine.pace()
    pace.rest(0.001)
    machine.load = 0.0
    pace.rest(0.001)
    pace.rest(0.001)
    assert machine.slept[1] > 20 * machine.slept[2]


def test_an_empty_queue_is_looked_at_now_and_then() -> None:
    machine = Machine(0.0)
    pace = machine.pace()
    pace.rest(0.0, least=0.02)
    assert machine.slept == [0.02]
    pace.rest(0.1, least=0.02)
    assert machine.slept[1] == pytest.approx(0.1 / MOST - 0.1)


def test_a_clock_that_stands_still_is_survived() -> None:
    Pace(lambda: 0.0, clock=lambda: 1.0, sleep=lambda _: None).rest(0.001)


def test_the_clock_is_that_of_the_thread_that_asked() -> None:
    used = loop_seconds()
    began = used()
    _burn(0.05)
    here = used() - began
    assert here >= 0.04
    other = threading.Thread(target=_burn, args=(0.5,))
    before = used()
    other.start()
    other.join()
    assert used() - before < 0.4


def test_waiting_for_a_core_is_being_busy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "read", lambda *_: b"1500000000 500000000 7\n")
    assert loop_seconds()() == 2.0


@pytest.mark.parametrize("content", [b"", b"0 0 0 0\n", b"nonsense\n"])
def test_statistics_of_another_form_are_not_used(
    monkeypatch: pytest.MonkeyPatch, content: bytes
) -> None:
    monkeypatch.setattr(os, "read", lambda *_: content)
    used = loop_seconds()
    began = used()
    _burn(0.05)
    assert used() - began >= 0.04


def test_without_such_a_clock_the_loop_seems_idle(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(threading, "get_native_id", lambda: 0)
    monkeypatch.delattr(time, "pthread_getcpuclockid")
    used = loop_seconds()
    assert used() == used() == 0.0


def _burn(seconds: float) -> None:
    end = time.thread_time() + seconds
    while time.thread_time() < end:
        pass
