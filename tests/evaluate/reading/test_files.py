"""Rows of CSV and JSON lines; what is broken costs only itself."""

import gzip
import json
from pathlib import Path

import pytest

from app.evaluate.errors import EvaluateError
from app.evaluate.reading import Columns, Table, read_file
from app.evaluate.reading.files import MAX_TEXT
from app.evaluate.reading.lines import MAX_LINE_BYTES
from tests.evaluate.helpers import write


def read(path: Path, **columns: str) -> Table:
    return read_file(path, Columns(**columns))


def texts(table: Table) -> list[str]:
    return [row.text for row in table.rows]


def broken(table: Table) -> list[tuple[int, str]]:
    return [(item.line, item.why) for item in table.broken]


@pytest.mark.parametrize("name", ["a.csv", "a.csv.gz"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_csv_file_is_read_by_its_columns(
    tmp_path: Path, name: str, delimiter: str
) -> None:
    rows = ["label,text,scene,term", "ads,你好,chat,好", "normal,再见,,"]
    content = "\n".join(rows).replace(",", delimiter)
    table = read(write(tmp_path / name, content))
    assert [tuple(row) for row in table.rows] == [
        (2, "你好", "ads", "chat", "", "好", ""),
        (3, "再见", "normal", "", "", "", ""),
    ]


def test_columns_may_have_other_names(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "comment,verdict,twin\n你好,1,g7\n")
    table = read(path, text="comment", label="verdict", group="twin")
    assert (table.rows[0].label, table.rows[0].group) == ("1", "g7")


def test_cells_may_hold_line_breaks_and_a_mark_may_come_first(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", '\ufefftext,label\n"a\nb",x\nc,y\n')
    table = read(path)
    assert [(row.line, row.text) for row in table.rows] == [(2, "a\nb"), (4, "c")]


@pytest.mark.parametrize("name", ["a.jsonl", "a.jsonl.gz", "decisions"])
def test_json_lines_hold_labels_of_any_plain_kind(tmp_path: Path, name: str) -> None:
    values = [20006, "ads", True, 1]
    content = "".join(json.dumps({"text": "t", "label": v}) + "\n\n" for v in values)
    table = read(write(tmp_path / name, content))
    assert [row.label for row in table.rows] == ["20006", "ads", "true", "1"]


def test_broken_csv_rows_are_named_by_line_and_the_rest_is_read(tmp_path: Path) -> None:
    lines = ["text,label", "a,x", "only", "b,", ",x", '"open,x', "c,x"]
    table = read(write(tmp_path / "a.csv", "\n".join(lines) + "\n"))
    assert texts(table) == ["a", "c"]
    assert broken(table) == [
        (3, "1 cells where the header has 2"),
        (4, "no label"),
        (5, "no text"),
        (6, "broken CSV, perhaps a quote is not closed"),
    ]


def test_broken_json_rows_are_named_by_line_and_the_rest_is_read(
    tmp_path: Path,
) -> None:
    lines = [
        '{"text": "a", "label": "x"}',
        "{",
        "[]",
        '{"text": 5, "label": "x"}',
        '{"text": "a", "label": ["x"]}',
        '{"text": "a"}',
        '{"text": "b", "label": "x"}',
    ]
    table = read(write(tmp_path / "a.jsonl", "\n".join(lines)))
    assert texts(table) == ["a", "b"]
    assert broken(table) == [
        (2, "not JSON"),
        (3, "no JSON object"),
        (4, "no string 'text'"),
        (5, "a list or an object where one value is expected"),
        (6, "no label"),
    ]


def test_lines_that_are_not_utf8_are_named(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"text,label\n\xff\xfe,x\na,x\n\xe4,x\n\nb,x\n")
    table = read(path)
    assert texts(table) == ["a", "b"]
    assert broken(table) == [(2, "not UTF-8"), (4, "not UTF-8")]


def test_a_row_after_a_broken_line_keeps_its_number(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"text,label\n\xff,x\nlonely\na,x\n")
    assert (3, "1 cells where the header has 2") in broken(read(path))


def test_a_file_in_another_encoding_is_an_error_that_tells_what_to_do(
    tmp_path: Path,
) -> None:
    path = write(tmp_path / "a.csv", "text,label\n你好,x\n再见,x\n", "gb18030")
    with pytest.raises(EvaluateError, match=r"not UTF-8: 2 of 3 lines.*gb18030"):
        read(path)
    assert texts(read_file(path, Columns(), "gb18030")) == ["你好", "再见"]


def test_utf16_is_named(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "text,label\na,x\n", "utf-16")
    with pytest.raises(EvaluateError, match="is UTF-16; save it as UTF-8"):
        read(path)


@pytest.mark.parametrize("encoding", ["utf-16", "UTF-32-LE", "klingon"])
def test_encodings_that_cannot_be_read_are_refused(
    tmp_path: Path, encoding: str
) -> None:
    path = write(tmp_path / "a.csv", "text,label\na,x\n")
    with pytest.raises(EvaluateError, match=r"unknown encoding|not supported"):
        read_file(path, Columns(), encoding)


def test_an_archive_that_is_cut_short_gives_what_it_has(tmp_path: Path) -> None:
    path = tmp_path / "a.csv.gz"
    lines = "".join(f"text {n} {n * 7919 % 10007},x\n" for n in range(20_000))
    path.write_bytes(gzip.compress(f"text,label\n{lines}".encode())[:-4000])
    table = read(path)
    assert len(table.rows) > 1000
    assert table.broken[-1].why == "the compressed file ends here, damaged or cut short"


def test_what_is_no_archive_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "a.csv.gz"
    path.write_bytes(b"text,label\na,x\n")
    with pytest.raises(EvaluateError, match="no intact gzip file"):
        read(path)


def test_a_missing_column_is_an_error_that_lists_the_others(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "content,class\na,x\n")
    with pytest.raises(EvaluateError, match="no column 'label'; it has content, class"):
        read(path)
    with pytest.raises(EvaluateError, match="no column 'twin'"):
        read(path, text="content", label="class", group="twin")


def test_a_text_in_place_of_the_header_is_not_repeated(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "秘密" * 30 + "\n")
    with pytest.raises(EvaluateError, match="its first line is no header") as error:
        read(path)
    assert "秘密" not in str(error.value)


def test_empty_and_missing_files_are_errors(tmp_path: Path) -> None:
    with pytest.raises(EvaluateError, match="is empty"):
        read(write(tmp_path / "a.csv", "\n\n"))
    with pytest.raises(EvaluateError, match="cannot read"):
        read(tmp_path / "b.csv")
    with pytest.raises(EvaluateError, match="cannot read"):
        read(tmp_path)


def test_texts_and_lines_have_a_longest_length(tmp_path: Path) -> None:
    long, huge = "a" * (MAX_TEXT + 1), "a" * (MAX_LINE_BYTES + 1)
    table = read(write(tmp_path / "a.csv", f"text,label\n{long},x\n{huge},x\nb,x\n"))
    assert texts(table) == ["b"]
    assert [line for line, _ in broken(table)] == [2, 3]


def test_a_quote_that_is_never_closed_costs_one_row_of_many(tmp_path: Path) -> None:
    rows = "".join(f"text {n},x\n" for n in range(500))
    table = read(write(tmp_path / "a.csv", f'text,label\n"open,x\n{rows}'))
    assert len(table.rows) == 500
    assert len(table.broken) == 1
