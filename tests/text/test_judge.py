"""One candidate, one judgement, remembered for the text."""

import pytest

from app.text.forms import Kind
from app.text.judge import Judge
from app.text.result import BorderNote
from app.text.sight import Candidate, Match
from app.text.views import View, ViewKind, Views
from tests.text.helpers import snapshot

SNAPSHOT = snapshot("假钞", "大麻")


def candidate(text: str, term: str, kind: Kind = Kind.PLAIN) -> Candidate:
    views = Views(text, SNAPSHOT)
    start = views.folded.index(term)
    view = View(ViewKind.PLAIN, lambda: views.base)
    return Candidate(view, start, start + len(term), kind, term, term)


def test_a_plain_hit_is_a_match_at_no_cost() -> None:
    assert Judge("卖假钞").match(candidate("卖假钞", "假钞")) == Match(1, 3, 0, ())


def test_a_term_inside_a_word_is_none() -> None:
    text = "惹上大麻烦了"
    assert Judge(text).match(candidate(text, "大麻")) is None


def test_an_exact_hit_asks_for_no_borders() -> None:
    text = "惹上大麻烦了"
    found = Judge(text).match(candidate(text, "大麻", Kind.EXACT))
    assert found == Match(2, 4, 0, ())


@pytest.mark.parametrize("text", ["卖假钞", "惹上大麻烦了"])
def test_answers_are_remembered(text: str) -> None:
    term = "假钞" if "假钞" in text else "大麻"
    judge, found = Judge(text), candidate(text, term)
    first = judge.match(found)
    assert judge.match(found) is first
    assert list(judge.known) == [found]


def test_notes_are_kept_when_asked() -> None:
    notes = list[BorderNote]()
    text = "惹上大麻烦了"
    judge, found = Judge(text, notes), candidate(text, "大麻")
    judge.match(found)
    judge.match(found)
    (note,) = notes
    assert (note.term, note.start, note.end, note.kept) == ("大麻", 2, 4, False)


def test_no_notes_about_letters() -> None:
    notes = list[BorderNote]()
    Judge("a porn b", notes).match(candidate("a porn b", "porn"))
    assert notes == []
