"""Encodings, and files that are none."""

import io

import pytest

from app.lexicon.formats import Format
from app.lexicon.formats.row import FileError
from app.lexicon.formats.source import HEAD_BYTES, Source
from tests.lexicon.formats.helpers import refusals, rows

ALL: list[Format] = ["csv", "text", "houbb", "toolgood", "auto"]
WORDS = "term\n" + "敏感词语\n违禁词语\n" * 30


@pytest.mark.parametrize("format_", ALL)
@pytest.mark.parametrize(
    ("encoding", "words"),
    [
        ("gb18030", "GB18030 (GBK)"),
        ("gbk", "GB18030 (GBK)"),
        ("big5", "save the file as UTF-8"),
        ("utf-16", "UTF-16"),
        ("utf-16-le", "UTF-16"),
        ("utf-16-be", "UTF-16"),
        ("utf-32", "UTF-16"),
        ("euc-kr", "save the file as UTF-8"),
    ],
)
def test_another_encoding_is_one_clear_error(
    format_: Format, encoding: str, words: str
) -> None:
    text = WORDS
    if encoding in ("big5", "euc-kr"):
        text = "term\n" + "感詞\n" * 30
    ((line, message),) = refusals(text.encode(encoding), format_)
    assert line == 1
    assert words in message
    assert "save the file as UTF-8" in message
    (row,) = rows(text.encode(encoding), format_)
    assert row.stopped


@pytest.mark.parametrize("format_", ALL)
def test_one_broken_line_is_refused_alone(format_: Format) -> None:
    content = b"term\n" + "好词\n".encode() * 2 + b"\xff\xfe bad\n" + "好词\n".encode()
    assert [line for line, _ in refusals(content, format_)] == [4]
    assert sum(row.entry is not None for row in rows(content, format_)) >= 3


def test_utf8_that_the_head_cuts_in_two_is_still_utf8() -> None:
    for shift in range(4):
        content = b"a" * shift + b"\n" + "词".encode() * HEAD_BYTES
        assert Source(io.BytesIO(content)).check() is None  # type: ignore[func-returns-value]


def test_broken_lines_behind_the_head_are_refused_alone() -> None:
    good = "好词\n".encode() * HEAD_BYTES
    assert [line for line, _ in refusals(good + b"\xb0\xa1\n" + good, "text")] == [
        HEAD_BYTES + 1
    ]


def test_a_binary_file_is_refused() -> None:
    with pytest.raises(FileError, match="binary"):
        Source(io.BytesIO(bytes(1000))).check()


def test_lines_keep_their_numbers_and_ends() -> None:
    source = Source(io.BytesIO(b"\xef\xbb\xbfa\r\n\nb"))
    assert list(source.lines()) == [(1, b"a\r\n"), (2, b"\n"), (3, b"b")]


class _Pipe(io.RawIOBase):
    """Gives one byte at a time, as a slow pipe may."""

    def __init__(self, data: bytes) -> None:
        self._data = io.BytesIO(data)

    def read(self, size: int = -1) -> bytes:
        del size
        return self._data.read(1)


def test_a_file_may_come_in_drops() -> None:
    source = Source(_Pipe("坏词\n更坏\n".encode()))  # type: ignore[arg-type]
    assert [line.decode() for _, line in source.lines()] == ["坏词\n", "更坏\n"]
