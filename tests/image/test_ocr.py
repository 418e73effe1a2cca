"""Reading for real, with the models of the package: a few pictures of each kind."""

import logging
import socket
from random import Random

import numpy as np
import pytest
from PIL import Image, ImageDraw

from app.image import ocr_engine
from app.image.ocr import Ocr, OcrSettings, create
from app.image.ocr_engine import Engine, OcrMissingError
from app.image.ocr_join import join
from app.plugins.door import Frame, Reading, Sample
from tests.image.pictures import innocent, written
from tests.image.pictures.chat import chat
from tests.image.pictures.paint import (
    HAVE_FONTS,
    Picture,
    blank,
    font,
    sample_of,
)

pytest.importorskip("rapidocr", reason="needs the extra 'ocr'")

fonts = pytest.mark.skipif(not HAVE_FONTS, reason="needs Debian's fonts-noto-cjk")


@pytest.fixture(scope="module")
def ocr() -> Ocr:
    return create({})


def text_of(reading: Reading) -> str:
    return join(reading.texts).text


def card(*lines: str, size: int = 32) -> Picture:
    sheet = blank(460, 60 * len(lines) + 60)
    draw = ImageDraw.Draw(sheet)
    for number, line in enumerate(lines):
        draw.text((30, 30 + 60 * number), line, font=font(size), fill=(20, 20, 20))
    return sheet


def test_its_own_examples_hold(ocr: Ocr) -> None:
    for example in ocr.examples():
        assert isinstance(example.picture, Sample)
        assert example.expect(ocr.classify(example.picture)), example.what


@fonts
@pytest.mark.parametrize(
    "kind",
    [
        "clean",
        "small, 12 to 16 px",
        "noisy, σ 25 to 60",
        "a quarter, half or three quarter turn",
        "mirrored",
        "tilted by 5 to 30°",
        "rimmed letters on a photo",
        "columns",
        "broken over two lines",
        "meme, above and below",
        "three sizes, 72 to 18 px",
        "sticker",
        "banner",
        "chat screenshot, dark",
        "screen of text, 14 to 18 px",
    ],
)
def test_words_of_every_kind_are_read(ocr: Ocr, kind: str) -> None:
    page = written.KINDS[kind](Random(f"test {kind}"))
    reading = ocr.classify(sample_of(page.picture))
    assert reading.error is None
    missing = [word for word in page.words if word not in text_of(reading)]
    assert missing == []


@fonts
def test_a_chat_is_read_message_by_message(ocr: Ocr) -> None:
    page = chat(Random(3), words=2, height=700)
    reading = ocr.classify(sample_of(page.picture))
    lines = [region.text for region in reading.texts]
    assert lines[0].startswith("9:41")
    assert all(any(word in line for line in lines) for word in page.words)
    tops = [region.box.top for region in reading.texts]
    assert tops[2:] == sorted(tops[2:])
    assert len({region.block for region in reading.texts}) == len(lines)


@fonts
def test_boxes_are_where_the_words_are(ocr: Ocr) -> None:
    picture = card("木马旋转", "柠檬汽水")
    frame = Frame(np.array(picture), scale=2.0)
    sample = Sample((frame,), 920, 360, "PNG")
    first, second = ocr.classify(sample).texts
    assert (first.text, second.text) == ("木马旋转", "柠檬汽水")
    # The frame shows the original at half its size.
    assert abs(first.box.left - 60) < 30
    assert abs(first.box.top - 70) < 40
    assert abs(first.box.width - 4 * 64) < 50
    assert abs(second.box.top - first.box.top - 120) < 20
    assert first.score > 0.9


@fonts
def test_a_term_over_two_lines_is_one(ocr: Ocr) -> None:
    sheet = blank(400, 200)
    draw = ImageDraw.Draw(sheet)
    draw.text((30, 40), "周末一起去看银杏", font=font(36), fill=(0, 0, 0))
    draw.text((30, 90), "大道的落叶好不好", font=font(36), fill=(0, 0, 0))
    assert "看银杏大道的" in text_of(ocr.classify(sample_of(sheet)))


@fonts
def test_long_pictures_are_not_shrunk_to_nothing(ocr: Ocr) -> None:
    sheet = blank(300, 4000)
    draw = ImageDraw.Draw(sheet)
    words = ["竹影清风", "青铜器皿", "荷塘月色", "云海列车"]
    for number, word in enumerate(words):
        # On the borders between tiles, too.
        draw.text((40, 20 + 1240 * number), word, font=font(18), fill=(0, 0, 0))
    assert [region.text for region in ocr.classify(sample_of(sheet)).texts] == words


@fonts
def test_frames_that_differ_are_read(ocr: Ocr) -> None:
    first, second = card("木马旋转"), card("柠檬汽水")
    reading = ocr.classify(sample_of(first, first, second, first))
    assert [(each.text, each.frame) for each in reading.texts] == [
        ("木马旋转", 0),
        ("柠檬汽水", 2),
    ]


