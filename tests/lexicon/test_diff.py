"""Two contents side by side: versions, drafts, and either with the other."""

import itertools
from collections.abc import Iterable, Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.domain.entry import Entry
from app.domain.lists import ListScope
from app.domain.scenes import Scene
from app.lexicon.candidate import Candidate
from app.lexicon.diff import read_cursor, write_cursor
from app.lexicon.edits import DropList, Edit, Put, Remove, SetList
from app.lexicon.errors import LexiconError, NotFoundError, StaleError
from app.lexicon.records import DiffPage, DiffRow, Draft
from app.lexicon.rows import to_row
from app.store import Database
from app.store.lexicon import TermRow
from app.store.lexicon_diff import SORTED_BY, Place
from tests.lexicon.house import House, changed, digest, word
from tests.lexicon.test_versions import Ears, serve_many

LONGEST_CURSOR = 2000
"""What the admin API takes."""
NUMBERS = itertools.count()
WORDS = [(term, level) for term in ("甲甲", "乙乙", "a") for level in (1, 2)]
Step = tuple[bool, int, int]
"""Whether a word is put or removed, its list and itself."""


def version(number: int) -> Candidate:
    return Candidate("version", number)


def candidate(draft: Draft) -> Candidate:
    return Candidate("draft", draft.id, draft.revision)


@pytest.fixture
def house(database: Database) -> House:
    return House(database)


async def diff(house: House, a: Candidate, b: Candidate) -> DiffPage:
    return await house.lexicon.diff(a, b, after=None, limit=1000)


def shown(page: DiffPage) -> list[str]:
    lines = []
    for row in page.rows:
        sides = [side.level for side in (row.before, row.after) if side is not None]
        word = row.after or row.before
        assert word is not None
        levels = " ".join(map(str, sides))
        lines.append(f"{row.kind} {row.list_name}:{word.term} {levels}")
    return lines


def counts(page: DiffPage) -> tuple[int, int, int]:
    return page.added, page.removed, page.changed


async def test_versions_differ_in_both_directions(house: House) -> None:
    await house.serve(word("甲甲"), word("乙乙"), word("a", name="b"))
    await house.serve(
        Remove("own", digest("甲甲")), changed("乙乙", 90, 50), word("丙丙")
    )
    page = await diff(house, version(1), version(2))
    assert shown(page) == [
        "added own:丙丙 90",
        "changed own:乙乙 90 50",
        "removed own:甲甲 90",
    ]
    assert counts(page) == (1, 1, 1)
    back = await diff(house, version(2), version(1))
    assert shown(back) == [
        "removed own:丙丙 90",
        "changed own:乙乙 50 90",
        "added own:甲甲 90",
    ]
    everything = await diff(house, version(0), version(2))
    assert counts(everything) == (3, 0, 0)
    assert [row.list_name for row in everything.rows] == ["b", "own", "own"]


async def test_what_came_back_does_not_differ(house: House) -> None:
    await house.serve(word("甲甲"))
    await house.serve(Remove("own", digest("甲甲")))
    await house.serve(word("甲甲"), word("乙乙"))
    assert shown(await diff(house, version(1), version(3))) == ["added own:乙乙 90"]
    await house.publisher.rollback(1, who="me")
    assert shown(await diff(house, version(1), version(4))) == []
    assert counts(await diff(house, version(2), version(4))) == (1, 0, 0)


async def test_a_draft_and_versions(house: House) -> None:
    await house.serve(word("甲甲"), word("乙乙"), word("丙丙", name="gone"))
    draft = await house.draft(
        DropList("gone"),
        changed("甲甲", 90, 1),
        word("丁丁"),
        SetList(ListScope("own")),
    )
    mine = candidate(draft)
    page = await diff(house, version(1), mine)
    assert shown(page) == [
        "removed gone:丙丙 90",
        "added own:丁丁 90",
        "changed own:甲甲 90 1",
    ]
    await house.serve(word("丁丁"), word("戊戊", name="gone"), changed("甲甲", 90, 2))
    assert shown(await diff(house, version(1), mine)) == [
        "removed gone:丙丙 90",
        "added own:丁丁 90",
        # The row that it removes was removed already; of the two that the word has
        # then, any may stand beside the former one.
        "changed own:甲甲 90 2",
        "added own:甲甲 1",
    ]
    assert shown(await diff(house, version(2), mine)) == [
        "removed gone:丙丙 90",
        "removed gone:戊戊 90",
        "added own:甲甲 1",
    ]
    other = await house.draft(word("己己"))
    assert shown(await diff(house, mine, candidate(other))) == [
        "added gone:丙丙 90",
        "added gone:戊戊 90",
        "added own:己己 90",
        "removed own:甲甲 1",
    ]
    assert shown(await diff(house, mine, mine)) == []


