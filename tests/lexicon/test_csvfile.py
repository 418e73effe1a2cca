"""Wordlists as CSV: lenient on form, strict on content."""

import io
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.entry import DEFAULT_LEVEL, Entry, Match
from app.domain.labels import Label
from app.domain.scenes import Scene
from app.lexicon.csvfile import (
    MAX_LINE_BYTES,
    MAX_PROBLEMS,
    ImportReport,
    iter_rows,
    read_entries,
    write_entries,
)
from app.text.grammar import escape_term


def read(text: str | bytes) -> ImportReport:
    data = text.encode() if isinstance(text, str) else text
    return read_entries(io.BytesIO(data))


def only_problem(text: str | bytes) -> tuple[int, str, str]:
    report = read(text)
    assert len(report.problems) == 1, report
    problem = report.problems[0]
    return problem.line, problem.column, problem.message


def test_only_the_term_is_required() -> None:
    assert read("term\n坏词\n").entries == [Entry("坏词")]
    entry = read("term\n坏词\n").entries[0]
    assert entry.label is Label.OTHER
    assert entry.level == DEFAULT_LEVEL
    assert entry.match is Match.STANDARD
    assert entry.scenes == frozenset()


def test_every_column() -> None:
    report = read(
        "term,label,level,match,scenes,starts,expires,note\n"
        "坏词,crime,40,fuzzy,title;search,2026-01-31,2026-02-01T08:00:00+08:00,why\n"
    )
    assert report.problems == []
    assert report.lines == [2]
    assert report.entries == [
        Entry(
            "坏词",
            Label.CRIME,
            40,
            Match.FUZZY,
            frozenset({Scene.TITLE, Scene.SEARCH}),
            datetime(2026, 1, 31, tzinfo=UTC),
            datetime(2026, 2, 1, tzinfo=UTC),
            "why",
        )
    ]


def test_forms_that_spreadsheets_write_are_understood() -> None:
    report = read(
        "\ufeff\r\n"
        ' Level , TERM,"label",note,,\r\n'
        "\r\n"
        " 7 , 坏词 , 20006 ,,,\r\n"
        ",,,,,\r\n"
        '80,"逗,号 ""引""",ads,"two\r\nlines",,\r\n'
        "90,短行\r\n"
    )
    assert report.problems == []
    assert report.entries == [
        Entry("坏词", Label.CRIME, 7),
        Entry('逗,号 "引"', Label.ADS, 80, note="two\r\nlines"),
        Entry("短行"),
    ]
    assert report.lines == [4, 6, 8]


def test_exempt_phrases_have_no_label() -> None:
    entry = read("term,label\n大麻烦,Exempt\n").entries[0]
    assert entry.exempt


@pytest.mark.parametrize("scenes", ["title;search", "title,search", "title|search"])
@pytest.mark.parametrize("extra", ["", " ", ";"])
def test_scene_separators(scenes: str, extra: str) -> None:
    entry = read(f'term,scenes\n坏词,"{scenes}{extra}"\n').entries[0]
    assert entry.scenes == {Scene.TITLE, Scene.SEARCH}


def test_scenes_by_number() -> None:
    assert read("term,scenes\n坏词,1 5\n").entries[0].scenes == {
        Scene.PROFILE,
        Scene.CHAT,
    }


@pytest.mark.parametrize(
    ("row", "column", "words"),
    [
        ("坏词,nonsense,,,,,,", "label", "nonsense"),
        ("坏词,100,,,,,,", "label", "exempt"),
        ("坏词,ads,abc,,,,,", "level", "abc"),
        ("坏词,ads,9.5,,,,,", "level", "9.5"),
        ("坏词,ads,101,,,,,", "level", "0 to 100"),
        ("坏词,ads,-1,,,,,", "level", "0 to 100"),
        ("坏词,ads,90,loose,,,,", "match", "loose"),
        ("坏词,ads,90,,nowhere,,,", "scenes", "nowhere"),
        ("坏词,ads,90,,,tomorrow,,", "starts", "tomorrow"),
        ("坏词,ads,90,,,,2026-13-01,", "expires", "2026-13-01"),
        ("坏词,ads,90,,,,2026-01-01T10:00:00,", "expires", "+08:00"),
        ("坏词,ads,90,,,0001-01-01T00:00:00+08:00,,", "starts", "no date"),
        ("坏词,ads,90,,,2026-02-01,2026-01-01,", "expires", "before it starts"),
        ("坏词,ads,90,,,2026-02-01,2026-02-01,", "expires", "before it starts"),
        (",ads,90,,,,,", "term", "empty"),
        ("坏&词汇,ads,90,,,,,", "term", "one character"),
        ("坏\x00词,ads,90,,,,,", "term", "U+0000"),
        (f"{'长' * 501},ads,90,,,,,", "term", "501"),
        (f"坏词,{'x' * 300},,,,,,", "label", "200"),
        (f"坏词,ads,90,,,,,{'n' * 1001}", "note", "1000"),
        ("坏词,ads,90,,,,,a\x00b", "note", "NUL"),
        ("坏词,ads,90,,,,,note,more", "", "9 fields"),
        ('"坏词"x,ads,90,,,,,', "", "broken CSV"),
    ],
)
def test_a_bad_row_is_refused_with_its_line(row: str, column: str, words: str) -> None:
    head = "term,label,level,match,scenes,starts,expires,note\n好词\n"
    report = read(f"{head}{row}\n好词二\n")
    assert [entry.term for entry in report.entries] == ["好词", "好词二"]
    assert [(p.line, p.column) for p in report.problems] == [(3, column)]
    assert words in report.problems[0].message


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"\n\n", "empty"),
        ("坏词\n".encode(), "unknown column"),
        (b"term;label\nx;ads\n", "unknown column"),
        (b"label\nads\n", "no column named term"),
        (b"term,term\na,b\n", "twice"),
        (b'"term', "header"),
        ("term,笔记\n".encode("gbk"), "UTF-8"),
        ("term\n坏词\n".encode("utf-16"), "UTF-8"),
        (b"x" * (MAX_LINE_BYTES + 1), "longer than"),
    ],
)
def test_a_file_of_another_kind_says_so(content: bytes, words: str) -> None:
    line, column, message = only_problem(content)
    assert line >= 1
    assert column == ""
    assert words in message


