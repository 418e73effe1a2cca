"""Who judges in `seccheck eval`: the live words, a version, or word files."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from app.bootstrap import plain_faults
from app.cli_common import fail
from app.cli_database import opened
from app.cli_words import Words, from_files, from_packs
from app.evaluate.judging import Judge, checker_judge
from app.lexicon.service import Lexicon
from app.settings import Settings
from app.text.checker import Checker
from app.text.compiling import compile_snapshot


@dataclass(frozen=True, slots=True)
class Named:
    """A judge and what to call it."""

    name: str
    judge: Judge


def standing_judge(files: Sequence[Path], settings: Settings) -> Named:
    """The words of these files; without any, those that the service serves now.

    Raises:
        CommandError: there are no words, or they cannot be read.
    """
    if files:
        names = ", ".join(path.name for path in files)
        return _words(f"the words of {names}", from_files(files), settings)
    from app.cli_live import live_words

    words = live_words(settings)
    if words is None:
        packs = from_packs(settings.wordlists_dir)
        return _words("the packs that come along", packs, settings)
    return _words(f"lexicon version {words.version}", words, settings)


def judge_of(wanted: str, settings: Settings) -> Named:
    """A side of a comparison: `live`, the number of a version, or a file of words.

    Raises:
        CommandError: there is no such version or file, or it cannot be read.
    """
    if wanted == "live":
        return standing_judge((), settings)
    if wanted.isdecimal():
        words = _version(int(wanted), settings)
        return _words(f"lexicon version {wanted}", words, settings)
    path = Path(wanted)
    if not path.is_file():
        fail(f"{wanted!r} is no file, no number of a version, and not `live`")
    return standing_judge([path], settings)


def _version(number: int, settings: Settings) -> Words:
    async def read() -> Words:
        async with opened(settings) as db:
            return Words(await Lexicon(db).entries(number), str(number))

    with plain_faults():
        return asyncio.run(read())


def _words(name: str, words: Words, settings: Settings) -> Named:
    snapshot = compile_snapshot(
        words.entries, version=words.version, engine=settings.engine
    )
    words.warn(snapshot.problems)
    count = f"{len(words.entries):,} entries"
    return Named(f"{name} ({count})", checker_judge(Checker(snapshot)))
