"""Where the texts of a backtest come from."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO, Literal

from app.domain.scenes import Scene
from app.trial.texts import Format, Text

_BATCH = 200


@dataclass(frozen=True, slots=True)
class FileSource:
    """An open file of texts, read from its beginning and closed afterwards.

    One without a name leaves nothing behind, however the process ends.
    """

    file: BinaryIO
    format: Format = "auto"
    scene: Scene = Scene.COMMENT


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
    """Let go of a file."""
    if isinstance(source, FileSource):
        source.file.close()
