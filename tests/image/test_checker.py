"""The image checker: one verdict of all that was seen, and of what was not."""

from collections.abc import Mapping
from typing import Any

import pytest

from app.domain.finding import Strategy, Suggest
from app.domain.labels import Label
from app.domain.policy import Policy, Thresholds
from app.domain.scenes import Scene
from app.image.checker import DECODE, ImageChecker, ImageVerdict, NotRun
from app.image.errors import BusyError, Fault, PictureError
from app.image.findings.rules import ImageRules, ReadText, Words
from app.plugins.door import Reading
from app.plugins.meaning import Meaning
from tests.image.findings.looks import FakeImages
from tests.image.findings.made import (
    code,
    facts,
    lines,
    match,
    matches,
    page,
    reads,
    scores,
)

PICTURE = b"a picture"
PORN = Meaning.model_validate(
    {"label": "porn", "classes": ["nude"], "review": 0.4, "risky": 0.8}
)
LABELS = {"nsfw": (PORN,)}
ALLOWED = match(0, exempt=True)
FAILED = Reading("ocr", "reader-1", error="it took longer than allowed")


def checker(*readings: Reading, **given: Any) -> ImageChecker:
    rules = ImageRules(
        labels=LABELS,
        codes=given.pop("codes", {}),
        lenient=given.pop("lenient", {}),
    )
    images = FakeImages(*readings, seen=given.pop("seen", facts()))
    return ImageChecker(images.real, rules, **given)


async def judged(
    *readings: Reading, read: ReadText | None = None, **given: Any
) -> ImageVerdict:
    made = checker(*readings, **given)
    return await made.check(
        PICTURE, scene=Scene.COMMENT, caller="app", read=read or reads()
    )


def short(said: ImageVerdict) -> tuple[Suggest, Label]:
    return said.verdict.suggest, said.verdict.label


PASS = (Suggest.PASS, Label.NORMAL)
HELD = (Suggest.REVIEW, Label.OTHER)


async def test_nothing_seen_passes() -> None:
    said = await judged(lines("今天天气"), matches(), scores(nude=0.1))
    assert short(said) == PASS
    assert said.verdict.findings == ()
    assert (said.not_run, said.truncated) == ((), False)
    assert said.whole
    assert not said.unsure
    assert said.models == {"ocr": "reader-1", "known": "pdq-1", "nsfw": "model-1"}
    assert said.facts == facts()
    assert said.doubt == 10


async def test_without_any_model_there_is_no_doubt() -> None:
    assert (await judged(lines("好"))).doubt is None


async def test_the_room_is_told_who_asks() -> None:
    images = FakeImages()
    await ImageChecker(images.real).check(
        PICTURE, scene=Scene.CHAT, caller="wx1", read=reads()
    )
    assert images.looked == [(PICTURE, "wx1")]


async def test_the_worst_decides() -> None:
    everything = [
        lines("你这傻瓜"),
        code("你好"),
        matches(match(40)),
        scores(nude=0.5),
    ]
    said = await judged(*everything)
    assert said.verdict.suggest is Suggest.REVIEW
    assert {each.strategy for each in said.verdict.findings} == {
        Strategy.OCR,
        Strategy.QRCODE,
        Strategy.KNOWN_IMAGE,
        Strategy.IMAGE_MODEL,
    }
    assert not said.unsure
    worse = await judged(*everything, lines("办证刻章"))
    assert short(worse) == (Suggest.RISKY, Label.CRIME)


@pytest.mark.parametrize(
    ("reading", "label"),
    [
        (lines("办证", "刻章"), Label.CRIME),
        (code("https://evil.example/x"), Label.FRAUD),
        (matches(match(3)), Label.CRIME),
        (scores(nude=0.95), Label.PORN),
    ],
)
async def test_each_kind_can_be_risky(reading: Reading, label: Label) -> None:
    assert short(await judged(reading)) == (Suggest.RISKY, label)


async def test_goods_alone_pass() -> None:
    said = await judged(code("6901234567892", "EAN13"))
    assert short(said) == PASS
    assert [each.suggest for each in said.verdict.findings] == [Suggest.PASS]


async def test_scenes_tell_what_codes_mean() -> None:
    codes = {Scene.COMMENT: Suggest.RISKY, Scene.CHAT: Suggest.PASS}
    made = checker(code("你好"), codes=codes)
    for scene, suggest in codes.items():
        said = await made.check(PICTURE, scene=scene, caller="", read=reads())
        assert said.verdict.suggest is suggest


# --- allowed pictures


async def test_an_allowed_picture_silences_models_and_lists() -> None:
    said = await judged(matches(ALLOWED, match(5)), scores(nude=1.0))
    assert short(said) == PASS
    assert said.verdict.findings == ()


@pytest.mark.parametrize("reading", [lines("办证刻章"), code("https://evil.example/")])
async def test_it_silences_no_words_and_no_codes(reading: Reading) -> None:
    said = await judged(matches(ALLOWED), reading, scores(nude=1.0))
    assert said.verdict.suggest is Suggest.RISKY
    strategies = {each.strategy for each in said.verdict.findings}
    assert Strategy.IMAGE_MODEL not in strategies


