"""Versions cost what they change: rows, time, and ways through the tables."""

import time
from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import event

from app.domain.entry import Entry
from app.domain.labels import Label
from app.domain.lists import ListScope
from app.lexicon.edits import Remove, SetList
from app.lexicon.plan import to_rows
from app.lexicon.versions import complete_version, next_version
from app.store import Database
from app.store import lexicon as store
from app.store.lexicon import VersionRow
from tests.lexicon.house import NOW, House, changed, digest, word

MANY = 100_000


async def serve_many(database: Database, count: int, level: int = 90) -> VersionRow:
    """A first version of many words, written without a draft."""
    rows = to_rows("big", [Entry(f"词语{n}", level=level) for n in range(count)])
    async with database.write() as connection:
        live = await store.lock_live(connection)
        version = next_version(live, now=NOW, who="me", why="")
        await store.add_version(connection, version)
        await store.add_terms(connection, rows, version.number)
        made, _ = await complete_version(connection, version)
    return made


@pytest.fixture
def house(database: Database) -> House:
    return House(database)


# -------------------------------------------------------------- the next version


def test_the_first_version() -> None:
    first = next_version(None, now=NOW, who="w" * 200, why="y", origin="seed")
    assert (first.number, first.term_count, first.checksum) == (1, 0, "0" * 32)
    assert (first.who, first.why, first.origin) == ("w" * 100, "y", "seed")


def test_the_next_version_begins_with_the_content_of_the_last() -> None:
    live = next_version(None, now=NOW, who="w", why="")
    live = live._replace(term_count=7, added=7, checksum="ff", draft_id=3)
    after = next_version(live, now=NOW + 1, who="w", why="")
    assert (after.number, after.term_count, after.checksum) == (2, 7, "ff")
    assert (after.added, after.removed, after.draft_id) == (0, 0, None)


async def test_numbers_and_checksum_follow_the_changes(house: House) -> None:
    first = await serve_many(house.db, 10)
    assert (first.added, first.removed, first.term_count) == (10, 0, 10)
    made = await house.serve(
        word("新"),
        Remove("big", digest("词语3", name="big")),
        SetList(ListScope("big")),
    )
    assert (made.added, made.removed, made.term_count) == (1, 1, 10)
    # Reading a version compares the checksum with all that it has.
    assert len((await house.content()).entries) == 10


async def test_nothing_changed(house: House) -> None:
    await serve_many(house.db, 3)
    async with house.db.write() as connection:
        live = await store.lock_live(connection)
        version = next_version(live, now=NOW, who="me", why="")
        await store.add_version(connection, version)
        made, anything = await complete_version(connection, version)
    assert not anything
    assert live is not None
    assert made.checksum == live.checksum


# ------------------------------------------------------------------------- rows


async def test_a_hundred_versions_copy_no_rows(house: House) -> None:
    await serve_many(house.db, 2000)
    for n in range(100):
        await house.serve(changed(f"词语{n}", 90, 10, name="big"), word(f"新{n}"))
    assert await house.live() == 101
    assert await house.rows_stored() == 2000 + 2 * 100
    for number in (1, 51, 101):
        content = await house.content(number)
        assert len(content.entries) == 2000 + number - 1
        assert sum(entry.level == 10 for entry in content.entries) == number - 1


# ------------------------------------------------------------------------ plans

Said = tuple[str, Sequence[Any]]
_HEARD = ("SELECT", "UPDATE", "INSERT", "DELETE", "WITH")


class Ears:
    """Hears the statements that a database is given."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.engine = database.engine.sync_engine
        self.said: list[Said] = []

    def __enter__(self) -> "Ears":
        event.listen(self.engine, "after_cursor_execute", self._hear)
        return self

    def __exit__(self, *_: object) -> None:
        event.remove(self.engine, "after_cursor_execute", self._hear)

    def _hear(self, *given: Any) -> None:
        _connection, _cursor, statement, parameters, _context, many = given
        if not many and statement.startswith(_HEARD):
            self.said.append((statement, parameters))

    async def scans(self, *tables: str) -> list[str]:
        """The statements that go through one of these tables as a whole."""
        how = "QUERY PLAN " if self.database.sqlite else ""
        found = []
        async with self.database.write() as connection:
            for statement, parameters in self.said:
                explain = f"EXPLAIN {how}{statement}"
                plan = await connection.exec_driver_sql(explain, tuple(parameters))
                lines = [str(row[-1]).strip() for row in plan]
                if any(_scans(line, table) for line in lines for table in tables):
                    found.append("\n".join([statement, *lines]))
        return found


def _scans(line: str, table: str) -> bool:
    """Whether a line of a plan reads the whole table, perhaps under an alias."""
    return f"SCAN {table}" in line or f"Seq Scan on {table}" in line


async def test_no_statement_goes_through_all_words(house: House) -> None:
    await serve_many(house.db, 20_000)
    draft = await house.draft(changed("词语6", 90, 12, name="big"), word("新"))
    for n in range(3):
        await house.serve(word(f"别的{n}"))
    with Ears(house.db) as ears:
        await house.publish(draft)
        await house.publisher.rollback(3, who="bob")
        await house.publisher.rollback(5, who="bob")
    assert any("lexicon_term" in statement for statement, _ in ears.said)
    assert await ears.scans("lexicon_term", "draft_change") == []


async def test_what_a_scan_looks_like(house: House) -> None:
    """The test above would see one."""
    await serve_many(house.db, 20_000)
    with Ears(house.db) as ears:
        async with house.db.read() as connection:
            query = "SELECT count(*) FROM lexicon_term WHERE note = 'x'"
            await connection.exec_driver_sql(query)
    assert len(await ears.scans("lexicon_term")) == 1


# ------------------------------------------------------------------------ speed


@pytest.mark.slow
async def test_one_word_onto_a_hundred_thousand(house: House) -> None:
    await serve_many(house.db, MANY)
    times = []
    for n in range(5):
        draft = await house.draft(word(f"新{n}"))
        began = time.perf_counter()
        await house.publish(draft)
        times.append(time.perf_counter() - began)
    began = time.perf_counter()
    await house.publisher.block("骗局骗局", label=Label.FRAUD, who="night")
    blocked = time.perf_counter() - began
    print(f"publish {min(times):.3f} s, block {blocked:.3f} s")  # noqa: T201
    assert min(times) < 1
    assert blocked < 5
    assert await house.rows_stored() == MANY + 6


@pytest.mark.slow
async def test_back_over_a_hundred_thousand_rows(house: House) -> None:
    await house.serve(word("甲甲"))
    await serve_many(house.db, MANY)
    began = time.perf_counter()
    await house.publisher.rollback(1, who="bob")
    back = time.perf_counter()
    await house.publisher.rollback(2, who="bob")
    forth = time.perf_counter()
    print(f"back {back - began:.2f} s, forth {forth - back:.2f} s")  # noqa: T201
    assert back - began < 30
    assert forth - back < 60
    assert len((await house.content()).entries) == MANY + 1
