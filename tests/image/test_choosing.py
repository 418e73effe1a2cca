from itertools import pairwise

import pytest

from app.image.choosing import choose
from app.image.limits import PictureLimits
from app.image.outline import Outline, delay


def outline(delays: list[float], side: int = 10) -> Outline:
    return Outline(side, side, tuple(delays))


@pytest.mark.parametrize("count", [1, 2, 7, 8])
def test_few_frames_are_all_shown(count: int) -> None:
    chosen, left_out = choose(outline([0.1] * count), PictureLimits())
    assert chosen == list(range(count))
    assert not left_out


@pytest.mark.parametrize("count", [9, 10, 100, 300, 9999])
def test_of_many_the_first_the_last_and_some_evenly_between(count: int) -> None:
    chosen, left_out = choose(outline([0.1] * count), PictureLimits())
    assert len(set(chosen)) == 8
    assert chosen == sorted(chosen)
    assert (chosen[0], chosen[-1]) == (0, count - 1)
    gaps = [after - before for before, after in pairwise(chosen)]
    assert max(gaps) - min(gaps) <= 1
    assert not left_out


@pytest.mark.parametrize("longest", [1, 37, 150, 298])
def test_the_frame_that_is_shown_longest_is_among_them(longest: int) -> None:
    delays = [0.02] * 300
    delays[longest] = 5.0
    chosen, _ = choose(outline(delays), PictureLimits())
    assert longest in chosen
    assert len(set(chosen)) == 8
    assert (chosen[0], chosen[-1]) == (0, 299)
    assert chosen == sorted(chosen)


@pytest.mark.parametrize(("most", "expected"), [(1, [0]), (2, [0, 9])])
def test_very_few_may_be_shown(most: int, expected: list[int]) -> None:
    assert choose(outline([0.1] * 10), PictureLimits(frames=most))[0] == expected


def test_late_frames_that_cost_too_much_are_left_out() -> None:
    limits = PictureLimits(decoded_pixels=1000 * 1000 * 20)
    chosen, left_out = choose(outline([0.1] * 300, 1000), limits)
    assert chosen[-1] == 19
    assert left_out


def test_the_first_frame_is_always_shown() -> None:
    chosen, left_out = choose(outline([0.1] * 3, 5000), PictureLimits(decoded_pixels=1))
    assert chosen == [0]
    assert left_out


def test_delays_are_what_viewers_make_of_them() -> None:
    assert delay(0.0) == delay(0.01) == 0.1
    assert delay(0.02) == 0.02
    assert delay(3.5) == 3.5