@fonts
def test_more_lines_than_are_read_are_told() -> None:
    few = create({"lines": "1"})
    reading = few.classify(sample_of(card("木马旋转", "柠檬汽水")))
    assert len(reading.texts) == 1
    assert reading.error == "there are more lines of text than are read"
    assert few.classify(sample_of(card("木马旋转"))).error is None


@pytest.mark.parametrize("kind", innocent.WORDLESS)
def test_hardly_anything_is_read_where_there_are_no_words(ocr: Ocr, kind: str) -> None:
    picture = innocent.KINDS[kind](Random(kind))
    reading = ocr.classify(sample_of(picture))
    # Rings and bars may be taken for single letters, but for no words.
    assert max((len(region.text) for region in reading.texts), default=0) <= 4
    assert sum(len(region.text) for region in reading.texts) <= 30


@pytest.mark.parametrize("size", [(1, 1), (1, 500), (500, 1), (20, 20), (47, 600)])
def test_pictures_of_any_size_are_looked_at(ocr: Ocr, size: tuple[int, int]) -> None:
    assert ocr.classify(sample_of(blank(*size))).texts == ()


@fonts
def test_a_low_strip_is_read(ocr: Ocr) -> None:
    strip = blank(150, 26)
    ImageDraw.Draw(strip).text((8, 0), "木马旋转", font=font(18), fill=(0, 0, 0))
    assert text_of(ocr.classify(sample_of(strip))) == "木马旋转"


@fonts
@pytest.mark.parametrize("seed", range(6))
def test_letters_as_high_as_the_picture_are_found(ocr: Ocr, seed: int) -> None:
    page = written.poster(Random(f"12 {seed}"))
    assert page.words[0] in text_of(ocr.classify(sample_of(page.picture)))


@fonts
def test_huge_letters_are_looked_for_where_nothing_else_is_found() -> None:
    sheet = blank(800, 300)
    draw = ImageDraw.Draw(sheet)
    draw.text((400, 150), "日出", font=font(260), fill=(0, 0, 0), anchor="mm")
    engine = Engine(side=640, threads=1)
    (quad,) = engine.find_huge(np.array(sheet))
    left, right = quad[:, 0].min(), quad[:, 0].max()
    assert abs((left + right) / 2 - 400) < 60
    assert right - left > 350


@fonts
def test_doubtful_readings_can_be_dropped() -> None:
    picture = card("木马旋转").resize((60, 15), Image.Resampling.BILINEAR)
    loose = create({"least": "0", "turns": "false"}).classify(sample_of(picture))
    strict = create({"least": "1"}).classify(sample_of(picture))
    assert strict.texts == ()
    assert len(loose.texts) >= len(strict.texts)


@fonts
def test_nothing_of_a_picture_is_printed_or_logged(
    ocr: Ocr, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    capfd.readouterr()
    with caplog.at_level(logging.DEBUG):
        ocr.classify(sample_of(card("木马旋转")))
        ocr.classify(sample_of(blank(300, 300)))
    assert caplog.text == ""
    assert capfd.readouterr() == ("", "")


@pytest.fixture
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object, **__: object) -> None:
        raise AssertionError("it wanted to go out")

    monkeypatch.setattr(socket.socket, "connect", refused)
    monkeypatch.setattr(socket, "getaddrinfo", refused)


@fonts
@pytest.mark.usefixtures("offline")
def test_nothing_is_fetched() -> None:
    reading = create({}).classify(sample_of(card("木马旋转")))
    assert [region.text for region in reading.texts] == ["木马旋转"]


def test_without_the_package_it_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ocr_engine, "find_spec", lambda _: None)
    with pytest.raises(OcrMissingError, match=r"seccheck\[ocr\]"):
        Engine(side=736, threads=1)


def test_a_package_without_its_models_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    class Spec:
        origin = f"{tmp_path}/__init__.py"

    monkeypatch.setattr(ocr_engine, "find_spec", lambda _: Spec)
    with pytest.raises(OcrMissingError, match="carries 0 models to det text"):
        Engine(side=736, threads=1)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"sides": "3"}, "no setting 'sides'"),
        ({"side": "10"}, "side must be 320 to 2000"),
        ({"threads": "0"}, "threads must be 1 to 64"),
        ({"least": "2"}, "least must be 0 to 1"),
        ({"turns": "maybe"}, "turns must be one of false, true"),
    ],
)
def test_settings_that_make_no_sense_are_refused(
    settings: dict[str, str], said: str
) -> None:
    with pytest.raises(ValueError, match=said):
        create(settings)


def test_settings_are_what_was_set() -> None:
    assert OcrSettings.read({}) == OcrSettings()
    changed = {
        "side": "960",
        "threads": "2",
        "least": "0.3",
        "sure": "0.8",
        "turns": "false",
        "lines": "10",
        "frames": "2",
        "tiles": "5",
    }
    assert OcrSettings.read(changed) == OcrSettings(
        960, 2, 0.3, 0.8, turns=False, lines=10, frames=2, tiles=5
    )
