"""Known pictures: how alike they must be, and what an allowed one excuses."""

import pytest

from app.domain.finding import Strategy, Suggest
from app.domain.labels import Label
from app.image.findings.known import is_allowed, known_findings
from app.image.known_rules import Limits
from tests.image.findings.made import DIGEST, facts, match, matches, page

LIMITS = Limits(same=31, like=64, quality=50)
OTHER = bytes(32)


def test_without_matches_there_is_nothing() -> None:
    assert known_findings(matches(), LIMITS) == ()
    assert not is_allowed((page(), matches()), facts(), LIMITS)


@pytest.mark.parametrize(
    ("distance", "suggest", "level"),
    [
        (0, Suggest.RISKY, 95),
        (31, Suggest.RISKY, 95),
        (32, Suggest.REVIEW, 60),
        (64, Suggest.REVIEW, 60),
    ],
)
def test_the_nearer_the_worse(distance: int, suggest: Suggest, level: int) -> None:
    near = match(distance, transform="mirrored", frame=3)
    (finding,) = known_findings(matches(near), LIMITS)
    assert finding.strategy is Strategy.KNOWN_IMAGE
    assert (finding.suggest, finding.level) == (suggest, level)
    assert (finding.label, finding.list_name) == (Label.CRIME, "leaked")
    seen = finding.seen
    assert seen is not None
    assert (seen.classifier, seen.model) == ("known", "pdq-1")
    assert (seen.digest, seen.distance) == (DIGEST, distance)
    assert (seen.transform, seen.frame) == ("mirrored", 3)


def test_too_far_is_nothing() -> None:
    assert known_findings(matches(match(65)), LIMITS) == ()


def test_a_poor_hash_is_never_sure() -> None:
    (finding,) = known_findings(matches(match(0, quality=49)), LIMITS)
    assert finding.suggest is Suggest.REVIEW


def test_a_label_of_a_newer_release_is_still_a_reason() -> None:
    (finding,) = known_findings(matches(match(0, label=29999)), LIMITS)
    assert (finding.label, finding.suggest) == (Label.OTHER, Suggest.RISKY)


def test_one_finding_for_each_listed_picture() -> None:
    reading = matches(
        match(20),
        match(10, transform="mirrored"),
        match(30, frame=1),
        match(5, list_name="own"),
        match(5, digest=OTHER),
    )
    findings = known_findings(reading, LIMITS)
    shown = [
        (
            each.list_name,
            each.seen and each.seen.digest,
            each.seen and each.seen.distance,
        )
        for each in findings
    ]
    assert shown == [("leaked", DIGEST, 10), ("own", DIGEST, 5), ("leaked", OTHER, 5)]


@pytest.mark.parametrize(
    ("near", "sure"),
    [
        (match(20, quality=10), match(25, frame=1)),
        (match(35), match(50, centre=10, transform="mirrored")),
    ],
    ids=["of a poor frame", "with a corner changed"],
)
@pytest.mark.parametrize("turned", [False, True])
def test_a_sure_match_is_not_hidden_by_a_nearer_one(
    near: object, sure: object, turned: bool
) -> None:
    pair = (sure, near) if turned else (near, sure)
    (finding,) = known_findings(matches(*pair), LIMITS)  # type: ignore[arg-type]
    assert finding.suggest is Suggest.RISKY


def test_an_allowed_picture_excuses_what_is_not_nearer() -> None:
    allowed = match(12, exempt=True, list_name="good", digest=OTHER)
    assert known_findings(matches(allowed, match(12)), LIMITS) == ()
    assert len(known_findings(matches(allowed, match(11)), LIMITS)) == 1
    assert len(known_findings(matches(allowed, match(12, frame=1)), LIMITS)) == 1


def test_an_allowed_picture_is_no_finding() -> None:
    assert known_findings(matches(match(0, exempt=True)), LIMITS) == ()
    assert known_findings(matches(match(40, exempt=True)), LIMITS) == ()


def test_a_resemblance_to_an_allowed_picture_excuses_nothing() -> None:
    allowed = match(32, exempt=True, digest=OTHER)
    (finding,) = known_findings(matches(allowed, match(40)), LIMITS)
    assert finding.suggest is Suggest.REVIEW
    assert not is_allowed((matches(allowed),), facts(), LIMITS)


def test_allowed_means_sure_and_in_every_frame() -> None:
    first, second = match(0, exempt=True), match(31, exempt=True, frame=4)
    assert is_allowed((matches(first),), facts(), LIMITS)
    assert not is_allowed((matches(first),), facts(shown=2), LIMITS)
    assert is_allowed((page(), matches(first, second)), facts(shown=2), LIMITS)
    twice = match(1, exempt=True, transform="mirrored")
    assert not is_allowed((matches(first, twice),), facts(shown=2), LIMITS)


def test_a_poor_or_forbidden_match_allows_nothing() -> None:
    poor = match(0, exempt=True, quality=49)
    assert not is_allowed((matches(poor),), facts(), LIMITS)
    assert not is_allowed((matches(match(0)),), facts(), LIMITS)
