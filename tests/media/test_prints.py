"""What fingerprints of sound withstand, and what they tell apart."""

from io import BytesIO

import av
import numpy as np
import pytest

from app.media.arrays import Words
from app.media.known import (
    SHORTEST,
    KnownSound,
    KnownSoundError,
    SoundList,
    SoundMatch,
)
from app.media.prints import SECONDS, Printer, words_of
from tests.media import made
from tests.media.made import Wave
from tests.media.rooms import samples_of

LENGTH = 12.0
SAME, LIKE = 0.20, 0.30


def at_16k(wave: Wave) -> Words:
    return words_of(samples_of(wave))


WAVES = {seed: made.melody(LENGTH, seed) for seed in range(6)}
LISTED = SoundList(
    [
        KnownSound(str(seed), "songs", 20002, at_16k(wave), note=f"song {seed}")
        for seed, wave in WAVES.items()
    ]
)


def found(data: bytes) -> tuple[SoundMatch, ...]:
    """What is found in a file; no worker is needed for that."""
    with av.open(BytesIO(data), "r") as file:
        resampler = av.AudioResampler(format="s16", layout="mono", rate=16000)
        frames = [
            each for frame in file.decode(audio=0) for each in resampler.resample(frame)
        ]
    heard = np.concatenate([frame.to_ndarray()[0] for frame in frames])
    return LISTED.search(words_of(heard), within=LIKE)


def noisy(wave: Wave, share: float) -> Wave:
    noise = np.random.default_rng(1).normal(0, share * float(np.std(wave)), len(wave))
    return wave + noise.astype(np.float32)


@pytest.mark.parametrize("seed", [0, 3])
@pytest.mark.parametrize(
    ("kind", "rate"), [("mp3", 32_000), ("opus", 16_000), ("aac", 64_000)]
)
def test_copies_in_other_codecs_are_the_same(kind: str, rate: int, seed: int) -> None:
    (match,) = found(made.sound(kind, WAVES[seed], bit_rate=rate))
    assert match.sound.name == str(seed)
    assert match.errors < SAME
    assert match.blocks >= 3


@pytest.mark.parametrize("share", [0.1, 0.316, 0.7])
def test_noise_is_withstood(share: float) -> None:
    (match,) = found(made.sound("wav", noisy(WAVES[1], share)))
    assert (match.sound.name, match.errors < SAME) == ("1", True)


def test_a_part_is_found_with_its_times() -> None:
    rest = made.melody(6.0, 99)
    part = WAVES[2][int(3.03 * 48000) : 9 * 48000]
    (match,) = found(made.sound("mp3", np.concatenate([rest, part, rest])))
    assert match.sound.name == "2"
    assert match.errors < SAME
    assert match.start == pytest.approx(6.0, abs=2.5)
    assert match.end == pytest.approx(12.0, abs=2.5)


def test_other_sounds_are_not_found() -> None:
    for seed in range(50, 62):
        assert LISTED.search(at_16k(made.melody(LENGTH, seed)), within=LIKE) == ()


def test_sounds_that_tell_nothing_match_nothing() -> None:
    for wave in (made.silence(LENGTH), made.tone(LENGTH)):
        with pytest.raises(KnownSoundError, match="silence"):
            KnownSound("x", "list", 21000, at_16k(wave))
        assert LISTED.search(at_16k(wave), within=LIKE) == ()


def test_a_short_sound_cannot_be_listed() -> None:
    words = at_16k(WAVES[0])[: SHORTEST - 1]
    with pytest.raises(KnownSoundError, match="7 seconds"):
        KnownSound("x", "list", 21000, words)


def test_pieces_give_the_same_words_as_the_whole() -> None:
    samples = samples_of(WAVES[0])
    printer = Printer()
    rng = np.random.default_rng(3)
    at = 0
    while at < len(samples):
        size = int(rng.integers(1, 40_000))
        printer.feed(samples[at : at + size])
        at += size
    assert np.array_equal(printer.words(), words_of(samples))
    assert len(printer.words()) * SECONDS == pytest.approx(LENGTH, abs=0.7)


def test_nothing_has_no_words() -> None:
    assert len(words_of(np.zeros(100, np.int16))) == 0
    assert SoundList().search(np.zeros(500, np.uint32), within=1) == ()
