"""The grammar of the term column."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.entry import MAX_TERM_LENGTH
from app.text.grammar import (
    DEFAULT_WINDOW,
    MAX_WINDOW,
    Parsed,
    TermError,
    escape_term,
    parse_term,
)


@pytest.mark.parametrize(
    ("term", "text"),
    [
        ("出售枪支", "出售枪支"),
        ("  spaced out ", "spaced out"),
        (r"AT\&T", "AT&T"),
        (r"R\&B", "R&B"),
        (r"a\|b", "a|b"),
        (r"\{30\}", "{30}"),
        (r"C:\\temp", r"C:\temp"),
        (r"\~\~", "~~"),
        ("一", "一"),
    ],
)
def test_plain_terms(term: str, text: str) -> None:
    assert parse_term(term) == Parsed("term", ((text,),))


@pytest.mark.parametrize(
    ("term", "require", "forbid", "window"),
    [
        ("甲乙&丙丁", (("甲乙",), ("丙丁",)), (), DEFAULT_WINDOW),
        ("甲乙 & 丙丁", (("甲乙",), ("丙丁",)), (), DEFAULT_WINDOW),
        ("ab&cd&ef", (("ab",), ("cd",), ("ef",)), (), DEFAULT_WINDOW),
        ("ab|cd&ef|gh", (("ab", "cd"), ("ef", "gh")), (), DEFAULT_WINDOW),
        ("ab|cd|ab", (("ab", "cd"),), (), DEFAULT_WINDOW),
        ("ab~cd", (("ab",),), (("cd",),), DEFAULT_WINDOW),
        ("ab~cd~ef|gh", (("ab",),), (("cd",), ("ef", "gh")), DEFAULT_WINDOW),
        ("ab&cd~ef{30}", (("ab",), ("cd",)), (("ef",),), 30),
        (r"AT\&T&cd{7}", (("AT&T",), ("cd",)), (), 7),
        (r"a\{3\}&cd", (("a{3}",), ("cd",)), (), DEFAULT_WINDOW),
        (
            "出售|低价出|现货&枪支|子弹|猎枪~玩具|模型",
            (("出售", "低价出", "现货"), ("枪支", "子弹", "猎枪")),
            (("玩具", "模型"),),
            DEFAULT_WINDOW,
        ),
    ],
)
def test_rules(
    term: str,
    require: tuple[tuple[str, ...], ...],
    forbid: tuple[tuple[str, ...], ...],
    window: int,
) -> None:
    assert parse_term(term) == Parsed("rule", require, forbid, window)


@pytest.mark.parametrize(
    ("term", "words"),
    [
        ("", "empty"),
        ("   ", "empty"),
        ("&", "an & has nothing beside it"),
        ("ab&", "an & has nothing beside it"),
        ("&ab", "an & has nothing beside it"),
        ("ab&&cd", "an & has nothing beside it"),
        ("ab~", "a ~ has nothing beside it"),
        ("~ab", "a ~ has nothing beside it"),
        ("ab|", "a | has nothing beside it"),
        ("ab| &cd", "a | has nothing beside it"),
        ("AT&T", "one character"),
        ("枪&出售", "one character"),
        ("ab~cd&ef", "before the first ~"),
        ("ab&cd{}", "window"),
        ("ab&cd{0}", "window"),
        (f"ab&cd{{{MAX_WINDOW + 1}}}", "window"),
        ("ab&cd{٣}", "window"),
        ("ab&cd{x}", "window"),
        ("ab{30}", "needs a rule"),
        ("ab{30}&cd", "braces"),
        ("a}b", "braces"),
        ("{30}", "needs a rule"),
        ("ab\\", "backslash"),
        (r"a\b", "backslash"),
        ("aa&bb&cc&dd&ee&ff", "at most 5"),
        ("长" * (MAX_TERM_LENGTH + 1), "at most 500"),
    ],
)
def test_mistakes_say_what_is_wrong(term: str, words: str) -> None:
    with pytest.raises(TermError) as caught:
        parse_term(term)
    assert words in caught.value.message
    assert caught.value.term == term


def test_parts_lists_required_ones_first() -> None:
    assert parse_term("ab|cd&ef~gh").parts == ("ab", "cd", "ef", "gh")


@given(st.text(max_size=40))
def test_any_text_parses_or_explains(text: str) -> None:
    try:
        parsed = parse_term(text)
    except TermError:
        return
    assert all(parsed.parts)


@given(st.text(min_size=1, max_size=40).filter(lambda text: text.strip() == text))
def test_an_escaped_text_is_a_plain_term(text: str) -> None:
    assert parse_term(escape_term(text)) == Parsed("term", ((text,),))
