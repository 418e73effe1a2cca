"""The one answer that follows from all findings."""

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from app.domain.finding import Finding, Strategy, Suggest
from app.domain.labels import Label
from app.domain.policy import DEFAULT_POLICY, Policy, Thresholds
from app.domain.verdict import CLEAN, decide


def word(level: int, label: Label = Label.CRIME) -> Finding:
    return Finding(Strategy.KEYWORD, label, Suggest.PASS, level=level)


def model(prob: int, label: Label = Label.PORN) -> Finding:
    return Finding(Strategy.CONTENT_MODEL, label, Suggest.PASS, prob=prob)


FINDINGS = st.lists(
    st.builds(word, st.integers(0, 100), st.sampled_from(Label))
    | st.builds(model, st.integers(0, 100), st.sampled_from(Label)),
    max_size=6,
)


def test_nothing_found_is_clean() -> None:
    assert decide([], DEFAULT_POLICY) is CLEAN
    assert CLEAN.suggest is Suggest.PASS
    assert CLEAN.label is Label.NORMAL


def test_the_worst_suggest_wins() -> None:
    verdict = decide([word(50, Label.ADS), word(90), word(10)], DEFAULT_POLICY)
    assert verdict.suggest is Suggest.RISKY
    assert verdict.label is Label.CRIME


def test_ties_go_to_the_higher_level() -> None:
    verdict = decide([word(85, Label.ADS), word(95, Label.PORN)], DEFAULT_POLICY)
    assert verdict.label is Label.PORN


def test_a_block_by_a_word_goes_before_a_surer_model() -> None:
    verdict = decide([model(100), word(80, Label.ADS)], DEFAULT_POLICY)
    assert verdict.suggest is Suggest.RISKY
    assert verdict.label is Label.ADS


def test_low_findings_are_listed_but_normal() -> None:
    verdict = decide([word(10)], DEFAULT_POLICY)
    assert verdict.suggest is Suggest.PASS
    assert verdict.label is Label.NORMAL
    assert len(verdict.findings) == 1


def test_findings_are_judged_anew_by_the_policy() -> None:
    policy = Policy(default=Thresholds(5, 6))
    verdict = decide([word(10)], policy)
    assert [item.suggest for item in verdict.findings] == [Suggest.RISKY]


@given(FINDINGS)
def test_a_verdict_is_one_of_its_findings(findings: list[Finding]) -> None:
    verdict = decide(findings, DEFAULT_POLICY)
    ranks = [item.suggest.rank for item in verdict.findings]
    assert verdict.suggest.rank == max(ranks, default=0)
    assert len(verdict.findings) == len(findings)
    if verdict.suggest is Suggest.PASS:
        assert verdict.label is Label.NORMAL
    else:
        assert verdict.label in {item.label for item in findings}


@given(FINDINGS, st.randoms(use_true_random=False))
def test_the_order_of_findings_does_not_change_the_suggest(
    findings: list[Finding], random: Random
) -> None:
    shuffled = list(findings)
    random.shuffle(shuffled)
    one = decide(findings, DEFAULT_POLICY)
    assert decide(shuffled, DEFAULT_POLICY).suggest is one.suggest
