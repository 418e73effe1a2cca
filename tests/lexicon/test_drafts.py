"""Drafts: begun, guarded by their revision, looked through, given up."""

import asyncio

import pytest

from app.domain.lists import ListScope
from app.lexicon.drafts import MAX_TITLE_LENGTH, Drafts
from app.lexicon.edits import DropList, Remove, SetList
from app.lexicon.errors import LexiconError, NotFoundError, StaleError
from app.lexicon.records import Approval, Change, Draft
from app.store import Database
from tests.lexicon.house import NOW, House, changed, digest, word

ABSURD = [0, -1, 99, 2**31, 2**63, 2**70]
"""Numbers of drafts that there are not."""


@pytest.fixture
def house(database: Database) -> House:
    return House(database)


def shown(changes: list[Change]) -> list[str]:
    return [
        f"{one.op} {one.list_name} {one.row.term if one.row else ''}".strip()
        for one in changes
    ]


async def changes_of(house: House, draft: Draft) -> list[str]:
    return shown(list(await house.drafts.changes(draft.id)))


async def test_a_new_draft_is_empty(house: House) -> None:
    await house.serve(word("甲甲"))
    draft = await house.drafts.create("  complaint 说明  ", "alice")
    assert draft == await house.drafts.get(draft.id)
    assert draft == Draft(
        id=2,
        title="complaint 说明",
        origin="operator",
        state="open",
        revision=1,
        base=1,
        created_at=NOW,
        created_by="alice",
        changes=0,
        version=None,
        approvals=(),
    )
    assert await house.drafts.changes(draft.id) == []


@pytest.mark.parametrize(
    ("title", "message"),
    [
        ("", "needs a title"),
        (" \n ", "needs a title"),
        ("x" * (MAX_TITLE_LENGTH + 1), "more than 200"),
        ("a\0b", "cannot be stored"),
        ("a\ud800b", "cannot be stored"),
    ],
)
async def test_titles_that_are_none(house: House, title: str, message: str) -> None:
    with pytest.raises(LexiconError, match=message):
        await house.drafts.create(title, "alice")
    assert await house.drafts.list() == []


async def test_drafts_by_state_newest_first(house: House) -> None:
    first, second, third = [await house.draft(word(f"词{n}")) for n in range(3)]
    await house.publish(first)
    await house.drafts.discard(second.id, who="bob")
    fourth = await house.draft()
    for state, expected in (
        (None, [fourth, third, second, first]),
        ("open", [fourth, third]),
        ("published", [first]),
        ("discarded", [second]),
    ):
        found = await house.drafts.list(state)  # type: ignore[arg-type]
        assert [one.id for one in found] == [one.id for one in expected]


@pytest.mark.parametrize("number", ABSURD)
async def test_drafts_that_there_are_not(house: House, number: int) -> None:
    drafts, message = house.drafts, f"no draft {number}"
    calls = (
        drafts.get(number),
        drafts.edit(number, [word("甲甲")], revision=1, who="a"),
        drafts.changes(number),
        drafts.undo(number, 1, revision=1, who="a"),
        drafts.discard(number, who="a"),
        drafts.approve(number, revision=1, who="a"),
    )
    for call in calls:
        with pytest.raises(NotFoundError, match=message):
            await call


async def test_each_change_knows_who_when_and_why(house: House) -> None:
    draft = await house.draft()
    await house.drafts.edit(
        draft.id, [word("甲甲")], revision=1, who="alice", why="complaint"
    )
    house.clock.now += 60
    scope = ListScope("own", note="n")
    await house.drafts.edit(draft.id, [SetList(scope)], revision=2, who="bob" * 99)
    one, two = await house.drafts.changes(draft.id)
    assert (one.op, one.who, one.at, one.why) == ("add", "alice", NOW, "complaint")
    assert one.row is not None
    assert (one.row.term, one.row.digest, one.scope) == ("甲甲", digest("甲甲"), None)
    assert (two.op, two.scope, two.row) == ("list", scope, None)
    assert (two.who, two.at, two.why) == (("bob" * 99)[:100], NOW + 60, "")


@pytest.mark.parametrize("why", ["x" * 1001, "a\0b", "a\udfffb"])
async def test_reasons_that_cannot_be_stored(house: House, why: str) -> None:
    draft = await house.draft()
    with pytest.raises(LexiconError, match="the reason"):
        await house.drafts.edit(draft.id, [word("甲")], revision=1, who="a", why=why)
    assert await house.drafts.get(draft.id) == draft


async def test_of_two_editors_the_second_is_told(house: House) -> None:
    draft = await house.draft()
    edited = await house.drafts.edit(draft.id, [word("甲甲")], revision=1, who="a")
    assert (edited.revision, edited.changes) == (2, 1)
    with pytest.raises(StaleError, match="at revision 2") as error:
        await house.drafts.edit(draft.id, [word("乙乙")], revision=1, who="b")
    assert error.value.revision == 2
    assert await changes_of(house, draft) == ["add own 甲甲"]
    await house.drafts.edit(draft.id, [word("乙乙")], revision=2, who="b")
    assert await changes_of(house, draft) == ["add own 甲甲", "add own 乙乙"]


async def test_editors_on_several_machines_at_once(
    house: House, database_url: str
) -> None:
    draft = await house.draft()
    databases = [Database.open(database_url) for _ in range(4)]
    done = await asyncio.gather(
        *(
            Drafts(db).edit(draft.id, [word(f"词{n}")], revision=1, who=f"e{n}")
            for n, db in enumerate(databases)
        ),
        return_exceptions=True,
    )
    stale = [one for one in done if isinstance(one, StaleError)]
    assert [one.revision for one in stale] == [2, 2, 2]
    (won,) = [one for one in done if isinstance(one, Draft)]
    assert (won.revision, won.changes) == (2, 1)
    # Those who do not ask for a revision work one after the other.
    await asyncio.gather(
        *(
            Drafts(db).edit(draft.id, [word(f"新{n}")], revision=None, who="e")
            for n, db in enumerate(databases)
        )
    )
    now = await house.drafts.get(draft.id)
    assert (now.revision, now.changes) == (6, 5)
    for db in databases:
        await db.close()