def test_a_row_that_is_not_utf8_is_refused_alone() -> None:
    report = read("term\n好词\n".encode() + "坏词".encode("gbk") + b"\nfine\n")
    assert [entry.term for entry in report.entries] == ["好词", "fine"]
    assert [(p.line, p.message[:9]) for p in report.problems] == [(3, "not UTF-8")]


def test_an_open_quote_does_not_swallow_the_file_silently() -> None:
    report = read('term\n好词\n"open\n' + "词语\n" * 10)
    assert [entry.term for entry in report.entries] == ["好词"]
    assert report.problems


def test_a_line_without_end_stops_the_reading() -> None:
    report = read(b"term\ngood\n" + b"x" * (5 * MAX_LINE_BYTES))
    assert [entry.term for entry in report.entries] == ["good"]
    assert "longer than" in report.problems[0].message


def test_reading_stops_after_too_many_problems() -> None:
    report = read("term,level\n" + "坏词,high\n" * (MAX_PROBLEMS * 3))
    assert len(report.problems) == MAX_PROBLEMS + 1
    assert "stopped" in report.problems[-1].message


def test_rows_stream() -> None:
    rows = iter_rows(io.BufferedReader(_Lines()))
    assert next(rows).entry == Entry("词语")
    assert next(rows).entry == Entry("词语")


class _Lines(io.RawIOBase):
    """A file without end."""

    def __init__(self) -> None:
        self._chunks = self._produce()

    def _produce(self) -> Iterator[bytes]:
        yield b"term\n"
        while True:
            yield "词语\n".encode()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # narrower
        chunk = next(self._chunks)
        buffer[: len(chunk)] = chunk
        return len(chunk)


def test_reads_a_path(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("term\n坏词\n", encoding="utf-8")
    assert read_entries(path).entries == [Entry("坏词")]


entries = st.builds(
    Entry,
    term=st.text(
        st.characters(exclude_categories=("Cc", "Cs")), min_size=1, max_size=20
    )
    .map(str.strip)
    .filter(bool)
    .map(escape_term),
    label=st.sampled_from([*(set(Label) - {Label.NORMAL}), None]),
    level=st.integers(0, 100),
    match=st.sampled_from(Match),
    scenes=st.frozensets(st.sampled_from(Scene)),
    starts=st.none() | st.datetimes(timezones=st.just(UTC)),
    note=st.text(st.characters(exclude_characters="\0\r"), max_size=20).map(str.strip),
)


@given(st.lists(entries, max_size=8))
def test_what_is_written_reads_back_the_same(batch: list[Entry]) -> None:
    out = io.StringIO(newline="")
    write_entries(batch, out)
    try:
        data = out.getvalue().encode()
    except UnicodeEncodeError:
        return
    report = read_entries(io.BytesIO(data))
    assert report.problems == []
    assert report.entries == batch


def test_midnight_is_written_as_a_date() -> None:
    out = io.StringIO()
    start = datetime(2026, 1, 1, tzinfo=UTC)
    entry = Entry("坏词", starts=start, expires=start + timedelta(hours=1))
    write_entries([entry], out)
    assert "2026-01-01,2026-01-01T01:00:00Z" in out.getvalue()


@pytest.mark.slow
def test_a_hundred_thousand_rows_take_seconds() -> None:
    rows = "".join(f"词语{i},ads,90,fuzzy,title;chat,,,n\n" for i in range(100_000))
    began = time.perf_counter()
    report = read("term,label,level,match,scenes,starts,expires,note\n" + rows)
    assert len(report.entries) == 100_000
    assert time.perf_counter() - began < 10


def test_the_example_of_the_readme_is_read() -> None:
    page = Path(__file__).parents[2] / "wordlists" / "README.md"
    example = page.read_text(encoding="utf-8").split("```csv\n")[1].split("```")[0]
    report = read(example)
    assert report.problems == []
    assert [entry.exempt for entry in report.entries] == [False] * 4 + [True]
