"""What a glance lets pass, the whole check lets pass, too."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.entry import Entry, Match
from app.domain.scenes import Scene
from app.lexicon.csvfile import read_entries
from app.text.compiling import compile_snapshot
from app.text.contacts import contact_findings
from app.text.glance import LONGEST, shows_nothing
from app.text.scan import Scan
from app.text.snapshot import Snapshot

PACK = Path(__file__).parents[2] / "wordlists" / "crime.csv"
TERMS = ("赌博", "假钞", "abc网", "傻傻", "三三", "sex")
TEXTS = st.text("赌博假钞abc网傻三sex1 ,。都搏\n\u200b８", max_size=14)


def compiled(match: Match) -> Snapshot:
    return compile_snapshot([Entry(term, match=match) for term in TERMS])


SNAPSHOTS = {match: compiled(match) for match in Match}


def seen(snapshot: Snapshot, text: str) -> bool:
    """Whether the whole check sees anything at all."""
    scan = Scan(snapshot, text, Scene.COMMENT, explain=False)
    scan.run()
    return scan.hits.anything or bool(contact_findings(text))


@pytest.mark.parametrize("match", list(Match))
@given(text=TEXTS)
@settings(max_examples=400)
def test_it_lets_nothing_pass_that_the_check_sees(match: Match, text: str) -> None:
    snapshot = SNAPSHOTS[match]
    if shows_nothing(snapshot, text):
        assert not seen(snapshot, text)


@pytest.mark.parametrize("match", list(Match))
@pytest.mark.parametrize("text", ["今天天气不错", "好吃！", "", "a b c", "买了3个"])
def test_ordinary_texts_need_no_more_than_a_glance(match: Match, text: str) -> None:
    if match is not Match.FUZZY:
        assert shows_nothing(SNAPSHOTS[match], text)


@pytest.mark.parametrize(
    "text",
    ["加微信ab12345", "\n".join("赌博"), "赌0博", "傻傻傻", "好" * (LONGEST + 1)],
)
def test_a_doubt_is_a_doubt(text: str) -> None:
    assert not shows_nothing(SNAPSHOTS[Match.STANDARD], text)


def test_without_words_only_contacts_are_looked_for() -> None:
    nothing = compile_snapshot([])
    assert shows_nothing(nothing, "赌博")
    assert not shows_nothing(nothing, "加微信ab12345")


def test_terms_of_a_pack_are_never_overlooked() -> None:
    entries = read_entries(PACK).entries
    snapshot = compile_snapshot(entries)
    for entry in entries:
        assert not shows_nothing(snapshot, entry.term), entry.term
