"""Whatever is edited, published, taken back and blocked, versions are what they were.

A model in plain sets says what each version holds and which drafts collide.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import pairwise
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, update

from app.domain.entry import Entry, Match
from app.domain.labels import Label
from app.domain.lists import ListScope
from app.lexicon.edits import DropList, Edit, Put, Remove, SetList
from app.lexicon.errors import ConflictError, LexiconError
from app.lexicon.plan import to_rows
from app.lexicon.records import Draft
from app.store import Database
from app.store.draft_tables import draft, draft_approval, draft_change, draft_set
from app.store.lexicon import VersionRow
from app.store.lexicon_tables import (
    lexicon_list,
    lexicon_live,
    lexicon_term,
    lexicon_version,
)
from tests.lexicon.house import House

LISTS = ("one", "two")
TERMS = ("甲甲", "乙乙")
LEVELS = (10, 20)


class Row(NamedTuple):
    """A word of a list, with what distinguishes its rows here."""

    name: str
    term: str
    level: int
    expires: datetime | None = None

    def entry(self) -> Entry:
        if self.expires is None:
            return Entry(self.term, level=self.level)
        fuzzy, fraud = Match.FUZZY, Label.FRAUD
        return Entry(self.term, fraud, self.level, fuzzy, expires=self.expires)

    def digest(self) -> bytes:
        return to_rows(self.name, [self.entry()])[0].digest


@dataclass
class Version:
    """Rows with the versions that brought them, and notes of lists."""

    rows: dict[Row, int] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)

    def has(self, name: str) -> bool:
        return name in self.notes or any(row.name == name for row in self.rows)

    def word(self, row: Row) -> set[Row]:
        same = (row.name, row.term)
        return {other for other in self.rows if (other.name, other.term) == same}

    def content(self) -> tuple[set[Row], dict[str, str]]:
        return set(self.rows), self.notes


@dataclass
class Plan:
    """A draft: what it does, and which version was live when that was decided."""

    draft: Draft
    added: dict[Row, int] = field(default_factory=dict)
    removed: dict[Row, int] = field(default_factory=dict)
    notes: dict[str, tuple[str, int]] = field(default_factory=dict)
    dropped: dict[str, int] = field(default_factory=dict)

    @property
    def empty(self) -> bool:
        return not (self.added or self.removed or self.notes or self.dropped)

    def clear(self, name: str) -> None:
        for rows in (self.added, self.removed):
            for row in [row for row in rows if row.name == name]:
                del rows[row]
        self.notes.pop(name, None)


@dataclass
class Model:
    """All versions; which lists a draft dropped in which."""

    versions: list[Version] = field(default_factory=lambda: [Version()])
    drops: dict[str, set[int]] = field(default_factory=dict)

    @property
    def live(self) -> Version:
        return self.versions[-1]

    @property
    def number(self) -> int:
        return len(self.versions) - 1

    def serve(self, rows: set[Row], notes: dict[str, str]) -> None:
        number, before = self.number + 1, self.live.rows
        lives = {row: before.get(row, number) for row in rows}
        self.versions.append(Version(lives, dict(notes)))

    def touched(self, name: str, seen: int) -> bool:
        notes = [version.notes.get(name) for version in self.versions[seen:]]
        return any(a != b for a, b in pairwise(notes))

    def strangers(self, plan: Plan) -> set[Row]:
        """Live rows of words of the draft that its author never saw."""
        known = plan.added.keys() | plan.removed.keys()
        return {
            other
            for row, seen in [*plan.added.items(), *plan.removed.items()]
            for other in self.live.word(row)
            if other not in known and other not in self.versions[seen].rows
        }

    def word_collides(self, plan: Plan, row: Row, seen: int) -> bool:
        now, then = self.live.word(row), self.versions[seen].word(row)
        waiting = {
            other
            for other in plan.added
            if (other.name, other.term) == (row.name, row.term) and other not in now
        }
        return any(other not in plan.removed or waiting for other in then - now)

    def list_collides(self, plan: Plan, name: str) -> bool:
        if name in plan.dropped:
            seen = plan.dropped[name]
            new = any(
                row.name == name and since > seen
                for row, since in self.live.rows.items()
            )
            return self.live.has(name) and (new or self.touched(name, seen))
        note, seen = plan.notes.get(name, ("", self.number))
        if self.touched(name, seen) and self.live.notes.get(name) != note:
            return True
        given = [at for row, at in plan.added.items() if row.name == name]
        given += [plan.notes[name][1]] if name in plan.notes else []
        first = min(given, default=self.number)
        later = any(number > first for number in self.drops.get(name, ()))
        return bool(given) and later and not self.live.has(name)

    def collides(self, plan: Plan) -> bool:
        words = [*plan.added.items(), *plan.removed.items()]
        return (
            bool(self.strangers(plan))
            or any(self.word_collides(plan, row, seen) for row, seen in words)
            or any(self.list_collides(plan, name) for name in LISTS)
        )

    def result(self, plan: Plan) -> tuple[set[Row], dict[str, str]]:
        rows = set(self.live.rows) - self.strangers(plan) - plan.removed.keys()
        rows = {row for row in rows if row.name not in plan.dropped}
        notes = self.live.notes | {name: note for name, (note, _) in plan.notes.items()}
        kept = {name: notes[name] for name in notes if name not in plan.dropped}
        return rows | plan.added.keys(), kept


class Walk:
    """Does the same to the database and to the model, step by step."""

    def __init__(self, house: House, data: st.DataObject) -> None:
        self.house = house
        self.data = data
        self.model = Model()
        self.plans: list[Plan] = []

    async def start(self) -> None:
        """Begin with all words at one level."""
        rows = [Row(name, term, LEVELS[0]) for name in LISTS for term in TERMS]
        await self.house.serve(*(Put(row.name, row.entry()) for row in rows))
        self.model.serve(set(rows), {})

    async def step(self) -> None:
        # Several drafts are open at a time, so that they collide.
        steps = [self.begin, self.rollback, self.block]
        if len(self.plans) > 1:
            steps += [self.edit, self.edit, *[self.publish] * 4]
        else:
            steps = [self.begin]
        await self.data.draw(st.sampled_from(steps), "step")()
        assert await self.content(self.model.number) == self.model.live.content()
        assert await self.house.live() == self.model.number

    async def begin(self) -> None:
        if len(self.plans) < 3:
            plan = Plan(await self.house.drafts.create("a draft", "alice"))
            self.plans.append(plan)
            await self.edit(plan)

    async def edit(self, plan: Plan | None = None) -> None:
        plan = plan or self.data.draw(st.sampled_from(self.plans), "draft")
        for _ in range(self.data.draw(st.integers(1, 3), "edits")):
            edit = self.change(plan)
            if edit is not None:
                plan.draft = await self.house.edit(plan.draft, edit)

    def change(self, plan: Plan) -> Edit | None:
        """An edit that the draft allows, made in the model already."""
        name = self.data.draw(st.sampled_from(LISTS), "list")
        if name in plan.dropped:
            return None
        kind = self.data.draw(
            st.sampled_from(("put", "put", "replace", "remove", "note", "drop")), "edit"
        )
        seen, live = self.model.number, self.model.live
        if kind == "note":
            note = self.data.draw(st.sampled_from(("", "x")), "note")
            plan.notes.pop(name, None)
            if live.notes.get(name) != note:
                plan.notes[name] = note, seen
            return SetList(ListScope(name, note=note))
        if kind == "drop":
            mine = plan.added.keys() | plan.removed.keys()
            if not live.has(name) and not (
                name in plan.notes or any(row.name == name for row in mine)
            ):
                return None
            plan.clear(name)
            if live.has(name):
                plan.dropped[name] = seen
            return DropList(name)
        rows = set(live.rows) - plan.removed.keys() | plan.added.keys()
        there = sorted(row for row in rows if row.name == name)
        old = self.data.draw(st.sampled_from(there), "row") if there else None
        if kind == "remove":
            return self.remove(plan, old, seen)
        new = Row(
            name,
            self.data.draw(st.sampled_from(TERMS), "term"),
            self.data.draw(st.sampled_from(LEVELS), "level"),
        )
        if kind == "replace" and old is not None and old != new:
            self.remove(plan, old, seen)
            self.put(plan, new, seen)
            return Put(name, new.entry(), replaces=old.digest())
        self.put(plan, new, seen)
        return Put(name, new.entry())

    def remove(self, plan: Plan, row: Row | None, seen: int) -> Remove | None:
        if row is None:
            return None
        if plan.added.pop(row, None) is None:
            plan.removed.setdefault(row, seen)
        return Remove(row.name, row.digest())

    def put(self, plan: Plan, row: Row, seen: int) -> None:
        back = plan.removed.pop(row, None) is not None
        if not back and row not in self.model.live.rows:
            plan.added.setdefault(row, seen)

    async def publish(self) -> None:
        plan = self.data.draw(st.sampled_from(self.plans), "draft")
        force = self.data.draw(st.booleans(), "force")
        model = self.model
        rows, notes = model.result(plan)
        refused: type[Exception] | None = None
        if plan.empty or (rows, notes) == model.live.content():
            refused = LexiconError
        if not plan.empty and not force and model.collides(plan):
            refused = ConflictError
        if refused is not None:
            with pytest.raises(refused) as caught:
                await self.house.publish(plan.draft, force=force)
            assert isinstance(caught.value, ConflictError) == (refused is ConflictError)
            if force:  # it may have been settled
                self.plans.remove(plan)
            return
        made = await self.house.publish(plan.draft, force=force)
        self.plans.remove(plan)
        self.serve(made, rows, notes)
        for name in plan.dropped:
            model.drops.setdefault(name, set()).add(model.number)

    async def rollback(self) -> None:
        if not self.model.number:
            return
        numbers = st.integers(1, self.model.number)
        number = self.data.draw(numbers, "version")
        former = self.model.versions[number]
        if former.content() == self.model.live.content():
            with pytest.raises(LexiconError, match="is live already"):
                await self.house.publisher.rollback(number, who="bob")
            return
        made = await self.house.publisher.rollback(number, who="bob")
        self.serve(made, set(former.rows), former.notes)

    async def block(self) -> None:
        self.house.clock.now += 3600
        term = self.data.draw(st.sampled_from(TERMS), "term")
        made = await self.house.publisher.block(term, label=Label.FRAUD, who="night")
        ends = datetime.fromtimestamp(self.house.clock.now + 72 * 3600, UTC)
        row = Row("emergency", term, 100, ends)
        rows = set(self.model.live.rows) - self.model.live.word(row) | {row}
        self.serve(made, rows, self.model.live.notes)

    def serve(self, made: VersionRow, rows: set[Row], notes: dict[str, str]) -> None:
        """The model follows; no row was written that did not change."""
        before = self.model.live.rows.keys()
        assert made.added == len(rows - before)
        assert made.removed == len(before - rows)
        self.model.serve(rows, notes)

    async def content(self, number: int) -> tuple[set[Row], dict[str, str]]:
        content = await self.house.content(number)
        rows = {Row(e.list_name, e.term, e.level, e.expires) for e in content.entries}
        assert len(rows) == len(content.entries)
        return rows, {scope.name: scope.note for scope in content.lists}

    async def look_back(self) -> None:
        """Every version is as it was, and only equal ones have equal checksums."""
        checksums: dict[str, object] = {}
        for number in range(1, self.model.number + 1):
            expected = self.model.versions[number].content()
            assert await self.content(number) == expected
            checksum = (await self.house.content(number)).checksum
            assert checksums.setdefault(checksum, expected) == expected
        distinct = [v.content() for v in self.model.versions[1:]]
        different = [v for n, v in enumerate(distinct) if v not in distinct[:n]]
        assert len(checksums) == len(different)


async def empty(database: Database) -> None:
    async with database.write() as connection:
        await connection.execute(update(lexicon_live).values(version=None))
        for table in (
            lexicon_term,
            lexicon_list,
            draft_change,
            draft_set,
            draft_approval,
            draft,
            lexicon_version,
        ):
            await connection.execute(delete(table))


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data(), steps=st.integers(5, 25))
async def test_versions_follow_the_model(
    database: Database, data: st.DataObject, steps: int
) -> None:
    await empty(database)
    walk = Walk(House(database), data)
    await walk.start()
    for _ in range(steps):
        await walk.step()
    await walk.look_back()
