import asyncio
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from io import BytesIO

import pytest
from PIL import Image

from app.image.admission import QueueLimits
from app.image.errors import BusyError, Fault, ImageError, PictureError
from app.image.look import Images, Look, Remote
from app.plugins.door import Facts, Reading, Shot
from tests.image.files import animated, corners, encode, exif, png, shades
from tests.image.rooms import GOOD, PATIENT, choice, setup, trouble

QUEUE = QueueLimits(seconds=PATIENT)


@dataclass
class Far:
    """A classifier on another machine, as a fake."""

    name: str = "far"
    model: str = "far-1"
    act: Callable[[], None] | None = None
    seconds: float = 0.0
    shots: list[Shot] = field(default_factory=list)
    facts: Facts | None = None

    async def classify(self, shots: Sequence[Shot], facts: Facts) -> Reading:
        self.shots, self.facts = list(shots), facts
        await asyncio.sleep(self.seconds)
        if self.act is not None:
            self.act()
        return Reading("whatever it says", self.model, scores={"odd": 0.5})


def images(*names: str, remotes: Sequence[Remote] = ()) -> Images:
    return Images(setup(*map(choice, names)), queue=QUEUE, remotes=remotes)


async def test_a_look_has_facts_and_one_reading_of_each() -> None:
    async with images("calm", "second") as room:
        look = await room.look(animated("GIF", shades(20)))
    assert look.facts == Facts(40, 30, "gif", True, 20, 8, True)
    assert [each.classifier for each in look.readings] == ["calm", "second"]
    assert look.readings[0].scores["frames"] == 8
    assert all(each.milliseconds > 0 for each in look.readings)
    assert look.failures == {}


async def test_those_who_have_not_looked_are_named() -> None:
    async with images("calm", "trouble", "nobody") as room:
        look = await room.look(trouble("raise"))
        assert room.status().missing.keys() == {"nobody"}
        assert room.figures().pictures == 1
    assert list(look.failures) == ["trouble", "nobody"]
    assert [each.classifier for each in look.readings] == ["calm", "trouble", "nobody"]


async def test_no_error_says_anything_of_the_picture() -> None:
    async with images("trouble") as room:
        look = await room.look(trouble("raise"))
    assert "secret" not in str(look)


async def test_what_is_no_picture_raises() -> None:
    async with images("calm") as room:
        with pytest.raises(PictureError):
            await room.look(b"no picture")


async def test_no_classifier_at_all_still_decodes() -> None:
    async with images() as room:
        look = await room.look(GOOD)
        assert look == Look(Facts(60, 40, "png"), ())


async def test_a_remote_classifier_gets_new_upright_files() -> None:
    far = Far()
    stored = corners(3000, 2000).transpose(Image.Transpose.ROTATE_90)
    file = encode(stored, "JPEG", exif=exif(6), comment=b"my address")
    async with images("calm", remotes=[Remote(far)]) as room:
        look = await room.look(file)
    (shot,) = far.shots
    with Image.open(BytesIO(shot.jpeg)) as seen:
        assert seen.format == "JPEG"
        assert seen.size == (1024, 683)
        assert not seen.getexif()
    assert b"address" not in shot.jpeg
    assert shot.scale == pytest.approx(3000 / 1024, abs=0.01)
    assert far.facts == look.facts
    assert [each.classifier for each in look.readings] == ["calm", "far"]
    assert look.readings[1].scores == {"odd": 0.5}


async def test_a_remote_classifier_gets_every_sampled_frame() -> None:
    far = Far()
    async with images(remotes=[Remote(far)]) as room:
        await room.look(animated("GIF", shades(20)))
    assert [shot.frame for shot in far.shots] == [0, 3, 5, 8, 11, 14, 16, 19]


async def test_without_remote_classifiers_no_files_are_made() -> None:
    async with images("calm") as room:
        visit = await room._pool.look(GOOD)
        assert visit.shots == []


def _raise() -> None:
    message = "an address of the other side"
    raise OSError(message)


@pytest.mark.parametrize(
    ("far", "error"),
    [
        (Far(act=_raise), "it failed with OSError"),
        (Far(seconds=PATIENT), "it took longer than allowed"),
    ],
)
async def test_a_remote_classifier_that_fails_is_named(far: Far, error: str) -> None:
    async with images(
        "calm", remotes=[Remote(far, seconds=0.2), Remote(Far())]
    ) as room:
        look = await room.look(GOOD)
    assert look.failures == {"far": error}
    assert look.readings[0].error is None
    assert look.readings[2].error is None


async def test_remote_classifiers_are_asked_at_once() -> None:
    slow = [Remote(Far(name=str(n), seconds=0.5)) for n in range(6)]
    async with images(remotes=slow) as room:
        await room.look(GOOD)
        loop = asyncio.get_running_loop()
        began = loop.time()
        await room.look(GOOD)
        assert loop.time() - began < 2.5


async def test_shots_survive_a_worker_that_ends_after_it_has_sent_them() -> None:
    far = Far()
    async with images("trouble", remotes=[Remote(far)]) as room:
        look = await room.look(trouble("segfault"))
    assert look.failures == {"trouble": "it ended its worker"}
    assert len(far.shots) == 1


async def test_new_values_reach_classifiers() -> None:
    async with images("refreshed") as room:
        room.refresh("refreshed", {"a": "b"})
        look = await room.look(GOOD)
    assert look.readings[0].texts[0].text == "1: {'a': 'b'}"


async def test_callers_share_the_queue() -> None:
    room = Images(
        setup(choice("calm", seconds=PATIENT)),
        queue=QueueLimits(count=2, share=0.5, seconds=PATIENT),
    )
    async with room:
        asking = [
            asyncio.create_task(room.look(png(800, 600), caller="greedy"))
            for _ in range(12)
        ]
        other = asyncio.create_task(room.look(GOOD, caller="modest"))
        done = await asyncio.gather(*asking, return_exceptions=True)
        assert isinstance(await other, Look)
    assert any(isinstance(each, BusyError) for each in done)
    assert all(isinstance(each, Look | ImageError) for each in done)


def test_the_service_loads_no_decoder() -> None:
    """Whatever a hostile file can do it must do in a worker."""
    code = (
        "import sys, app.image.look\n"
        "sys.exit(bool({'PIL', 'numpy', 'zxingcpp'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


async def test_what_needs_no_worker_gets_none() -> None:
    room = images("calm")  # not started
    with pytest.raises(PictureError) as caught:
        await room.look(b"no picture")
    assert caught.value.fault is Fault.NOT_A_PICTURE
    with pytest.raises(PictureError) as caught:
        await room.look(GOOD + bytes(11 * 1024 * 1024))
    assert caught.value.fault is Fault.TOO_LARGE
