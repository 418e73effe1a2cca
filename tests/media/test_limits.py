import pytest

from app.media.limits import MediaLimits, MediaSetup
from app.media.room import Media


def test_a_setup_survives_being_written() -> None:
    told = MediaSetup(media=MediaLimits(frames=3), parent=7)
    assert MediaSetup.load(told.dump()) == told


@pytest.mark.parametrize("name", ["size", "frames", "sound_seconds", "tracks"])
def test_limits_must_let_something_through(name: str) -> None:
    with pytest.raises(ValueError, match=name):
        MediaLimits(**{name: 0})


def test_a_room_needs_a_worker() -> None:
    with pytest.raises(ValueError, match="one worker"):
        Media(workers=0)
