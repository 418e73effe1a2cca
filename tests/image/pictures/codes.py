"""Pictures with codes, one function per kind, with what the codes say."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from random import Random
from typing import Final

from PIL import Image, ImageDraw, ImageFilter, ImageOps

from tests.image.pictures.chat import chat
from tests.image.pictures.code_marks import Code, bars, qr, with_logo
from tests.image.pictures.damage import from_the_side, jpeg, noise
from tests.image.pictures.paint import Picture, blank, picture_of, values_of
from tests.image.pictures.scenery import photo


@dataclass(frozen=True, slots=True)
class Coded:
    """A picture with the contents of its codes."""

    picture: Picture
    texts: tuple[str, ...]


Draw = Callable[[Random], Code]
Change = Callable[[Random, Picture], Picture]


def poster(rng: Random, *codes: Code) -> Coded:
    """Codes below one another on a sheet with coloured things beside them."""
    width = max(code.picture.width for code in codes) + rng.randint(40, 300)
    height = sum(code.picture.height + 60 for code in codes) + rng.randint(20, 300)
    sheet = blank(width, height, (rng.randrange(225, 256),) * 3)
    draw = ImageDraw.Draw(sheet)
    for _ in range(12):
        left, top = rng.randrange(width), rng.randrange(height)
        colour = tuple(rng.randrange(256) for _ in range(3))
        draw.rectangle((left, top, left + 60, top + 24), fill=colour)
    top = 20
    for code in codes:
        left = rng.randint(10, width - code.picture.width - 10)
        sheet.paste(code.picture, (left, top))
        top += code.picture.height + 40
    return Coded(sheet, tuple(code.text for code in codes))


def plain(rng: Random, draw: Draw) -> Coded:
    return poster(rng, draw(rng))


def before(rng: Random, draw: Draw, change: Change) -> Coded:
    """The code is changed, then put on a sheet."""
    code = draw(rng)
    return poster(rng, Code(change(rng, code.picture), code.text))


def after(rng: Random, draw: Draw, change: Change) -> Coded:
    """The whole sheet is changed."""
    page = plain(rng, draw)
    return Coded(change(rng, page.picture), page.texts)


def inverted(_: Random, picture: Picture) -> Picture:
    return ImageOps.invert(picture)


def mirrored(_: Random, picture: Picture) -> Picture:
    return ImageOps.mirror(picture)


def tilted(rng: Random, picture: Picture) -> Picture:
    """Turned by any angle."""
    angle = rng.uniform(0, 360)
    turned = picture.rotate(
        angle, Image.Resampling.BICUBIC, expand=True, fillcolor=(255, 255, 255)
    )
    return ImageOps.expand(turned, 12, (255, 255, 255))


def sideways(rng: Random, picture: Picture) -> Picture:
    """Seen from one side: the far edge is 10 to 24 % shorter."""
    turned = picture.rotate(90 * rng.randrange(4), expand=True)
    return from_the_side(turned, rng.uniform(0.05, 0.12))


def faint(rng: Random, picture: Picture) -> Picture:
    """Hardly darker than its ground: 20 to 60 of 255."""
    light = rng.randrange(120, 250)
    share = rng.randrange(20, 60) / 255
    return picture_of(light + (values_of(picture) - 255) * share)


def noisy(rng: Random, picture: Picture) -> Picture:
    return noise(rng, picture, rng.uniform(25, 60))


def compressed(rng: Random, picture: Picture) -> Picture:
    return jpeg(picture, rng.randint(20, 40))


def blurred(rng: Random, picture: Picture, most: float = 2.0) -> Picture:
    return picture.filter(ImageFilter.GaussianBlur(rng.uniform(1.0, most)))


def coloured(rng: Random, picture: Picture) -> Picture:
    """A dark colour on a light one."""
    dark = tuple(rng.randrange(0, 110) for _ in range(3))
    light = tuple(rng.randrange(190, 256) for _ in range(3))
    return ImageOps.colorize(picture.convert("L"), dark, light)


def several(rng: Random) -> Coded:
    """Two to four codes of both kinds."""
    draws = [rng.choice((qr, bars)) for _ in range(rng.randint(2, 4))]
    return poster(rng, *(draw(rng) for draw in draws))


def in_chat(rng: Random) -> Coded:
    """A picture that was sent in a chat, seen in the screenshot."""
    screen = chat(rng, words=0).picture
    code = qr(rng, module=rng.uniform(3, 6))
    side = code.picture.width
    place = (rng.randint(120, 630 - side), rng.randint(160, 1200 - side))
    screen.paste(code.picture, place)
    return Coded(screen, (code.text,))


def on_photo(rng: Random) -> Coded:
    """Pasted onto a photograph, small or large."""
    scene = photo(rng, 750, 1334)
    code = qr(rng, module=rng.uniform(2.5, 8))
    most = (750 - code.picture.width, 1334 - code.picture.height)
    scene.paste(code.picture, (rng.randint(0, most[0]), rng.randint(0, most[1])))
    return Coded(scene, (code.text,))


def photographed(rng: Random, draw: Draw) -> Coded:
    """Turned a little, from the side, unsharp, grainy and saved with loss."""
    code = draw(rng)
    turned = code.picture.rotate(
        rng.uniform(-20, 20),
        Image.Resampling.BICUBIC,
        expand=True,
        fillcolor=(255, 255, 255),
    )
    seen = from_the_side(turned, rng.uniform(0.02, 0.1))
    scene = photo(rng, seen.width + 240, seen.height + 240)
    scene.paste(seen, (120, 120))
    soft = noise(rng, blurred(rng, scene, 1.3), 8)
    return Coded(jpeg(soft, rng.randint(40, 80)), (code.text,))


small_qr = partial(qr, span=(2.0, 3.0))
small_bars = partial(bars, span=(1.5, 2.0))
QR_KINDS: Final[dict[str, Callable[[Random], Coded]]] = {
    "plain": partial(plain, draw=qr),
    "logo on 8 to 20 % of level H": partial(plain, draw=with_logo),
    "logo on 4 to 12 % of level Q": partial(plain, draw=partial(with_logo, level="Q")),
    "2 to 3 px a module": partial(plain, draw=small_qr),
    "2 to 3 px a module, JPEG 20 to 40": partial(
        after, draw=small_qr, change=compressed
    ),
    "inverted": partial(before, draw=qr, change=inverted),
    "inverted, the whole sheet": partial(after, draw=qr, change=inverted),
    "turned by any angle": partial(before, draw=qr, change=tilted),
    "from the side": partial(before, draw=qr, change=sideways),
    "low contrast, 20 to 60 of 255": partial(after, draw=qr, change=faint),
    "noisy, σ 25 to 60": partial(after, draw=qr, change=noisy),
    "JPEG quality 20 to 40": partial(after, draw=qr, change=compressed),
    "blurred, σ 1 to 2": partial(after, draw=qr, change=blurred),
    "mirrored": partial(before, draw=qr, change=mirrored),
    "coloured": partial(before, draw=qr, change=coloured),
    "in a chat screenshot": in_chat,
    "on a photo": on_photo,
    "photographed": partial(photographed, draw=qr),
}
BAR_KINDS: Final[dict[str, Callable[[Random], Coded]]] = {
    "plain": partial(plain, draw=bars),
    "1.5 to 2 px a module": partial(plain, draw=small_bars),
    "inverted": partial(before, draw=bars, change=inverted),
    "turned by any angle": partial(before, draw=bars, change=tilted),
    "from the side": partial(before, draw=bars, change=sideways),
    "low contrast, 20 to 60 of 255": partial(after, draw=bars, change=faint),
    "noisy, σ 25 to 60": partial(after, draw=bars, change=noisy),
    "JPEG quality 20 to 40": partial(after, draw=bars, change=compressed),
    "blurred, σ 1 to 1.3": partial(
        after, draw=partial(bars, span=(2.6, 4.0)), change=partial(blurred, most=1.3)
    ),
    "mirrored": partial(before, draw=bars, change=mirrored),
    "coloured": partial(before, draw=bars, change=coloured),
    "photographed": partial(photographed, draw=partial(bars, span=(2.6, 4.0))),
}
KINDS: Final[dict[str, Callable[[Random], Coded]]] = {
    **{f"QR code, {kind}": make for kind, make in QR_KINDS.items()},
    **{f"barcode, {kind}": make for kind, make in BAR_KINDS.items()},
    "several of both": several,
}
