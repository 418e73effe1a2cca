import pytest

from app.image.known_rules import Likeness, Limits, likeness, unexcused
from app.plugins.door import Match


def match(
    distance: int = 0,
    *,
    quality: int = 100,
    centre: int | None = None,
    exempt: bool = False,
    frame: int = 0,
) -> Match:
    return Match(
        list_name="x",
        digest=bytes(32),
        distance=distance,
        frame=frame,
        note="",
        label=20002,
        exempt=exempt,
        quality=quality,
        centre=centre,
    )


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (match(0), Likeness.SAME),
        (match(31), Likeness.SAME),
        (match(32), Likeness.LIKE),
        (match(64), Likeness.LIKE),
        (match(65), None),
        (match(0, quality=50), Likeness.SAME),
        (match(0, quality=49), Likeness.LIKE),
        (match(64, quality=0), Likeness.LIKE),
        (match(64, centre=31), Likeness.SAME),
        (match(64, centre=32), Likeness.LIKE),
        (match(64, centre=31, quality=49), Likeness.LIKE),
        (match(65, centre=31), Likeness.LIKE),
        (match(65, centre=32), None),
        (match(31, centre=130), Likeness.SAME),
    ],
)
def test_how_sure_a_match_is(found: Match, said: Likeness | None) -> None:
    assert likeness(found, Limits()) is said


def test_limits_can_be_moved() -> None:
    limits = Limits(same=5, like=9, quality=80)
    assert likeness(match(5, quality=80), limits) is Likeness.SAME
    assert likeness(match(5, quality=79), limits) is Likeness.LIKE
    assert likeness(match(10), limits) is None


def test_an_allowed_picture_is_no_reason() -> None:
    assert unexcused([match(0, exempt=True)], Limits()) == ()


def test_an_allowed_picture_excuses_what_is_not_nearer() -> None:
    allowed = match(10, exempt=True)
    near, equal, far = match(9), match(10), match(40)
    assert unexcused([near, allowed, equal, far], Limits()) == (near,)


def test_a_poor_allowed_picture_excuses_too() -> None:
    assert unexcused([match(3, exempt=True, quality=5), match(8)], Limits()) == ()


def test_an_allowed_picture_that_is_only_alike_excuses_nothing() -> None:
    found = match(40)
    assert unexcused([match(32, exempt=True), found], Limits()) == (found,)


def test_an_allowed_frame_does_not_excuse_another() -> None:
    found = match(20, frame=3)
    assert unexcused([match(0, exempt=True), found], Limits()) == (found,)
