"""Lint of a draft speaks of what is new, not of what stood there before."""

import pytest

from app.domain.entry import Entry, Match
from app.domain.labels import Label
from app.lexicon import lint_draft
from app.lexicon.lint_draft import lint_entries
from app.lexicon.lint_item import Code, Remark, Severity
from app.lexicon.validity import MAX_SINGLES


def entry(term: str, level: int = 90, label: Label | None = Label.ABUSE) -> Entry:
    return Entry(term, label, level)


LIVE = {"abuse": [entry("你大爷的"), entry("卖屁股的"), entry("狗东西")]}


def drafted(**lists: list[Entry]) -> dict[str, list[Entry]]:
    return LIVE | lists


def codes(remarks: list[Remark]) -> list[tuple[str, Code, str]]:
    return [(one.file, one.code, one.term) for one in remarks]


def test_nothing_is_said_of_words_that_nobody_touched() -> None:
    doubtful = {"abuse": [entry("的"), entry("你大爷的")]}
    assert lint_entries(doubtful, doubtful) == []
    assert lint_entries(doubtful) != []


def test_a_new_term_that_covers_old_ones_is_named_once() -> None:
    remarks = lint_entries(drafted(scam=[entry("的")]), LIVE)
    assert codes(remarks) == [
        ("scam", Code.COVERED, "的"),
        ("scam", Code.ONE_CHARACTER, "的"),
    ]
    (covers,) = (one for one in remarks if one.code is Code.COVERED)
    assert "2 entries of abuse" in covers.message
    assert "'你大爷的', '卖屁股的'" in covers.message


def test_a_new_term_that_an_old_one_covers_is_named_itself() -> None:
    remarks = lint_entries(drafted(scam=[entry("臭狗东西", 80)]), LIVE)
    assert codes(remarks) == [("scam", Code.COVERED, "臭狗东西")]
    assert "covered by '狗东西' (level 90) in list abuse" in remarks[0].message


def test_the_same_term_in_another_list_is_worth_a_word_but_no_error() -> None:
    (remark,) = lint_entries(drafted(scam=[entry("狗东西")]), LIVE)
    assert (remark.severity, remark.code) == (Severity.WARNING, Code.DUPLICATE)
    twice = [entry("新骗术"), entry("新 骗 术")]
    (remark,) = lint_entries(drafted(scam=twice), LIVE)
    assert (remark.severity, remark.code) == (Severity.ERROR, Code.DUPLICATE)


def test_a_changed_level_makes_an_entry_new() -> None:
    changed = {"abuse": [entry("你大爷的", 50), *LIVE["abuse"][1:]]}
    assert lint_entries(changed, LIVE) == []
    assert codes(lint_entries(changed | {"scam": [entry("大爷的")]}, LIVE)) == [
        ("abuse", Code.COVERED, "你大爷的")
    ]


def test_an_allowed_phrase_against_a_new_term_is_a_conflict() -> None:
    live = {"exempt": [entry("狗东西", label=None)]}
    (remark,) = lint_entries(live | {"scam": [entry("狗东西")]}, live)
    assert remark.code is Code.CONFLICT


def test_a_term_that_cannot_be_read_is_an_error_and_leaves_the_rest_judged() -> None:
    broken = [Entry("出售&", Label.CRIME, 90, Match.STANDARD), entry("的")]
    remarks = lint_entries({"scam": broken}, {})
    assert [one.severity for one in remarks] == [Severity.ERROR, Severity.WARNING]


def test_thousands_of_single_characters_get_one_error() -> None:
    singles = [entry(chr(0x4E00 + number)) for number in range(MAX_SINGLES + 1)]
    (remark,) = lint_entries({"scam": singles}, {})
    assert (remark.severity, remark.code) == (Severity.ERROR, Code.TOO_MANY)


def test_more_remarks_than_anybody_reads_are_cut(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lists = {"scam": [entry(one) for one in "的了吗呢啊"]}
    everything = lint_entries(lists, {})
    monkeypatch.setattr(lint_draft, "MOST_REMARKS", 3)
    remarks = lint_entries(lists, {})
    assert len(remarks) == 4
    left_out = f"{len(everything) - 3} more remarks are left out"
    assert left_out in {one.message for one in remarks}
