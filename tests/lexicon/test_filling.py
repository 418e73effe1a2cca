"""Files into drafts: what they change, and what a failure leaves behind."""

import asyncio
import itertools
import tracemalloc
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from typing import Literal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from app.domain.entry import Entry
from app.domain.lists import ListScope
from app.lexicon.candidate import Candidate
from app.lexicon.edits import DropList, Put, Remove, SetList
from app.lexicon.errors import LexiconError, NotFoundError, StaleError
from app.lexicon.filling import LEFT_BEHIND
from app.lexicon.records import Draft, LoadReport
from app.lexicon.rows import to_row
from app.store import Database, draft_fill
from app.store.draft_tables import draft_change, draft_set
from app.store.lexicon import TermRow
from tests.lexicon.house import House
from tests.lexicon.test_versions import Ears, serve_many

Source = AsyncIterator[Sequence[TermRow]]
Mode = Literal["replace", "merge"]
Word = tuple[str, int]
"""A term and its level: equal terms of two levels are two rows of one word."""

TERMS = ["甲甲", "乙乙", "丙丙"]
LEVELS = [10, 20]
WORDS = [(term, level) for term in TERMS for level in LEVELS]
NUMBERS = itertools.count()


def rows(words: Iterable[Word], name: str = "own") -> list[TermRow]:
    return [to_row(name, Entry(term, level=level)) for term, level in words]


async def batches(*parts: Sequence[TermRow]) -> Source:
    for part in parts:
        yield part


def put(name: str, word: Word) -> Put:
    return Put(name, Entry(word[0], level=word[1]))


def remove(name: str, word: Word) -> Remove:
    return Remove(name, rows([word], name)[0].digest)


async def load(
    house: House, draft: Draft, source: Source, mode: Mode = "replace"
) -> LoadReport:
    return await house.drafts.fill(
        draft.id, source, list_name="own", mode=mode, revision=None, who="filler"
    )


