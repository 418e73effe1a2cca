"""The emergency path: one word, everywhere, at once, and for a while."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.domain.entry import Entry, Match
from app.domain.labels import Label
from app.domain.lists import ListScope
from app.domain.scenes import Scene
from app.lexicon.blocks import merge
from app.lexicon.candidate import Candidate
from app.lexicon.edits import Put, SetList
from app.lexicon.errors import LexiconError
from app.store import Database
from app.store.lexicon import VersionRow
from tests.lexicon.house import NOW, House, word

START = datetime.fromtimestamp(NOW, UTC)
CHAT = frozenset({Scene.CHAT})
SCAM = "新型骗局"


@pytest.fixture
def house(database: Database) -> House:
    return House(database)


async def block(house: House, term: str = SCAM, **how: Any) -> VersionRow:
    how = {"label": Label.FRAUD, "who": "night", **how}
    return await house.publisher.block(term, **how)


async def blocked(house: House) -> list[Entry]:
    return [
        entry
        for entry in (await house.content()).entries
        if entry.list_name == "emergency"
    ]


async def test_a_word_is_blocked_for_three_days(house: House) -> None:
    await house.serve(word("甲甲"))
    made = await block(house, why="complaint at 3 a.m.")
    assert (made.number, made.origin, made.who) == (2, "emergency", "night")
    assert (made.why, made.added, made.removed) == ("complaint at 3 a.m.", 1, 0)
    (entry,) = await blocked(house)
    assert entry == Entry(
        SCAM,
        Label.FRAUD,
        100,
        Match.FUZZY,
        expires=START + timedelta(hours=72),
        note="complaint at 3 a.m.",
    )
    assert await house.words() == [f"emergency:{SCAM} 100", "own:甲甲 90"]
    (draft, _) = await house.drafts.list()
    assert (draft.origin, draft.state, draft.version) == ("emergency", "published", 2)


async def test_the_first_version_of_all_may_be_a_block(house: House) -> None:
    assert (await block(house)).number == 1


async def test_how_long(house: House) -> None:
    await block(house, "词语一", hours=0.5)
    await block(house, "词语二", expires=START + timedelta(days=3))
    ends = {entry.term: entry.expires for entry in await blocked(house)}
    assert ends == {
        "词语一": START + timedelta(minutes=30),
        "词语二": START + timedelta(days=3),
    }


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ({"hours": 0}, "in the future"),
        ({"hours": -1}, "in the future"),
        ({"hours": float("nan")}, "366 days"),
        ({"hours": float("inf")}, "366 days"),
        ({"hours": 1e300}, "366 days"),
        ({"hours": 9000}, "366 days"),
        ({"expires": START}, "in the future"),
        ({"expires": datetime(9999, 1, 1, tzinfo=UTC)}, "366 days"),
        ({"expires": datetime(2030, 1, 1)}, "time zone"),  # noqa: DTZ001 - the point
        ({"hours": 1, "expires": START + timedelta(1)}, "not both"),
        ({"level": 101}, "0 to 100"),
        ({"list_name": "no list"}, "list name"),
        ({"why": "x" * 1001}, "the reason"),
        ({"term": ""}, "invalid"),
        ({"term": "x" * 501}, "invalid"),
        ({"term": "a\0b"}, "invalid"),
        ({"term": "😀😀"}, "nothing is left"),
        ({"term": "的"}, "one character"),
        ({"term": "的", "match": Match.STANDARD}, "one character"),
        ({"term": "长" * 400}, "too many"),
    ],
)
async def test_bad_blocks(house: House, how: dict[str, Any], message: str) -> None:
    await house.serve(word("甲甲"))
    with pytest.raises(LexiconError, match=message):
        await block(house, **how)
    assert await house.live() == 1
    assert len(await house.drafts.list()) == 1


async def test_signs_and_single_characters_as_written(house: House) -> None:
    await block(house, "😀", match=Match.EXACT)
    await block(house, "卍", match=Match.EXACT)
    assert len(await blocked(house)) == 2


async def test_blocking_again_prolongs(house: House) -> None:
    await block(house, hours=72)
    house.clock.now += 3600
    made = await block(house, hours=72, why="again")
    assert (made.number, made.added, made.removed) == (2, 1, 1)
    (entry,) = await blocked(house)
    assert entry.expires == START + timedelta(hours=73)
    assert entry.note == "again"


async def test_blocking_again_never_shortens(house: House) -> None:
    first = await block(house, hours=72)
    again = await block(house, hours=1)
    assert again == first
    (entry,) = await blocked(house)
    assert entry.expires == START + timedelta(hours=72)
    assert len(await house.drafts.list()) == 1


async def test_a_word_that_is_blocked_for_good_stays_so(house: House) -> None:
    lasting = Entry(SCAM, Label.FRAUD, 100, Match.FUZZY)
    first = await house.serve(Put("emergency", lasting))
    assert await block(house) == first


async def test_a_weaker_lasting_word_counts_again_afterwards(house: House) -> None:
    weak = Entry(SCAM, Label.ADS, 40)
    await house.serve(Put("fraud", weak))
    await block(house, list_name="fraud", hours=1)
    entries = (await house.content()).entries
    later = START + timedelta(hours=2)
    assert len(entries) == 2
    assert [entry for entry in entries if entry.active(later)] == [weak]


async def test_it_compiles_first(database: Database) -> None:
    asked: list[Candidate] = []

    async def check(candidate: Candidate) -> None:
        asked.append(candidate)
        if len(asked) == 1:
            raise LexiconError("too large")

    house = House(database, check=check)
    with pytest.raises(LexiconError, match="too large"):
        await block(house)
    assert await house.live() == 0
    (draft,) = await house.drafts.list()
    assert draft.state == "discarded"
    assert (await block(house)).number == 1
    assert [one.kind for one in asked] == ["draft", "draft"]


async def test_nobody_else_has_to_agree(database: Database) -> None:
    assert (await block(House(database, four_eyes=True))).number == 1


async def test_two_who_block_the_same_word_at_once(house: House) -> None:
    made = await asyncio.gather(
        block(house, hours=1, who="one"), block(house, hours=2, who="two")
    )
    assert len(await blocked(house)) == 1
    (entry,) = await blocked(house)
    assert entry.expires == START + timedelta(hours=2)
    assert {version.number for version in made} <= {1, 2}
    assert not await house.drafts.list("open")


async def test_many_blocks_at_once(house: House) -> None:
    await asyncio.gather(*(block(house, f"骗局{n}号") for n in range(4)))
    assert len(await blocked(house)) == 4


async def test_an_open_draft_on_the_same_word_collides(house: House) -> None:
    draft = await house.draft(word(SCAM, name="emergency"))
    await block(house)
    with pytest.raises(LexiconError, match=f"{SCAM}' in emergency"):
        await house.publish(draft)


@pytest.mark.parametrize(
    "scope",
    [
        ListScope("emergency", enabled=False),
        ListScope("emergency", expires=START - timedelta(1)),
        ListScope("emergency", starts=START + timedelta(1)),
    ],
)
async def test_a_list_that_does_not_count(house: House, scope: ListScope) -> None:
    await house.serve(SetList(scope))
    with pytest.raises(LexiconError, match="counts at present"):
        await block(house)
    await block(house, list_name="fraud")


EXEMPT = Entry(SCAM, None)


@pytest.mark.parametrize(
    ("phrase", "scope", "refused"),
    [
        (EXEMPT, None, True),
        (Entry("新型 骗局", None), None, True),
        (Entry(f"{SCAM}手册", None), None, False),
        (Entry(SCAM, None, scenes=CHAT), None, False),
        (Entry(SCAM, None, expires=START), None, False),
        (EXEMPT, ListScope("exempt", enabled=False), False),
        (EXEMPT, ListScope("exempt", frozenset({"wx1"})), False),
    ],
)
async def test_an_exempt_phrase_would_save_it(
    house: House, phrase: Entry, scope: ListScope | None, refused: bool
) -> None:
    await house.serve(Put("exempt", phrase))
    if scope is not None:
        await house.serve(SetList(scope))
    if refused:
        with pytest.raises(LexiconError, match="exempt phrase in the list exempt"):
            await block(house)
    else:
        await block(house)


# ----------------------------------------------------------- what gives way to what

HOUR = timedelta(hours=1)
WANTED = Entry(SCAM, Label.FRAUD, 80, Match.STANDARD, expires=START + 2 * HOUR)


def like(**other: Any) -> Entry:
    return replace(WANTED, **other)


@pytest.mark.parametrize(
    ("present", "ends", "replaced"),
    [
        pytest.param(like(expires=START + HOUR), 2, True, id="shorter"),
        pytest.param(
            like(label=Label.ADS, expires=START + 5 * HOUR), 5, True, id="other label"
        ),
        pytest.param(like(level=70), 2, True, id="lower"),
        pytest.param(like(match=Match.EXACT), 2, True, id="narrower"),
        pytest.param(like(scenes=CHAT), 2, True, id="fewer scenes"),
        pytest.param(like(starts=START + HOUR), 2, True, id="later"),
        pytest.param(
            like(level=70, expires=START + 5 * HOUR), 2, False, id="lower, longer"
        ),
        pytest.param(like(level=70, expires=None), 2, False, id="lower, for good"),
        pytest.param(
            like(level=95, expires=START + HOUR), 2, False, id="higher, shorter"
        ),
        pytest.param(
            like(level=95, label=Label.ADS), 2, False, id="higher, other label"
        ),
    ],
)
def test_what_gives_way(present: Entry, ends: int, replaced: bool) -> None:
    merged = merge(WANTED, [present], START)
    assert merged is not None
    assert merged.entry == like(expires=START + ends * HOUR)
    assert merged.replaced == ([present] if replaced else [])


@pytest.mark.parametrize(
    "present",
    [
        WANTED,
        like(note="other"),
        like(expires=START + 5 * HOUR),
        like(expires=None),
        like(level=100),
        like(match=Match.FUZZY),
        like(starts=START - HOUR),
    ],
)
def test_what_is_enough(present: Entry) -> None:
    assert merge(WANTED, [present], START) is None


def test_scenes_of_a_block_are_enough_when_all_are_covered() -> None:
    wanted = like(scenes=CHAT)
    both = like(scenes=CHAT | {Scene.TITLE})
    assert merge(wanted, [WANTED], START) is None
    assert merge(wanted, [both], START) is None
    assert merge(both, [wanted], START) is not None
