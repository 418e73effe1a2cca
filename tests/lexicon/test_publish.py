"""Drafts go live: whole, compiled, and never over what others published."""

import asyncio
from typing import Any

import pytest

from app.domain.lists import ListScope
from app.lexicon.candidate import Candidate
from app.lexicon.edits import DropList, Remove, SetList
from app.lexicon.errors import (
    ConflictError,
    FourEyesError,
    LexiconError,
    NotFoundError,
    StaleError,
)
from app.store import Database
from tests.lexicon.house import NOW, House, changed, digest, word


@pytest.fixture
def house(database: Database) -> House:
    return House(database)


async def test_a_draft_becomes_a_version(house: House) -> None:
    await house.serve(word("甲甲"), word("乙乙"))
    draft = await house.draft(word("丙丙"), Remove("own", digest("甲甲")))
    assert await house.words() == ["own:乙乙 90", "own:甲甲 90"]
    house.clock.now += 60
    made = await house.publish(draft, "bob", why="complaint")
    assert (made.number, made.who, made.why) == (2, "bob", "complaint")
    assert (made.term_count, made.added, made.removed) == (2, 1, 1)
    assert (made.created_at, made.origin, made.draft_id) == (NOW + 60, "operator", 2)
    assert await house.words() == ["own:丙丙 90", "own:乙乙 90"]
    assert await house.words(1) == ["own:乙乙 90", "own:甲甲 90"]
    done = await house.drafts.get(draft.id)
    assert (done.state, done.version) == ("published", 2)


async def test_settings_of_lists_are_part_of_a_version(house: House) -> None:
    scope = ListScope("own", frozenset({"wx1"}), note="ours")
    made = await house.serve(word("甲甲"), SetList(scope))
    assert (made.added, made.term_count) == (1, 1)
    assert (await house.content()).lists == [scope]
    off = ListScope("own", enabled=False)
    second = await house.serve(SetList(off))
    assert (second.added, second.removed) == (0, 0)
    assert second.checksum != made.checksum
    assert (await house.content()).lists == [off]
    assert (await house.content(1)).lists == [scope]
    third = await house.serve(SetList(scope))
    assert third.checksum == made.checksum


async def test_a_dropped_list_goes_with_all_it_has(house: House) -> None:
    await house.serve(word("甲甲"), word("乙乙", name="gone"))
    await house.serve(SetList(ListScope("gone", note="n")))
    made = await house.serve(DropList("gone"))
    assert made.removed == 1
    content = await house.content()
    assert (await house.words(), content.lists) == (["own:甲甲 90"], [])


async def test_an_unknown_draft(house: House) -> None:
    for number in (7, 0, -1, 2**40):
        with pytest.raises(NotFoundError, match="no draft"):
            await house.publisher.publish(number, revision=1, who="alice")


async def test_a_stale_revision(house: House) -> None:
    draft = await house.draft(word("甲甲"))
    await house.edit(draft, word("乙乙"), who="bob")
    with pytest.raises(StaleError) as caught:
        await house.publish(draft)
    assert caught.value.revision == draft.revision + 1
    assert await house.live() == 0


async def test_a_draft_is_published_once(house: House) -> None:
    draft = await house.draft(word("甲甲"))
    await house.publish(draft)
    with pytest.raises(LexiconError, match="published as version 1"):
        await house.publish(draft)
    assert await house.live() == 1


async def test_a_discarded_draft(house: House) -> None:
    draft = await house.draft(word("甲甲"))
    await house.drafts.discard(draft.id, who="alice")
    with pytest.raises(LexiconError, match="discarded"):
        await house.publish(draft)


async def test_an_empty_draft(house: House) -> None:
    with pytest.raises(LexiconError, match="no changes"):
        await house.publish(await house.draft())


async def test_a_draft_that_changes_nothing_any_more(house: House) -> None:
    one, other = await house.draft(word("甲甲")), await house.draft(word("甲甲"))
    await house.publish(one)
    with pytest.raises(LexiconError, match="is so already"):
        await house.publish(other)
    assert await house.live() == 1
    assert (await house.drafts.get(other.id)).state == "open"