async def test_changes_come_in_pages(house: House) -> None:
    draft = await house.draft(*(word(f"词{n}") for n in range(5)))
    whole = await house.drafts.changes(draft.id)
    assert shown(list(whole)) == [f"add own 词{n}" for n in range(5)]
    after, pages = 0, []
    while page := await house.drafts.changes(draft.id, after=after, limit=2):
        pages.append(len(page))
        after = page[-1].id
    assert pages == [2, 2, 1]
    assert len(await house.drafts.changes(draft.id, after=-5, limit=-5)) == 1
    assert await house.drafts.changes(draft.id, after=2**70) == []
    other = await house.draft(word("别的"))
    assert await changes_of(house, other) == ["add own 别的"]


async def test_undo_makes_a_word_what_it_is_in_the_live_version(house: House) -> None:
    await house.serve(word("甲甲"), word("乙乙"))
    draft = await house.draft(
        changed("甲甲", 90, 10), word("丙丙"), SetList(ListScope("own", note="n"))
    )
    _, replaced, _, scope = await house.drafts.changes(draft.id)
    assert await changes_of(house, draft) == [
        "remove own 甲甲",
        "add own 甲甲",
        "add own 丙丙",
        "list own",
    ]
    undone = await house.drafts.undo(
        draft.id, replaced.id, revision=draft.revision, who="bob"
    )
    assert (undone.revision, undone.changes) == (draft.revision + 1, 2)
    assert await changes_of(house, draft) == ["add own 丙丙", "list own"]
    with pytest.raises(StaleError):
        await house.drafts.undo(
            draft.id, scope.id, revision=draft.revision, who="alice"
        )
    await house.drafts.undo(draft.id, scope.id, revision=None, who="alice")
    assert await changes_of(house, draft) == ["add own 丙丙"]


@pytest.mark.parametrize("change", [*ABSURD[:2], 9999, 2**63, 2**70])
async def test_there_is_nothing_to_undo(house: House, change: int) -> None:
    draft = await house.draft(word("甲甲"))
    with pytest.raises(NotFoundError, match=f"no change {change}"):
        await house.drafts.undo(draft.id, change, revision=None, who="a")
    assert await house.drafts.get(draft.id) == draft


async def test_changes_of_another_draft_are_not_undone(house: House) -> None:
    draft, other = await house.draft(word("甲甲")), await house.draft(word("乙乙"))
    (change,) = await house.drafts.changes(other.id)
    with pytest.raises(NotFoundError):
        await house.drafts.undo(draft.id, change.id, revision=None, who="a")
    assert await changes_of(house, other) == ["add own 乙乙"]


async def test_a_discarded_draft_is_empty_and_closed(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.store.draft.CLEAR_BATCH", 2)
    draft = await house.draft(*(word(f"词{n}") for n in range(5)))
    with pytest.raises(StaleError):
        await house.drafts.discard(draft.id, who="bob", revision=1)
    done = await house.drafts.discard(draft.id, who="bob", revision=draft.revision)
    assert (done.state, done.version) == ("discarded", None)
    assert await house.drafts.changes(draft.id) == []


@pytest.mark.parametrize("state", ["published", "discarded"])
async def test_a_closed_draft_changes_no_more(house: House, state: str) -> None:
    draft = await house.draft(word("甲甲"))
    if state == "published":
        await house.publish(draft)
    else:
        await house.drafts.discard(draft.id, who="bob")
    before = await house.drafts.get(draft.id)
    drafts, revision = house.drafts, before.revision
    calls = (
        drafts.edit(draft.id, [word("乙乙")], revision=revision, who="a"),
        drafts.undo(draft.id, 1, revision=revision, who="a"),
        drafts.discard(draft.id, who="a"),
        drafts.approve(draft.id, revision=revision, who="a"),
    )
    for call in calls:
        with pytest.raises(LexiconError, match=state):
            await call
    assert await house.drafts.get(draft.id) == before
    kept = ["add own 甲甲"] if state == "published" else []
    assert await changes_of(house, draft) == kept


async def test_approvals_are_of_a_revision(house: House) -> None:
    draft = await house.draft(word("甲甲"))
    await house.drafts.approve(draft.id, revision=2, who="bob")
    house.clock.now += 5
    await house.drafts.approve(draft.id, revision=2, who="bob")
    done = await house.drafts.approve(draft.id, revision=2, who="c" * 200)
    assert done.revision == 2, "approving changes nothing"
    assert done.approvals == (
        Approval("bob", NOW, 2),
        Approval("c" * 100, NOW + 5, 2),
    )
    await house.edit(draft, word("乙乙"))
    with pytest.raises(StaleError):
        await house.drafts.approve(draft.id, revision=2, who="bob")
    (listed,) = await house.drafts.list("open")
    assert listed.approvals == done.approvals, "who agreed to what stays known"


async def test_drafts_do_not_see_each_other(house: House) -> None:
    await house.serve(word("甲甲"), word("乙乙", name="b"))
    one = await house.draft(Remove("own", digest("甲甲")), DropList("b"))
    two = await house.draft(Remove("own", digest("甲甲")), word("丙丙", name="b"))
    assert await changes_of(house, one) == ["remove own 甲甲", "drop_list b"]
    assert await changes_of(house, two) == ["remove own 甲甲", "add b 丙丙"]