async def test_it_must_be_in_every_frame() -> None:
    said = await judged(matches(ALLOWED), scores(nude=1.0), seen=facts(shown=2))
    assert short(said) == (Suggest.RISKY, Label.PORN)


async def test_it_excuses_nothing_that_did_not_look() -> None:
    said = await judged(matches(ALLOWED), FAILED)
    assert short(said) == HELD


# --- what did not look


@pytest.mark.parametrize(
    ("given", "not_run"),
    [
        ({"absent": {"ocr": "no package"}}, ("ocr", "no package")),
        ({"broken": {"ocr": "bad manifest"}}, ("ocr", "bad manifest")),
    ],
)
@pytest.mark.parametrize(
    ("lenient", "passes"),
    [
        ({}, ()),
        ({"ocr": "always"}, ("absent", "broken")),
        ({"ocr": "absent"}, ("absent",)),
        ({"nsfw": "always"}, ()),
    ],
)
async def test_wanted_ones_that_are_not_there(
    given: Mapping[str, Any],
    not_run: tuple[str, str],
    lenient: Mapping[str, Any],
    passes: tuple[str, ...],
) -> None:
    forgiven = next(iter(given)) in passes
    said = await judged(scores(nude=0.0), lenient=lenient, **given)
    assert said.not_run == (NotRun(*not_run, forgiven),)
    assert short(said) == (PASS if forgiven else HELD)
    assert (said.whole, said.unsure) == (forgiven, not forgiven)


@pytest.mark.parametrize(
    ("lenient", "forgiven"),
    [({}, False), ({"ocr": "absent"}, False), ({"ocr": "always"}, True)],
)
async def test_one_that_fails(lenient: Mapping[str, Any], forgiven: bool) -> None:
    said = await judged(FAILED, scores(nude=0.0), lenient=lenient)
    assert said.not_run == (NotRun("ocr", "it took longer than allowed", forgiven),)
    assert short(said) == (PASS if forgiven else HELD)
    assert said.models == {"nsfw": "model-1"}
    assert len(said.readings) == 2


@pytest.mark.parametrize(
    ("lenient", "forgiven"),
    [({}, False), ({DECODE: "absent"}, False), ({DECODE: "always"}, True)],
)
async def test_a_file_that_ends_early(
    lenient: Mapping[str, Any], forgiven: bool
) -> None:
    said = await judged(lines("好"), seen=facts(complete=False), lenient=lenient)
    (told,) = said.not_run
    assert (told.classifier, told.forgiven) == ("decode", forgiven)
    assert short(said) == (PASS if forgiven else HELD)


async def test_what_was_seen_before_a_failure_counts() -> None:
    said = await judged(page(*lines("办证刻章").texts, error="it ended its worker"))
    assert short(said) == (Suggest.RISKY, Label.CRIME)
    assert not said.unsure
    assert not said.whole


async def test_held_for_two_reasons_is_not_only_unsure() -> None:
    said = await judged(code("你好"), FAILED)
    assert short(said) == (Suggest.REVIEW, Label.ADS)
    assert not said.unsure
    assert not said.whole


async def test_passing_findings_do_not_make_it_sure() -> None:
    said = await judged(code("6901234567892", "EAN13"), FAILED)
    assert short(said) == HELD
    assert said.unsure
    assert len(said.verdict.findings) == 1


@pytest.mark.parametrize("reading", [lines("好"), code("6901234567892", "EAN13")])
async def test_more_than_was_listed_is_held(reading: Reading) -> None:
    async def read(_text: str) -> Words:
        return Words((), truncated=True)

    said = await judged(reading, read=read)
    assert short(said) == HELD
    assert said.truncated
    assert said.unsure
    assert not said.whole


async def test_all_that_is_missing_is_told() -> None:
    images = FakeImages()
    images.missing = {"codes": "it could not be loaded"}
    made = ImageChecker(images.real, absent={"a": "1"}, broken={"b": "2"})
    assert made.missing == {"a": "1", "b": "2", "codes": "it could not be loaded"}
    assert made.status().missing == images.missing


# --- policies, errors


async def test_levels_go_by_the_policy_and_models_by_their_own_limits() -> None:
    never = Policy(default=Thresholds(101, 101))
    readings = [lines("办证刻章"), code("你好")]
    assert short(await judged(*readings, policy=never)) == PASS
    said = await judged(*readings, scores(nude=0.95), policy=never)
    assert short(said) == (Suggest.RISKY, Label.PORN)
    said = await judged(*readings, matches(match(0)), policy=never)
    assert said.verdict.suggest is Suggest.RISKY


@pytest.mark.parametrize(
    "error", [BusyError("full"), PictureError(Fault.DAMAGED, "broken")]
)
async def test_errors_of_the_room_are_passed_on(error: Exception) -> None:
    images = FakeImages()
    images.usual = error
    made = ImageChecker(images.real)
    with pytest.raises(type(error)) as caught:
        await made.check(PICTURE, scene=Scene.CHAT, caller="", read=reads())
    assert caught.value is error