async def test_a_reason_that_cannot_be_stored(house: House) -> None:
    draft = await house.draft(word("甲甲"))
    for why in ("x" * 1001, "a\0b", "\ud800"):
        with pytest.raises(LexiconError, match="the reason"):
            await house.publish(draft, why=why)


# ------------------------------------------------------------------ conflicts


async def test_drafts_on_different_words_both_go_live(house: House) -> None:
    await house.serve(word("甲甲"))
    one, other = await house.draft(word("乙乙")), await house.draft(word("丙丙"))
    await house.publish(one)
    await house.publish(other)
    assert await house.words() == ["own:丙丙 90", "own:乙乙 90", "own:甲甲 90"]


async def _twice(house: House, first: Any, second: Any) -> Any:
    """Two drafts begun on the same version; the first is published."""
    one, other = await house.draft(*first), await house.draft(*second, who="bob")
    await house.publish(one)
    return other


CHANGE = changed("甲甲", 10, 20)
OTHER = changed("甲甲", 10, 30)
AWAY = Remove("own", digest("甲甲", 10))
TWIN = word("甲甲", 40)
BACK = ["own:基 50", "own:甲甲 30"]


@pytest.mark.parametrize(
    ("first", "second", "forced"),
    [
        pytest.param([CHANGE], [OTHER], ["own:甲甲 30"], id="both change"),
        pytest.param([AWAY], [OTHER], ["own:甲甲 30"], id="removed, changed"),
        pytest.param([CHANGE], [AWAY], [], id="changed, removed"),
        pytest.param([TWIN], [AWAY], [], id="doubled, removed"),
        pytest.param([TWIN], [OTHER], ["own:甲甲 30"], id="doubled, changed"),
        pytest.param([AWAY], [TWIN], ["own:甲甲 40"], id="removed, doubled"),
    ],
)
async def test_words_that_collide(
    house: House, first: Any, second: Any, forced: list[str]
) -> None:
    await house.serve(word("甲甲", 10), word("基", 50))
    draft = await _twice(house, first, second)
    before = await house.words()
    with pytest.raises(ConflictError) as caught:
        await house.publish(draft, "bob")
    assert caught.value.terms == (("own", "甲甲"),)
    assert "'甲甲' in own" in str(caught.value)
    assert (await house.words(), await house.live()) == (before, 2)
    assert (await house.drafts.get(draft.id)).state == "open"
    made = await house.publish(draft, "bob", force=True)
    assert made.number == 3
    assert await house.words() == sorted(["own:基 50", *forced])


@pytest.mark.parametrize(
    ("first", "second", "after"),
    [
        ([CHANGE], [CHANGE, word("新")], ["own:新 90", "own:甲甲 20"]),
        ([AWAY], [AWAY, word("新")], ["own:新 90"]),
        ([word("乙乙", 5)], [word("乙乙", 5), word("新")], None),
    ],
)
async def test_the_same_change_twice_is_no_conflict(
    house: House, first: Any, second: Any, after: list[str] | None
) -> None:
    await house.serve(word("甲甲", 10))
    draft = await _twice(house, first, second)
    await house.publish(draft)
    if after is not None:
        assert await house.words() == after


async def test_what_was_undone_meanwhile_is_no_conflict(house: House) -> None:
    await house.serve(word("甲甲", 10))
    draft = await house.draft(OTHER, who="bob")
    await house.serve(CHANGE)
    await house.publisher.rollback(1, who="alice")
    await house.publish(draft, "bob")
    assert await house.words() == ["own:甲甲 30"]


async def test_what_the_author_saw_meanwhile_is_no_conflict(house: House) -> None:
    await house.serve(word("甲甲", 10))
    draft = await house.draft(word("新"), who="bob")
    await house.serve(CHANGE)
    draft = await house.edit(draft, changed("甲甲", 20, 30), who="bob")
    await house.publish(draft, "bob")
    assert await house.words() == ["own:新 90", "own:甲甲 30"]


async def test_the_same_word_in_another_list_is_no_conflict(house: House) -> None:
    await house.serve(word("甲甲", 10), word("甲甲", 10, name="two"))
    draft = await _twice(house, [CHANGE], [changed("甲甲", 10, 30, name="two")])
    await house.publish(draft)
    assert await house.words() == ["own:甲甲 20", "two:甲甲 30"]


