"""Codes in a picture: what they say, and that they are there."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest

from app.domain.finding import Finding, Strategy, Suggest
from app.domain.labels import Label
from app.domain.scenes import Scene
from app.image.findings.codes import code_findings
from app.image.findings.rules import MOST_FINDINGS, ImageRules, Words
from app.plugins.door import CodeRegion, Reading
from tests.image.findings.made import box, code, page, reads, stands_there


async def found(
    reading: Reading,
    rules: Mapping[Scene, Suggest] | None = None,
    scene: Scene = Scene.COMMENT,
) -> Sequence[Finding]:
    said = await code_findings(reading, reads(), scene, ImageRules(codes=rules or {}))
    assert not said.truncated
    return said.findings


async def test_without_codes_there_is_nothing() -> None:
    assert await code_findings(page(), reads(), Scene.COMMENT, ImageRules()) == Words(
        ()
    )


@pytest.mark.parametrize(
    ("text", "kind", "term"),
    [
        ("https://u.wechat.com/abc", "QRCode", "contact code"),
        ("wxp://f2f0", "QRCode", "payment code"),
        ("https://example.com", "QRCode", "link code"),
        ("你好", "DataMatrix", "code"),
        ("6901234567892", "QRCode", "code"),
    ],
)
async def test_a_code_is_held_for_review_by_its_being_there(
    text: str, kind: str, term: str
) -> None:
    *links, finding = await found(code(text, kind, 3, frame=2))
    assert {each.suggest for each in links} <= {Suggest.PASS}
    assert (finding.strategy, finding.label) == (Strategy.QRCODE, Label.ADS)
    assert (finding.suggest, finding.level) == (Suggest.REVIEW, 60)
    assert finding.term == term
    assert finding.start is None
    seen = finding.seen
    assert seen is not None
    assert (seen.classifier, seen.model) == ("codes", "zxing-1")
    assert (seen.text, seen.code) == (text, kind)
    assert (seen.boxes, seen.frame) == ((box(3),), 2)


@pytest.mark.parametrize("means", Suggest)
async def test_goods_pass_whatever_codes_mean(means: Suggest) -> None:
    rules = {Scene.COMMENT: means}
    (finding,) = await found(code("6901234567892", "EAN13"), rules)
    assert (finding.suggest, finding.level) == (Suggest.PASS, 20)
    assert finding.term == "goods code"


@pytest.mark.parametrize(
    ("means", "level"),
    [(Suggest.PASS, 20), (Suggest.REVIEW, 60), (Suggest.RISKY, 90)],
)
async def test_what_a_code_means_depends_on_the_scene(
    means: Suggest, level: int
) -> None:
    rules = {Scene.PROFILE: means}
    (there,) = await found(code("你好"), rules, Scene.PROFILE)
    assert (there.suggest, there.level) == (means, level)
    (elsewhere,) = await found(code("你好"), rules, Scene.CHAT)
    assert elsewhere.suggest is Suggest.REVIEW


async def test_words_in_a_code_are_found_at_their_place() -> None:
    *_, said, bare = await found(code("https://evil.example/a"))
    assert (said.strategy, said.label) == (Strategy.QRCODE, Label.FRAUD)
    assert said.level == 95
    assert stands_there(said)
    assert said.seen == bare.seen
    assert bare.term == "link code"


async def test_words_in_goods_count() -> None:
    async def read(text: str) -> Words:
        hit = Finding(Strategy.KEYWORD, Label.ADS, Suggest.RISKY, level=90, term=text)
        return Words((hit,))

    goods = code("6901234567892", "EAN13")
    said = await code_findings(goods, read, Scene.COMMENT, ImageRules())
    assert [each.level for each in said.findings] == [90, 20]


async def test_every_code_is_read_by_itself() -> None:
    regions = tuple(
        CodeRegion(text, "QRCode", box(number), number)
        for number, text in enumerate(("办证", "刻章", "办证刻章"))
    )
    findings = await found(replace(code(""), codes=regions))
    terms = [each.term for each in findings]
    assert terms == ["code", "code", "办证刻章", "code"]
    assert [each.seen and each.seen.frame for each in findings] == [0, 1, 2, 2]


async def test_what_was_not_read_to_its_end_is_told() -> None:
    async def read(text: str) -> Words:
        return Words((), text == "二")

    regions = tuple(CodeRegion(text, "QRCode", box(0)) for text in "一二三")
    reading = replace(code(""), codes=regions)
    said = await code_findings(reading, read, Scene.COMMENT, ImageRules())
    assert said.truncated
    assert len(said.findings) == 3


async def test_of_a_flood_the_worst_is_told() -> None:
    texts = ["傻瓜" * 40] * 40 + ["办证刻章"]
    regions = tuple(
        CodeRegion(text, "QRCode", box(at)) for at, text in enumerate(texts)
    )
    reading = replace(code(""), codes=regions)
    said = await code_findings(reading, reads(), Scene.COMMENT, ImageRules())
    assert said.truncated
    assert len(said.findings) == MOST_FINDINGS
    assert [each.term for each in said.findings].count("办证刻章") == 1
