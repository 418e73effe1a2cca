"""KServe V2: what is asked, and which answers are taken."""

import json
from typing import Any

import pytest

from app.plugins.door import Reading, Shot
from tests.remote.servers import BLACK, FACTS, GREEN, RED, Change, far, kserve


async def seen(
    *shots: Shot,
    change: Change | None = None,
    wanted: str = "tensor",
    **changed: Any,
) -> Reading:
    script = kserve(change, wanted=wanted) if change else kserve(wanted=wanted)
    output = {"answer": wanted, **dict(changed.pop("output", {}))}
    async with far("kserve", script, output=output, **changed) as there:
        return await there.model.classify(shots, FACTS)


def close(reading: Reading, **scores: float) -> bool:
    return reading.error is None and reading.scores == pytest.approx(scores, abs=0.02)


async def test_the_question() -> None:
    asked: dict[str, Any] = {
        "version": "3",
        "parameters": {"threshold": 0.5},
        "input": {
            "name": "picture",
            "shape": "Nx1",
            "parameters": {"content_type": "base64"},
        },
    }
    async with far("kserve", kserve(), **asked) as there:
        await there.model.classify([RED, GREEN], FACTS)
    (exchange,) = there.server.seen
    assert exchange.head.startswith(
        b"POST /v2/models/colours/versions/3/infer HTTP/1.1\r\n"
    )
    assert exchange.header("content-type") == "application/json"
    assert exchange.header("authorization") is None
    said = json.loads(exchange.body)
    assert said["parameters"] == {"threshold": 0.5}
    (tensor,) = said["inputs"]
    assert (tensor["name"], tensor["shape"]) == ("picture", [2, 1])
    assert tensor["parameters"] == {"content_type": "base64"}


async def test_without_a_version_the_server_chooses() -> None:
    async with far("kserve", kserve()) as there:
        await there.model.classify([RED], FACTS)
        assert there.model.model == "colours 3"  # as the answer says
    assert there.server.seen[0].head.startswith(b"POST /v2/models/colours/infer ")
    assert json.loads(there.server.seen[0].body)["inputs"][0]["shape"] == [1]


async def test_pictures_are_asked_about_in_portions() -> None:
    async with far("kserve", kserve(), pictures=2) as there:
        reading = await there.model.classify([BLACK, BLACK, BLACK, BLACK, RED], FACTS)
    assert close(reading, red=1, green=0, blue=0)
    sizes = [
        len(json.loads(each.body)["inputs"][0]["data"]) for each in there.server.seen
    ]
    assert sorted(sizes) == [1, 2, 2]


@pytest.mark.parametrize("wanted", ["tensor", "json", "names"])
async def test_the_highest_score_over_all_frames_counts(wanted: str) -> None:
    reading = await seen(RED, GREEN, wanted=wanted)
    assert close(reading, red=1, green=1, blue=0)
    assert reading.model == "colours 3"


def output(**parts: object) -> Change:
    def change(proper: dict[str, Any]) -> dict[str, Any]:
        proper["outputs"][0].update(parts)
        return proper

    return change


@pytest.mark.parametrize(
    "parts",
    [
        {"shape": [3]},
        {"shape": [1, 3, 1, 1]},
        {"datatype": "FP64"},
        {"data": [[0.5, 0.25, 0]], "shape": [1, 3]},
        {"data": [[[0.5], [0.25], [0]]], "shape": [1, 3, 1]},
        {"data": [0.5000001, 0.25, -1e-9]},
    ],
)
async def test_shapes_of_the_same_tensor(parts: dict[str, object]) -> None:
    parts = {"data": [0.5, 0.25, 0], **parts}
    assert close(await seen(RED, change=output(**parts)), red=0.5, green=0.25, blue=0)


@pytest.mark.parametrize(
    ("activation", "data", "red"),
    [
        ("softmax", [2.0, 0.0, 0.0], 0.7870),
        ("softmax", [3e4, -3e4, 0.0], 1.0),
        ("sigmoid", [2.0, 0.0, 0.0], 0.8808),
        ("sigmoid", [-3e300, 0.0, 0.0], 0.0),
    ],
)
async def test_numbers_become_scores(
    activation: str, data: list[float], red: float
) -> None:
    reading = await seen(
        RED, change=output(data=data), output={"activation": activation}
    )
    assert reading.scores["red"] == pytest.approx(red, abs=1e-4)


async def test_one_output_of_several_is_chosen_by_name() -> None:
    def more(proper: dict[str, Any]) -> dict[str, Any]:
        proper["outputs"].insert(0, {"name": "boxes", "datatype": "INT64"})
        return proper

    assert (await seen(RED, change=more)).error is not None
    assert close(
        await seen(RED, change=more, output={"name": "scores"}), red=1, green=0, blue=0
    )


