import os
from io import BytesIO

import pytest

from app.image.wire import HEAD, LONGEST, Line, WireError, framed, length


def test_messages_come_as_they_went() -> None:
    messages = [b"", b"x", bytes(100_000)]
    line = Line(BytesIO(framed(*messages)), BytesIO())
    assert [line.receive() for _ in messages] == messages
    assert line.receive() is None


@pytest.mark.parametrize("cut", [1, 3, 4, 6])
def test_a_cut_message_is_none(cut: int) -> None:
    assert Line(BytesIO(framed(b"abcdef")[:cut]), BytesIO()).receive() is None


def test_what_is_sent_leaves_at_once() -> None:
    reading, writing = os.pipe()
    with os.fdopen(writing, "wb") as far, os.fdopen(reading, "rb") as near:
        Line(BytesIO(), far).send(b"one", b"two")
        assert near.read(2 * HEAD + 6) == framed(b"one", b"two")


def test_a_message_may_not_be_longer_than_agreed() -> None:
    assert length(LONGEST.to_bytes(4)) == LONGEST
    with pytest.raises(WireError):
        length((LONGEST + 1).to_bytes(4))
