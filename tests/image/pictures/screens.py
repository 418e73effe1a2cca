"""Screens and papers full of text, with planted words or without any."""

from collections.abc import Callable
from random import Random
from typing import Final

from PIL import ImageDraw, ImageOps

from tests.image.pictures.chat import HEIGHT, WIDTH, chat
from tests.image.pictures.paint import Picture, Written, any_font, blank, font
from tests.image.pictures.words import around, prose, some

_INK: Final = (40, 40, 44)
_GOODS: Final = ("牛奶", "全麦面包", "矿泉水", "鸡蛋", "苹果", "洗衣液", "毛巾")


def dark(rng: Random) -> Written:
    """A chat in dark mode: light text on dark bubbles."""
    page = chat(rng, words=4)
    return Written(ImageOps.invert(page.picture), page.words)


def fine(rng: Random) -> Written:
    """A screen full of text of 14 to 18 pixels."""
    size = rng.randint(14, 18)
    return _article(rng, size, words=5)


def ordinary_page(rng: Random) -> Picture:
    """A screen or page full of ordinary text."""
    return _article(rng, rng.randint(14, 28), words=0).picture


def receipt(rng: Random) -> Picture:
    """A till receipt."""
    sheet = blank(420, 760, (250, 250, 248))
    draw = ImageDraw.Draw(sheet)
    draw.text((210, 40), "家家乐便利店", font=font(34, 1), fill=_INK, anchor="mm")
    draw.text((30, 80), f"单号 {rng.randrange(10**9)}", font=font(20), fill=_INK)
    draw.line((20, 116, 400, 116), fill=_INK)
    for row in range(10):
        top = 130 + row * 40
        goods = rng.choice(
            ("牛奶", "全麦面包", "矿泉水", "鸡蛋", "苹果", "洗衣液", "毛巾")
        )
        price = f"{rng.randrange(1, 90)}.{rng.randrange(100):02}"
        draw.text((30, top), goods, font=font(24), fill=_INK)
        draw.text((390, top), price, font=font(24), fill=_INK, anchor="ra")
    draw.line((20, 540, 400, 540), fill=_INK)
    draw.text((30, 560), f"合计 {rng.randrange(50, 500)}.00", font=font(30), fill=_INK)
    draw.text((30, 620), "2026-05-18 18:42  谢谢惠顾", font=font(20), fill=_INK)
    return sheet


def ticket(rng: Random) -> Picture:
    """A train ticket."""
    sheet = blank(860, 420, (196, 226, 240))
    draw = ImageDraw.Draw(sheet)
    towns = rng.sample(("北京南", "上海虹桥", "杭州东", "南京南", "武汉", "长沙南"), 2)
    draw.text((60, 60), towns[0], font=font(48, 1), fill=_INK)
    draw.text((800, 60), towns[1], font=font(48, 1), fill=_INK, anchor="ra")
    number = f"G{rng.randrange(10, 9999)}"
    draw.text((430, 70), number, font=font(40), fill=_INK, anchor="ma")
    draw.text((60, 170), "2026年05月18日 09:36开", font=font(32), fill=_INK)
    seat = f"{rng.randrange(1, 17):02}车{rng.randrange(1, 20):02}A号 二等座"
    draw.text((60, 230), seat, font=font(32), fill=_INK)
    draw.text((60, 300), f"¥{rng.randrange(40, 900)}.5元", font=font(32), fill=_INK)
    return sheet


def _article(rng: Random, size: int, *, words: int) -> Written:
    """Lines from edge to edge; the words stand in the middle of some of them."""
    planted = some(rng, words)
    sheet = blank(WIDTH, HEIGHT, (rng.randrange(240, 256),) * 3)
    draw = ImageDraw.Draw(sheet)
    face = any_font(rng, size)
    columns = (WIDTH - 60) // size
    tops = range(30, HEIGHT - 2 * size, round(size * 1.7))
    lines = [prose(rng, columns) for _ in tops]
    for word, row in zip(planted, rng.sample(range(len(lines)), words), strict=True):
        text = around(rng, word)
        start = rng.randrange(0, columns - len(text))
        lines[row] = lines[row][:start] + text + lines[row][start + len(text) :]
    for top, line in zip(tops, lines, strict=True):
        draw.text((30, top), line, font=face, fill=_INK)
    return Written(sheet, planted)


KINDS: Final[dict[str, Callable[[Random], Written]]] = {
    "chat screenshot, dark": dark,
    "screen of text, 14 to 18 px": fine,
}
INNOCENT: Final[dict[str, Callable[[Random], Picture]]] = {
    "page of text": ordinary_page,
    "receipt": receipt,
    "ticket": ticket,
    "dark chat": lambda rng: ImageOps.invert(chat(rng, words=0).picture),
}
