"""Texts at rest: AES-256-GCM with one key for the whole service."""

import contextlib
import os
import secrets
from hashlib import blake2b
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app.trial.errors import TrialError

KEY_BYTES = 32
_NONCE = 12
_MARK = 4


class SealError(Exception):
    """Sealed with another key, for another purpose, or damaged."""


class Cipher:
    """Seals texts so that a stolen copy of the database opens none of them.

    A sealed text is a mark of the key, a random nonce and the ciphertext. The
    `purpose` is bound in: what was sealed for one app or one backtest cannot be
    read as if it belonged to another.
    """

    def __init__(self, key: bytes) -> None:
        """Work with a key of 32 random bytes.

        Raises:
            TrialError: another length.
        """
        if len(key) != KEY_BYTES:
            raise TrialError(f"the key for kept texts must have {KEY_BYTES} bytes")
        self._box = AESGCM(key)
        self._mark = blake2b(key, digest_size=_MARK, person=b"seccheck key").digest()

    def seal(self, text: str, purpose: str) -> bytes:
        """Encrypt any string, also one with lone surrogates."""
        nonce = secrets.token_bytes(_NONCE)
        data = text.encode("utf-8", "surrogatepass")
        return self._mark + nonce + self._box.encrypt(nonce, data, purpose.encode())

    def open(self, sealed: bytes, purpose: str) -> str:
        """Decrypt what `seal` made.

        Raises:
            SealError: it cannot be read with this key and purpose.
        """
        if sealed[:_MARK] != self._mark:
            raise SealError("sealed with another key")
        nonce, data = sealed[_MARK : _MARK + _NONCE], sealed[_MARK + _NONCE :]
        try:
            plain = self._box.decrypt(nonce, data, purpose.encode())
        except (InvalidTag, ValueError):
            raise SealError("damaged, or sealed for something else") from None
        return plain.decode("utf-8", "surrogatepass")


def key_from_file(path: Path) -> bytes:
    """The key in a file of 64 hexadecimal digits; made when there is none.

    Processes that start at once agree on one key. Its owner alone can read it.

    Raises:
        TrialError: the file holds something else.
        OSError: it cannot be read or made.
    """
    if not path.exists():
        _make(path)
    try:
        return parse_key(path.read_text("ascii"))
    except (UnicodeDecodeError, TrialError):
        message = f"{path} does not hold a key of {KEY_BYTES * 2} hexadecimal digits"
        raise TrialError(message) from None


def parse_key(text: str) -> bytes:
    """A key written as 64 hexadecimal digits.

    Raises:
        TrialError: it is not; the text is not shown.
    """
    try:
        key = bytes.fromhex(text.strip())
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        message = f"the key for kept texts needs {KEY_BYTES * 2} hexadecimal digits"
        raise TrialError(message)
    return key


def _make(path: Path) -> None:
    """Write a whole new key, unless another process was first."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    file = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(file, "w", encoding="ascii") as opened:
            opened.write(secrets.token_hex(KEY_BYTES))
            opened.flush()
            os.fsync(opened.fileno())
        # A link fails when the name is taken; a rename would replace it.
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
    finally:
        draft.unlink()
