"""Tables, moments and pages for people."""

import pytest

from app.cli_view import cell, clipped, hint, moment, more, percent, plural, show_table


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, "-"),
        ("", "-"),
        (0, "0"),
        (1234567, "1,234,567"),
        (True, "yes"),
        (False, "no"),
        (["chat", "live"], "chat live"),
        ([], "-"),
        ("two\nlines", "two lines"),
        ("\x1b[31mred", "\\x1b[31mred"),
        ("x" * 60, "x" * 47 + "…"),
    ],
)
def test_a_cell(value: object, shown: str) -> None:
    assert cell(value) == shown


def test_a_text_is_cut_to_its_limit() -> None:
    assert clipped("abcdef", 6) == "abcdef"
    assert clipped("abcdefg", 6) == "abcde…"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, "-"),
        (0, "1970-01-01 00:00 UTC"),
        ("2026-11-20T03:04:05Z", "2026-11-20 03:04 UTC"),
        ("2026-11-20T03:04:05+08:00", "2026-11-19 19:04 UTC"),
    ],
)
def test_a_moment_is_in_utc(value: str | float | None, shown: str) -> None:
    assert moment(value) == shown


def test_shares_and_counts() -> None:
    assert [percent(None), percent(0.5), percent(0.0004)] == ["-", "50.0%", "0.0%"]
    assert plural(1, "edit") == "1 edit"
    assert plural(2000, "edit") == "2,000 edits"
    assert plural(0, "entry", "entries") == "0 entries"


def test_a_table_is_plain_off_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    show_table(("A", "B"), [("中文", 1), ("x", 22)], colours=["red"])
    assert capsys.readouterr().out == "A     B\n中文  1\nx     22\n"


def test_an_empty_table_is_a_sentence_beside_the_data(
    capsys: pytest.CaptureFixture[str],
) -> None:
    show_table(("A",), [], empty="there is nothing")
    show_table(("A",), [])
    assert capsys.readouterr() == ("", "seccheck: there is nothing\n")


def test_the_next_page_and_the_next_command_are_named(
    capsys: pytest.CaptureFixture[str],
) -> None:
    more({"next": None})
    more({"next": "k9"})
    hint("wordlist publish 3", "serve it")
    out, err = capsys.readouterr()
    assert err == "seccheck: there are more: add --after k9\n"
    assert out == "serve it: seccheck wordlist publish 3\n"
