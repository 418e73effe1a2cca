"""Guessing a format from the first bytes."""

import pytest

from app.lexicon.formats import KnownFormat, sniff
from tests.lexicon.formats.helpers import refusals, terms


@pytest.mark.parametrize(
    ("head", "format_"),
    [
        ("term\n坏词", "csv"),
        ("\ufeffterm,label\r\n坏词,ads", "csv"),
        ('\n\n"Level", "TERM"\n', "csv"),
        ("term;label\n", "csv"),
        ("word,label,level\n", "csv"),
        ("坏词\n更坏", "text"),
        ("# comment\nterm\n", "text"),
        ("note this, please\n", "text"),
        ("甲乙,丙丁\n", "text"),
        ("中国|zg人|abc", "toolgood"),
        ("中国|zg人|abc\n", "toolgood"),
        ("中国|zg人\nabc\n", "text"),
        ("出售|现货&枪支", "text"),
        ("", "text"),
    ],
)
def test_sniff(head: str, format_: KnownFormat) -> None:
    assert sniff(head.encode()) == format_


@pytest.mark.parametrize("head", [b"\xff\xfe\x00", b"\x00" * 9, b"\xb0\xa1\xb0"])
def test_any_bytes_can_be_sniffed(head: bytes) -> None:
    assert sniff(head) == "text"


def test_auto_reads_what_it_guessed() -> None:
    assert terms("term,note\n坏词,why\n") == ["坏词"]
    assert terms("坏词\n更坏|更差&出售\n") == ["坏词", "更坏|更差&出售"]
    assert terms("坏词|更坏") == ["坏词", "更坏"]


def test_a_wrong_header_is_told_apart_from_a_list_of_terms() -> None:
    ((_, message),) = refusals("word,label,level\n坏词,ads,90\n")
    assert "unknown column 'word'" in message
