"""Codes are read in every form in which people meet them."""

import random
import time
from collections.abc import Callable

import numpy as np
import pytest
import zxingcpp
from PIL import Image, ImageFilter, ImageOps

from app.image.codes import Codes, create
from app.image.decode import decode
from app.image.limits import PictureLimits
from app.plugins.door import CodeRegion, Frame, Reading, Sample
from tests.image.files import animated, encode
from tests.image.pictures import codes, innocent
from tests.image.pictures.paint import HAVE_FONTS

fonts = pytest.mark.skipif(not HAVE_FONTS, reason="needs Debian's fonts-noto-cjk")

URL = "https://u.example.com/EAbcdEFGhijkLMNop"


def code(text: str | bytes = URL, kind: str = "QRCode", scale: int = 6) -> Image.Image:
    made = zxingcpp.create_barcode(text, zxingcpp.barcode_format_from_str(kind))
    drawn = zxingcpp.write_barcode_to_image(made, scale=scale)
    return Image.fromarray(np.asarray(drawn)).convert("RGB")


def page(*codes: Image.Image, width: int = 750, height: int = 1334) -> Image.Image:
    """Codes below one another among coloured patches."""
    dice = random.Random(len(codes))
    image = Image.new("RGB", (width, height), (230, 240, 235))
    for _ in range(60):
        colour = tuple(dice.randrange(256) for _ in range(3))
        left, top = dice.randrange(width), dice.randrange(height)
        image.paste(colour, (left, top, left + 60, top + 30))
    top = 40
    for each in codes:
        image.paste(each, (80, top))
        top += each.height + 40
    return image


def sample(*images: Image.Image) -> Sample:
    frames = [Frame(np.asarray(image), number=n) for n, image in enumerate(images)]
    return Sample(tuple(frames), *images[0].size, "png", frame_count=len(images))


def read(image: Image.Image) -> Reading:
    return create({}).classify(sample(image))


def texts(image: Image.Image) -> list[str]:
    return [region.text for region in read(image).codes]


def small(image: Image.Image) -> Image.Image:
    return image.resize((74, 74), Image.Resampling.LANCZOS)


def tilted(image: Image.Image) -> Image.Image:
    """Seen from the side, as on a photographed poster: the far edge is shorter."""
    side = image.width
    narrowing = 0.35 / side  # of what is on the right
    return image.transform(
        image.size,
        Image.Transform.PERSPECTIVE,
        (1.35, 0, 0, -narrowing * side / 2, 1 + narrowing * side, 0, narrowing, 0),
        Image.Resampling.BICUBIC,
        fillcolor=(255, 255, 255),
    )


def with_logo(image: Image.Image) -> Image.Image:
    side = image.width // 5
    at = (image.width - side) // 2
    image.paste((250, 80, 20), (at, at, at + side, at + side))
    return image


def faint(image: Image.Image) -> Image.Image:
    return ImageOps.colorize(image.convert("L"), (120,) * 3, (150,) * 3)


def noisy(image: Image.Image) -> Image.Image:
    dice = np.random.default_rng(4)
    noise = dice.normal(0, 40, (image.height, image.width, 3))
    return Image.fromarray(np.clip(np.asarray(image) + noise, 0, 255).astype(np.uint8))


def compressed(image: Image.Image) -> Image.Image:
    return Image.fromarray(decode(encode(image, "JPEG", quality=15)).frames[0].pixels)


def blurred(image: Image.Image) -> Image.Image:
    return image.filter(ImageFilter.GaussianBlur(3.3))


FORM: dict[str, Callable[[Image.Image], Image.Image]] = {
    "plain": lambda image: image,
    "small": small,
    "inverted": ImageOps.invert,
    "mirrored": ImageOps.mirror,
    "tilted": tilted,
    "logo": with_logo,
    "faint": faint,
    "noisy": noisy,
    "compressed": compressed,
    "blurred": blurred,
    "quarter turn": lambda image: image.rotate(90),
    "turned": lambda image: image.rotate(33, fillcolor=(255, 255, 255), expand=True),
}


@pytest.mark.parametrize("form", FORM)
def test_a_code_is_read_in_every_form(form: str) -> None:
    assert texts(page(FORM[form](code()))) == [URL]


def test_a_blurred_code_is_read_at_a_second_look_only() -> None:
    """What the first look finds and cannot read is worth a sharper one."""
    grey = page(blurred(code())).convert("L")
    first = zxingcpp.read_barcodes(np.asarray(grey), return_errors=True)
    assert [found.valid for found in first] == [False]


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("QRCode", "加微信 wx_123 领红包 😀"),
        ("MicroQRCode", "123"),
        ("DataMatrix", "wx_123"),
        ("Aztec", "wx_123"),
        ("PDF417", "wx_123 and more"),
        ("EAN13", "5901234123457"),
        ("EAN8", "96385074"),
        ("Code128", "WX-123"),
        ("Code39", "WX123"),
        ("ITF", "12345678901231"),
    ],
)
def test_many_kinds_are_read(kind: str, text: str) -> None:
    (region,) = read(page(code(text, kind, 4))).codes
    assert (region.text, region.format) == (text, kind)


def test_several_codes_each_with_its_place() -> None:
    first, second = code(scale=6), code("wxid_2", scale=5)
    regions = {region.text: region.box for region in read(page(first, second)).codes}
    assert set(regions) == {URL, "wxid_2"}
    box = regions[URL]
    quiet = 4 * 6
    assert abs(box.left - (80 + quiet)) < 6
    assert abs(box.top - (40 + quiet)) < 6
    assert abs(box.width - (first.width - 2 * quiet)) < 8
    assert regions["wxid_2"].top > 40 + first.height


