import zipfile
from io import BytesIO

import pytest

from app.image.errors import Fault, PictureError
from app.image.sniff import Format, sniff
from tests.image.files import encode, plain


@pytest.mark.parametrize("known", [each for each in Format if each is not Format.HEIC])
def test_formats_are_known_by_their_bytes(known: Format) -> None:
    assert sniff(encode(plain(), known.value)) is known


def test_heic_is_known_by_any_of_its_brands() -> None:
    for brand in (b"heic", b"heix", b"hevc"):
        assert sniff(b"\0\0\0\x18ftyp" + brand + b"\0\0\0\0mif1heic") is Format.HEIC
    assert sniff(b"\0\0\0\x18ftypmif1\0\0\0\0mif1heic") is Format.HEIC


def test_avif_is_known_behind_a_general_brand() -> None:
    assert sniff(b"\0\0\0\x1cftypmif1\0\0\0\0miafmif1avif") is Format.AVIF


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (encode(plain(), "TIFF"), "TIFF"),
        (encode(plain(), "TIFF", big_tiff=True), "TIFF"),
        (encode(plain(), "ICO"), "ICO"),
        (encode(plain(), "EPS"), "PostScript"),
        (encode(plain(), "PDF"), "PDF"),
        (encode(plain(), "JPEG2000"), "JPEG 2000"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "SVG"),
        (b'\xef\xbb\xbf<?xml version="1.0"?><svg/>', "SVG"),
        (b"  \n<SVG onload='x'>", "SVG"),
        (b"8BPS\0\1", "Photoshop"),
        (b"\xff\x0a" + bytes(20), "JPEG XL"),
        (b"\0\0\0\x20ftypisom\0\0\x02\0isomiso2avc1mp41", "MPEG-4"),
    ],
)
def test_other_kinds_of_pictures_are_refused_by_name(data: bytes, name: str) -> None:
    with pytest.raises(PictureError, match=f"^{name} files") as caught:
        sniff(data)
    assert caught.value.fault is Fault.UNSUPPORTED


def _zip() -> bytes:
    written = BytesIO()
    with zipfile.ZipFile(written, "w") as packed:
        packed.writestr("a.txt", "text")
    return written.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xd8",
        b"\x89PNG",
        b"GIF90a",
        b"RIFF\0\0\0\0WAVEfmt ",
        b"BM" + bytes(60),  # two letters do not make a picture
        b"hello, world",
        b"<html><img src=x></html>",
        _zip() + encode(plain(), "PNG"),
        b"<html>" + encode(plain(), "GIF"),
        b"\n" + encode(plain(), "JPEG"),
        b"\0\0\0\x18ftyp",
    ],
)
def test_what_does_not_begin_like_a_picture_is_none(data: bytes) -> None:
    with pytest.raises(PictureError) as caught:
        sniff(data)
    expected = Fault.UNSUPPORTED if b"ftyp" in data else Fault.NOT_A_PICTURE
    assert caught.value.fault is expected


def test_old_bitmaps_are_known() -> None:
    for size in (12, 40, 52, 56, 64, 108, 124):
        head = b"BM" + bytes(12) + size.to_bytes(4, "little") + bytes(40)
        assert sniff(head) is Format.BMP


def test_no_message_holds_anything_of_the_file() -> None:
    with pytest.raises(PictureError) as caught:
        sniff(b"my secret text")
    assert "secret" not in str(caught.value)
