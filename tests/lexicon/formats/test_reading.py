"""Reading as a whole: bounds, defaults, and lists that no service could bear."""

import io
import time
import tracemalloc
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.entry import Entry, Match
from app.domain.labels import Label
from app.domain.scenes import Scene
from app.lexicon.formats import (
    FORMATS,
    MAX_PROBLEMS,
    Defaults,
    Format,
    Row,
    iter_entries,
)
from app.lexicon.validity import MAX_SINGLES
from tests.lexicon.formats.helpers import Endless, refusals, rows


def opened(content: str | bytes) -> io.BytesIO:
    return io.BytesIO(content.encode() if isinstance(content, str) else content)


def test_defaults_fill_the_empty_cells_of_a_csv() -> None:
    scenes = frozenset({Scene.TITLE})
    defaults = Defaults(Label.FRAUD, 55, Match.FUZZY, scenes)
    content = "term,label,level,match,scenes\n坏词,,,,\n更坏,ads,1,exact,chat\n好词, \n"
    found = [row.entry for row in iter_entries(opened(content), "csv", defaults)]
    assert found == [
        Entry("坏词", Label.FRAUD, 55, Match.FUZZY, scenes),
        Entry("更坏", Label.ADS, 1, Match.EXACT, frozenset({Scene.CHAT})),
        Entry("好词", Label.FRAUD, 55, Match.FUZZY, scenes),
    ]


def test_a_default_out_of_range_is_refused_with_every_row() -> None:
    found = rows("坏词\n更坏\n", "text", level=101)
    assert [p.column for row in found for p in row.problems] == ["level", "level"]


@pytest.mark.parametrize("format_", FORMATS)
def test_reading_stops_after_too_many_problems(format_: Format) -> None:
    content = "term\n" + "坏\x01词\n" * (MAX_PROBLEMS * 2)
    found = rows(content, format_)
    assert sum(len(row.problems) for row in found) == MAX_PROBLEMS + 1
    assert found[-1].stopped
    assert not any(row.stopped for row in found[:-1])


def test_reading_may_go_on_whatever_the_problems() -> None:
    content = "坏\x01词\n" * (MAX_PROBLEMS * 2) + "好词\n"
    found = list(iter_entries(opened(content), "text", max_problems=None))
    assert len(found) == MAX_PROBLEMS * 2 + 1
    assert found[-1].entry == Entry("好词")


def test_a_stopped_file_that_is_full_of_problems_is_stopped_once() -> None:
    bad = "词,high\n" * (MAX_PROBLEMS - 1)
    found = rows("term,level\n" + bad + "x" * 70_000, "csv")
    assert [row.stopped for row in found[-2:]] == [False, True]
    assert "longer than" in found[-1].problems[0].message


@pytest.mark.parametrize("format_", FORMATS)
def test_a_million_terms_of_one_character_end_early(format_: Format) -> None:
    file = Endless(
        b"term\n", "".join(f"{chr(0x4E00 + n)}\n" for n in range(1000)).encode()
    )
    *_, last = iter_entries(io.BufferedReader(file), format_)
    assert last.stopped
    assert last.line <= MAX_SINGLES + 2
    assert f"more than {MAX_SINGLES} terms have only one character" in (
        last.problems[0].message
    )
    assert file.given < 300_000


def test_signs_taken_as_written_and_exempt_phrases_may_be_many() -> None:
    content = "".join(f"{chr(0x4E00 + n)}\n" for n in range(MAX_SINGLES * 2))
    for kind in ({"match": Match.EXACT}, {"label": None}):
        assert not any(row.stopped for row in rows(content, "text", **kind))


def test_rules_with_too_many_parts_in_all_end_the_reading() -> None:
    rule = "|".join(["甲乙", "丙丁"] * 80) + "\n"
    file = Endless(b"", rule.encode() * 100)
    *_, last = iter_entries(io.BufferedReader(file), "text")
    assert last.stopped
    assert "parts in all" in last.problems[0].message


@given(st.binary(max_size=300), st.sampled_from(FORMATS))
def test_any_bytes_give_rows_and_never_an_exception(
    content: bytes, format_: Format
) -> None:
    for row in iter_entries(opened(content), format_):
        assert (row.entry is None) == bool(row.problems)
        assert row.line >= 1


@given(
    st.text("term,\n\r\"'=|#\\&~{}甲a0\0\ufeff", max_size=60), st.sampled_from(FORMATS)
)
def test_odd_texts_give_rows_and_never_an_exception(
    content: str, format_: Format
) -> None:
    for row in iter_entries(opened(content), format_):
        assert (row.entry is None) == bool(row.problems)


def _peak(rows: Iterable[Row]) -> tuple[int, int]:
    tracemalloc.start()
    try:
        count = sum(row.entry is not None for row in rows)
        return count, tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("format_", ["csv", "text", "houbb", "toolgood"])
def test_memory_does_not_grow_with_the_file(format_: Format) -> None:
    content = "term\n" + "".join(f"词语{n}\n" for n in range(30_000))
    if format_ == "toolgood":
        content = content.replace("\n", "|")
    count, peak = _peak(iter_entries(opened(content), format_))
    assert count >= 30_000
    assert peak < 2_000_000


@pytest.mark.slow
@pytest.mark.parametrize("format_", ["csv", "text"])
def test_a_million_lines_take_seconds(format_: Format) -> None:
    content = "term\n" + "".join(f"词语{n}\n" for n in range(1_000_000))
    file = opened(content)
    began = time.process_time()
    count = sum(row.entry is not None for row in iter_entries(file, format_))
    assert count >= 1_000_000
    assert time.process_time() - began < 25


def test_refusals_name_line_and_reason_in_every_format() -> None:
    assert refusals("坏词\n甲&乙乙\n", "text")[0][0] == 2
    assert refusals("term\n坏词\n甲&乙乙\n", "csv")[0][0] == 3
