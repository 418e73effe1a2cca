from itertools import pairwise

import numpy as np
import pytest

from app.media.contents import Piece
from app.media.cutting import is_silent, parts
from app.media.phrases import phrases
from app.media.speech import Spoken
from tests.media import made
from tests.media.rooms import samples_of


def piece(start: float, *waves: made.Wave) -> Piece:
    return Piece(start, samples_of(np.concatenate(waves)).tobytes())


LOUD, QUIET = made.tone(4.0), made.silence(1.0)


def test_sound_is_cut_where_it_is_quiet() -> None:
    cut = list(parts([piece(0.0, LOUD, QUIET, LOUD, QUIET, LOUD)], 6.0))
    assert 4 <= cut[0].end <= 5
    assert all(each.end - each.start <= 6.0 for each in cut)
    assert cut[0].start == 0
    assert cut[-1].end == pytest.approx(14.0, abs=0.01)


def test_nothing_is_lost_or_heard_twice() -> None:
    whole = piece(3.0, made.melody(20.0, 1))
    cut = list(parts([whole], 7.0))
    assert b"".join(each.pcm for each in cut) == whole.pcm
    assert cut[0].start == 3.0
    for before, after in pairwise(cut):
        assert before.end == pytest.approx(after.start, abs=1e-4)


def test_pieces_that_follow_each_other_are_one() -> None:
    first = piece(0.0, LOUD)
    second = piece(first.end, LOUD)
    later = piece(60.0, LOUD)
    cut = list(parts([first, second, later], 30.0))
    assert [(round(each.start), round(each.end)) for each in cut] == [(0, 8), (60, 64)]


def test_silence_is_not_listened_to() -> None:
    silent, loud = piece(0.0, QUIET), piece(1.0, LOUD)
    assert list(parts([silent], 30.0)) == []
    assert is_silent([silent])
    assert is_silent([])
    assert not is_silent([silent, loud])


def test_a_text_is_divided_where_nobody_speaks() -> None:
    times = [0.1, 0.4, 0.7, 3.0, 3.3]
    assert phrases("今天好再见", times, 5.0) == [
        Spoken("今天好", 0.1, 3.0),
        Spoken("再见", 3.0, 5.0),
    ]


def test_words_of_letters_stay_whole() -> None:
    times = [0.0, 0.3, 0.6, 2.0, 2.3, 2.6]
    said = phrases("buy the goods here", times, 4.0)
    assert "".join(each.text for each in said).replace(" ", "") == "buythegoodshere"
    assert all(
        word in "buy the goods here".split() for s in said for word in s.text.split()
    )


def test_long_speech_has_times_even_without_a_pause() -> None:
    times = [0.5 * n for n in range(40)]
    said = phrases("字" * 40, times, 21.0)
    assert len(said) == 4
    assert sum(len(each.text) for each in said) == 40
    assert all(each.end - each.start <= 6.0 for each in said)


def test_without_times_the_whole_text_has_the_whole_time() -> None:
    assert phrases("你好", [], 7.0) == [Spoken("你好", 0.0, 7.0)]
    assert phrases("  ", [0.1], 7.0) == []
