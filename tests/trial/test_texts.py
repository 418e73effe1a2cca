import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.scenes import Scene
from app.trial.report import Refused
from app.trial.texts import (
    FORMATS,
    MAX_LINE_BYTES,
    MAX_TEXT,
    Format,
    Lines,
    Row,
    Text,
    read_texts,
)


def read(data: bytes, form: Format = "auto") -> list[Row]:
    return list(read_texts(Lines(io.BytesIO(data)), form, Scene.COMMENT))


def texts(data: bytes, form: Format = "auto") -> list[str]:
    return [row.text for row in read(data, form) if isinstance(row, Text)]


def refused(data: bytes, form: Format = "auto") -> list[tuple[int, str]]:
    rows = read(data, form)
    return [(row.line, row.message) for row in rows if isinstance(row, Refused)]


def test_plain_lines() -> None:
    data = "\ufeff第一行\r\n\n  第二行 \n第三行".encode()
    assert texts(data) == ["第一行", "  第二行 ", "第三行"]
    assert refused(data) == []


def test_json_lines_with_scenes_and_broken_ones() -> None:
    lines = [
        '{"text": "好", "scene": "chat", "other": 1}',
        '{"text": "中", "scene": 3}',
        "nonsense",
        '{"text": 5}',
        "[1]",
        '{"text": "x", "scene": "nowhere"}',
        '{"text": "last"}',
    ]
    rows = read("\n".join(lines).encode())
    assert [row for row in rows if isinstance(row, Text)] == [
        Text("好", Scene.CHAT),
        Text("中", Scene.FORUM),
        Text("last", Scene.COMMENT),
    ]
    assert [row.line for row in rows if isinstance(row, Refused)] == [3, 4, 5, 6]


def test_csv_with_quotes_scenes_and_broken_rows() -> None:
    data = (
        b"id,Text,scene\n"
        b'1,"a, b\nsecond ""line""",chat\n'
        b"2,plain,\n"
        b"3,bad,nowhere\n"
        b"4\n"
        b",,\n"
        b"5,end,2\n"
    )
    assert read(data) == [
        Text('a, b\nsecond "line"', Scene.CHAT),
        Text("plain", Scene.COMMENT),
        Refused(5, "unknown scene"),
        Refused(6, "no text in this row"),
        Text("end", Scene.COMMENT),
    ]


def test_csv_without_its_column_says_so() -> None:
    assert refused(b"a,b\n1,2\n", "csv") == [(1, "no column named text")]


def test_a_quote_that_nobody_closed_does_not_eat_the_file() -> None:
    filler = "".join(f"{n},row\n" for n in range(40_000))
    data = f'id,text\n1,good\n2,"open\n{filler}'.encode()
    got = read(data)
    assert got[0] == Text("good", Scene.COMMENT)
    assert isinstance(got[1], Refused)
    assert got[1].line == 3
    assert len([row for row in got if isinstance(row, Text)]) > 20_000


def test_broken_utf8_is_one_line() -> None:
    for form in FORMATS:
        head = b"text\n" if form == "csv" else b""
        body = b'{"text": "a"}\n\xff\xfe\n{"text": "b"}\n'
        got = read(head + body, form)
        bad = [row for row in got if isinstance(row, Refused)]
        assert [row.message for row in bad] == ["not UTF-8"]
        assert len(got) == 3


def test_lines_and_texts_of_absurd_length() -> None:
    long = b"x" * (MAX_LINE_BYTES * 2 + 5)
    assert read(b"a\n" + long + b"\nb\n", "text") == [
        Text("a", Scene.COMMENT),
        Refused(2, f"longer than {MAX_LINE_BYTES} bytes"),
        Text("b", Scene.COMMENT),
    ]
    edge = "字" * MAX_TEXT
    assert texts(edge.encode()) == [edge]
    assert refused((edge + "字").encode()) == [
        (1, f"longer than {MAX_TEXT} characters")
    ]


@pytest.mark.parametrize(
    ("data", "count"), [(b"", 0), (b"\n\n", 0), (b"a", 1), (b'"text', 1)]
)
def test_small_files(data: bytes, count: int) -> None:
    assert len(read(data)) == count


def test_progress_is_told_in_bytes() -> None:
    data = "一\n二\n".encode()
    lines = Lines(io.BytesIO(data))
    rows = read_texts(lines, "text", Scene.COMMENT)
    next(rows)
    assert 0 < lines.read < len(data)
    list(rows)
    assert lines.read == len(data)


@given(st.binary(max_size=300), st.sampled_from(FORMATS))
def test_no_bytes_break_it(data: bytes, form: Format) -> None:
    for row in read(data, form):
        assert isinstance(row, Text | Refused)


@given(st.lists(st.text(min_size=1).filter(str.strip)))
def test_json_lines_give_back_what_was_written(given_texts: list[str]) -> None:
    data = "".join(json.dumps({"text": text}) + "\n" for text in given_texts)
    assert texts(data.encode(), "jsonl") == given_texts