ON = SetList(ListScope("own", note="first"))
OFF = SetList(ListScope("own", enabled=False))
DROP = DropList("own")


@pytest.mark.parametrize(
    ("first", "second", "forced"),
    [
        pytest.param([ON], [OFF], ["own:甲甲 10"], id="settings twice"),
        pytest.param([ON], [DROP], [], id="set, dropped"),
        pytest.param([word("新")], [DROP], [], id="new word, dropped"),
        pytest.param([DROP], [OFF], [], id="dropped, set"),
        pytest.param([DROP], [word("新")], ["own:新 90"], id="dropped, new word"),
    ],
)
async def test_lists_that_collide(
    house: House, first: Any, second: Any, forced: list[str]
) -> None:
    await house.serve(word("甲甲", 10))
    draft = await _twice(house, first, second)
    with pytest.raises(ConflictError, match="the list own") as caught:
        await house.publish(draft)
    assert ("own", "") in caught.value.terms
    await house.publish(draft, force=True)
    assert await house.words() == forced
    settings = {scope.name: scope.enabled for scope in (await house.content()).lists}
    assert settings == ({"own": False} if second == [OFF] else {})


@pytest.mark.parametrize("edit", [ON, DROP])
async def test_lists_that_agree(house: House, edit: Any) -> None:
    await house.serve(word("甲甲", 10))
    draft = await _twice(house, [edit], [edit, word("新", name="two")])
    await house.publish(draft)


async def test_a_list_that_was_dropped_and_is_there_again(house: House) -> None:
    await house.serve(word("甲甲", 10))
    draft = await house.draft(word("新"))
    await house.serve(DROP)
    await house.serve(word("乙乙"))
    await house.publish(draft)
    assert await house.words() == ["own:乙乙 90", "own:新 90"]


async def test_many_conflicts_are_cut_short(house: House) -> None:
    words = [word(f"词{n:02}", 1) for n in range(30)]
    draft = await _twice(house, words, [word(f"词{n:02}", 2) for n in range(30)])
    with pytest.raises(ConflictError) as caught:
        await house.publish(draft)
    assert [term for _, term in caught.value.terms] == [f"词{n:02}" for n in range(20)]


async def test_force_is_seen_in_the_draft(house: House) -> None:
    await house.serve(word("甲甲", 10))
    draft = await _twice(house, [CHANGE], [OTHER])
    await house.publish(draft, "carol", force=True)
    changes = await house.drafts.changes(draft.id)
    last = changes[-1]
    assert last.row is not None
    assert (last.op, last.row.level, last.who) == ("remove", 20, "carol")
    assert "force" in last.why


async def test_force_without_need_changes_nothing_else(house: House) -> None:
    draft = await house.draft(word("甲甲"))
    await house.publish(draft, force=True)
    assert (await house.drafts.get(draft.id)).revision == draft.revision


# ------------------------------------------------------------------- four eyes


@pytest.fixture
def eyes(database: Database) -> House:
    return House(database, four_eyes=True)


@pytest.mark.parametrize(
    ("approved_by", "published_by", "allowed"),
    [
        ([], "alice", False),
        ([], "carol", False),
        (["alice"], "alice", False),
        (["bob"], "bob", False),
        (["alice", "bob"], "carol", False),
        (["carol"], "alice", True),
        (["carol"], "carol", True),
        (["carol"], "dave", True),
        (["alice", "carol"], "bob", True),
    ],
)
async def test_somebody_else_must_agree(
    eyes: House, approved_by: list[str], published_by: str, allowed: bool
) -> None:
    draft = await eyes.draft(word("甲甲"), who="alice")
    draft = await eyes.edit(draft, word("乙乙"), who="bob")
    for who in approved_by:
        await eyes.drafts.approve(draft.id, revision=draft.revision, who=who)
    if allowed:
        made = await eyes.publish(draft, published_by)
        assert made.approvals == tuple(approved_by)
        return
    with pytest.raises(FourEyesError, match="did not work on it"):
        await eyes.publish(draft, published_by)
    assert await eyes.live() == 0
    assert (await eyes.drafts.get(draft.id)).state == "open"


