"""Moderation endpoints in OpenAI's shape: what is asked, which answers are taken."""

import json
from typing import Any

import pytest

from app.plugins.door import Reading, Shot
from tests.remote.servers import (
    BLACK,
    FACTS,
    GREEN,
    RED,
    Change,
    far,
    moderation,
    same,
)


async def seen(*shots: Shot, change: Change = same, **changed: Any) -> Reading:
    async with far("openai", moderation(change), **changed) as there:
        return await there.model.classify(shots, FACTS)


def scored(**scores: object) -> Change:
    def change(proper: dict[str, Any]) -> dict[str, Any]:
        proper["results"][0]["category_scores"].update(scores)
        return proper

    return change


async def test_the_question() -> None:
    async with far("openai", moderation()) as there:
        await there.model.classify([RED], FACTS)
    (exchange,) = there.server.seen
    assert exchange.head.startswith(b"POST /v1/moderations HTTP/1.1\r\n")
    said = json.loads(exchange.body)
    assert said["model"] == "colours"
    assert [each["type"] for each in said["input"]] == ["image_url"]


async def test_one_request_for_each_frame_and_the_highest_scores() -> None:
    async with far("openai", moderation()) as there:
        reading = await there.model.classify([BLACK, RED, GREEN], FACTS)
        assert len(there.server.seen) == 3
    assert reading.error is None
    assert reading.scores == pytest.approx({"red": 1, "green": 1, "blue": 0}, abs=0.02)
    assert reading.model == "colours-3"


async def test_an_endpoint_may_take_several_frames_together() -> None:
    script = moderation(together=True)
    async with far("openai", script, pictures=8) as there:
        reading = await there.model.classify([RED, GREEN], FACTS)
        assert len(there.server.seen) == 1
    assert reading.scores == pytest.approx({"red": 1, "green": 1, "blue": 0}, abs=0.02)


async def test_classes_that_nobody_asked_for_are_left_out() -> None:
    reading = await seen(RED, change=scored(other="!", more=7))
    assert reading.error is None
    assert set(reading.scores) == {"red", "green", "blue"}


async def test_without_classes_those_of_the_labels_are_read() -> None:
    label = {"label": "vulgar", "classes": ["green", "red"], "review": 0.5}
    reading = await seen(RED, classes=[], labels=[label])
    assert set(reading.scores) == {"green", "red"}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (scored(red=None), "lacks a number"),
        (scored(red=1.5), "not between 0 and 1"),
        (scored(red=-1), "not between 0 and 1"),
        (scored(red=float("nan")), "not JSON"),
        (scored(red=float("inf")), "not JSON"),
        (scored(red={}), "lacks a number"),
        (lambda proper: {**proper, "results": []}, "lacks a list"),
        (lambda proper: {**proper, "results": proper["results"] * 2}, "lacks a list"),
        (lambda proper: {**proper, "results": [None]}, "lacks an object"),
        (lambda proper: {**proper, "results": [{}]}, "lacks an object"),
        (lambda proper: {**proper, "model": ["x"]}, "unusable name"),
        (lambda _: {"error": {"message": "no"}}, "lacks a list"),
        (lambda _: [], "lacks an object"),
    ],
)
async def test_answers_of_another_shape_are_errors(change: Change, said: str) -> None:
    reading = await seen(RED, change=change)
    assert said in (reading.error or "none")
    assert not reading.scores


async def test_a_class_that_disappears_is_told() -> None:
    """A renamed category must not mean that all is well from then on."""
    reading = await seen(RED, classes=["red", "crimson"])
    assert reading.error == "its answer lacks the class 'crimson'"


async def test_an_endpoint_need_not_name_its_model() -> None:
    def change(proper: dict[str, Any]) -> dict[str, Any]:
        del proper["model"]
        return proper

    assert (await seen(RED, change=change)).model == "colours"
