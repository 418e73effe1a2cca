"""Edits of a draft: what each becomes, and what is refused."""

from datetime import UTC, datetime

import pytest

from app.domain.entry import MAX_TERM_LENGTH, Entry, Match
from app.domain.labels import Label
from app.domain.lists import ListScope
from app.domain.scenes import Scene
from app.lexicon.editing import MAX_EDITS, check_edits
from app.lexicon.edits import DropList, Edit, Put, Remove, SetList
from app.lexicon.errors import LexiconError, NotFoundError
from app.lexicon.lists import MAX_APPS
from app.store import Database
from app.text.checker import Checker
from app.text.compiling import compile_snapshot
from tests.lexicon.house import House, changed, digest, word

DAY = datetime(2026, 1, 2, tzinfo=UTC)
SCOPE = ListScope("own", apps=frozenset({"wx1"}))


@pytest.fixture
async def house(database: Database) -> House:
    """With the words 甲甲 and 乙乙 of the list own, and 旧 of the list old."""
    house = House(database)
    await house.serve(
        word("甲甲"), word("乙乙"), word("旧词", name="old"), SetList(SCOPE)
    )
    return house


async def changes(house: House, *edits: Edit) -> list[str]:
    """What edits come to; all in one call, or one call each, is the same."""
    together = await house.draft(*edits)
    single = await house.draft()
    for edit in edits:
        single = await house.edit(single, edit)
    found = []
    for draft in (together, single):
        rows = await house.drafts.changes(draft.id)
        assert draft.changes == len(rows)
        shown = (
            f"{one.op} {one.list_name} {one.row.term} {one.row.level}"
            if one.row
            else f"{one.op} {one.list_name}"
            for one in rows
        )
        found.append(list(shown))
    assert found[0] == found[1]
    return found[0]


COME_TO: list[tuple[list[Edit], list[str]]] = [
    ([word("丙丙")], ["add own 丙丙 90"]),
    ([word("丙丙"), word("丙丙")], ["add own 丙丙 90"]),
    ([word("丙丙"), word("丙丙", 1)], ["add own 丙丙 90", "add own 丙丙 1"]),
    ([word("甲甲")], []),
    ([word("甲甲", 1)], ["add own 甲甲 1"]),
    ([word("甲甲", name="old")], ["add old 甲甲 90"]),
    ([changed("甲甲", 90, 1)], ["remove own 甲甲 90", "add own 甲甲 1"]),
    ([changed("甲甲", 90, 90)], []),
    (
        [changed("甲甲", 90, 1), changed("甲甲", 1, 2)],
        ["remove own 甲甲 90", "add own 甲甲 2"],
    ),
    ([changed("甲甲", 90, 1), changed("甲甲", 1, 90)], []),
    ([Remove("own", digest("甲甲"))], ["remove own 甲甲 90"]),
    ([Remove("own", digest("甲甲"))] * 2, ["remove own 甲甲 90"]),
    ([Remove("own", digest("甲甲")), word("甲甲")], []),
    ([word("丙丙"), Remove("own", digest("丙丙"))], []),
    ([SetList(ListScope("own", note="n"))], ["list own"]),
    ([SetList(ListScope("own", note="n")), SetList(SCOPE)], []),
    ([SetList(SCOPE)], []),
    ([SetList(ListScope("new"))], ["list new"]),
    ([DropList("old")], ["drop_list old"]),
    ([word("新", name="old"), DropList("old")], ["drop_list old"]),
    ([word("新", name="new"), DropList("new")], []),
    ([SetList(ListScope("new")), DropList("new")], []),
]


async def test_what_edits_come_to(house: House) -> None:
    for edits, expected in COME_TO:
        assert await changes(house, *edits) == expected, edits


NOT_THERE: list[tuple[list[Edit], str]] = [
    ([Remove("own", digest("没有"))], "no such row"),
    ([Remove("old", digest("甲甲"))], "no such row"),
    ([Remove("own", b"")], "no such row"),
    ([Remove("own", b"\0" * 99)], "no such row"),
    ([changed("没有", 90, 1)], "no such row"),
    ([DropList("none")], "no list none"),
    ([word("新", name="new"), DropList("new"), DropList("new")], "no list new"),
]


async def test_what_is_not_there(house: House) -> None:
    draft = await house.draft(word("丙丙"))
    for edits, message in NOT_THERE:
        with pytest.raises(NotFoundError, match=message):
            await house.edit(draft, word("丁丁"), *edits)
        assert await house.drafts.get(draft.id) == draft, "all or nothing"
        assert len(await house.drafts.changes(draft.id)) == 1