async def fill(
    house: House,
    draft: Draft,
    words: Iterable[Word],
    mode: Mode = "replace",
    *,
    name: str = "own",
    dry_run: bool = False,
) -> LoadReport:
    return await house.drafts.fill(
        draft.id,
        batches(rows(words, name)),
        list_name=name,
        mode=mode,
        revision=None,
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


@pytest.fixture(params=["narrow", "wide"])
def steps(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Steps so small that a few rows take several, and those of the service."""
    if request.param == "narrow":
        monkeypatch.setattr("app.store.draft_sets.WINDOW", 2)
        monkeypatch.setattr("app.lexicon.filling.STEP", 2)


subsets = st.lists(st.sampled_from(WORDS), max_size=6)
edits = st.lists(st.tuples(st.booleans(), st.sampled_from(WORDS)), max_size=4)
files = st.tuples(subsets, st.sampled_from(["replace", "merge"]))


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@pytest.mark.usefixtures("steps")
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


async def test_nothing_is_lost_when_the_draft_is_edited_meanwhile(
    house: House,
) -> None:
    draft = await house.draft(put("own", ("甲甲", 10)))

    async def given() -> Source:
        yield rows([("乙乙", 10)])
        await house.edit(draft, put("own", ("丙丙", 10)), who="bob")
        yield rows([("乙乙", 20)])

    with pytest.raises(StaleError) as error:
        await load(house, draft, given(), "replace")
    assert error.value.revision == draft.revision + 1
    assert await words_of(house, draft) == {("甲甲", 10), ("丙丙", 10)}
    assert await left(house) == (0, 0)


async def test_of_two_files_at_once_one_is_used(house: House) -> None:
    draft = await house.draft()
    files = [[("甲甲", 10)], [("乙乙", 10)]]
    done = await asyncio.gather(
        *(fill(house, draft, file) for file in files), return_exceptions=True
    )
    refused = [one for one in done if isinstance(one, StaleError)]
    assert len(refused) == 1
    (used,) = [
        file for file, one in zip(files, done, strict=True) if one not in refused
    ]
    assert await words_of(house, draft) == set(used)
    assert await left(house) == (0, 0)


@pytest.mark.parametrize("dry_run", [True, False])
async def test_an_old_revision_is_refused_before_anything_is_read(
    house: House, *, dry_run: bool
) -> None:
    draft = await house.draft(put("own", ("甲甲", 10)))

    read = []

    async def given() -> Source:
        read.append(True)
        yield []

    with pytest.raises(StaleError, match=f"revision {draft.revision}"):
        await house.drafts.fill(
            draft.id,
            given(),
            list_name="own",
            mode="merge",
            revision=draft.revision - 1,
            who="filler",
            dry_run=dry_run,
        )
    assert not read


async def test_a_draft_discarded_meanwhile_stays_empty(house: House) -> None:
    draft = await house.draft(put("own", ("甲甲", 10)))

    async def given() -> Source:
        yield rows([("乙乙", 10)])
        await house.drafts.discard(draft.id, who="bob")
        yield rows([("丙丙", 10)])

    with pytest.raises(LexiconError, match="discarded"):
        await load(house, draft, given(), "merge")
    assert (await house.drafts.get(draft.id)).state == "discarded"
    assert await house.drafts.changes(draft.id) == []
    assert await left(house) == (0, 0)


async def test_a_version_that_goes_live_meanwhile_is_left_alone(house: House) -> None:
    await house.serve(put("own", ("甲甲", 10)))
    draft = await house.draft()

    async def given() -> Source:
        yield rows([("丙丙", 10)])
        await house.serve(put("own", ("乙乙", 10)))

    report = await load(house, draft, given(), "replace")
    assert report == LoadReport(1, 0, 1, 0), "as it was when the reading began"
    assert await words_of(house, draft) == {("乙乙", 10), ("丙丙", 10)}
    await house.publish(await house.drafts.get(draft.id))
    assert await house.words() == ["own:丙丙 10", "own:乙乙 10"]


class BrokenFileError(Exception):
    pass


async def broken() -> Source:
    yield rows([("乙乙", 10)])
    raise BrokenFileError("the file ends too soon")


@pytest.mark.parametrize(
    ("source", "error", "message"),
    [
        (broken, BrokenFileError, "too soon"),
        (lambda: batches(rows(WORDS), rows(WORDS, "b")), LexiconError, "does not bel"),
    ],
)
async def test_a_file_that_fails_changes_nothing(
    house: House, source: Callable[[], Source], error: type[Exception], message: str
) -> None:
    draft = await house.draft(put("own", ("甲甲", 10)))
    with pytest.raises(error, match=message):
        await load(house, draft, source())
    assert await house.drafts.get(draft.id) == draft
    assert await words_of(house, draft) == {("甲甲", 10)}
    assert await left(house) == (0, 0)


async def test_a_reader_that_is_cancelled_changes_nothing(house: House) -> None:
    draft = await house.draft()
    waiting = asyncio.Event()

    async def given() -> Source:
        yield rows(WORDS)
        waiting.set()
        await asyncio.Event().wait()

    task = asyncio.create_task(load(house, draft, given(), "merge"))
    await waiting.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await house.drafts.get(draft.id) == draft
    assert await left(house) == (0, 0)


@pytest.mark.parametrize("at", ["add_given", "drop_present", "count_fill"])
async def test_a_full_disk_changes_nothing(
    house: House, monkeypatch: pytest.MonkeyPatch, at: str
) -> None:
    await house.serve(put("own", ("甲甲", 10)))
    draft = await house.draft()

    async def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(draft_fill, at, full)
    with pytest.raises(OSError, match="No space"):
        await fill(house, draft, WORDS, "merge")
    monkeypatch.undo()
    assert await house.drafts.get(draft.id) == draft
    assert await left(house) == (0, 0)
    assert (await fill(house, draft, WORDS, "merge")).added == len(WORDS) - 1


async def test_what_cannot_be_cleared_is_left_to_the_next_file(
    house: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    draft = await house.draft()

    async def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("app.store.draft_sets.clear_stretch", full)
    await fill(house, draft, WORDS, dry_run=True)
    assert "left until the next one" in caplog.text
    monkeypatch.undo()
    assert await left(house) == (1, len(WORDS))
    await fill(house, draft, WORDS[:1])
    assert await left(house) == (0, 0)
    assert await words_of(house, draft) == set(WORDS[:1])


async def test_a_file_without_progress_is_given_up_for_the_next_one(
    house: House,
) -> None:
    draft = await house.draft()
    other = await house.draft()

    async def given() -> Source:
        yield rows(WORDS[:2])
        house.clock.now += LEFT_BEHIND.total_seconds() + 1
        await fill(house, other, WORDS[:1])
        yield rows(WORDS[2:])

    with pytest.raises(LexiconError, match="took too long"):
        await load(house, draft, given(), "replace")
    assert await words_of(house, draft) == set()
    assert await words_of(house, other) == set(WORDS[:1])
    assert await left(house) == (0, 0)


async def test_a_dropped_list_takes_no_file(house: House) -> None:
    await house.serve(put("own", ("甲甲", 10)))
    draft = await house.draft(DropList("own"))
    with pytest.raises(LexiconError, match="drops the list own"):
        await fill(house, draft, WORDS)
    assert (await fill(house, draft, WORDS[:1], name="other")).added == 1
    assert await left(house) == (0, 0)


async def test_a_closed_draft_takes_no_file(house: House) -> None:
    draft = await house.draft(put("own", ("甲甲", 10)))
    await house.publish(draft)
    with pytest.raises(LexiconError, match="published as version 1"):
        await fill(house, draft, WORDS)
    with pytest.raises(NotFoundError, match="no draft 99"):
        await fill(house, missing_draft(99), WORDS)
    with pytest.raises(LexiconError, match="list name"):
        await fill(house, await house.draft(), [], name="a b")


async def test_changes_keep_their_authors_and_their_order(house: House) -> None:
    await house.serve(*(put("own", word) for word in WORDS[:2]))
    scope = ListScope("own", apps=frozenset({"wx1"}))
    draft = await house.draft(
        put("own", WORDS[2]),
        remove("own", WORDS[0]),
        SetList(scope),
        put("other", WORDS[0]),
        who="alice",
    )
    house.clock.now += 60
    await fill(house, draft, [WORDS[2], WORDS[4]])
    changes = await house.drafts.changes(draft.id)
    shown = [
        (one.op, one.list_name, one.row and (one.row.term, one.row.level), one.who)
        for one in changes
    ]
    assert shown == [
        ("add", "own", WORDS[2], "alice"),
        ("remove", "own", WORDS[0], "alice"),
        ("list", "own", None, "alice"),
        ("add", "other", WORDS[0], "alice"),
        ("add", "own", WORDS[4], "filler"),
        ("remove", "own", WORDS[1], "filler"),
    ]
    assert changes[2].scope == scope
    assert changes[-1].at == changes[0].at + 60
    assert [one.id for one in changes] == sorted(one.id for one in changes)


async def test_no_step_goes_through_all_rows(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.store.draft_sets.WINDOW", 500)
    monkeypatch.setattr("app.lexicon.filling.STEP", 500)
    words = [(f"词语{n}", 90) for n in range(20_000)]
    await serve_many(house.db, len(words))
    draft = await house.draft()
    await fill(house, draft, words[:15_000], name="big")  # so that the draft has many
    file = [*words[:16_000], *(("新", level) for level in range(100))]
    with Ears(house.db) as ears:
        report = await fill(house, draft, file, "merge", name="big")
    assert report == LoadReport(1100, 0, 0, 15_000)
    steps = tuple(
        f"{verb} draft_change" for verb in ("INSERT INTO", "UPDATE", "DELETE FROM")
    )
    ears.said = [said for said in ears.said if said[0].startswith(steps)]
    assert len(ears.said) > 100
    assert await ears.scans("lexicon_term", "draft_change") == []


async def test_memory_does_not_grow_with_the_file(house: House) -> None:
    draft = await house.draft()

    async def given(count: int) -> Source:
        for start in range(0, count, 5000):
            yield rows((f"词语{n}", 90) for n in range(start, start + 5000))

    async def most(count: int) -> int:
        tracemalloc.start()
        try:
            assert (await load(house, draft, given(count))).added == count
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
            await load(house, draft, batches())

    await most(5000)  # what is only made once
    short, long = await most(20_000), await most(50_000)
    assert long < 40 << 20
    assert long < short * 1.3


def missing_draft(number: int) -> Draft:
    return Draft(number, "", "operator", "open", 1, 0, 0.0, "", 0, None, ())
