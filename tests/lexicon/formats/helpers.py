"""What the tests of the formats share."""

import io
from datetime import UTC

from hypothesis import strategies as st

from app.domain.entry import Entry, Match
from app.domain.labels import Label
from app.domain.scenes import Scene
from app.lexicon.cells import Defaults
from app.lexicon.formats import Format, Row, iter_entries
from app.lexicon.validity import faults
from app.text.grammar import escape_term


def rows(
    content: str | bytes,
    format_: Format = "auto",
    **defaults: object,
) -> list[Row]:
    data = content.encode() if isinstance(content, str) else content
    chosen = Defaults(**defaults)  # type: ignore[arg-type]  # the tests know better
    return list(iter_entries(io.BytesIO(data), format_, chosen))


def terms(content: str | bytes, format_: Format = "auto") -> list[str]:
    found = rows(content, format_)
    assert [row.problems for row in found] == [()] * len(found)
    return [row.entry.term for row in found if row.entry]


def refusals(
    content: str | bytes,
    format_: Format = "auto",
) -> list[tuple[int, str]]:
    return [(p.line, p.message) for row in rows(content, format_) for p in row.problems]


class Endless(io.RawIOBase):
    """A file that repeats some bytes without end, and counts what was read."""

    def __init__(self, first: bytes, again: bytes) -> None:
        self._rest, self._again = first, again
        self.given = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # narrower
        chunk = (self._rest or self._again)[: len(buffer)]
        buffer[: len(chunk)] = chunk
        self._rest = (self._rest or self._again)[len(chunk) :]
        self.given += len(chunk)
        return len(chunk)


# What a spreadsheet could take for something else is made likely.
_risky = st.sampled_from(["'", "''", "=", "'=", "+1", "-", "@", "＝", "1", "2026-1-1"])
_free = st.text(st.characters(exclude_categories=("Cc", "Cs", "Cn")), max_size=12)
_words = (
    st.tuples(st.just("") | _risky, _free)
    .map("".join)
    .map(str.strip)
    .filter(bool)
    .map(escape_term)
)
_rules = st.sampled_from(["出售|现货&枪支~玩具{20}", "'=1|'=2", "甲甲~'-乙", r"AT\&T"])
_any_text = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
_notes = st.tuples(st.just("") | _risky, _any_text)

entries = st.builds(
    Entry,
    term=_words | _rules,
    label=st.sampled_from([*(set(Label) - {Label.NORMAL}), None]),
    level=st.integers(0, 100),
    match=st.sampled_from(Match),
    scenes=st.frozensets(st.sampled_from(Scene)),
    starts=st.none() | st.datetimes(timezones=st.just(UTC)),
    note=_notes.map("".join).map(str.strip),
).filter(lambda entry: not any(faults(entry)))
"""Any entry that can be published."""
