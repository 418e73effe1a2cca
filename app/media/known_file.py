"""Files of known sounds.

A header, a digest over all that follows, a table in JSON with one entry for each
sound, and the words of all fingerprints one after the other.
"""

import hashlib
import struct
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

import numpy as np
import orjson

from app.media.arrays import Words
from app.media.known import KnownSound, KnownSoundError, SoundList

_MAGIC: Final = b"seccheck sound\x00\x01"
_SIZE: Final = struct.Struct("<Q")
_DIGEST: Final = hashlib.sha256().digest_size
_START: Final = len(_MAGIC) + _DIGEST + _SIZE.size
_DAMAGED: Final = "the file of known sounds is damaged"


def dump_sounds(sounds: Sequence[KnownSound]) -> bytes:
    """A list as a file."""
    table = [
        {
            "name": sound.name,
            "list": sound.list_name,
            "label": sound.label,
            "note": sound.note,
            "words": len(sound.words),
        }
        for sound in sounds
    ]
    written = orjson.dumps(table)
    words = [sound.words.astype("<u4").tobytes() for sound in sounds]
    body = b"".join([_SIZE.pack(len(written)), written, *words])
    return _MAGIC + hashlib.sha256(body).digest() + body


def load_sounds(content: bytes) -> SoundList:
    """Read what `dump_sounds` wrote.

    Raises:
        KnownSoundError: it is damaged, or of another kind.
    """
    if len(content) < _START or not content.startswith(_MAGIC):
        message = "this is no file of known sounds, or of another version"
        raise KnownSoundError(message)
    body = content[len(_MAGIC) + _DIGEST :]
    if hashlib.sha256(body).digest() != content[len(_MAGIC) :][:_DIGEST]:
        raise KnownSoundError(_DAMAGED)
    (size,) = _SIZE.unpack(body[: _SIZE.size])
    try:
        table = orjson.loads(body[_SIZE.size : _SIZE.size + size])
        words = np.frombuffer(body[_SIZE.size + size :], "<u4").astype(np.uint32)
        return SoundList(_sounds(table, words))
    except (ValueError, KeyError, TypeError):
        raise KnownSoundError(_DAMAGED) from None


def open_sounds(path: Path) -> SoundList:
    """Read a file.

    Raises:
        KnownSoundError: it cannot be read, or is damaged.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        message = f"the file of known sounds cannot be read: {error.strerror}"
        raise KnownSoundError(message) from None
    return load_sounds(content)


def _sounds(table: Iterable[dict[str, object]], words: Words) -> list[KnownSound]:
    sounds, at = [], 0
    for row in table:
        length, label = row["words"], row["label"]
        if not isinstance(length, int) or not isinstance(label, int):
            raise TypeError
        part = words[at : at + length]
        name, list_name, note = (str(row[key]) for key in ("name", "list", "note"))
        sounds.append(KnownSound(name, list_name, label, part, note))
        at += length
    if at != len(words):
        raise ValueError
    return sounds
