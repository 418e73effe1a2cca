import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.image.ocr_join import APART, join
from app.plugins.door import Box, TextRegion
from tests.text.helpers import spans


def region(text: str, block: int | None = 0, frame: int = 0) -> TextRegion:
    return TextRegion(text, Box(hash(text) % 100, 0, 10, 10), 0.9, frame, block)


def test_lines_of_a_paragraph_are_one_text() -> None:
    assert join([region("去看银杏"), region("大道吧")]).text == "去看银杏大道吧"


def test_latin_words_keep_their_distance() -> None:
    assert join([region("see the"), region("lighthouse")]).text == "see the lighthouse"
    assert join([region("第12"), region("34页")]).text == "第12 34页"
    assert join([region("blue-"), region("berry")]).text == "blue-berry"
    assert join([region("价格12"), region("元")]).text == "价格12元"


def test_paragraphs_and_frames_stand_apart() -> None:
    joined = join([region("甲", 0), region("乙", 1), region("丙", 1, frame=1)])
    assert joined.text == f"甲{APART}乙{APART}丙"


def test_readers_that_know_no_paragraphs_give_lines() -> None:
    assert join([region("甲", None), region("乙", None)]).text == "甲\n乙"


def test_a_term_over_two_lines_is_found_and_shown_where_it_is() -> None:
    first, second, third = region("周末去银杏"), region("大道拍照"), region("好", 1)
    joined = join([first, second, third])
    ((start, end),) = spans("银杏大道", joined.text)
    assert joined.between(start, end) == (first, second)
    assert joined.boxes(start, end) == (first.box, second.box)


def test_no_term_is_made_of_two_paragraphs() -> None:
    assert spans("银杏大道", join([region("银杏", 0), region("大道", 1)]).text) == []


def test_nothing_joins_to_nothing() -> None:
    assert join([]).text == ""
    assert join([]).between(0, 10) == ()


texts = st.text(st.sampled_from("ab甲乙 。"), min_size=1, max_size=6)
regions = st.lists(
    st.builds(
        TextRegion,
        text=texts,
        box=st.just(Box(0, 0, 1, 1)),
        score=st.just(1.0),
        frame=st.integers(0, 1),
        block=st.none() | st.integers(0, 2),
    ),
    max_size=8,
)


@given(regions)
def test_every_region_stands_where_it_is_said_to(
    given_regions: list[TextRegion],
) -> None:
    joined = join(given_regions)
    assert joined.regions == tuple(given_regions)
    for start, each in zip(joined.starts, joined.regions, strict=True):
        assert joined.text[start : start + len(each.text)] == each.text


@given(regions, st.integers(0, 40), st.integers(1, 10))
def test_the_regions_of_a_span_are_those_that_it_touches(
    given_regions: list[TextRegion], start: int, length: int
) -> None:
    joined = join(given_regions)
    end = start + length
    touched = [
        each
        for begin, each in zip(joined.starts, joined.regions, strict=True)
        if begin < end and begin + len(each.text) > start
    ]
    assert list(joined.between(start, end)) == touched


@pytest.mark.parametrize("text", ["", " "])
def test_blank_regions_do_no_harm(text: str) -> None:
    joined = join([region("甲"), region(text), region("乙")])
    assert joined.text.replace(" ", "") == "甲乙"
