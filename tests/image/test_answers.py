import math
from collections.abc import Mapping
from dataclasses import asdict, fields, replace
from typing import Any

import numpy as np
import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.image import answers
from app.image.answers import AnswerError
from app.plugins.door import (
    Box,
    CodeRegion,
    Facts,
    HashRegion,
    Match,
    Reading,
    TextRegion,
)

BOX = Box(1, 2, 30, 40)
FULL = Reading(
    classifier="all",
    model="all-1",
    milliseconds=12.5,
    texts=(TextRegion("加微信 😀", BOX, 0.75, 2, block=3),),
    codes=(CodeRegion("https://example.com", "QRCode", BOX, 4),),
    hashes=(HashRegion("pdq", bytes(range(32)), 100, "mirrored", 1),),
    matches=(
        Match(
            "list",
            b"\xff" * 32,
            12,
            5,
            "a note",
            20002,
            exempt=True,
            quality=70,
            transform="mirrored",
            centre=9,
        ),
    ),
    scores={"porn": 0.5},
    error="it stopped half-way",
)
FACTS = Facts(640, 480, "gif", animated=True, frame_count=30, shown=8, complete=False)


def read(reading: Reading) -> Reading:
    given = answers.load(answers.dump(reading))
    return answers.reading(given, reading.classifier, reading.model)


def test_no_field_is_forgotten() -> None:
    """A field that the door gets one day must be read here, too."""
    parts: tuple[Any, ...] = (
        FULL,
        *FULL.texts,
        *FULL.codes,
        *FULL.hashes,
        *FULL.matches,
    )
    for part in parts:
        for each in fields(part):
            assert getattr(part, each.name) != each.default, (type(part), each.name)


@pytest.mark.parametrize("reading", [FULL, Reading("all", "all-1")])
def test_a_reading_comes_back_as_it_was(reading: Reading) -> None:
    assert read(reading) == reading


def test_facts_come_back_as_they_were() -> None:
    assert answers.facts(answers.load(answers.dump(asdict(FACTS)))) == FACTS


def test_numbers_of_numpy_are_numbers() -> None:
    scores = {"porn": np.float32(0.5)}
    assert read(replace(FULL, scores=scores)).scores == {"porn": 0.5}  # type: ignore[arg-type]


def test_the_model_is_what_the_reader_knows() -> None:
    given = answers.load(answers.dump(FULL))
    assert answers.reading(given, "all", "known-2").model == "known-2"


def changed(**parts: object) -> Mapping[str, object]:
    return {**answers.load(answers.dump(FULL)), **parts}


BAD_BOX = {"left": -1, "top": 0, "width": 1, "height": 1}
GOOD_BOX = asdict(BOX)


@pytest.mark.parametrize(
    "given",
    [
        None,
        [],
        "text",
        {},
        changed(classifier="another"),
        changed(error=7),
        changed(error="x" * 201),
        changed(milliseconds="12"),
        changed(milliseconds=-1),
        changed(milliseconds=True),
        changed(texts={}),
        changed(texts=[1]),
        changed(texts=[{"text": "x", "box": GOOD_BOX, "score": 1}]),
        changed(texts=[{"text": "x", "box": BAD_BOX, "score": 1, "frame": 0}]),
        changed(texts=[{"text": "x" * 8193, "box": GOOD_BOX, "score": 1, "frame": 0}]),
        changed(texts=[{"text": "x", "box": GOOD_BOX, "score": None, "frame": 0}]),
        changed(texts=[{"text": "x", "box": GOOD_BOX, "score": 1, "frame": 1.5}]),
        changed(texts=[{"text": "x", "box": GOOD_BOX, "score": 1, "frame": 2**40}]),
        changed(codes=[{}] * 513),
        changed(hashes=[{"kind": "pdq", "value": "no"}]),
        changed(hashes=[{**asdict(FULL.hashes[0]), "value": "ab" * 65}]),
        changed(matches=[{**asdict(FULL.matches[0]), "digest": "00", "exempt": 1}]),
        changed(scores=[]),
        changed(scores={"a": None}),
        changed(scores={str(n): 0.5 for n in range(65)}),
    ],
)
def test_what_is_no_reading_is_refused(given: object) -> None:
    with pytest.raises(AnswerError):
        answers.reading(given, "all", "all-1")


@pytest.mark.parametrize("name", list(asdict(FACTS)))
@pytest.mark.parametrize("value", [None, "yes", -1, 1.5, [], "x" * 300])
def test_what_are_no_facts_is_refused(name: str, value: object) -> None:
    if (name, value) == ("format", "yes"):
        return
    with pytest.raises(AnswerError):
        answers.facts({**asdict(FACTS), name: value})


@pytest.mark.parametrize("written", [b"", b"\xff", b"[1]", b"1", b"null", b"{", b"NaN"])
def test_what_is_no_message_is_refused(written: bytes) -> None:
    with pytest.raises(AnswerError):
        answers.load(written)


@pytest.mark.parametrize("text", ["\ud800", "a\udfffb"])
def test_half_characters_cannot_be_written(text: str) -> None:
    with pytest.raises(AnswerError):
        answers.dump(replace(FULL, texts=(TextRegion(text, BOX, 1.0),)))


def test_an_object_of_a_strange_kind_cannot_be_written() -> None:
    with pytest.raises(AnswerError):
        answers.dump(replace(FULL, scores={"a": object()}))  # type: ignore[dict-item]


@pytest.mark.parametrize("score", [math.nan, math.inf, -math.inf, -0.5])
def test_scores_without_sense_are_refused(score: float) -> None:
    with pytest.raises(AnswerError):
        read(replace(FULL, scores={"porn": score}))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(list(asdict(FULL))), inner, max_size=6)
    ),
    max_leaves=12,
)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(JSON)
def test_no_answer_does_harm(value: object) -> None:
    try:
        message = answers.load(orjson.dumps(value))
        for read_as in (answers.facts, lambda v: answers.reading(v, "all", "1")):
            read_as(message)
    except (AnswerError, TypeError):  # orjson: integers beyond 64 bits
        return
