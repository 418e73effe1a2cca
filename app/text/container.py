"""Named sections in one block of bytes, with a checksum over all of them.

A compiled wordlist is such a block: written once, mapped into every process.
"""

import json
import struct
from collections.abc import Mapping
from hashlib import blake2b
from typing import Final

MAGIC: Final = b"SECCHECK"
_HEAD: Final = struct.Struct("<8sIQ32s")
"""Magic, length of the index, length of the body, digest of index and body."""
_ALIGN: Final = 8


class DamagedError(Exception):
    """The bytes are no intact container; the message says what is wrong."""


def write_sections(sections: Mapping[str, bytes]) -> bytes:
    """One block with every section, each at a multiple of eight bytes."""
    index: dict[str, tuple[int, int]] = {}
    parts: list[bytes] = []
    at = 0
    for name, content in sections.items():
        index[name] = (at, len(content))
        padding = -len(content) % _ALIGN
        parts += (content, bytes(padding))
        at += len(content) + padding
    listed = json.dumps(index).encode()
    listed += b" " * (-(len(listed) + _HEAD.size) % _ALIGN)
    body = b"".join(parts)
    digest = _digest(listed, memoryview(body))
    return _HEAD.pack(MAGIC, len(listed), len(body), digest) + listed + body


def read_sections(block: memoryview) -> dict[str, memoryview]:
    """The sections of a block, as views of it; nothing is copied.

    Raises:
        DamagedError: not a container, cut short, or changed since it was written.
    """
    if len(block) < _HEAD.size:
        raise DamagedError("the file is too short")
    magic, listed_size, body_size, digest = _HEAD.unpack_from(block)
    if magic != MAGIC:
        raise DamagedError("the file is no compiled wordlist")
    start = _HEAD.size + listed_size
    if len(block) != start + body_size:
        raise DamagedError("the file is cut short or too long")
    listed, body = bytes(block[_HEAD.size : start]), block[start:]
    if _digest(listed, body) != digest:
        raise DamagedError("the checksum of the file does not fit")
    index: dict[str, tuple[int, int]] = json.loads(listed)
    return {name: body[at : at + size] for name, (at, size) in index.items()}


def _digest(listed: bytes, body: memoryview) -> bytes:
    """The checksum; hashing large bytes leaves the interpreter to others."""
    digest = blake2b(listed, digest_size=32)
    digest.update(body)
    return digest.digest()
