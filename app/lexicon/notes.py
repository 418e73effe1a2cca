"""Which compiled wordlist is that of a draft: told by the first who compiled it.

The content of a draft has no name before somebody has read all of it. A note says
what it came to, so that other processes of the machine need not read it again.
"""

import asyncio
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path

from app.lexicon.candidate import Candidate
from app.lexicon.draft_rows import open_draft
from app.lexicon.fingerprint import fingerprint
from app.store import Database
from app.store.lexicon import live_number, version_row
from app.text.automaton import Engine

SUFFIX = ".note"


async def note_of(
    db: Database, candidate: Candidate, folder: Path, engine: Engine
) -> Path:
    """Where the note of a draft lies, or will; another one after any change.

    Raises:
        NotFoundError: there is no such draft.
        LexiconError: it is closed, or at another revision.
    """
    async with db.read() as connection:
        draft = await open_draft(
            connection, candidate.number, candidate.revision, lock=False
        )
        number = await live_number(connection) or 0
        live = await version_row(connection, number)
    # The time tells drafts of equal numbers apart, in a folder that outlived one
    # database and serves another.
    parts = (draft.id, draft.revision, draft.created_at, number, live and live.checksum)
    name = blake2b(repr(parts).encode(), digest_size=16).hexdigest()
    return folder / f"{name}-{await asyncio.to_thread(fingerprint, engine)}{SUFFIX}"


def read_note(note: Path) -> Path | None:
    """The compiled wordlist that a note names, if both are there."""
    try:
        path = note.with_name(note.read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return path if path.is_file() else None


def drop_notes(folder: Path) -> None:
    """Remove notes of what is no longer there."""
    for note in folder.glob(f"*{SUFFIX}"):
        if read_note(note) is None:
            with suppress(OSError):
                note.unlink()