async def test_settings_of_lists(house: House) -> None:
    scope = ListScope("own", apps=frozenset({"wx1"}), scenes=frozenset({Scene.CHAT}))
    await house.serve(word("甲甲"))
    await house.serve(SetList(scope), SetList(ListScope("b", note="n")))
    page = await diff(house, version(1), version(2))
    assert page.rows == []
    assert [(one.name, one.before, one.after) for one in page.lists] == [
        ("b", None, ListScope("b", note="n")),
        ("own", None, scope),
    ]
    off = ListScope("own", enabled=False)
    draft = await house.draft(SetList(off), DropList("b"))
    page = await diff(house, version(2), candidate(draft))
    assert [(one.name, one.before, one.after) for one in page.lists] == [
        ("b", ListScope("b", note="n"), None),
        ("own", scope, off),
    ]
    same = await house.draft(SetList(scope))
    assert (await diff(house, version(2), candidate(same))).lists == []


async def test_pages_have_whole_words_and_all_counts(house: House) -> None:
    scope = ListScope("own", note="n")
    await house.serve(*(word(f"词{n}", 1) for n in range(5)), SetList(scope))
    edits = [changed(f"词{n}", 1, 2) for n in range(5)]
    await house.serve(*edits, *(word(f"新{n}") for n in range(3)))
    whole = await diff(house, version(1), version(2))
    assert whole.next is None
    rows: list[DiffRow] = []
    after, pages = None, 0
    while True:
        page = await house.lexicon.diff(version(1), version(2), after=after, limit=3)
        assert counts(page) == (3, 0, 5)
        rows += page.rows
        after, pages = page.next, pages + 1
        if after is None:
            break
        assert len(page.rows) == 3
    assert (rows, pages) == (whole.rows, 3)
    page = await house.lexicon.diff(version(1), version(2), after=None, limit=8)
    assert page.next is None, "the last page is full"


async def test_terms_that_begin_alike(house: House) -> None:
    start = "长" * SORTED_BY
    await house.serve(word("短"))
    await house.serve(*(word(f"{start}{n}") for n in range(7)), word(start))
    found: list[str] = []
    after = None
    while True:
        page = await house.lexicon.diff(version(1), version(2), after=after, limit=2)
        found += [row.after.term for row in page.rows if row.after is not None]
        if (after := page.next) is None:
            break
    assert sorted(found) == sorted([start, *(f"{start}{n}" for n in range(7))])


def test_the_longest_cursor_fits() -> None:
    place = Place("名" * 64, "😀" * SORTED_BY, b"k" * 16, 2**31 - 1)
    written = write_cursor(place)
    assert len(written) <= LONGEST_CURSOR
    assert read_cursor(written) == place


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "x",
        "🙂",
        "bm90IGpzb24",
        "W10",  # []
        "W1tbW1tb",
        "[" * 1999,
        "bnVsbA",
        write_cursor(Place("own", "a", b"k", 0)),
        write_cursor(Place("own", "a", b"k", 2**31)),
        write_cursor(Place("own", "a\0", b"k", 1)),
        "WyJvd24iLCAiXHVkODAwIiwgIjAwIiwgMV0",  # half of a surrogate pair
        "WyJvd24iLCAiYSIsICJ6eiIsIDFd",  # no hexadecimal digits
    ],
)
async def test_what_is_no_cursor(house: House, cursor: str) -> None:
    with pytest.raises(LexiconError, match="not the `next`"):
        await house.lexicon.diff(version(0), version(0), after=cursor, limit=5)


async def test_what_cannot_be_compared(house: House) -> None:
    await house.serve(word("甲甲"))
    draft = await house.draft(word("乙乙"))
    with pytest.raises(NotFoundError, match="no version 2"):
        await diff(house, version(1), version(2))
    with pytest.raises(NotFoundError, match="no draft 9"):
        await diff(house, Candidate("draft", 9, 1), version(1))
    with pytest.raises(StaleError):
        await diff(house, version(1), Candidate("draft", draft.id, 1))
    await house.drafts.discard(draft.id, who="me")
    with pytest.raises(LexiconError, match="discarded"):
        await diff(house, version(1), candidate(draft))


