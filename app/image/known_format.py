"""What a file of known pictures holds, and how it is laid out.

A header of fixed size, then columns: the hashes in five pieces, what is said of
each, the hashes of middle parts in five pieces with the rows they belong to,
where each note ends, then the notes and the names of the lists. A digest covers
all of it, so that a damaged file is an error and never a wrong answer.
"""

import hashlib
import struct
from dataclasses import dataclass
from typing import Final, NamedTuple, Self

from app.image.pdq import BYTES

PIECES: Final = (("<u8", 0), ("<u4", 8), ("<u8", 12), ("<u8", 20), ("<u4", 28))
"""How the 32 bytes of a hash are cut: type and first byte of each piece."""
FACTS: Final = (
    ("note", "<u4"),
    ("label", "<u2"),
    ("list", "<u2"),
    ("quality", "u1"),
    ("exempt", "u1"),
)
"""The columns beside the hashes, with their types."""
OWNER: Final = "<u4"
"""The type of the rows that hashes of middle parts belong to."""
ENDS: Final = "<u8"
"""The type of the places where notes end."""
START: Final = 88
"""Where the columns begin; each is padded to a multiple of eight bytes."""

_MAGIC: Final = b"seccheck known\x00\x01"
_SIZES: Final = struct.Struct("<5Q")
_SIZES_END: Final = len(_MAGIC) + _SIZES.size


class KnownFileError(ValueError):
    """A file of known pictures that cannot be used; the message says why."""


@dataclass(frozen=True, slots=True)
class KnownPicture:
    """A hash in a list, with what the list says of it.

    `quality` is that of the hash, 0 to 100; hashes that come without one are
    taken for good. `centre` is the hash of the picture's middle part, which
    copies with a badge in a corner have in common; hashes that come without
    their picture lack it. `exempt` marks a picture that is allowed.

    Raises:
        KnownFileError: a value that has no place in a file.
    """

    digest: bytes
    list_name: str
    label: int
    quality: int = 100
    exempt: bool = False
    note: str = ""
    centre: bytes | None = None

    def __post_init__(self) -> None:
        for digest in (self.digest, self.centre):
            if digest is not None and len(digest) != BYTES:
                raise KnownFileError(f"a hash has {BYTES} bytes, not {len(digest)}")
        if not 0 <= self.quality <= 100:
            raise KnownFileError("the quality of a hash is 0 to 100")
        if not 0 <= self.label < 1 << 16:
            raise KnownFileError(f"{self.label} is no label")


class Sizes(NamedTuple):
    """How much of everything is in a file."""

    hashes: int
    centres: int
    notes: int
    note_bytes: int
    name_bytes: int

    def header(self, *body: bytes | memoryview) -> bytes:
        """What is written before a body of these sizes, given in pieces."""
        sizes = _SIZES.pack(*self)
        return _MAGIC + sizes + _digest(sizes, *body)

    @classmethod
    def read(cls, content: memoryview) -> Self:
        """The sizes that a file states, after checking that it is whole.

        Raises:
            KnownFileError: the content is damaged or of another kind.
        """
        if len(content) < START or bytes(content[: len(_MAGIC)]) != _MAGIC:
            message = "this is no file of known pictures, or of another version"
            raise KnownFileError(message)
        sizes = bytes(content[len(_MAGIC) : _SIZES_END])
        if _digest(sizes, content[START:]) != content[_SIZES_END:START]:
            raise KnownFileError("the file of known pictures is damaged")
        return cls(*_SIZES.unpack(sizes))


def _digest(sizes: bytes, *body: bytes | memoryview) -> bytes:
    covered = hashlib.sha256(sizes)
    for piece in body:
        covered.update(piece)
    return covered.digest()
