from pathlib import Path

import numpy as np
import pytest

from app.media.known import KnownSoundError
from app.media.known_file import dump_sounds, load_sounds, open_sounds
from tests.media.test_prints import LISTED, SAME, WAVES, at_16k


def test_a_list_survives_being_written() -> None:
    again = load_sounds(dump_sounds(LISTED.sounds))
    for before, after in zip(LISTED.sounds, again.sounds, strict=True):
        assert (before.name, before.list_name) == (after.name, after.list_name)
        assert (before.label, before.note) == (after.label, after.note)
        assert np.array_equal(before.words, after.words)
    (match,) = again.search(at_16k(WAVES[4]), within=SAME)
    assert match.sound.name == "4"


@pytest.mark.parametrize("at", [0, 20, 60, -1])
def test_a_damaged_list_is_an_error(at: int) -> None:
    content = bytearray(dump_sounds(LISTED.sounds))
    content[at] ^= 1
    with pytest.raises(KnownSoundError):
        load_sounds(bytes(content))


def test_a_missing_list_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(KnownSoundError, match="cannot be read"):
        open_sounds(tmp_path / "none")
    path = tmp_path / "list"
    path.write_bytes(dump_sounds(LISTED.sounds))
    assert len(open_sounds(path).sounds) == len(LISTED.sounds)
