"""Who judges in `seccheck eval`: words, a content model, or both as in service."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from app.bootstrap import plain_faults
from app.cli_common import fail, note
from app.cli_database import opened
from app.cli_words import Words, from_files, from_packs
from app.evaluate.judging import Judge, checker_judge, model_judge
from app.lexicon.service import Lexicon
from app.settings import Settings
from app.text.checker import Checker
from app.text.compiling import compile_snapshot

if TYPE_CHECKING:
    from app.text.model.model import Model

OFF = "off"


@dataclass(frozen=True, slots=True)
class Named:
    """A judge and what to call it."""

    name: str
    judge: Judge


class Judges:
    """Makes judges; all that read words ask the same content model."""

    def __init__(self, settings: Settings, model: str = "") -> None:
        """`model` is a file, `off`, or "" for the one that the service would use.

        Raises:
            CommandError: the file is no model of this release.
        """
        self._settings = settings
        self._model = None if model == OFF else _content_model(model, settings)

    def wanted(
        self, sides: tuple[str, str] | None, files: Sequence[Path]
    ) -> Sequence[Named]:
        """Both sides of a comparison, or else the words of the files or of service.

        Raises:
            CommandError: one of them cannot be had.
        """
        if sides is None:
            return [self.standing(files)]
        return [self.side(side) for side in sides]

    def standing(self, files: Sequence[Path] = ()) -> Named:
        """The words of these files; without any, those that the service serves now.

        Raises:
            CommandError: there are no words, or they cannot be read.
        """
        if files:
            names = ", ".join(path.name for path in files)
            return self._words(f"the words of {names}", from_files(files))
        from app.cli_live import live_words

        words = live_words(self._settings)
        if words is None:
            packs = from_packs(self._settings.wordlists_dir)
            return self._words("the packs that come along", packs)
        return self._words(f"lexicon version {words.version}", words)

    def side(self, wanted: str) -> Named:
        """A side of a comparison.

        `live`, the number of a version, a CSV file of words, or a file with a model,
        which then judges alone.

        Raises:
            CommandError: there is no such version or file, or it cannot be read.
        """
        if wanted == "live":
            return self.standing()
        if wanted.isdecimal():
            words = _version(int(wanted), self._settings)
            return self._words(f"lexicon version {wanted}", words)
        path = Path(wanted)
        if not path.is_file():
            fail(f"{wanted!r} is no file, no number of a version, and not `live`")
        if path.suffix.lower() == ".csv":
            return self.standing([path])
        model = _loaded(path)
        return Named(f"content model {model.version} alone", model_judge(model))

    def _words(self, name: str, words: Words) -> Named:
        snapshot = compile_snapshot(
            words.entries, version=words.version, engine=self._settings.engine
        )
        words.warn(snapshot.problems)
        known = f"{name} ({len(words.entries):,} entries)"
        if self._model is not None:
            known += f" and content model {self._model.version}"
        return Named(known, checker_judge(Checker(snapshot, self._model)))


def _content_model(wanted: str, settings: Settings) -> "Model | None":
    from app.text.model.format import ModelError
    from app.text.model.shipped import FOLDER_NAME, load_shipped

    if wanted:
        return _loaded(Path(wanted))
    own = settings.data_dir / FOLDER_NAME
    if own.is_file():
        return _loaded(own)
    try:
        return load_shipped()
    except ModelError as error:
        note(f"no content model: {error}")
        return None


def _loaded(path: Path) -> "Model":
    from app.text.model.format import ModelError
    from app.text.model.shipped import load_file

    try:
        return load_file(path)
    except ModelError as error:
        fail(str(error))


def _version(number: int, settings: Settings) -> Words:
    async def read() -> Words:
        async with opened(settings) as db:
            return Words(await Lexicon(db).entries(number), str(number))

    with plain_faults():
        return asyncio.run(read())
