"""Pictures that the benchmark looks at, and what is needed to look at them."""

import io
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Final

from PIL import Image

from app.image.known_format import KnownPicture
from app.image.known_write import write_known
from app.image.pdq import BYTES
from app.image.setup import Choice
from benchmarks.report import ROOT
from tests.image.pictures import innocent
from tests.image.pictures.chat import chat

MANIFEST: Final = ROOT / "data" / "models" / "nsfw.toml"
"""What `make models` writes."""
PATIENT: Final = 60.0
"""Seconds that a classifier may take: none is to be cut off here."""
_QUALITY: Final = 85


def chat_file(seed: int = 1) -> bytes:
    """A full chat screenshot of 750 x 1334 pixels, as a JPEG."""
    return _jpeg(chat(Random(seed)).picture)


def photo_file(seed: int = 1) -> bytes:
    """A picture of the same size without any text."""
    return _jpeg(innocent.landscape(Random(seed)))


def ordinary_files(count: int) -> list[bytes]:
    """Screenshots and photos in turn."""
    return [(chat_file, photo_file)[at % 2](at) for at in range(count)]


def without_nsfw() -> str:
    """Why the nudity model is not measured; "" if it is."""
    if MANIFEST.is_file():
        return ""
    return "There is no nudity model here (`make models`): measured without it."


def choices(*names: str) -> tuple[Choice, ...]:
    """Classifiers for workers, without `nsfw` where there is no model."""
    return tuple(
        Choice(name=name, settings=settings_of(name), seconds=PATIENT)
        for name in names
        if name != "nsfw" or MANIFEST.is_file()
    )


def settings_of(name: str) -> dict[str, str]:
    """The settings of a classifier that has to be told something."""
    return {"manifest": str(MANIFEST)} if name == "nsfw" else {}


def known_file(folder: Path, count: int) -> Path:
    """A file of so many known pictures that nobody has seen."""
    file = folder / f"known-{count}"
    write_known(file, _unseen(count))
    return file


def _unseen(count: int) -> Iterator[KnownPicture]:
    rng = Random(count)
    for _ in range(count):
        digest, centre = rng.randbytes(BYTES), rng.randbytes(BYTES)
        yield KnownPicture(digest, "benchmark", 20006, centre=centre)


def _jpeg(picture: Image.Image) -> bytes:
    written = io.BytesIO()
    picture.save(written, "JPEG", quality=_QUALITY)
    return written.getvalue()