@pytest.mark.parametrize(
    "edit",
    [
        word("新", name="old"),
        Remove("old", digest("旧词", name="old")),
        SetList(ListScope("old")),
    ],
)
async def test_a_dropped_list_is_left_alone(house: House, edit: Edit) -> None:
    draft = await house.draft(DropList("old"))
    with pytest.raises(LexiconError, match="drops the list old; take that back"):
        await house.edit(draft, edit)
    (change,) = await house.drafts.changes(draft.id)
    await house.drafts.undo(draft.id, change.id, revision=None, who="a")
    assert (await house.edit(draft, edit)).changes == 1


def many(count: int) -> list[Edit]:
    return [word(f"词{n}") for n in range(count)]


@pytest.mark.parametrize(
    ("edits", "message"),
    [
        ([], "nothing to change"),
        (many(MAX_EDITS + 1), "at most 1000 edits"),
        ([word("甲", name="")], "list name"),
        ([word("甲", name="a/b")], "list name"),
        ([word("甲", name="x" * 65)], "list name"),
        ([word("甲", name="a\n")], "list name"),
        ([Remove("a b", b"")], "list name"),
        ([DropList("../x")], "list name"),
        ([SetList(ListScope("a\0"))], "list name"),
        ([word("")], "invalid entries"),
        ([word("长" * (MAX_TERM_LENGTH + 1))], "at most 500"),
        ([word("长" * 10_000)], "at most 500"),
        ([word("a\0b")], r"U\+0000"),
        ([word("a\ud800b")], r"U\+D800"),
        ([word("坏&坏坏")], "invalid entries"),
        ([word("甲甲", 101)], "0 to 100"),
        ([word("甲甲", -1)], "0 to 100"),
        ([word("甲甲", 2**70)], "0 to 100"),
        ([Put("own", Entry("甲", starts=DAY, expires=DAY))], "before it starts"),
        ([Put("own", Entry("甲", note="n" * 1001))], "note"),
        ([Put("own", Entry("甲", note="\0"))], "NUL"),
        ([Put("own", Entry("甲", note="\udc80"))], "surrogate"),
        ([SetList(ListScope("own", starts=DAY, expires=DAY))], "before it starts"),
        ([SetList(ListScope("own", note="n" * 1001))], "more than 1000"),
        ([SetList(ListScope("own", note="\0"))], "cannot be stored"),
        ([SetList(ListScope("own", frozenset({""})))], "1 to 64"),
        ([SetList(ListScope("own", frozenset({"x" * 65})))], "1 to 64"),
        ([SetList(ListScope("own", frozenset({"a\0"})))], "cannot be stored"),
        ([SetList(ListScope("own", frozenset({"\ud800"})))], "cannot be stored"),
        (
            [SetList(ListScope("own", frozenset(map(str, range(MAX_APPS + 1)))))],
            "at most 1000 apps",
        ),
    ],
)
def test_what_no_draft_takes(edits: list[Edit], message: str) -> None:
    with pytest.raises(LexiconError, match=message):
        check_edits(edits)


async def test_one_bad_edit_undoes_the_others(house: House) -> None:
    draft = await house.draft(word("丙丙"))
    with pytest.raises(LexiconError, match="at most 500"):
        await house.edit(draft, word("丁丁"), word("长" * 10_000))
    assert await house.drafts.get(draft.id) == draft


async def test_as_much_as_a_draft_takes(house: House) -> None:
    apps = frozenset(f"wx{n:062}" for n in range(MAX_APPS))
    scope = ListScope("own", apps, frozenset(Scene), DAY, None, enabled=False, note="n")
    edits = [*many(MAX_EDITS - 2), SetList(scope), word("长" * MAX_TERM_LENGTH)]
    draft = await house.draft(*edits)
    assert draft.changes == MAX_EDITS
    await house.publish(draft)
    (found,) = (await house.content()).lists
    assert found == scope


@pytest.mark.parametrize("term", ["(a+)+$", "[a-z]*", "a.*b", "^甲$", "=cmd()", "%s"])
def test_what_looks_like_a_pattern_is_a_plain_word(term: str) -> None:
    edit = Put("plain", Entry(term, Label.ADS, match=Match.EXACT))
    check_edits([edit])
    checker = Checker(compile_snapshot([edit.entry]))
    assert checker.check(f"说 {term} 吧").findings
    assert not checker.check("a" * 5000 + " axxb 甲").findings


async def test_one_character_is_never_fuzzy(house: House) -> None:
    await house.serve(Put("one", Entry("单", match=Match.FUZZY)))
    (entry,) = await house.lexicon.entries(list_name="one")
    assert entry.match is Match.STANDARD
