r"""Plain lists: our text format, and those of houbb/sensitive-word and ToolGood.

Our text: one term per line, in the grammar of the `term` column; blank lines and
lines that begin with `#` are skipped, `\#` begins a term with `#`.

houbb/sensitive-word reads its deny and allow files line by line, each line one
word, whatever signs are in it; so do we.

ToolGood.Words is given its words either from a file with one word per line
(`IllegalKeywords.txt`, `IllegalUrls.txt`), trimmed and otherwise taken as they are, or
from one string that is split at `|`. We tell the two apart by the number of lines.
"""

import re
from collections.abc import Callable, Iterator

from app.domain.entry import Entry
from app.lexicon.cells import Defaults
from app.lexicon.formats.row import FileError, Row, judged, refused, stop
from app.lexicon.formats.source import MAX_LINE_BYTES, NOT_UTF8, Source
from app.text.grammar import escape_term

COMMENT = "#"
ESCAPED_COMMENT = r"\#"


def text_rows(source: Source, defaults: Defaults) -> Iterator[Row]:
    """The rows of a file in our text format."""
    return _rows(source.lines(), source, defaults, _own)


def line_rows(source: Source, defaults: Defaults) -> Iterator[Row]:
    """The rows of a file with one word per line, without any grammar."""
    return _rows(source.lines(), source, defaults, escape_term)


def toolgood_rows(source: Source, defaults: Defaults) -> Iterator[Row]:
    """The rows of a ToolGood file; in a file of one line, `line` counts the words."""
    parts = source.lines() if _has_lines(source) else _between_bars(source)
    return _rows(parts, source, defaults, escape_term)


def _rows(
    parts: Iterator[tuple[int, bytes]],
    source: Source,
    defaults: Defaults,
    term_of: Callable[[str], str],
) -> Iterator[Row]:
    """A row for each part that holds a word."""
    try:
        source.check()
        for number, raw in parts:
            row = _row(number, raw, defaults, term_of)
            if row is not None:
                yield row
    except FileError as error:
        yield stop(error)


def _row(
    number: int, raw: bytes, defaults: Defaults, term_of: Callable[[str], str]
) -> Row | None:
    """The row of one part; None when it holds no word."""
    try:
        word = raw.decode().strip()
    except UnicodeDecodeError:
        return refused(number, "", NOT_UTF8)
    term = term_of(word) if word else ""
    if not term:
        return None
    return judged(
        number,
        Entry(term, defaults.label, defaults.level, defaults.match, defaults.scenes),
    )


def _own(line: str) -> str:
    """The term of a line of our format; "" for a comment."""
    if line.startswith(COMMENT):
        return ""
    return line[1:] if line.startswith(ESCAPED_COMMENT) else line


def _has_lines(source: Source) -> bool:
    """Whether the head has more than one line."""
    return b"\n" in source.head.strip()


def _between_bars(source: Source) -> Iterator[tuple[int, bytes]]:
    """Each word of one long line, counted from 1.

    Raises:
        FileError: a word is as long as no line may be.
    """
    number = 0
    rest = b""
    for chunk in source.chunks():
        *words, rest = re.split(rb"[|\n]", rest + chunk)
        for word in words:
            number += 1
            yield number, word
        if len(rest) > MAX_LINE_BYTES:
            message = f"a word is longer than {MAX_LINE_BYTES} bytes"
            raise FileError(message, number + 1)
    yield number + 1, rest
