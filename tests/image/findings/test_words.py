"""Words in the lines of a picture: found joined and alone, each at its place."""

from collections.abc import Sequence
from random import Random

import pytest

from app.domain.entry import Entry
from app.domain.finding import Finding, Span, Strategy, Suggest
from app.domain.labels import Label
from app.image.findings.rules import MOST_FINDINGS, Words
from app.image.findings.words import LONGEST_LINE, word_findings
from app.plugins.door import Reading
from tests.image.findings.made import (
    box,
    line,
    lines,
    page,
    reads,
    stands_there,
)

AVENUE = Entry("银杏大道", Label.ADS, 90)


async def found(reading: Reading, *entries: Entry) -> Sequence[Finding]:
    said = await word_findings(reading, reads(entries) if entries else reads())
    assert all(stands_there(each) for each in said.findings)
    assert not said.truncated
    return said.findings


async def test_no_lines_have_no_findings_and_nobody_is_asked() -> None:
    async def read(_text: str) -> Words:
        raise AssertionError

    assert await word_findings(page(), read) == Words(())


async def test_a_word_in_one_line_is_told_with_its_line_and_box() -> None:
    (finding,) = await found(lines("今天天气", "专业办证刻章当天取", "不错"))
    assert (finding.strategy, finding.term) == (Strategy.OCR, "办证刻章")
    seen = finding.seen
    assert seen is not None
    assert (seen.classifier, seen.model) == ("ocr", "reader-1")
    assert seen.text == "专业办证刻章当天取"
    assert (finding.start, finding.end) == (2, 6)
    assert seen.boxes == (box(1),)
    assert seen.frame == 0


async def test_a_single_line_is_read_and_told_once() -> None:
    texts = []

    async def read(text: str) -> Words:
        texts.append(text)
        return await reads()(text)

    (finding,) = (await word_findings(lines("专业办证刻章"), read)).findings
    assert texts == ["专业办证刻章"]
    assert finding.seen is not None
    assert finding.seen.boxes == (box(0),)


async def test_a_word_over_two_lines_has_both_boxes() -> None:
    (finding,) = await found(lines("天气", "专业办证", "刻章当天", "不错"))
    assert finding.seen is not None
    assert finding.seen.text == "专业办证刻章当天"
    assert (finding.start, finding.end) == (2, 6)
    assert finding.seen.boxes == (box(1), box(2))


async def test_latin_words_over_two_lines_have_a_space_between() -> None:
    (finding,) = await found(lines("he is a bad", "guy they say"))
    assert finding.seen is not None
    assert finding.seen.text == "he is a bad guy they say"


async def test_no_word_goes_over_two_blocks() -> None:
    apart = page(line("周末银杏", 0, block=0), line("大道不错", 1, block=1))
    assert not await found(apart, AVENUE)


async def test_no_word_goes_over_two_frames() -> None:
    apart = page(line("周末银杏", 0, frame=0), line("大道不错", 1, frame=1))
    assert not await found(apart, AVENUE)


async def test_a_word_goes_over_two_lines_of_one_block() -> None:
    (finding,) = await found(lines("周末银杏", "大道不错"), AVENUE)
    assert (finding.start, finding.end) == (2, 6)


async def test_a_rule_goes_over_two_blocks() -> None:
    reading = page(
        line("你好", 0, block=0),
        line("本店代开", 1, block=1),
        line("随便看看", 2, block=2),
        line("各种发票", 3, block=3),
    )
    (finding,) = await found(reading)
    assert finding.words == ("代开", "发票")
    seen = finding.seen
    assert seen is not None
    assert seen.boxes == (box(1), box(3))
    assert seen.text is not None
    assert seen.text.startswith("本店代开")
    assert seen.text.endswith("各种发票")
    assert [seen.text[p.start : p.end] for p in finding.parts] == ["代开", "发票"]


async def test_a_neighbour_cannot_hide_a_word() -> None:
    hide = (Entry("傻瓜", Label.ABUSE, 90), Entry("傻瓜相机", None))
    (finding,) = await found(lines("你这傻瓜", "相机不错"), *hide)
    assert finding.seen is not None
    assert finding.seen.text == "你这傻瓜"
    assert (finding.start, finding.end) == (2, 4)
    assert finding.seen.boxes == (box(0),)


