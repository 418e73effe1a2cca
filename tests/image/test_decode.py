import sys
from io import BytesIO
from itertools import count

import numpy as np
import pytest
from PIL import Image, ImageCms, ImageFile

from app.image.decode import decode
from app.image.errors import Fault, PictureError
from app.image.limits import PictureLimits
from app.plugins.door import Sample
from tests.image.files import (
    BLUE,
    RED,
    UNDONE,
    animated,
    chunk,
    corners,
    encode,
    exif,
    plain,
    shades,
    speckled,
    with_chunks,
)

STILL = ["JPEG", "PNG", "GIF", "WEBP", "BMP", "AVIF"]
MOVING = ["PNG", "GIF", "WEBP", "AVIF"]


def near(sample: Sample, x: int, y: int, colour: tuple[int, int, int]) -> bool:
    seen = sample.frames[0].pixels[y, x].astype(int)
    return bool(np.abs(seen - colour).max() < 12)


@pytest.mark.parametrize("kind", STILL)
def test_every_format_shows_its_picture(kind: str) -> None:
    sample = decode(encode(corners(), kind, quality=95))
    assert (sample.width, sample.height) == (60, 40)
    assert sample.format == kind.lower()
    assert sample.complete
    assert not sample.animated
    assert (sample.frame_count, len(sample.frames)) == (1, 1)
    frame = sample.frames[0]
    assert (frame.scale, frame.number, frame.seconds) == (1.0, 0, 0.0)
    assert frame.pixels.shape == (40, 60, 3)
    assert near(sample, 10, 8, RED)
    assert near(sample, 50, 8, BLUE)
    assert near(sample, 30, 35, (255, 255, 255))


def test_heic_is_shown_upright_by_its_extra() -> None:
    pillow_heif = pytest.importorskip("pillow_heif")
    written = BytesIO()
    stored = corners().transpose(Image.Transpose.ROTATE_90)
    pillow_heif.from_pillow(stored).save(written, quality=95, exif=exif(6))
    sample = decode(written.getvalue())
    assert (sample.format, sample.width, sample.height) == ("heic", 60, 40)
    assert near(sample, 10, 8, RED)