@pytest.mark.parametrize(
    ("wanted", "parts", "said"),
    [
        ("tensor", {"data": [0.5, 0.5]}, "another number of values than its shape"),
        ("tensor", {"data": "abc"}, "another number of values than its shape"),
        ("tensor", {"shape": [1, 2], "data": [0, 0]}, "one number per picture"),
        ("tensor", {"shape": [3, 1]}, None),  # the same without its ones
        ("tensor", {"shape": [2, 3], "data": [0] * 6}, "one number per picture"),
        ("tensor", {"shape": [-1, -3]}, "unusable shape"),
        ("tensor", {"shape": [True, 3]}, "unusable shape"),
        ("tensor", {"shape": [10**9, 10**9]}, "unusable shape"),
        ("tensor", {"shape": []}, "lacks a list"),
        ("tensor", {"shape": [1] * 9}, "lacks a list"),
        ("tensor", {"datatype": "BYTES"}, "another datatype"),
        ("tensor", {"datatype": ["FP32"]}, "another datatype"),
        ("tensor", {"data": [0.1, 0.2, 1.5]}, "not between 0 and 1"),
        ("tensor", {"data": [0.1, 0.2, -0.5]}, "not between 0 and 1"),
        ("tensor", {"data": [0.1, 0.2, None]}, "lacks a number"),
        ("tensor", {"data": [0.1, 0.2, "0.3"]}, "lacks a number"),
        ("tensor", {"data": [0.1, 0.2, True]}, "lacks a number"),
        ("tensor", {"data": [0.1, 0.2, float("nan")]}, "not JSON"),
        ("tensor", {"data": [0.1, 0.2, float("inf")]}, "not JSON"),
        ("tensor", {"data": [0.1, 0.2, 10**400]}, ""),
        ("json", {"data": ["[]"]}, "lacks an object"),
        ("json", {"data": ["{"]}, "not JSON"),
        ("json", {"data": [{"red": 1}]}, "lacks a text"),
        ("json", {"data": ['{"red": 1, "green": 0}']}, "lacks the class 'blue'"),
        ("json", {"data": ['{"red": NaN, "green": 0, "blue": 0}']}, "not JSON"),
        ("json", {"data": ['{"red": 2, "green": 0, "blue": 0}']}, "between 0 and 1"),
        ("json", {"shape": [2], "data": ["{}", "{}"]}, "one text per picture"),
        ("json", {"datatype": "FP32"}, "another datatype"),
        ("names", {"shape": [2], "data": ["pink", "grey"]}, "names no class"),
        ("names", {"shape": [1], "data": [7]}, "lacks a text"),
    ],
)
async def test_answers_of_another_shape_are_errors(
    wanted: str, parts: dict[str, object], said: str | None
) -> None:
    reading = await seen(RED, change=output(**parts), wanted=wanted)
    if said is None:
        assert reading.error is None
    else:
        assert said in (reading.error or "none")
        assert not reading.scores


@pytest.mark.parametrize(
    ("shape", "data", "red"),
    [([2], ["red", "pink"], 1.0), ([1, 2], ["pink", "red"], 1.0), ([0], [], 0.0)],
)
async def test_names_may_be_several_or_none(
    shape: list[int], data: list[str], red: float
) -> None:
    """Names that nobody asked for are left out."""
    reading = await seen(RED, change=output(shape=shape, data=data), wanted="names")
    assert close(reading, red=red, green=0, blue=0)


async def test_names_of_several_pictures_come_in_rows() -> None:
    reading = await seen(
        RED, GREEN, change=output(shape=[3], data=["red"] * 3), wanted="names"
    )
    assert reading.error == "its answer has not one row per picture"


@pytest.mark.parametrize(
    "change",
    [
        {"outputs": []},
        {"outputs": None},
        {"outputs": [1]},
        {"outputs": [{}] * 17},
        {"model_name": 7},
        {"model_name": "x" * 101},
        {"model_version": "a\nb"},
        {"model_name": "黄"},
    ],
)
async def test_what_surrounds_the_output_is_checked_too(
    change: dict[str, object],
) -> None:
    reading = await seen(RED, change=lambda proper: {**proper, **change})
    assert reading.error is not None
    assert reading.model == "colours"


@pytest.mark.parametrize("whole", [[], "text", 7, None, {}])
async def test_other_json_is_an_error(whole: object) -> None:
    assert (await seen(RED, change=lambda _: whole)).error is not None


async def test_a_server_need_not_tell_of_a_version() -> None:
    def change(proper: dict[str, Any]) -> dict[str, Any]:
        del proper["model_version"]
        return proper

    assert (await seen(RED, change=change)).model == "colours"
    assert (await seen(RED, change=change, version="3")).model == "colours 3"