async def test_who_began_a_draft_had_a_hand_in_it(eyes: House) -> None:
    draft = await eyes.edit(await eyes.draft(who="alice"), word("甲甲"), who="bob")
    await eyes.drafts.approve(draft.id, revision=draft.revision, who="alice")
    with pytest.raises(FourEyesError):
        await eyes.publish(draft, "carol")


async def test_an_edit_takes_the_approval_back(eyes: House) -> None:
    draft = await eyes.draft(word("甲甲"))
    await eyes.drafts.approve(draft.id, revision=draft.revision, who="carol")
    draft = await eyes.edit(draft, word("乙乙"))
    with pytest.raises(FourEyesError, match=f"revision {draft.revision}"):
        await eyes.publish(draft, "carol")


async def test_force_needs_the_second_person_too(eyes: House) -> None:
    one, other = await eyes.draft(word("甲甲", 1)), await eyes.draft(word("甲甲", 2))
    for draft in (one, other):
        await eyes.drafts.approve(draft.id, revision=draft.revision, who="carol")
    await eyes.publish(one)
    made = await eyes.publish(other, force=True)
    assert made.approvals == ("carol",)
    assert await eyes.words() == ["own:甲甲 2"]
    third = await eyes.draft(word("甲甲", 3))
    with pytest.raises(FourEyesError):
        await eyes.publish(third, force=True)


async def test_approvals_are_kept_without_the_setting(house: House) -> None:
    draft = await house.draft(word("甲甲"))
    await house.drafts.approve(draft.id, revision=draft.revision, who="alice")
    assert (await house.publish(draft)).approvals == ("alice",)


# --------------------------------------------------------------------- compile


