"""A draft is compiled once on a machine, and never mistaken for another."""

from pathlib import Path

import pytest
from sqlalchemy import update

from app.domain.entry import Entry
from app.domain.labels import Label
from app.lexicon import artifacts as module
from app.lexicon.artifacts import Artifacts
from app.lexicon.candidate import Candidate
from app.lexicon.drafts import Drafts
from app.lexicon.edits import Put
from app.lexicon.errors import LexiconError, NotFoundError, StaleError
from app.lexicon.notes import drop_notes, note_of, read_note
from app.store import Database
from app.store.draft_tables import draft as table
from app.text.checker import Checker
from tests.lexicon.serving import serve_list

LIVE = [Entry("办证刻章", Label.CRIME)]
NO_COMPILER = ("false",)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "compiled"


@pytest.fixture
def artifacts(folder: Path, database: Database, database_url: str) -> Artifacts:
    return Artifacts(folder, database, database_url)


async def put(drafts: Drafts, number: int, term: str) -> Candidate:
    """The draft with one word more."""
    edit = Put("own", Entry(term, Label.FRAUD))
    done = await drafts.edit(number, [edit], revision=None, who="me")
    return Candidate("draft", number, done.revision)


@pytest.fixture
async def draft(database: Database) -> Candidate:
    await serve_list(database, LIVE)
    drafts = Drafts(database)
    return await put(drafts, (await drafts.create("d", "me")).id, "刷单兼职")


async def test_others_find_what_one_compiled(
    artifacts: Artifacts,
    draft: Candidate,
    folder: Path,
    database: Database,
    database_url: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = await artifacts.build(draft)
    monkeypatch.setattr(module, "COMMAND", NO_COMPILER)
    other = Artifacts(folder, database, database_url)
    assert await other.build(draft) == path
    (found,) = Checker(await other.load(draft)).check("诚招刷单兼职").findings
    assert found.term == "刷单兼职"


async def test_an_edit_or_a_new_version_is_other_content(
    artifacts: Artifacts, draft: Candidate, database: Database
) -> None:
    first = await artifacts.build(draft)
    edited = await put(Drafts(database), draft.number, "代开发票")
    second = await artifacts.build(edited)
    await serve_list(database, [*LIVE, Entry("赌场", Label.CRIME)])
    third = await artifacts.build(edited)
    assert len({first, second, third}) == 3
    checker = Checker(await artifacts.load(edited))
    terms = {found.term for found in checker.check("赌场代开发票").findings}
    assert terms == {"赌场", "代开发票"}


async def test_what_is_no_candidate_any_more(
    artifacts: Artifacts, draft: Candidate, database: Database
) -> None:
    await artifacts.build(draft)
    edited = await put(Drafts(database), draft.number, "代开发票")
    with pytest.raises(StaleError):
        await artifacts.build(draft)
    await Drafts(database).discard(edited.number, who="me", revision=None)
    with pytest.raises(LexiconError, match="discarded"):
        await artifacts.build(edited)
    with pytest.raises(NotFoundError):
        await artifacts.build(Candidate("draft", 99, 1))


async def test_a_note_of_what_was_swept_says_nothing(
    artifacts: Artifacts, draft: Candidate, folder: Path, database: Database
) -> None:
    path = await artifacts.build(draft)
    note = await note_of(database, draft, folder, "auto")
    assert read_note(note) == path
    path.unlink()
    assert read_note(note) is None
    assert await artifacts.build(draft) == path
    path.unlink()
    drop_notes(folder)
    assert not note.exists()


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"../../etc/passwd\0", b"none"])
def test_a_broken_note_is_no_note(folder: Path, content: bytes) -> None:
    folder.mkdir()
    note = folder / "x.note"
    note.write_bytes(content)
    assert read_note(note) is None


async def test_drafts_of_equal_numbers_are_told_apart(
    database: Database, draft: Candidate, folder: Path
) -> None:
    """A folder may outlive its database, and then serve another."""
    first = await note_of(database, draft, folder, "auto")
    assert first == await note_of(database, draft, folder, "auto")
    async with database.write() as connection:
        await connection.execute(update(table).values(created_at=1.0))
    assert first != await note_of(database, draft, folder, "auto")
