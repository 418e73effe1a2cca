"""Files into drafts: what they change, and what a failure leaves behind."""

import itertools
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Sequence
from typing import Literal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from app.domain.entry import Entry
from app.lexicon.candidate import Candidate
from app.lexicon.edits import Put, Remove
from app.lexicon.records import Draft, LoadReport
from app.lexicon.rows import to_row
from app.store import Database
from app.store.draft_tables import draft_change, draft_set
from app.store.lexicon import TermRow
from tests.lexicon.house import House

Mode = Literal["replace", "merge"]
Word = tuple[str, int]
"""A term and its level: equal terms of two levels are two rows of one word."""

TERMS = ["甲甲", "乙乙", "丙丙"]
LEVELS = [10, 20]
WORDS = [(term, level) for term in TERMS for level in LEVELS]
NUMBERS = itertools.count()


def rows(words: Iterable[Word], name: str = "own") -> list[TermRow]:
    return [to_row(name, Entry(term, level=level)) for term, level in words]


async def batches(*parts: Sequence[TermRow]) -> AsyncIterator[Sequence[TermRow]]:
    for part in parts:
        yield part


def put(name: str, word: Word) -> Put:
    return Put(name, Entry(word[0], level=word[1]))


def remove(name: str, word: Word) -> Remove:
    return Remove(name, rows([word], name)[0].digest)


async def fill(
    house: House,
    draft: Draft,
    words: Iterable[Word],
    mode: Mode = "replace",
    *,
    name: str = "own",
    dry_run: bool = False,
    revision: int | None = None,
) -> LoadReport:
    return await house.drafts.fill(
        draft.id,
        batches(rows(words, name)),
        list_name=name,
        mode=mode,
        revision=revision,
        who="filler",
        dry_run=dry_run,
    )


async def words_of(house: House, draft: Draft, name: str = "own") -> set[Word]:
    """What a list has in the draft as it stands."""
    now = await house.drafts.get(draft.id)
    content = await house.lexicon.content(Candidate("draft", now.id, now.revision))
    found = [(e.term, e.level) for e in content.entries if e.list_name == name]
    assert len(found) == len(set(found))
    return set(found)


async def left(house: House) -> tuple[int, int]:
    """Sets that are no draft's, and their rows."""
    async with house.db.read() as connection:
        others = draft_set.c.touched_at.is_not(None)
        sets = select(func.count()).select_from(draft_set).where(others)
        ids = select(draft_set.c.id).where(draft_set.c.touched_at.is_(None))
        lost = draft_change.c.set_id.not_in(ids)
        count = select(func.count()).select_from(draft_change).where(lost)
        return (
            int(await connection.scalar(sets) or 0),
            int(await connection.scalar(count) or 0),
        )


def expected(
    present: set[Word], file: set[Word], mode: Mode
) -> tuple[LoadReport, set[Word]]:
    """The report and the words afterwards, by the plain rules."""
    terms = {term for term, _ in file}
    gone = {w for w in present - file if mode == "replace" or w[0] in terms}
    new = file - present
    ends, begins = Counter(w[0] for w in gone), Counter(w[0] for w in new)
    both = (ends & begins).total()
    report = LoadReport(
        added=len(new) - both,
        changed=both,
        removed=len(gone) - both,
        unchanged=len(present) - len(gone),
    )
    return report, (present - gone) | file


@pytest.fixture
def house(database: Database) -> House:
    return House(database)


subsets = st.lists(st.sampled_from(WORDS), max_size=6)
edits = st.lists(st.tuples(st.booleans(), st.sampled_from(WORDS)), max_size=4)
files = st.tuples(subsets, st.sampled_from(["replace", "merge"]))


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(live=subsets, edited=edits, loads=st.lists(files, min_size=1, max_size=2))
async def test_a_file_does_what_a_dry_run_says(
    house: House,
    live: list[Word],
    edited: list[tuple[bool, Word]],
    loads: list[tuple[list[Word], Mode]],
) -> None:
    name = f"list{next(NUMBERS)}"  # the database is that of all examples
    if live:
        await house.serve(*(put(name, word) for word in live))
    draft = await house.draft(put("other", (f"别的{name}", 1)))
    present = set(live)
    for adds, word in edited:
        if not adds and word not in present:
            continue
        edit = put(name, word) if adds else remove(name, word)
        draft = await house.edit(draft, edit)
        present = present | {word} if adds else present - {word}
    for file, mode in loads:
        report, after = expected(present, set(file), mode)
        dry = await fill(house, draft, file, mode, name=name, dry_run=True)
        assert dry == report
        assert await house.drafts.get(draft.id) == draft, "a dry run changes nothing"
        assert await words_of(house, draft, name) == present
        assert await fill(house, draft, file, mode, name=name) == report
        now = await house.drafts.get(draft.id)
        assert now.revision == draft.revision + (after != present)
        assert await words_of(house, draft, name) == after
        assert len(await words_of(house, draft, "other")) == 1
        changes = await house.drafts.changes(draft.id, limit=1000)
        assert len(changes) == now.changes
        assert {one.op for one in changes} <= {"add", "remove"}
        draft, present = now, after
    assert await left(house) == (0, 0)
