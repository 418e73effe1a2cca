"""What disguises cost, on the texts that they change."""

import pytest

from app.domain.entry import Entry, Match
from app.domain.finding import Span
from app.domain.labels import Label
from app.evaluate.disguise import chosen_families
from app.evaluate.judging import checker_judge
from app.evaluate.perturb import Setting, losses, mean_loss, plantings, with_terms
from app.evaluate.running import run
from app.text.checker import Checker
from app.text.compiling import compile_snapshot
from tests.evaluate.helpers import by_word, found, sample

SAMPLES = [
    sample("rude words", "abuse"),
    sample("12345", "abuse"),
    sample("clean words"),
    sample("12345 67890"),
]
JUDGE = by_word({"rude words": found()})


def test_loss_is_of_the_texts_that_changed() -> None:
    plain = run(JUDGE, SAMPLES)
    none, circles = losses(
        JUDGE, plain, chosen_families(["mathematical"]), Setting(share=1.0)
    )
    assert none.changed.hits == 4
    assert none.loss == pytest.approx(0)
    assert (circles.changed.hits, circles.changed.of) == (2, 4)
    assert (circles.recall_before.hits, circles.recall_before.of) == (1, 1)
    assert circles.recall_after.hits == 0
    assert circles.loss == pytest.approx(1)
    assert circles.loss_interval == pytest.approx((1, 1))
    assert circles.alarms_before.of == 1


def test_without_a_changed_text_there_is_no_loss() -> None:
    plain = run(JUDGE, SAMPLES)
    rows = list(losses(JUDGE, plain, chosen_families(["variant"]), Setting()))
    assert rows[1].loss is None
    assert rows[1].changed.hits == 0
    assert mean_loss(rows) is None


def test_the_mean_counts_each_family_the_same() -> None:
    plain = run(JUDGE, SAMPLES)
    families = chosen_families(["mathematical", "full_width", "variant"])
    rows = list(losses(JUDGE, plain, families, Setting(share=1.0)))
    # mathematical changes one harmful text and loses it; full_width changes
    # both, of which one had been found.
    mean = mean_loss(rows)
    assert mean is not None
    assert mean.loss == pytest.approx((1 + 0.5) / 2)


def test_the_same_seed_gives_the_same_losses() -> None:
    plain = run(JUDGE, SAMPLES)
    setting = Setting(share=0.4, seed=9)
    rows = [
        list(losses(JUDGE, plain, chosen_families(["leet"]), setting)) for _ in range(2)
    ]
    assert rows[0] == rows[1]


def test_only_terms_that_stand_as_written_can_be_planted() -> None:
    samples = [
        sample("找办假证的", "crime", term="办假证"),
        sample("找办*假*证的", "crime", term="办假证"),
        sample("办假证是犯法的", term="办假证"),
        sample("别的", "crime"),
    ]
    assert with_terms(samples) == samples[:1]


def test_planted_terms_are_found_in_their_place() -> None:
    checker = Checker(
        compile_snapshot([Entry("办假证", Label.CRIME, match=Match.FUZZY)])
    )
    samples = [
        sample("老板找办假证的", "crime", term="办假证"),
        sample("老板找没有的词", "crime", term="没有的词"),
    ]
    rows = list(
        plantings(
            checker_judge(checker), samples, chosen_families(["emoji"]), Setting()
        )
    )
    none, emoji = rows
    assert (none.found.hits, none.found.of) == (1, 2)
    # A term that no list has says nothing about emoji.
    assert (emoji.found.hits, emoji.exact.hits, emoji.found.of) == (1, 1, 1)


def test_a_finding_beside_the_term_is_not_its_finding() -> None:
    judge = by_word({"word": found(spans=(Span(0, 2),))})
    samples = [sample("a word", "abuse", term="word")]
    (none,) = plantings(judge, samples, chosen_families([]), Setting())
    assert (none.found.hits, none.exact.hits) == (0, 0)
    judge = by_word({"word": found(spans=(Span(0, 3),))})
    (none,) = plantings(judge, samples, chosen_families([]), Setting())
    assert (none.found.hits, none.exact.hits) == (1, 0)


def test_progress_hears_of_every_family() -> None:
    heard: list[int] = []
    plain = run(JUDGE, SAMPLES)
    list(losses(JUDGE, plain, chosen_families(["leet"]), Setting(), heard.append))
    assert heard == [4, 4]
