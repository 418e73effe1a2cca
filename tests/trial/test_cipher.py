import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.trial.cipher import Cipher, SealError, key_from_file, parse_key
from app.trial.errors import TrialError

KEY = bytes(range(32))


@given(st.text(st.characters(exclude_categories=[])))
def test_every_string_comes_back(text: str) -> None:
    cipher = Cipher(KEY)
    assert cipher.open(cipher.seal(text, "p"), "p") == text


def test_nothing_of_the_text_is_readable_and_no_two_are_alike() -> None:
    cipher = Cipher(KEY)
    one, two = cipher.seal("secret words", "p"), cipher.seal("secret words", "p")
    assert one != two
    assert b"secret" not in one


def test_other_keys_purposes_and_damage_are_refused() -> None:
    cipher = Cipher(KEY)
    sealed = cipher.seal("text", "p")
    damaged = sealed[:-1] + bytes([sealed[-1] ^ 1])
    for wrong in (damaged, sealed[:10], b"", b"\0" * 64, sealed[:4]):
        with pytest.raises(SealError):
            cipher.open(wrong, "p")
    with pytest.raises(SealError):
        cipher.open(sealed, "q")
    with pytest.raises(SealError, match="another key"):
        Cipher(b"\1" * 32).open(sealed, "p")


def test_a_key_has_its_length() -> None:
    assert parse_key(KEY.hex() + "\n") == KEY
    for wrong in ("", "zz" * 32, KEY.hex()[2:], "00" * 33):
        with pytest.raises(TrialError) as told:
            parse_key(wrong)
        assert wrong == "" or wrong not in str(told.value)
    with pytest.raises(TrialError):
        Cipher(b"short")


def test_the_file_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "content.key"
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _: key_from_file(path), range(16)))
    assert len(keys) == 1
    assert len(keys.pop()) == 32
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [file.name for file in tmp_path.iterdir()] == ["content.key"]


def test_a_file_that_holds_something_else_is_named(tmp_path: Path) -> None:
    path = tmp_path / "content.key"
    for content in (b"hello", b"\xff"):
        path.write_bytes(content)
        with pytest.raises(TrialError, match=r"content\.key does not hold"):
            key_from_file(path)
        assert path.read_bytes() == content
