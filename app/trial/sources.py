"""Where the texts of a backtest come from."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from app.domain.scenes import Scene
from app.trial.texts import Format, Text

_BATCH = 200


@dataclass(frozen=True, slots=True)
class FileSource:
    """A file of texts on this machine; `passing` files are deleted afterwards."""

    path: Path
    format: Format = "auto"
    scene: Scene = Scene.COMMENT
    passing: bool = False


@dataclass(frozen=True, slots=True)
class TextsSource:
    """Texts at hand."""

    texts: Sequence[Text]


@dataclass(frozen=True, slots=True)
class SampleSource:
    """The recent texts of these apps; None: of all that opted in."""

    appids: frozenset[str] | None = None


Source = FileSource | TextsSource | SampleSource
NAMES: dict[type[Source], Literal["file", "texts", "sample"]] = {
    FileSource: "file",
    TextsSource: "texts",
    SampleSource: "sample",
}
"""How each is called where backtests are listed."""


async def sliced(texts: Sequence[Text]) -> AsyncIterator[Sequence[Text]]:
    """Texts at hand in the pieces in which they are sent."""
    for start in range(0, len(texts), _BATCH):
        yield texts[start : start + _BATCH]


def discard(source: Source) -> None:
    """Delete a file that was only passing through."""
    if isinstance(source, FileSource) and source.passing:
        source.path.unlink(missing_ok=True)
