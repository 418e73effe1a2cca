"""From level or probability to pass, review or risky."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.finding import Strategy, Suggest
from app.domain.labels import Label
from app.domain.policy import DEFAULT_POLICY, Policy, Thresholds

PASS, REVIEW, RISKY = Suggest.PASS, Suggest.REVIEW, Suggest.RISKY
MODELS = [Strategy.CONTENT_MODEL, Strategy.IMAGE_MODEL]
WEIGHTS = st.integers(0, 100)


@pytest.mark.parametrize(
    ("weight", "suggest"),
    [
        (0, PASS),
        (39, PASS),
        (40, REVIEW),
        (79, REVIEW),
        (80, RISKY),
        (100, RISKY),
    ],
)
def test_default_thresholds(weight: int, suggest: Suggest) -> None:
    assert Thresholds().suggest(weight) is suggest
    said = DEFAULT_POLICY.suggest(Strategy.KEYWORD, Label.CRIME, weight)
    assert said is suggest


@pytest.mark.parametrize(
    ("review", "risky"), [(-1, 50), (60, 50), (0, 102), (102, 102), (101, 100)]
)
def test_thresholds_out_of_order_are_refused(review: int, risky: int) -> None:
    with pytest.raises(ValueError, match="0 <= review <= risky <= 101"):
        Thresholds(review, risky)


@pytest.mark.parametrize(
    ("review", "risky", "weight", "suggest"),
    [
        (0, 0, 0, RISKY),
        (0, 101, 0, REVIEW),
        (0, 101, 100, REVIEW),
        (101, 101, 100, PASS),
        (50, 50, 49, PASS),
        (50, 50, 50, RISKY),
    ],
)
def test_thresholds_at_the_ends(
    review: int, risky: int, weight: int, suggest: Suggest
) -> None:
    assert Thresholds(review, risky).suggest(weight) is suggest


def test_a_label_has_thresholds_of_its_own() -> None:
    policy = Policy(by_label={Label.ADS: Thresholds(90, 101)})
    assert policy.suggest(Strategy.KEYWORD, Label.ADS, 85) is PASS
    assert policy.suggest(Strategy.KEYWORD, Label.PORN, 85) is RISKY


def test_a_strategy_goes_before_a_label() -> None:
    policy = Policy(
        by_label={Label.ADS: Thresholds(101, 101)},
        by_strategy={Strategy.LINK: Thresholds(1, 2)},
    )
    assert policy.suggest(Strategy.LINK, Label.ADS, 50) is RISKY
    assert policy.suggest(Strategy.CONTACT, Label.ADS, 50) is PASS


@pytest.mark.parametrize("model", MODELS)
@given(weight=WEIGHTS)
def test_a_model_alone_never_blocks(model: Strategy, weight: int) -> None:
    assert DEFAULT_POLICY.suggest(model, Label.PORN, weight) is not RISKY


@pytest.mark.parametrize("model", MODELS)
def test_a_model_blocks_when_an_operator_says_so(model: Strategy) -> None:
    policy = Policy(by_strategy={model: Thresholds(40, 95)})
    assert policy.suggest(model, Label.PORN, 95) is RISKY
    assert policy.suggest(model, Label.PORN, 94) is REVIEW


@pytest.mark.parametrize("model", MODELS)
def test_thresholds_of_a_label_do_not_make_a_model_block(model: Strategy) -> None:
    policy = Policy(by_label={Label.PORN: Thresholds(1, 2)})
    assert policy.suggest(model, Label.PORN, 100) is REVIEW


@given(st.sampled_from(Strategy), st.sampled_from(Label), WEIGHTS, WEIGHTS)
def test_more_weight_is_never_milder(
    strategy: Strategy, label: Label, one: int, other: int
) -> None:
    low, high = sorted((one, other))
    suggest = DEFAULT_POLICY.suggest
    assert suggest(strategy, label, low).rank <= suggest(strategy, label, high).rank