def test_without_its_extra_heic_is_unsupported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pillow_heif", None)
    with pytest.raises(PictureError, match="HEIC") as caught:
        decode(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic")
    assert caught.value.fault is Fault.UNSUPPORTED


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_orientation_is_obeyed(kind: str, orientation: int) -> None:
    stored, undone = corners(), UNDONE[orientation]
    if undone is not None:
        stored = stored.transpose(undone)
    sample = decode(encode(stored, kind, quality=95, exif=exif(orientation)))
    assert (sample.width, sample.height) == (60, 40)
    assert sample.frames[0].pixels.shape == (40, 60, 3)
    assert near(sample, 10, 8, RED)
    assert near(sample, 50, 8, BLUE)
    assert near(sample, 30, 35, (255, 255, 255))


@pytest.mark.parametrize("kind", MOVING)
def test_animations_are_sampled(kind: str) -> None:
    sample = decode(animated(kind, shades(30)))
    assert sample.animated
    assert sample.complete
    assert sample.frame_count == 30
    numbers = [frame.number for frame in sample.frames]
    assert len(numbers) == 8
    assert (numbers[0], numbers[-1]) == (0, 29)
    reds = [frame.pixels[15, 20, 0] for frame in sample.frames]
    expected = [255 * number / 29 for number in numbers]
    assert np.abs(np.array(reds) - expected).max() < 10
    assert sample.frames[-1].seconds == pytest.approx(2.9)


@pytest.mark.parametrize("kind", ["PNG", "GIF", "WEBP"])
def test_frames_that_build_on_others_are_whole(kind: str) -> None:
    """The first frame is the ground; each other one changes a spot of it."""
    frames = [corners(80, 60)]
    for number in range(1, 12):
        frames.append(frames[-1].copy())
        frames[-1].paste((0, 200, 0), (number * 5, 50, number * 5 + 4, 54))
    sample = decode(animated(kind, frames))
    last = sample.frames[-1].pixels
    assert np.abs(last.astype(int) - np.asarray(frames[-1])).mean() < 2


def test_a_300_frame_gif_is_sampled_with_little() -> None:
    file = animated("GIF", [speckled(120, 90, seed) for seed in range(300)])
    sample = decode(file)
    assert sample.frame_count == 300
    assert len(sample.frames) == 8
    assert sample.complete


def test_frames_that_cost_too_many_pixels_are_left_out() -> None:
    limits = PictureLimits(decoded_pixels=40 * 30 * 10)
    sample = decode(animated("GIF", shades(50)), limits)
    assert [frame.number for frame in sample.frames] == [0, 1, 3, 4, 5, 6, 8, 9]
    assert sample.frame_count == 50
    assert not sample.complete


@pytest.mark.parametrize("kind", MOVING)
def test_frames_that_take_too_long_are_left_out(kind: str) -> None:
    ticks = count()
    file = animated(kind, shades(30))
    limits = PictureLimits(seconds=2.5)
    sample = decode(file, limits, clock=lambda: float(next(ticks)))
    assert 1 <= len(sample.frames) < 8
    assert not sample.complete


def test_the_first_frame_is_shown_however_long_it_takes() -> None:
    ticks = iter([0.0, *(1e9,) * 100])
    sample = decode(animated("GIF", shades(9)), clock=lambda: next(ticks))
    assert [frame.number for frame in sample.frames] == [0]


def test_a_large_picture_is_reduced_and_knows_it() -> None:
    sample = decode(
        encode(corners(3000, 2000), "PNG"), PictureLimits(frame_pixels=60_000)
    )
    frame = sample.frames[0]
    assert (sample.width, sample.height) == (3000, 2000)
    assert frame.pixels.shape == (200, 300, 3)
    assert frame.scale == pytest.approx(10.0)
    box = frame.box(30, 20, 60, 40)
    assert (box.left, box.top, box.width, box.height) == (300, 200, 300, 200)


def test_a_large_jpeg_is_reduced_while_it_is_decoded() -> None:
    file = encode(corners(4000, 3000), "JPEG", exif=exif(6))
    sample = decode(file)
    assert (sample.width, sample.height) == (3000, 4000)
    assert sample.frames[0].pixels.shape == (2000, 1500, 3)
    assert sample.frames[0].scale == 2.0


def test_many_large_frames_share_the_pixels() -> None:
    limits = PictureLimits(shown_pixels=80_000)
    sample = decode(animated("GIF", shades(8, 400, 300)), limits)
    assert len(sample.frames) == 8
    assert sum(f.pixels.size // 3 for f in sample.frames) <= 82_000


@pytest.mark.parametrize("mode", ["CMYK", "L", "RGB"])
def test_jpegs_of_every_colour_model(mode: str) -> None:
    grey = plain(colour=(180, 180, 180)).convert(mode)
    assert near(decode(encode(grey, "JPEG", quality=95)), 5, 5, (180, 180, 180))


def test_png_of_16_bits() -> None:
    deep = Image.fromarray(np.full((40, 60), 40_000, np.uint16))
    assert near(decode(encode(deep, "PNG")), 5, 5, (156, 156, 156))


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_pngs_of_every_kind(mode: str) -> None:
    image = Image.new(mode, (60, 40))
    assert decode(encode(image, "PNG")).frames[0].pixels.shape == (40, 60, 3)


def test_transparency_lies_on_white() -> None:
    clear = Image.new("RGBA", (60, 40), (0, 0, 0, 0))
    for kind in ("PNG", "WEBP", "AVIF", "GIF"):
        assert near(decode(encode(clear, kind)), 5, 5, (255, 255, 255))


def test_colour_profiles_are_not_followed() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    for kind in ("JPEG", "PNG", "WEBP"):
        file = encode(plain(), kind, icc_profile=profile, quality=95)
        assert near(decode(file), 5, 5, RED)


def test_a_jpeg_with_more_pictures_behind_it_shows_its_first() -> None:
    """Phones append a map of brightness or a second view; viewers show the first."""
    file = encode(
        corners(), "MPO", save_all=True, append_images=[plain(colour=BLUE)], quality=95
    )
    sample = decode(file)
    assert (sample.format, sample.frame_count) == ("jpeg", 1)
    assert near(sample, 10, 8, RED)


def test_a_picture_with_something_else_behind_it_is_the_picture() -> None:
    for kind in STILL:
        file = encode(corners(), kind, quality=95)
        sample = decode(file + b"PK\3\4" + bytes(100) + b"<html><script>")
        assert near(sample, 10, 8, RED), kind


def test_patience_with_cut_files_does_not_stay() -> None:
    before = ImageFile.LOAD_TRUNCATED_IMAGES
    decode(encode(speckled(60, 40), "JPEG")[:-200])
    assert before == ImageFile.LOAD_TRUNCATED_IMAGES


def test_texts_do_not_reach_the_sample() -> None:
    file = with_chunks(encode(plain(), "PNG"), chunk(b"tEXt", b"Comment\0my address"))
    assert "address" not in repr(decode(file))