async def test_what_is_alike_is_not_read(house: House) -> None:
    await serve_many(house.db, 20_000)
    for n in range(4):
        await house.serve(word(f"新{n}"), changed(f"词语{n}", 90, 10, name="big"))
    draft = await house.draft(word("丙丙"), Remove("own", digest("新1")))
    with Ears(house.db) as ears:
        assert counts(await diff(house, version(2), version(4))) == (2, 0, 2)
        assert counts(await diff(house, version(5), version(4))) == (0, 1, 1)
        assert counts(await diff(house, version(5), candidate(draft))) == (1, 1, 0)
        assert counts(await diff(house, candidate(draft), version(3))) == (1, 3, 2)
    assert await ears.scans("lexicon_term", "draft_change") == []


# --- against the plain rules

steps = st.lists(
    st.tuples(st.booleans(), st.integers(0, 1), st.integers(0, len(WORDS) - 1)),
    max_size=5,
)


class Made:
    """Versions and drafts with content that is known from outside."""

    def __init__(self, house: House) -> None:
        self.house = house
        number = next(NUMBERS)
        self.lists = [f"a{number:04}", f"b{number:04}"]

    async def draft(self, made: Iterable[Step]) -> Draft:
        """A draft with those edits that make sense."""
        draft = await self.house.draft()
        for adds, place, index in made:
            present = await self.rows(candidate(draft))
            row = self.row(place, index)
            edit: Edit = Remove(row.list_name, row.digest)
            if adds:
                edit = Put(row.list_name, Entry(row.term, level=row.level))
            if adds or row.digest in present:
                draft = await self.house.edit(draft, edit)
        return draft

    def row(self, place: int, index: int) -> TermRow:
        term, level = WORDS[index]
        return to_row(self.lists[place], Entry(term, level=level))

    async def rows(self, one: Candidate) -> dict[bytes, TermRow]:
        content = await self.house.lexicon.content(one)
        rows = (to_row(entry.list_name, entry) for entry in content.entries)
        return {row.digest: row for row in rows}


def by_rules(
    before: dict[bytes, TermRow], after: dict[bytes, TermRow]
) -> Sequence[DiffRow]:
    """What differs: rows of one word in pairs, in the order of their digests."""
    words = sorted({(row.list_name, row.term) for row in (before | after).values()})
    found = []
    for name, term in words:
        sides = [
            sorted(
                (row for key, row in mine.items() if key not in other),
                key=lambda row: row.digest,
            )
            for mine, other in ((before, after), (after, before))
        ]
        went, came = (
            [row for row in side if (row.list_name, row.term) == (name, term)]
            for side in sides
        )
        for old, new in itertools.zip_longest(went, came):
            if old is None:
                found.append(DiffRow("added", name, None, new))
            else:
                kind = "changed" if new else "removed"
                found.append(DiffRow(kind, name, old, new))  # type: ignore[arg-type]
    return found


@settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(history=st.lists(steps, min_size=2, max_size=4), edits=steps, late=steps)
async def test_any_two_contents_by_the_plain_rules(
    house: House, history: list[list[Step]], edits: list[Step], late: list[Step]
) -> None:
    made = Made(house)
    sides = [version(await house.live())]
    for one in history:
        draft = await made.draft(one)
        if draft.changes:
            sides.append(version((await house.publish(draft)).number))
    mine, other = await made.draft(edits), await made.draft(late)
    more = await made.draft(late)
    if more.changes:
        sides.append(version((await house.publish(more)).number))
    sides += [candidate(mine), candidate(other)]
    contents = [await made.rows(side) for side in sides]
    for (a, before), (b, after) in itertools.combinations(
        zip(sides, contents, strict=True), 2
    ):
        expected = by_rules(before, after)
        assert await paged(house, a, b) == expected


async def paged(house: House, a: Candidate, b: Candidate) -> list[DiffRow]:
    """All rows, by pages of two; the counts are seen to fit."""
    rows: list[DiffRow] = []
    after = None
    while True:
        page = await house.lexicon.diff(a, b, after=after, limit=2)
        rows += page.rows
        if (after := page.next) is None:
            break
    kinds: list[str] = [row.kind for row in rows]
    assert counts(page) == tuple(map(kinds.count, ("added", "removed", "changed")))
    return rows