def test_places_are_those_of_the_original() -> None:
    file = encode(page(code(scale=24), width=3000, height=4000), "PNG")
    reduced = decode(file, PictureLimits(frame_pixels=1_000_000))
    assert reduced.frames[0].scale > 3
    (region,) = Codes().classify(reduced).codes
    assert abs(region.box.left - (80 + 4 * 24)) < 20
    assert abs(region.box.width - 24 * 29) < 40


def test_a_code_that_stays_is_told_once() -> None:
    frames = [page(code()), page(code()), page(code("other"))]
    regions = create({}).classify(sample(*frames)).codes
    assert [(region.text, region.frame) for region in regions] == [
        (URL, 0),
        ("other", 2),
    ]


def test_a_code_that_shows_up_late_in_an_animation_is_read() -> None:
    blank = page(width=400, height=400)
    file = animated("GIF", [blank] * 11 + [page(code(scale=4), width=400, height=400)])
    (region,) = Codes().classify(decode(file)).codes
    assert region.text == URL
    assert region.frame > 0


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_chinese_without_a_named_encoding_is_read(encoding: str) -> None:
    text = "加微信领红包"
    assert texts(page(code(text.encode(encoding)))) == [text]


def test_bytes_that_are_no_text_are_told_all_the_same() -> None:
    (text,) = texts(page(code(b"\xff\xfe\x00\x80\x81")))
    assert text
    text.encode("utf-8")


def test_formats_can_be_chosen() -> None:
    both = page(code(), code("5901234123457", "EAN13", 3))
    found = create({"formats": "EAN13"}).classify(sample(both)).codes
    assert [region.format for region in found] == ["EAN13"]
    with pytest.raises(ValueError, match="nonsense"):
        create({"formats": "nonsense"})


def test_innocent_pictures_have_no_codes() -> None:
    dice = np.random.default_rng(8)
    stripes = np.repeat(dice.integers(0, 2, (1, 250)) * 255, 3, axis=1)
    squares = dice.integers(0, 2, (60, 60)).repeat(8, 0).repeat(8, 1) * 255
    innocent = [
        page(),
        Image.fromarray(dice.integers(0, 256, (600, 600, 3), dtype=np.uint8)),
        Image.fromarray(np.broadcast_to(stripes, (400, 750)).astype(np.uint8)),
        Image.fromarray(squares.astype(np.uint8)),
        Image.new("RGB", (1, 5000)),
        Image.new("RGB", (1, 1)),
    ]
    for image in innocent:
        assert texts(image.convert("RGB")) == []


def test_a_picture_without_codes_costs_about_what_the_reader_takes() -> None:
    image = page()
    grey, ready = np.asarray(image.convert("L")), sample(image)
    reader = create({})

    def least(look: Callable[[], object]) -> float:
        spent = []
        for _ in range(7):
            began = time.process_time()
            look()
            spent.append(time.process_time() - began)
        return min(spent)

    bare = least(lambda: zxingcpp.read_barcodes(grey))
    assert least(lambda: reader.classify(ready)) < 1.5 * bare + 0.01


def test_a_very_long_content_is_cut_and_can_be_sent() -> None:
    regions = read(page(code("9" * 3000, scale=4), height=900)).codes
    assert all(isinstance(region, CodeRegion) for region in regions)
    assert [len(region.text) for region in regions] == [3000]


@fonts
@pytest.mark.parametrize("kind", codes.KINDS)
def test_codes_of_every_kind_are_read(kind: str) -> None:
    """A few of each kind that the report on quality has many of; 1 of 12 may miss."""
    pages = [codes.KINDS[kind](random.Random(f"test {kind} {at}")) for at in range(12)]
    missed = [
        page.texts for page in pages if set(page.texts) - set(texts(page.picture))
    ]
    assert len(missed) <= 1


@fonts
@pytest.mark.parametrize("kind", innocent.CODELESS)
def test_pictures_of_every_kind_without_codes_have_none(kind: str) -> None:
    for at in range(2):
        assert texts(innocent.KINDS[kind](random.Random(f"test {at}"))) == []


def test_a_part_of_a_code_is_not_told_as_one() -> None:
    """ITF has no check: where a line leaves the bars early, it reads a piece."""
    bars = code("12345678901231", "ITF", 3)
    turned = bars.rotate(20, expand=True, fillcolor=(255, 255, 255))
    assert set(texts(page(turned))) <= {"12345678901231"}


def test_formats_that_were_not_asked_for_are_not_read_at_a_second_look() -> None:
    faint_bars = ImageOps.invert(code("5901234123457", "EAN13", 3))
    assert create({"formats": "QRCode"}).classify(sample(page(faint_bars))).codes == ()
    (region,) = create({"formats": "EAN13"}).classify(sample(page(faint_bars))).codes
    assert region.text == "5901234123457"


def test_places_of_a_second_look_are_those_of_the_picture() -> None:
    bars = ImageOps.invert(code("5901234123457", "EAN13", 3))
    (region,) = read(page(bars, bars.copy())).codes
    assert abs(region.box.left - 80) < 40
    assert region.box.left + region.box.width < 80 + bars.width + 10
    assert 40 <= region.box.top < 40 + bars.height
