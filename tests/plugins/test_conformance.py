"""One contract for all classifiers: ours, a stranger's, and what it finds wrong."""

import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import EntryPoint
from pathlib import Path

import numpy as np
import pytest

from app.image.decode import decode
from app.image.shots import take_shots
from app.plugins.conformance import complaints, remote_complaints
from app.plugins.discovery import PluginError, load
from app.plugins.door import (
    ENTRY_POINT_GROUP,
    Box,
    Example,
    Facts,
    Frame,
    Reading,
    Sample,
    Shot,
    TextRegion,
)
from tests.image.files import png
from tests.image.offers.seccheck_trouble import Calm

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
OURS: dict[str, str] = PROJECT["project"]["entry-points"][ENTRY_POINT_GROUP]


@pytest.mark.parametrize("name", OURS)
def test_ours_keep_to_the_contract(name: str) -> None:
    point = EntryPoint(name, OURS[name], ENTRY_POINT_GROUP)
    try:
        made = load(name, {}, lambda: [point])
    except PluginError as error:
        # Some need a model or an extra; without, they say so and nothing else.
        pytest.skip(f"{name} cannot be had without settings: {error}")
    assert complaints(made, decode) == []


def test_codes_need_nothing() -> None:
    point = EntryPoint("codes", OURS["codes"], ENTRY_POINT_GROUP)
    assert complaints(load("codes", {}, lambda: [point]), decode) == []


@dataclass
class Judge(Calm):
    """A stranger's classifier that may do something wrong."""

    answer: Callable[[Sample], Reading] | None = None
    shown: Sequence[Example] = ()
    times: int = 0

    def classify(self, sample: Sample) -> Reading:
        self.times += 1
        right = Reading(self.name, self.model, scores={"red": 0.5})
        return self.answer(sample) if self.answer else right

    def examples(self) -> Sequence[Example]:
        return self.shown


def example(picture: bytes | Sample | None = None) -> Example:
    return Example(picture or png(), lambda seen: bool(seen.scores), "a red page")


def answering(**parts: object) -> Judge:
    reading = replace(Reading("calm", "1", scores={"red": 0.5}), **parts)  # type: ignore[arg-type]
    return Judge(answer=lambda _: reading, shown=[example()])


def region(box: Box, score: float = 1.0, frame: int = 0) -> TextRegion:
    return TextRegion("text", box, score, frame)


def raises(_: Sample) -> Reading:
    raise ValueError


def writes(sample: Sample) -> Reading:
    sample.frames[0].pixels[0, 0] = 0
    return Reading("calm", "1", scores={"red": 0.5})


def test_a_stranger_that_keeps_to_it() -> None:
    ready = Sample((Frame(np.zeros((9, 9, 3), np.uint8)),), 9, 9, "png")
    assert complaints(Judge(shown=[example(), example(ready)]), decode) == []


@pytest.mark.parametrize(
    ("judge", "complaint"),
    [
        (Judge(), "it has no example"),
        (Judge(name="", shown=[example()]), "its name is no text, or empty"),
        (Judge(model="", shown=[example()]), "its model is no text, or empty"),
        (Judge(answer=raises, shown=[example()]), "it raises ValueError()"),
        (Judge(answer=writes, shown=[example()]), "it raises ValueError"),
        (Judge(answer=lambda _: "no", shown=[example()]), "its answer is no reading"),  # type: ignore[arg-type,return-value]
        (answering(scores={}), "it does not say what it should"),
        (answering(error="no model"), "it reports an error: no model"),
        (answering(scores={"red": 1.5}), "a score is not between 0 and 1"),
        (answering(scores={"red": float("nan")}), "a score is not between 0 and 1"),
        (answering(scores={str(n): 0.5 for n in range(65)}), "more than 64 scores"),
        (answering(error="a\nb"), "its error is not one short line"),
        (answering(texts=(region(Box(0, 0, 1, 1), 2.0),)), "a score is not"),
        (answering(texts=(region(Box(0, 0, 900, 1)),)), "a box lies outside"),
        (answering(texts=(region(Box(-1, 0, 1, 1)),)), "a box lies outside"),
        (answering(texts=(region(Box(0, 0, 1, 1), frame=7),)), "it names a frame"),
    ],
)
def test_what_is_wrong_is_found(judge: Judge, complaint: str) -> None:
    assert any(complaint in each for each in complaints(judge, decode))


def test_moods_are_found() -> None:
    judge = Judge(shown=[example()])
    judge.answer = lambda _: Reading("calm", "1", scores={"red": 1 / judge.times})
    assert any("the second time" in each for each in complaints(judge, decode))


@dataclass
class FarJudge:
    """A remote classifier that may do something wrong."""

    answer: Callable[[], object] = lambda: Reading("far", "1", scores={"red": 0.5})
    name: str = "far"
    model: str = "1"
    times: int = 0

    async def classify(self, shots: Sequence[Shot], facts: Facts) -> Reading:
        self.times += 1
        assert len(shots) == facts.shown
        return self.answer()  # type: ignore[return-value]


def shoot(sample: Sample) -> Sequence[Shot]:
    return take_shots(sample, 64)


async def far_complaints(judge: FarJudge, *shown: Example) -> list[str]:
    return await remote_complaints(judge, shown, decode, shoot)


async def test_a_remote_one_that_keeps_to_it() -> None:
    ready = Sample((Frame(np.zeros((9, 9, 3), np.uint8)),), 9, 9, "png")
    assert await far_complaints(FarJudge(), example(), example(ready)) == []


def far_answering(**parts: object) -> FarJudge:
    reading = replace(Reading("far", "1", scores={"red": 0.5}), **parts)  # type: ignore[arg-type]
    return FarJudge(lambda: reading)


def far_raises() -> object:
    raise ValueError


@pytest.mark.parametrize(
    ("judge", "complaint"),
    [
        (FarJudge(name=""), "its name is no text, or empty"),
        (FarJudge(model=""), "its model is no text, or empty"),
        (FarJudge(far_raises), "it raises ValueError()"),
        (FarJudge(lambda: None), "its answer is no reading"),
        (far_answering(scores={}), "it does not say what it should"),
        (far_answering(error="nobody there"), "it reports an error: nobody there"),
        (far_answering(error="a\nb"), "its error is not one short line"),
        (far_answering(error="x" * 201), "its error is not one short line"),
        (far_answering(scores={"red": float("nan")}), "a score is not between"),
        (far_answering(scores={str(n): 0.5 for n in range(65)}), "more than 64"),
        (far_answering(texts=(region(Box(0, 0, 900, 1)),)), "a box lies outside"),
        (far_answering(texts=(region(Box(0, 0, 1, 1), frame=7),)), "it names a frame"),
    ],
)
async def test_what_is_wrong_far_away_is_found(judge: FarJudge, complaint: str) -> None:
    assert any(complaint in each for each in await far_complaints(judge, example()))


async def test_a_remote_one_needs_an_example() -> None:
    assert await far_complaints(FarJudge()) == ["it has no example"]


async def test_moods_far_away_are_found() -> None:
    judge = FarJudge()
    judge.answer = lambda: Reading("far", "1", scores={"red": 1 / judge.times})
    found = await far_complaints(judge, example())
    assert any("asked at the same time" in each for each in found)
