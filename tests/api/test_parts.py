"""The small parts of the edge by themselves."""

import contextlib
import io
import json
import logging
from typing import Any

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from app import logs
from app.api.http import query_value
from app.api.jsonio import BadJsonError, dumps, loads

ANY_TEXT = st.text(st.characters(exclude_categories=[]))


@pytest.mark.parametrize(
    ("query", "value"),
    [
        (b"", ""),
        (b"access_token=abc", "abc"),
        (b"a=b&access_token=abc&access_token=second", "abc"),
        (b"xaccess_token=abc", ""),
        (b"access_token=a%2Bb+c%E5%A5%BD", "a+b c好"),
        (b"access_token=%FF", "\ufffd"),
        (b"access_token=\xff", "\xff"),
        (b"access_token", ""),
        (b"&&=&access_token=", ""),
    ],
)
def test_query_values(query: bytes, value: str) -> None:
    assert query_value(query, b"access_token") == value


@given(st.binary())
def test_loads_never_fails_otherwise(body: bytes) -> None:
    with contextlib.suppress(BadJsonError):
        loads(body)


@given(ANY_TEXT)
def test_every_string_survives_the_way_in(text: str) -> None:
    body = json.dumps({"text": text}).encode()
    assert loads(body) == {"text": json.loads(json.dumps(text))}


@given(
    st.recursive(
        ANY_TEXT, lambda inner: st.lists(inner) | st.dictionaries(ANY_TEXT, inner)
    )
)
def test_every_value_can_be_written(value: Any) -> None:
    assert b"\xed\xa0" not in dumps(value)
    json.loads(dumps(value))


# --- logs


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_forbidden_fields_are_dropped(written: io.StringIO) -> None:
    log = structlog.get_logger("seccheck.test")
    log.info("seen", content="秘密", access_token="秘密", openid="秘密", path="/x")
    (line,) = lines(written)
    assert line["path"] == "/x"
    assert line["event"] == "seen"
    assert line["level"] == "info"
    assert "秘密" not in written.getvalue()


def test_exceptions_are_logged_without_their_text(written: io.StringIO) -> None:
    try:
        raise ValueError("秘密")
    except ValueError:
        structlog.get_logger("seccheck.test").exception("failed")
        logging.getLogger("elsewhere").exception("failed too")
    for line in lines(written):
        assert line["exception"] == "ValueError"
        assert line["frames"]
    assert len(lines(written)) == 2
    assert "秘密" not in written.getvalue()


def test_console_lines_are_for_people(written: io.StringIO) -> None:
    logs.configure(style="console", stream=written)
    logging.getLogger("elsewhere").warning("hello %s", "you")
    assert "hello you" in written.getvalue()