async def test_a_harmless_phrase_in_its_own_line_still_excuses() -> None:
    hide = (Entry("傻瓜", Label.ABUSE, 90), Entry("傻瓜相机", None))
    assert not await found(lines("卖", "傻瓜相机"), *hide)


async def test_the_same_word_in_two_lines_is_two_findings() -> None:
    first, second = await found(lines("傻瓜", "你是", "傻瓜"))
    assert first.seen is not None
    assert second.seen is not None
    assert [first.seen.boxes, second.seen.boxes] == [(box(0),), (box(2),)]


async def test_the_frame_is_the_one_of_the_line() -> None:
    reading = page(line("好", 0, frame=0), line("傻瓜", 1, frame=7))
    (finding,) = await found(reading)
    assert finding.seen is not None
    assert finding.seen.frame == 7


async def test_lines_of_unknown_blocks_are_read_alone_too() -> None:
    reading = page(line("你这傻瓜", 0, block=None), line("相机", 1, block=None))
    (finding,) = await found(reading)
    assert finding.seen is not None
    assert finding.seen.text == "你这傻瓜"


async def test_a_finding_without_a_place_gets_all_of_the_text() -> None:
    placeless = Finding(Strategy.CONTENT_MODEL, Label.ADS, Suggest.REVIEW, prob=70)

    async def read(text: str) -> Words:
        return Words((placeless,) if len(text) > 2 else ())

    (finding,) = (await word_findings(lines("一", "二"), read)).findings or (None,)
    assert finding is None
    (finding,) = (await word_findings(lines("一二", "三"), read)).findings
    assert finding.strategy is Strategy.OCR
    assert finding.seen is not None
    assert finding.seen.text == "一二三"
    assert finding.seen.boxes == ()


@pytest.mark.parametrize("where", ["joined", "alone"])
async def test_what_was_not_read_to_its_end_is_told(where: str) -> None:
    async def read(text: str) -> Words:
        return Words((), (text == "一二") is (where == "joined"))

    assert (await word_findings(lines("一", "二"), read)).truncated


async def test_the_end_of_an_endless_line_is_read_joined() -> None:
    long = "好" * (LONGEST_LINE + 5) + "办证刻章"
    (finding,) = await found(lines("天气", long))
    assert finding.start == LONGEST_LINE + 5


async def test_parts_move_with_their_finding() -> None:
    """Of a rule that is seen in a line alone, since a neighbour hides it."""
    rule = Finding(
        Strategy.KEYWORD,
        Label.ADS,
        Suggest.RISKY,
        level=80,
        term="甲&乙",
        words=("甲", "乙"),
        start=1,
        end=4,
        parts=(Span(1, 2), Span(3, 4)),
    )

    async def read(text: str) -> Words:
        return Words((rule,) if text == "x甲x乙x" else ())

    (finding,) = (await word_findings(lines("前面", "x甲x乙x"), read)).findings
    assert stands_there(finding)
    assert finding.parts == (Span(1, 2), Span(3, 4))


async def test_places_hold_whatever_stands_around() -> None:
    dice = Random(5)
    pieces = ["天气", "办证", "刻章", "傻瓜", "代开", "发票", "bad", "guy", "A1", ""]
    for _ in range(300):
        regions = [
            line(
                "".join(dice.choices(pieces, k=dice.randrange(4))),
                number,
                frame=number // 4,
                block=dice.choice((0, 0, 1, None)),
            )
            for number in range(dice.randrange(1, 9))
        ]
        findings = await found(page(*regions))
        places = [
            (each.term, each.start, each.end, each.seen and each.seen.boxes)
            for each in findings
        ]
        assert len(places) == len(set(places)), [region.text for region in regions]


async def test_of_a_flood_the_worst_is_told() -> None:
    """Nobody reads more, and thousands would hold up everybody else's requests."""
    flood = [line("傻瓜" * 40, at, block=at) for at in range(60)]
    reading = page(*flood, line("办证刻章", 60, block=60), *flood)
    said = await word_findings(reading, reads())
    assert said.truncated
    assert len(said.findings) == MOST_FINDINGS
    assert all(stands_there(each) for each in said.findings)
    (grave,) = [each for each in said.findings if each.term == "办证刻章"]
    assert grave.suggest is Suggest.RISKY
    starts = [each.seen and each.seen.boxes[0].top for each in said.findings]
    assert len(set(starts)) > 2