class Compiler:
    """Stands for the child that compiles; counts, fails, or waits."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self.asked: list[Candidate] = []
        self.broken = False
        self.gate: asyncio.Event | None = None
        self.reached = asyncio.Event()

    async def __call__(self, candidate: Candidate) -> None:
        self.asked.append(candidate)
        # The child has a connection of its own: nothing may be locked now.
        async with asyncio.timeout(20), self.db.write():
            pass
        self.reached.set()
        if self.gate is not None:
            await self.gate.wait()
        if self.broken:
            raise LexiconError("this list is too large")


@pytest.fixture
def compiler(database: Database) -> Compiler:
    return Compiler(database)


@pytest.fixture
def strict(database: Database, compiler: Compiler) -> House:
    return House(database, check=compiler)


async def test_a_draft_is_compiled_before_it_goes_live(
    strict: House, compiler: Compiler
) -> None:
    draft = await strict.draft(word("甲甲"))
    await strict.publish(draft)
    assert compiler.asked == [Candidate("draft", draft.id, draft.revision)]


async def test_what_does_not_compile_never_goes_live(
    strict: House, compiler: Compiler
) -> None:
    await strict.serve(word("甲甲"))
    draft = await strict.draft(word("乙乙"))
    compiler.broken = True
    for force in (False, True):
        with pytest.raises(LexiconError, match="too large"):
            await strict.publish(draft, force=force)
    assert (await strict.live(), await strict.words()) == (1, ["own:甲甲 90"])
    assert await strict.drafts.get(draft.id) == draft
    compiler.broken = False
    assert (await strict.publish(draft)).number == 2


async def test_a_draft_that_won_by_force_but_did_not_compile(
    strict: House, compiler: Compiler
) -> None:
    """What it took away is in the draft, so that force is needed only once."""
    one, other = (
        await strict.draft(word("甲甲", 1)),
        await strict.draft(word("甲甲", 2)),
    )
    await strict.publish(one)
    compiler.broken = True
    with pytest.raises(LexiconError, match="too large"):
        await strict.publish(other, force=True)
    assert (await strict.live(), await strict.words()) == (1, ["own:甲甲 1"])
    compiler.broken = False
    with pytest.raises(StaleError):
        await strict.publish(other)
    await strict.publish(await strict.drafts.get(other.id))
    assert await strict.words() == ["own:甲甲 2"]


async def test_a_refused_draft_is_not_compiled(
    strict: House, compiler: Compiler
) -> None:
    one, other = await strict.draft(word("甲", 1)), await strict.draft(word("甲", 2))
    await strict.publish(one)
    compiler.asked.clear()
    with pytest.raises(ConflictError):
        await strict.publish(other)
    assert compiler.asked == []


async def test_a_version_meanwhile_means_compiling_again(
    strict: House, compiler: Compiler
) -> None:
    draft = await strict.draft(word("甲甲"))
    compiler.gate = asyncio.Event()
    publishing = asyncio.create_task(strict.publish(draft))
    await compiler.reached.wait()
    await House(strict.db).serve(word("乙乙"))
    compiler.gate.set()
    assert (await publishing).number == 2
    assert len(compiler.asked) == 2
    assert await strict.words() == ["own:乙乙 90", "own:甲甲 90"]


async def test_a_conflict_that_comes_up_while_compiling(
    strict: House, compiler: Compiler
) -> None:
    draft = await strict.draft(word("甲甲", 1))
    compiler.gate = asyncio.Event()
    publishing = asyncio.create_task(strict.publish(draft))
    await compiler.reached.wait()
    await House(strict.db).serve(word("甲甲", 2))
    compiler.gate.set()
    with pytest.raises(ConflictError):
        await publishing
    assert await strict.words() == ["own:甲甲 2"]


async def test_an_edit_while_compiling_is_not_published(
    strict: House, compiler: Compiler
) -> None:
    draft = await strict.draft(word("甲甲"))
    compiler.gate = asyncio.Event()
    publishing = asyncio.create_task(strict.publish(draft))
    await compiler.reached.wait()
    await strict.edit(draft, word("乙乙"))
    compiler.gate.set()
    with pytest.raises(StaleError):
        await publishing
    assert await strict.live() == 0


async def test_it_gives_up_when_others_are_always_quicker(
    strict: House, compiler: Compiler
) -> None:
    draft = await strict.draft(word("甲甲"))
    others = House(strict.db)

    async def busy(candidate: Candidate) -> None:
        compiler.asked.append(candidate)
        await others.serve(word(f"词语{len(compiler.asked)}"))

    publisher = House(strict.db, check=busy).publisher
    with pytest.raises(LexiconError, match="try again"):
        await publisher.publish(draft.id, revision=draft.revision, who="alice")
    assert len(compiler.asked) == 5
    assert await strict.live() == 5
    assert (await strict.drafts.get(draft.id)).state == "open"


# ----------------------------------------------------------------- concurrency


async def test_operators_who_publish_at_once(house: House) -> None:
    drafts = [await house.draft(word(f"词语{n}")) for n in range(4)]
    made = await asyncio.gather(*map(house.publish, drafts))
    assert sorted(version.number for version in made) == [1, 2, 3, 4]
    assert len(await house.words()) == 4


async def test_one_draft_published_twice_at_once(house: House) -> None:
    draft = await house.draft(word("甲甲"))
    done = await asyncio.gather(
        house.publish(draft), house.publish(draft), return_exceptions=True
    )
    failed = [one for one in done if isinstance(one, LexiconError)]
    assert len(failed) == 1
    assert await house.live() == 1


async def test_machines_that_publish_at_once(database_url: str) -> None:
    databases = [Database.open(database_url) for _ in range(3)]
    houses = [House(db) for db in databases]
    await houses[0].serve(word("甲甲", 0))
    drafts = [
        await house.draft(changed("甲甲", 0, n + 1), word(f"词{n}"))
        for n, house in enumerate(houses)
    ]
    done = await asyncio.gather(
        *(house.publish(draft) for house, draft in zip(houses, drafts, strict=True)),
        return_exceptions=True,
    )
    won = [one for one in done if not isinstance(one, BaseException)]
    lost = [one for one in done if isinstance(one, ConflictError)]
    assert (len(won), len(lost)) == (1, 2)
    (level,) = [n + 1 for n, one in enumerate(done) if one is won[0]]
    assert await houses[0].words() == sorted(
        [f"own:甲甲 {level}", f"own:词{level - 1} 90"]
    )
    for db in databases:
        await db.close()
