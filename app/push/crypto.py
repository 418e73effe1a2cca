"""The encryption of a push: AES-256-CBC as WeChat prescribes (contract section 6)."""

import base64
import binascii
import re
import secrets

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

SALT = 16
"""Random bytes before each message."""

_KEY = re.compile(r"[A-Za-z0-9]{43}")
_LENGTH = 4
_PAD = 32
"""The block size of the padding; that of AES is 16."""


class MessageError(Exception):
    """A ciphertext is damaged, made with another key or for another app."""


def decode_key(text: str) -> bytes:
    """The 32 bytes of an EncodingAESKey.

    The spare bits of its last character may be anything, as the SDKs accept it.

    Raises:
        ValueError: it is not 43 letters and digits; the text is not shown.
    """
    if _KEY.fullmatch(text) is None:
        message = "an EncodingAESKey is 43 letters and digits"
        raise ValueError(message)
    return base64.b64decode(text + "=")


class MessageCipher:
    """Encrypts and decrypts the messages of one app."""

    def __init__(self, aes_key: str, appid: str) -> None:
        """Work with an EncodingAESKey.

        Raises:
            ValueError: it is none.
        """
        key = decode_key(aes_key)
        self._cipher = Cipher(AES(key), CBC(key[:16]))
        self._appid = appid.encode()

    def encrypt(self, message: bytes, *, salt: bytes | None = None) -> str:
        """The ciphertext in base64; `salt` are 16 bytes, random unless given."""
        salt = secrets.token_bytes(SALT) if salt is None else salt
        length = len(message).to_bytes(_LENGTH, "big")
        plain = salt + length + message + self._appid
        count = _PAD - len(plain) % _PAD
        encryptor = self._cipher.encryptor()
        data = encryptor.update(plain + bytes([count]) * count) + encryptor.finalize()
        return base64.b64encode(data).decode("ascii")

    def decrypt(self, text: str) -> bytes:
        """The message in a ciphertext.

        Raises:
            MessageError: there is none for this key and app.
        """
        plain = self._unpadded(text)
        start = SALT + _LENGTH
        end = start + int.from_bytes(plain[SALT:start], "big")
        if plain[end:] != self._appid:
            raise MessageError("encrypted with another key or for another app")
        return plain[start:end]

    def _unpadded(self, text: str) -> bytes:
        try:
            data = base64.b64decode(text, validate=True)
            decryptor = self._cipher.decryptor()
            plain = decryptor.update(data) + decryptor.finalize()
        except (binascii.Error, ValueError):
            raise MessageError("not a ciphertext") from None
        count = plain[-1] if plain else 0
        if not 1 <= count <= _PAD or plain[-count:] != bytes([count]) * count:
            raise MessageError("encrypted with another key")
        return plain[:-count]
