"""A worker that was taken over says what it must not: nothing of it is believed."""

from typing import Any

import pytest

from app.image.answers import AnswerError
from app.image.wire import LONGEST
from app.media.contents import Intake
from app.media.errors import MediaFault, MediaFileError
from app.media.limits import RATE, MediaLimits

LIMITS = MediaLimits(sound_seconds=2, frames=2, tracks=2)
FACTS = {
    "kind": "facts",
    "container": "mov",
    "seconds": 3.0,
    "sound": "aac",
    "channels": 1,
    "rate": 44100,
    "video": None,
    "width": 0,
    "height": 0,
    "covers": 0,
    "texts": 0,
    "spare": 0,
}
DONE = {"kind": "done", "why": None, "heard": 1.0, "shown": 0.0, "spacing": 0.0}


def intake() -> Intake:
    return Intake(100, LIMITS)


def told(facts: dict[str, Any], done: dict[str, Any]) -> Any:
    taking = intake()
    assert not taking.message(facts)
    assert not taking.message(done)
    return taking.contents()


def test_what_makes_sense_is_taken() -> None:
    taking = intake()
    taking.message(FACTS)
    sound = {"kind": "sound", "start": 1.5}
    assert taking.message(sound)
    taking.body(sound, bytes(RATE * 2))
    taking.body({"kind": "still", "start": 2}, b"jpeg")
    taking.body({"kind": "cover"}, b"cover")
    taking.body({"kind": "print"}, bytes(8))
    taking.message({**DONE, "why": "the file ends early"})
    contents = taking.contents()
    assert (contents.pieces[0].start, contents.pieces[0].end) == (1.5, 2.5)
    assert [each.start for each in contents.pictures] == [2.0, None]
    assert contents.words == bytes(8)
    assert contents.why == "the file ends early"
    assert not contents.facts.complete
    assert (contents.facts.size, contents.facts.stills) == (100, 1)


@pytest.mark.parametrize(
    ("said", "body"),
    [
        ({"kind": "sound", "start": 0}, b"odd"),
        ({"kind": "sound", "start": -1}, b""),
        ({"kind": "sound", "start": "0"}, b""),
        ({"kind": "sound"}, b""),
        ({"kind": "still", "start": None}, b""),
        ({"kind": "print"}, b"123"),
        ({"kind": "print"}, bytes(4 * 16 * 10)),
        ({"kind": "anything"}, b""),
        ({}, b""),
        ({"kind": "sound", "start": 0}, bytes(RATE * 2 * 4)),
    ],
)
def test_bodies_that_make_no_sense_are_errors(said: Any, body: bytes) -> None:
    with pytest.raises(AnswerError):
        intake().body(said, body)


@pytest.mark.parametrize(
    ("said", "body", "times"),
    [
        ({"kind": "still", "start": 0}, b"jpeg", 4),
        ({"kind": "cover"}, bytes(LONGEST), 2),
    ],
)
def test_more_than_allowed_is_an_error(said: Any, body: bytes, times: int) -> None:
    taking = intake()
    for _ in range(times):
        taking.body(said, body)
    with pytest.raises(AnswerError):
        taking.body(said, body)


@pytest.mark.parametrize(
    "change",
    [
        {"container": 5},
        {"container": "x" * 201},
        {"seconds": float("inf")},
        {"seconds": -1},
        {"sound": 7},
        {"width": 1.5},
        {"height": -1},
        {"spare": True},
    ],
)
def test_facts_that_make_no_sense_are_errors(change: dict[str, Any]) -> None:
    with pytest.raises(AnswerError):
        told({**FACTS, **change}, DONE)


@pytest.mark.parametrize("change", [{"why": 5}, {"heard": None}, {"shown": "x"}])
def test_an_end_that_makes_no_sense_is_an_error(change: dict[str, Any]) -> None:
    with pytest.raises(AnswerError):
        told(FACTS, {**DONE, **change})


def test_an_end_without_facts_is_an_error() -> None:
    taking = intake()
    taking.message(DONE)
    with pytest.raises(AnswerError):
        taking.contents()


def test_a_refusal_is_the_files_fault() -> None:
    with pytest.raises(MediaFileError) as caught:
        intake().message({"kind": "refused", "fault": "damaged", "why": "so"})
    assert (caught.value.fault, str(caught.value)) == (MediaFault.DAMAGED, "so")
    with pytest.raises(AnswerError):
        intake().message({"kind": "refused", "fault": "nonsense", "why": "so"})
