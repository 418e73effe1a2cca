"""Bytes of unknown origin to lines of text."""

import codecs
import io
from collections.abc import Iterator
from typing import BinaryIO

from app.lexicon.formats.row import FileError

HEAD_BYTES = 65_536
"""So much of a file is looked at before the reading begins."""

MAX_LINE_BYTES = 65_536
"""Longest physical line; a longer one ends the reading."""

NOT_UTF8 = "not UTF-8; save the file as UTF-8 (in Excel: CSV UTF-8)"
_UTF_16 = f"the file is UTF-16 or binary, {NOT_UTF8}"

_MARKS_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_WRONG_SHARE = 4
"""So many times more broken lines than good ones mean another encoding."""
_WRONG_LINES = 20
"""So many broken lines mean another encoding even when we know none that fits."""


class Source:
    """A file with its first bytes at hand; a UTF-8 byte order mark is taken off."""

    def __init__(self, raw: BinaryIO) -> None:
        """Read the head of the file.

        Raises:
            OSError: the file cannot be read.
        """
        self._raw = raw
        self.head = _read(raw, HEAD_BYTES)
        self.whole = len(self.head) < HEAD_BYTES
        """Whether the head is all there is."""
        self._refusal = _other_encoding(self.head, whole=self.whole)
        self.head = self.head.removeprefix(codecs.BOM_UTF8)

    def check(self) -> None:
        """Refuse a file that is as a whole in another encoding.

        Raises:
            FileError: it is; the message says what to do.
        """
        if self._refusal:
            raise FileError(self._refusal)

    def chunks(self) -> Iterator[bytes]:
        """The whole file in pieces of any size."""
        chunk = self.head
        while chunk:
            yield chunk
            chunk = self._raw.read(HEAD_BYTES)

    def lines(self) -> Iterator[tuple[int, bytes]]:
        """Every physical line with its number, its end included.

        Raises:
            FileError: a line is too long.
        """
        number = 0
        joined = io.BufferedReader(_Joined(self.chunks()), HEAD_BYTES)
        while line := joined.readline(MAX_LINE_BYTES + 1):
            number += 1
            if len(line) > MAX_LINE_BYTES:
                message = f"a line is longer than {MAX_LINE_BYTES} bytes"
                raise FileError(message, number)
            yield number, line


class _Joined(io.RawIOBase):
    """Pieces of a file as one file, so that the C code can cut the lines."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # narrower
        rest = self._rest or next(self._chunks, b"")
        part = rest[: len(buffer)]
        buffer[: len(part)] = part
        self._rest = rest[len(part) :]
        return len(part)


def _read(raw: BinaryIO, size: int) -> bytes:
    """So many bytes, or all there are; a pipe may give them one by one."""
    head = b""
    while len(head) < size and (more := raw.read(size - len(head))):
        head += more
    return head


def _other_encoding(head: bytes, *, whole: bool) -> str:
    """Why this cannot be UTF-8 text, or ""."""
    if head.startswith(_MARKS_16) or head.count(b"\0") * 4 > len(head):
        return _UTF_16
    if _fits(head, "utf-8"):
        return ""
    # Without a mark, Han characters leave few zeros: those of the line ends.
    if b"\n\0" in head or b"\0\n" in head:
        return _UTF_16
    lines = head.split(b"\n")
    if not whole:
        lines.pop()
    foreign = [line for line in lines if not line.isascii()]
    broken = sum(not _fits(line, "utf-8", whole=True) for line in foreign)
    if broken <= _WRONG_SHARE * (len(foreign) - broken):
        return ""
    if _fits(head, "gb18030"):
        return f"the file seems to be GB18030 (GBK), {NOT_UTF8}"
    return f"the file is {NOT_UTF8}" if broken >= _WRONG_LINES else ""


def _fits(data: bytes, encoding: str, *, whole: bool = False) -> bool:
    """Whether the bytes are such text, a cut last character forgiven."""
    try:
        codecs.getincrementaldecoder(encoding)().decode(data, whole)
    except UnicodeDecodeError:
        return False
    return True
