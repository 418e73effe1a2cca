"""Files that read back as they were, and that a spreadsheet leaves alone."""

import codecs
import csv
import io
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.entry import Entry
from app.domain.labels import Label
from app.lexicon.formats import chunks, iter_entries, write
from app.lexicon.formats.writing import CHUNK_ENTRIES, WrittenFormat
from tests.lexicon.formats.helpers import entries, refusals, rows, terms

RISKY = [
    "=1+1",
    "+86",
    "-甲乙",
    "@SUM(A1)",
    "＝甲乙",
    "'=甲乙",
    "''=甲乙",
    "'甲乙",
    "3-8",
    "00123",
    "1E5",
    "'3-8",
]


def written(
    batch: list[Entry],
    format_: WrittenFormat = "csv",
    *,
    excel: bool = False,
) -> bytes:
    out = io.BytesIO()
    size = write(batch, out, format_, excel=excel)
    assert size == len(out.getvalue())
    return out.getvalue()


def read_back(data: bytes) -> list[Entry | None]:
    found = rows(data, "csv")
    assert [row.problems for row in found] == [()] * len(found)
    return [row.entry for row in found]


@given(st.lists(entries, max_size=6), st.booleans())
def test_a_csv_reads_back_the_same(batch: list[Entry], excel: bool) -> None:
    assert read_back(written(batch, excel=excel)) == batch


@given(st.lists(entries, max_size=6))
def test_a_text_has_every_term(batch: list[Entry]) -> None:
    kind = [e.term for e in batch if e.exempt is batch[0].exempt]
    assert terms(written(batch, "text"), "text") == kind


def test_a_plain_csv_is_as_people_write_it() -> None:
    batch = [Entry("坏词", Label.ADS, note="why, and how")]
    assert (
        written(batch)
        == (
            "term,label,level,match,scenes,starts,expires,note\n"
            '坏词,ads,90,standard,,,,"why, and how"\n'
        ).encode()
    )


def test_a_plain_csv_leaves_formulas_alone_as_no_spreadsheet_is_meant() -> None:
    assert b"\n=1+1,other" in written([Entry("=1+1")])


@pytest.mark.parametrize("term", RISKY)
@pytest.mark.parametrize("excel", [True, False])
def test_risky_terms_read_back_the_same(term: str, excel: bool) -> None:
    batch = [Entry(term, note=term)]
    assert read_back(written(batch, excel=excel)) == batch


@given(st.lists(entries, max_size=6))
def test_no_cell_for_excel_begins_like_a_formula(batch: list[Entry]) -> None:
    data = written(batch, excel=True)
    assert data.startswith(codecs.BOM_UTF8 + b'"term","label"')
    assert data.endswith(b"\r\n")
    text = data.decode("utf-8-sig")
    for row in csv.reader(io.StringIO(text, newline=""), strict=True):
        assert not [cell for cell in row if cell[:1] in set("=+-@＝＋－＠\t\r\n")]


def test_numbers_and_dates_are_kept_from_excel() -> None:
    text = written([Entry("3-8"), Entry("00123")], excel=True).decode()
    assert '"\'3-8"' in text
    assert '"\'00123"' in text


def test_every_field_for_excel_is_quoted() -> None:
    # Where fields end at a semicolon, =1 would stand in a cell of its own.
    text = written([Entry("甲乙;=1")], excel=True).decode()
    assert '"甲乙;=1","other"' in text


def test_what_excel_saves_is_read() -> None:
    # Without the quotes, dates in the form of the country, in a column of ours.
    saved = "\ufeffterm,level,starts\r\n'=甲乙,90,2026/9/2\r\n"
    (row,) = rows(saved)
    assert row.entry is not None
    assert row.entry.term == "=甲乙"
    assert row.entry.starts is not None
    assert row.entry.starts.isoformat() == "2026-09-02T00:00:00+00:00"


def test_terms_that_look_like_comments() -> None:
    batch = [Entry("#话题"), Entry("##"), Entry(r"\\#")]
    assert written(batch, "text").decode() == "\\#话题\n\\##\n\\\\#\n"
    assert terms(written(batch, "text"), "text") == ["#话题", "##", r"\\#"]


def test_a_text_is_of_one_kind() -> None:
    batch = [Entry("大麻烦", None), Entry("大麻")]
    assert written(batch, "text").decode() == "大麻烦\n# left out, a term: 大麻\n"
    assert (
        "# left out, an exempt phrase: 大麻烦" in written(batch[::-1], "text").decode()
    )


def test_a_term_may_begin_with_a_byte_order_mark() -> None:
    assert terms(written([Entry("\ufeff甲乙")], "text"), "text") == ["\ufeff甲乙"]


@pytest.mark.parametrize("format_", ["csv", "text"])
def test_nothing_to_write(format_: WrittenFormat) -> None:
    assert written([], format_).count(b"\n") == (format_ == "csv")


def test_excel_means_nothing_for_text() -> None:
    assert written([Entry("=1")], "text", excel=True) == b"=1\n"


@pytest.mark.parametrize("format_", ["csv", "text"])
def test_a_file_is_written_in_pieces(format_: WrittenFormat) -> None:
    many = (Entry(f"词语{n}") for n in range(CHUNK_ENTRIES * 40))
    tracemalloc.start()
    try:
        longest = max(map(len, chunks(many, format_)))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert longest < CHUNK_ENTRIES * 60
    assert peak < 2_000_000


def test_pieces_are_one_file() -> None:
    many = [Entry(f"词语{n}", Label.ADS) for n in range(CHUNK_ENTRIES * 2 + 1)]
    for excel in (True, False):
        data = b"".join(chunks(many, excel=excel))
        found = list(iter_entries(io.BytesIO(data)))
        assert [row.entry for row in found] == many
    assert refusals(b"".join(chunks(many, "text"))) == []
