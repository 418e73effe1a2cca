"""Each family of disguise is seen, with its exact span.

The disguises of `disguise_cases` are put into carrier sentences and must be found
there as exactly the planted characters.
"""

import pytest

from app.domain.entry import Match
from tests.text.disguise_cases import ALL, carriers
from tests.text.helpers import folds, hits, single


@pytest.mark.parametrize(("family", "term", "written"), ALL)
def test_planted(family: str, term: str, written: str) -> None:
    for carrier in carriers(family, written):
        assert hits(term, carrier.format(written)) == [written], carrier


STANDARD_FAMILIES = [
    "separator",
    "space",
    "zero_width",
    "emoji",
    "inserted",
    "styled",
    "homoglyph",
    "accent",
    "repeat",
    "variant",
    "latin_gaps",
    "line_break",
]
FUZZY_FAMILIES = [
    "pinyin",
    "mixed_pinyin",
    "initials",
    "homophone",
    "lookalike",
    "leet",
    "masked",
    "reordered",
]


@pytest.mark.parametrize(
    ("family", "term", "written"),
    [case for case in ALL if case.values[0] in STANDARD_FAMILIES],
)
def test_standard_terms_see_what_folding_undoes(
    family: str, term: str, written: str
) -> None:
    assert hits(term, written, Match.STANDARD) == [written], family


@pytest.mark.parametrize(
    ("family", "term", "written"),
    [case for case in ALL if case.values[0] in FUZZY_FAMILIES],
)
def test_standard_terms_see_no_sounds_and_shapes(
    family: str, term: str, written: str
) -> None:
    assert hits(term, written, Match.STANDARD) == [], family


@pytest.mark.parametrize(("family", "term", "written"), ALL)
def test_exact_terms_see_no_disguise(family: str, term: str, written: str) -> None:
    assert written not in hits(term, f"{written}。", Match.EXACT), family


@pytest.mark.parametrize(
    ("term", "text", "names"),
    [
        ("假钞", "假钞", ()),
        ("假钞", "假-钞", ("separator",)),
        ("假钞", "假 钞", ("space",)),
        ("假钞", "假\u200b钞", ("zero_width",)),
        ("假钞", "假😀钞", ("emoji",)),
        ("假钞", "假1钞", ("inserted",)),
        ("假钞", "假\n钞", ("line_break",)),
        ("假钞", "假\u0336钞", ("accent",)),
        ("假钞", "假鈔", ("variant",)),
        ("假钞", "假假钞", ("repeat",)),
        ("假钞", "贾钞", ("homophone",)),
        ("赌场", "睹场", ("lookalike",)),
        ("假钞", "jiachao", ("pinyin",)),
        ("假钞", "假chao", ("pinyin",)),
        ("枪械配件", "qxpj", ("initials",)),
        ("办假证", "证假办", ("reordered",)),
        ("嫖娼", "女票女昌", ("split",)),
        ("porn", "Porn", ("case",)),
        ("porn", "ｐorn", ("width",)),
        ("porn", "ⓟorn", ("enclosed",)),
        ("porn", "𝐩orn", ("styled",)),
        ("porn", "pоrn", ("homoglyph",)),
        ("porn", "pörn", ("accent",)),
        ("porn", "p0rn", ("leetspeak",)),
        ("porn", "p*rn", ("separator", "masked")),
        ("假钞", "假-鈔", ("variant", "separator")),
    ],
)
def test_findings_name_the_disguises(
    term: str, text: str, names: tuple[str, ...]
) -> None:
    assert folds(term, text) == names


def levels(term: str, text: str, level: int = 90) -> list[int | None]:
    found = single(term).check(text).findings
    return [item.level for item in found if item.term == term]


@pytest.mark.parametrize(
    ("milder", "harsher"),
    [
        ("假钞", "假 钞"),
        ("假-钞", "假1钞"),
        ("假假钞", "假抄"),
        ("假抄", "贾抄"),
        ("假chao", "jiachao"),
    ],
)
def test_a_stranger_disguise_keeps_a_lower_level(milder: str, harsher: str) -> None:
    (more,), (less,) = levels("假钞", milder), levels("假钞", harsher)
    assert more is not None
    assert less is not None
    assert more > less


@pytest.mark.parametrize(("family", "term", "written"), ALL)
def test_no_disguise_hides_a_term_from_review(
    family: str, term: str, written: str
) -> None:
    (finding,) = [f for f in single(term).check(written).findings if f.term == term]
    assert finding.suggest.value != "pass", family
    assert 40 <= (finding.level or 0) <= 90
