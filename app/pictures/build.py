"""`python -m app.pictures.build`: write the file of one version in its own process.

The order comes as JSON on standard input, because a database address may hold a
password and command lines are public. The answer is JSON on standard output.
"""

import asyncio
import gc
import json
import os
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final, Self

from app.domain.labels import Label
from app.image.known_format import KnownFileError
from app.image.known_write import Listed, Packed
from app.lexicon.build import NICENESS, turn
from app.lexicon.rows import Checksum
from app.pictures.errors import PicturesError
from app.pictures.service import Pictures
from app.store import Database
from app.store.pictures import PictureRow

SUFFIX: Final = ".known"
KEPT: Final = 4
"""Files left on the disk, last used ones first, in use or not."""
_FORM: Final = 1
"""The version of the format, so that another release does not take our files."""


@dataclass(frozen=True, slots=True)
class Order:
    """Which version to write, from where, and into which folder."""

    database: str
    version: int
    folder: str

    @classmethod
    def load(cls, written: str) -> Self:
        """Read an order from `dump`."""
        return cls(**json.loads(written))

    def dump(self) -> str:
        """The order as JSON."""
        return json.dumps(asdict(self))


def file_name(checksum: str) -> str:
    """The name of the file for content with this checksum."""
    return f"{checksum}-{_FORM}{SUFFIX}"


async def build(order: Order) -> Path:
    """Write the file of a version, whole or not at all.

    Raises:
        PicturesError: there is no such version, or it is damaged.
        KnownFileError: it has no place in a file.
        OSError: the file cannot be written.
    """
    db = Database.open(order.database)
    try:
        pictures = Pictures(db)
        version = await pictures.version(order.version)
        path = Path(order.folder) / file_name(version.checksum)
        if path.exists():  # somebody was quicker
            return path
        packed, checksum = Packed(), Checksum()
        async for batch in pictures.content(version=order.version):
            packed.extend(map(listed, batch))
            for row in batch:
                checksum.add(row.digest)
    finally:
        await db.close()
    if checksum.text() != version.checksum:
        message = f"version {order.version} is damaged: its checksum does not fit"
        raise PicturesError(message)
    packed.write(path)
    sweep(path)
    return path


def listed(row: PictureRow) -> Listed:
    """A listed picture as the classifier knows it."""
    allowed = row.label is None
    label = Label.NORMAL if row.label is None else row.label
    return (
        row.hash,
        row.list_name,
        label,
        row.quality,
        allowed,
        row.note,
        row.centre,
    )


def sweep(newest: Path) -> None:
    """Forget old files; a process that has one mapped keeps it all the same."""
    folder = newest.parent
    files = [path for path in folder.glob(f"*{SUFFIX}") if path != newest]
    files.sort(key=lambda path: path.stat().st_mtime, reverse=True)
    for path in [*files[KEPT - 1 :], *folder.glob(f".*{SUFFIX}.*")]:
        path.unlink(missing_ok=True)


def main() -> int:
    """Carry out the order; the answer has `path` or `error`."""
    os.nice(NICENESS)
    # Everything lives until the end, so that looking for garbage finds none.
    gc.disable()
    order = Order.load(sys.stdin.read())
    try:
        with turn(Path(order.folder), wait=True):
            answer = {"path": str(asyncio.run(build(order)))}
    except (PicturesError, KnownFileError) as error:
        answer = {"error": str(error)}
    except OSError as error:
        answer = {"error": f"the file cannot be written: {error.strerror}"}
    except Exception as error:  # noqa: BLE001 - a driver's message may quote rows
        answer = {"error": f"it cannot be read or written: {type(error).__name__}"}
    sys.stdout.write(json.dumps(answer))
    return 0 if "path" in answer else 1


if __name__ == "__main__":
    sys.exit(main())
