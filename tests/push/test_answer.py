"""What counts as a proper answer, in clear or encrypted."""

import json

import pytest

from app.push.answer import remark
from app.push.signature import signature
from app.push.target import Mode
from tests.push.helpers import (
    APPID,
    ENCRYPT_B,
    MESSAGE_B,
    NONCE,
    TOKEN,
    target,
)

OTHER = "it answered something else than `success`"
FOREIGN = "its answer was encrypted with another token or key"
SAFE = target(mode=Mode.SAFE)


def reply(message: bytes, token: str = TOKEN, appid: str = APPID) -> dict[str, object]:
    sealed = target(appid=appid).cipher().encrypt(message)
    return {
        "Encrypt": sealed,
        "MsgSignature": signature(token, "1713424427", NONCE, sealed),
        "TimeStamp": 1713424427,
        "Nonce": NONCE,
    }


def xml(fields: dict[str, object]) -> bytes:
    inside = "".join(
        f"<{name}>{value}</{name}>\n"
        if isinstance(value, int)
        else f"<{name}><![CDATA[{value}]]></{name}>\n"
        for name, value in fields.items()
    )
    return f"<xml>{inside}</xml>".encode()


@pytest.mark.parametrize("body", [b"", b"success", b" success\n", b"\n"])
@pytest.mark.parametrize("mode", Mode)
def test_nothing_and_success_are_proper(body: bytes, mode: Mode) -> None:
    assert remark(target(mode=mode), body) == ""


@pytest.mark.parametrize("message", [b"", b"success"])
def test_so_they_are_encrypted(message: bytes) -> None:
    said = reply(message)
    assert remark(SAFE, json.dumps(said).encode()) == ""
    assert remark(SAFE, xml(said)) == ""
    assert remark(target(), xml(said)) == OTHER


def test_the_published_reply_is_read() -> None:
    said = reply(MESSAGE_B) | {
        "Encrypt": ENCRYPT_B,
        "MsgSignature": "1b9339964ed2e271e7c7b6ff2b0ef902fc94dea1",
    }
    assert remark(SAFE, json.dumps(said).encode()) == OTHER


def test_an_answer_with_another_token_key_or_app() -> None:
    for said in (reply(b"", token="BBBBB"), reply(b"", appid="wx0")):
        assert remark(SAFE, json.dumps(said).encode()) == FOREIGN


@pytest.mark.parametrize(
    "body",
    [
        b"fail",
        b"<html>",
        b"{}",
        b"[]",
        b"{",
        b"\xff",
        b'{"Encrypt":',
        b"[" * 100_000,
        b"<Encrypt>",
        b'{"errcode":-1}',
    ],
)
def test_anything_else_is_odd(body: bytes) -> None:
    assert remark(SAFE, body) == OTHER
