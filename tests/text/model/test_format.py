"""Model files: what is no model is refused, and says why."""

import json

import pytest

from app.text.container import read_sections, write_sections
from app.text.model.format import LARGEST, ModelError, read_model
from tests.text.model.helpers import block


def _changed(**meta: object) -> bytes:
    sections = {k: bytes(v) for k, v in read_sections(memoryview(block())).items()}
    sections["meta"] = json.dumps(json.loads(sections["meta"]) | meta).encode()
    return write_sections(sections)


def test_a_file_says_what_was_written() -> None:
    contents = read_model(block())
    assert contents.bias[0] == 3.0
    assert contents.thresholds["fraud"] == 50
    assert len(contents.version) == 12


@pytest.mark.parametrize(
    ("damaged", "reason"),
    [
        (b"", "too short"),
        (b"x" * 200, "no content model"),
        (block()[:-1], "cut short"),
        (block() + b"x", "cut short or too long"),
        (block()[:-9] + b"\x7f" + block()[-8:], "checksum"),
        (bytes(LARGEST + 1), "at most"),
        (write_sections({"meta": b"{}"}), "no content model"),
        (write_sections({"meta": b"\xff"}), "no content model"),
        (_changed(format=2), "format 2"),
        (_changed(kind="wordlist"), "no content model"),
        (_changed(classes=["clean", "harm"]), "other classes"),
        (_changed(bias=[1.0]), "no content model"),
        (_changed(thresholds={}), "no content model"),
    ],
)
def test_what_is_no_model_is_refused(damaged: bytes, reason: str) -> None:
    with pytest.raises(ModelError, match=reason):
        read_model(damaged)
