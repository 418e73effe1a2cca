"""Messages are encrypted as WeChat encrypts them, and strangers' are refused."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.push.crypto import MessageCipher, MessageError, decode_key
from tests.push.helpers import (
    AES_KEY,
    APPID,
    ENCRYPT_A,
    ENCRYPT_B,
    MESSAGE_A,
    MESSAGE_B,
    SALT_A,
    SALT_B,
)

CIPHER = MessageCipher(AES_KEY, APPID)


@pytest.mark.parametrize(
    ("salt", "message", "sealed"),
    [(SALT_A, MESSAGE_A, ENCRYPT_A), (SALT_B, MESSAGE_B, ENCRYPT_B)],
)
def test_published_vectors(salt: bytes, message: bytes, sealed: str) -> None:
    assert CIPHER.encrypt(message, salt=salt) == sealed
    assert CIPHER.decrypt(sealed) == message


@given(st.binary(max_size=200))
def test_every_message_comes_back_in_blocks_of_32(message: bytes) -> None:
    sealed = CIPHER.encrypt(message)
    assert len(base64.b64decode(sealed)) % 32 == 0
    assert CIPHER.decrypt(sealed) == message


def test_the_length_counts_bytes() -> None:
    assert CIPHER.decrypt(CIPHER.encrypt("下载错误".encode())).decode() == "下载错误"


def test_no_two_ciphertexts_are_alike() -> None:
    assert CIPHER.encrypt(b"same") != CIPHER.encrypt(b"same")


def test_another_app_or_key_cannot_read_it() -> None:
    sealed = CIPHER.encrypt(b"secret")
    with pytest.raises(MessageError, match="another app"):
        MessageCipher(AES_KEY, "wx0").decrypt(sealed)
    with pytest.raises(MessageError):
        MessageCipher("B" * 43, APPID).decrypt(sealed)


@pytest.mark.parametrize("text", ["", "?", "AAAA", ENCRYPT_B[:-4], "é", "A" * 44])
def test_damage_is_told(text: str) -> None:
    with pytest.raises(MessageError):
        CIPHER.decrypt(text)


@given(st.binary(max_size=96))
def test_any_bytes_are_a_message_or_an_error(data: bytes) -> None:
    with pytest.raises(MessageError):
        CIPHER.decrypt(base64.b64encode(data).decode())


def test_spare_bits_of_a_key_may_be_anything() -> None:
    assert decode_key("A" * 42 + "B") == decode_key(AES_KEY) == bytes(32)


@pytest.mark.parametrize(
    "key", ["", "A" * 42, "A" * 44, "A" * 42 + "+", "A" * 42 + "\n"]
)
def test_other_keys_are_refused_without_being_shown(key: str) -> None:
    with pytest.raises(ValueError, match="43 letters and digits") as caught:
        decode_key(key)
    assert not key or key not in str(caught.value)
