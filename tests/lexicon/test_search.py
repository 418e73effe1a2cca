"""Live words, found by a part of them."""

import pytest

from app.domain.entry import Entry
from app.domain.labels import Label
from app.lexicon.service import Lexicon
from app.store import Database
from tests.lexicon.serving import serve_list

ENTRIES = [
    Entry("加VX领红包", Label.ADS),
    Entry("vx同号", Label.FRAUD),
    Entry("100%真", Label.FRAUD),
    Entry("1000真", Label.FRAUD),
    Entry("a_b", Label.OTHER),
    Entry("axb", Label.OTHER),
    Entry("路口交通", None),
    Entry("a/b", Label.OTHER),
]


@pytest.fixture
async def lexicon(database: Database) -> Lexicon:
    await serve_list(database, [*ENTRIES, Entry("去掉的vx")])
    await serve_list(database, ENTRIES)
    await serve_list(database, [Entry("VX")], list_name="other")
    return Lexicon(database)


async def found(lexicon: Lexicon, q: str | None, **more: object) -> list[str]:
    options = {"list_name": None, "label": "", "after": 0, "limit": 100} | more
    rows = await lexicon.search(q, **options)  # type: ignore[arg-type]
    return [one.row.term for one in rows]


async def test_without_anything_all_live_words_are_found(lexicon: Lexicon) -> None:
    everything = [*(entry.term for entry in ENTRIES), "VX"]
    assert await found(lexicon, None) == everything
    assert await found(lexicon, "") == everything


@pytest.mark.parametrize("part", ["vx", "VX", "vX"])
async def test_capitals_make_no_difference(lexicon: Lexicon, part: str) -> None:
    assert await found(lexicon, part) == ["加VX领红包", "vx同号", "VX"]


@pytest.mark.parametrize(
    ("part", "terms"),
    [
        ("100%", ["100%真"]),
        ("a_b", ["a_b"]),
        ("/", ["a/b"]),
        ("\\", []),
        ("'", []),
        ("路口", ["路口交通"]),
        ("\0", []),
        ("\ud800", []),
        ("\U0001f600", []),
    ],
)
async def test_signs_of_the_database_mean_themselves(
    lexicon: Lexicon, part: str, terms: list[str]
) -> None:
    assert await found(lexicon, part) == terms


async def test_one_list_and_one_label(lexicon: Lexicon) -> None:
    assert await found(lexicon, "vx", list_name="other") == ["VX"]
    assert await found(lexicon, "vx", label=Label.FRAUD) == ["vx同号"]
    assert await found(lexicon, None, label=None) == ["路口交通"]
    assert await found(lexicon, None, list_name="none") == []
    assert await found(lexicon, None, list_name="o\0") == []


async def test_pages_follow_each_other(lexicon: Lexicon) -> None:
    after, terms = 0, []
    while page := await lexicon.search(None, None, "", after=after, limit=2):
        assert len(page) <= 2
        terms += [one.row.term for one in page]
        after = page[-1].id
    assert terms == [*(entry.term for entry in ENTRIES), "VX"]


@pytest.mark.parametrize("after", [2**63, 2**70, 10**100])
async def test_behind_everything_there_is_nothing(lexicon: Lexicon, after: int) -> None:
    assert await lexicon.search(None, None, "", after=after, limit=10) == []


@pytest.mark.parametrize("limit", [-5, 0, 1])
async def test_a_page_has_at_least_one_word(lexicon: Lexicon, limit: int) -> None:
    assert len(await lexicon.search(None, None, "", after=-9, limit=limit)) == 1
