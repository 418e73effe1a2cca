"""The generator is deterministic, and every part runs; no time is asserted."""

import ahocorasick
import pytest

from app.text.fold import fold
from benchmarks import generate
from benchmarks.generate import LONGEST, SHORTEST, comments, terms


def test_same_seed_same_terms() -> None:
    assert terms(300, seed=5) == terms(300, seed=5)
    assert terms(300, seed=5) != terms(300, seed=6)


def test_a_shorter_list_is_the_start_of_a_longer_one() -> None:
    assert terms(500)[:100] == terms(100)


def test_terms_are_distinct_and_of_the_promised_length() -> None:
    made = terms(2000)
    assert len(set(made)) == 2000
    assert {len(term) for term in made} == set(range(SHORTEST, LONGEST + 1))


def test_terms_are_absent_from_the_clean_texts() -> None:
    texts = comments(200, 35)
    made = terms(3000, unlike=texts)
    folded = [fold(text) for text in texts]
    assert not [term for term in made if any(fold(term) in text for text in folded)]


@pytest.mark.parametrize("length", [35, 500])
def test_same_seed_same_comments_of_exact_length(length: int) -> None:
    made = comments(20, length)
    assert made == comments(20, length)
    assert made != comments(20, length, seed=1)
    assert {len(text) for text in made} == {length}


def test_planting_changes_one_comment_in_a_hundred_and_no_length() -> None:
    planted = terms(50)
    clean, made = comments(1000, 35), comments(1000, 35, planted=planted)
    changed = [text for text, other in zip(made, clean, strict=True) if text != other]
    assert len(changed) == 1000 * 35 // generate.PLANT_EVERY
    automaton = ahocorasick.Automaton()
    for term in planted:
        automaton.add_word(term, term)
    automaton.make_automaton()
    assert all(list(automaton.iter(text)) for text in changed)
    assert {len(text) for text in made} == {35}
