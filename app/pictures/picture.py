"""A picture to be listed, and how it is judged and stored."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import Final

from app.domain.labels import Label
from app.image.pdq import BYTES
from app.pictures.errors import PicturesError
from app.store.pictures import PictureRow

UNKNOWN_QUALITY: Final = 100
"""The quality of a hash that comes without one: it is taken for good."""
SURE_QUALITY: Final = 50
"""Hashes of less tell pictures apart poorly: a match is never more than alike."""
MAX_NOTE: Final = 1000
"""Longest note in code points."""

_HEX = re.compile(rf"[0-9a-fA-F]{{{2 * BYTES}}}")
_NAME = re.compile(r"[\w.-]{1,64}")


@dataclass(frozen=True, slots=True)
class Picture:
    """A PDQ hash with what a list says of it.

    `quality` is 0 to 100. `centre` is the hash of the picture's middle part; who
    has only a hash does not know it. `label` None marks an allowed picture.
    """

    hash: bytes
    label: Label | None = Label.OTHER
    quality: int = UNKNOWN_QUALITY
    centre: bytes | None = None
    note: str = ""


def parse_hash(text: str) -> bytes:
    """A PDQ hash as everybody writes it.

    Raises:
        ValueError: no 64 hexadecimal digits.
    """
    word = text.strip()
    if _HEX.fullmatch(word) is None:
        message = f"{word[:70]!r} is no PDQ hash, which has {2 * BYTES} hex digits"
        raise ValueError(message)
    return bytes.fromhex(word)


def faults(picture: Picture) -> Iterator[tuple[str, str]]:
    """Each reason to refuse this picture: the column and a message."""
    for column in ("hash", "centre"):
        value = getattr(picture, column)
        if value is not None and len(value) != BYTES:
            yield column, f"a PDQ hash has {BYTES} bytes, not {len(value)}"
    if not 0 <= picture.quality <= 100:
        yield "quality", f"the quality {picture.quality} is outside 0 to 100"
    if picture.label is Label.NORMAL:
        yield "label", "a listed picture cannot be normal; an allowed one is exempt"
    if len(picture.note) > MAX_NOTE:
        yield "note", f"the note has more than {MAX_NOTE} characters"
    elif not is_text(picture.note):
        yield "note", "the note has a character that cannot be stored"


def checked(picture: Picture) -> Picture:
    """The picture, if it can be listed.

    Raises:
        PicturesError: it cannot; the message says why.
    """
    for _, message in faults(picture):
        raise PicturesError(message)
    return picture


def checked_name(name: str) -> str:
    """The name of a list, if it is one.

    Raises:
        PicturesError: empty, too long, or other than letters, digits, `_.-`.
    """
    if _NAME.fullmatch(name) is None:
        message = "a list name is 1 to 64 letters, digits, dots, hyphens or underscores"
        raise PicturesError(message)
    return name


def checked_why(why: str) -> str:
    """A reason, if it can be stored.

    Raises:
        PicturesError: it is too long, or has characters that no database takes.
    """
    if len(why) > MAX_NOTE or not is_text(why):
        raise PicturesError(f"the reason has to be plain text of at most {MAX_NOTE}")
    return why


def is_text(text: str) -> bool:
    """Whether every database can store these characters."""
    if "\0" in text:
        return False
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def to_row(list_name: str, picture: Picture) -> PictureRow:
    """The row that stores a picture of a list."""
    label = None if picture.label is None else int(picture.label)
    value, quality, centre = picture.hash, picture.quality, picture.centre
    head = f"{list_name}\0{quality}\0{label}\0{centre is not None}\0".encode()
    said = b"".join((head, value, centre or b"", picture.note.encode()))
    digest = blake2b(said, digest_size=16).digest()
    return PictureRow(list_name, digest, value, quality, centre, label, picture.note)


def with_centre(row: PictureRow, known: bytes | None) -> PictureRow:
    """The row with a centre that is known, if it has none."""
    if row.centre is not None or known is None:
        return row
    return to_row(row.list_name, replace(to_picture(row), centre=known))


def to_picture(row: PictureRow) -> Picture:
    """The picture that a row stores; a label of a newer release counts as other."""
    label = None if row.label is None else _label(row.label)
    return Picture(row.hash, label, row.quality, row.centre, row.note)


def _label(number: int) -> Label:
    try:
        return Label(number)
    except ValueError:
        return Label.OTHER
