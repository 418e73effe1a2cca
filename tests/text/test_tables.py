"""The generated character tables keep the promises of their README."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import pytest

DATA = Path(__file__).parents[2] / "app" / "text" / "data"
SIZE_LIMIT = 700_000


def load(name: str) -> dict[str, str]:
    rows: dict[str, str] = {}
    for line in (DATA / name).read_text(encoding="utf-8").splitlines():
        if not line.startswith("# "):
            key, value = line.split("\t")
            assert key not in rows, f"{key} twice in {name}"
            rows[key] = value
    return rows


VARIANTS = load("variants.tsv")
HOMOGLYPHS = load("homoglyphs.tsv")
PINYIN = load("pinyin.tsv")
TABLES = {"variants.tsv": VARIANTS, "homoglyphs.tsv": HOMOGLYPHS, "pinyin.tsv": PINYIN}


VARIANT_PAIRS = """
    愽博 儍傻 銭钱 錢钱 単单 單单 點点 麽么 麼么 ⼤大 ⿇麻 ⺡氵
    ⻐钅 ⺅亻 ⻈讠 妳你 図图 広广 亜亚 賭赌 發发 髮发 臺台 裏里
    裡里 姦奸 婬淫 寶宝 伱你 囯国 女女
""".split()  # noqa: SIM905  (a list literal would be four times as long)


def gb2312() -> set[str]:
    return {
        bytes([row, cell]).decode("gb2312")
        for row in range(0xB0, 0xF8)
        for cell in range(0xA1, 0xFF)
        if not (row == 0xD7 and cell > 0xF9)
    }


@pytest.mark.parametrize("name", TABLES)
def test_file_is_utf8_lf_sorted_single_characters(name: str) -> None:
    raw = (DATA / name).read_bytes()
    assert b"\r" not in raw
    assert raw.endswith(b"\n")
    assert not raw.endswith(b"\n\n")
    keys = list(TABLES[name])
    assert keys == sorted(keys)
    assert all(len(key) == 1 for key in keys)


def test_files_stay_small_enough_to_load_at_start() -> None:
    assert sum(path.stat().st_size for path in DATA.glob("*.tsv")) < SIZE_LIMIT


# variants


def test_variants_lead_to_fixed_points() -> None:
    assert not {c for c in VARIANTS.values() if c in VARIANTS}
    assert all(len(c) == 1 for c in VARIANTS.values())
    assert len(VARIANTS) > 5000


def test_simplified_characters_stay_themselves() -> None:
    # Traditional and variant forms that the standard of 1980 happens to contain.
    demoted = set("麽乾於後徵夥摺捱榘菸醣麴拚锺馀硷谘飚箝垅")
    assert set(VARIANTS) & gb2312() == demoted


@pytest.mark.parametrize("pair", VARIANT_PAIRS)
def test_variant_examples(pair: str) -> None:
    assert VARIANTS[pair[0]] == pair[1]


@pytest.mark.parametrize("char", "氵钅纟亻讠扌忄犭艹辶阝囧屌肏屄逼嘚点大麻著")
def test_not_variants(char: str) -> None:
    assert char not in VARIANTS


def test_compatibility_ideographs_agree_with_nfkc() -> None:
    for point in range(0xF900, 0xFADA):
        plain = unicodedata.normalize("NFKC", chr(point))
        if chr(point) in VARIANTS and plain != chr(point):
            assert VARIANTS[chr(point)] == VARIANTS.get(plain, plain)


# homoglyphs


def without_marks(char: str) -> str:
    decomposed = unicodedata.normalize("NFKD", char)
    kept = (c for c in decomposed if not unicodedata.category(c).startswith("M"))
    return "".join(kept).casefold()


def test_homoglyphs_give_ascii_that_plain_folding_does_not() -> None:
    for char, latin in HOMOGLYPHS.items():
        assert re.fullmatch(r"[a-z0-9]+", latin), char
        assert not re.fullmatch(r"[a-z0-9]+", without_marks(char)), char


def test_homoglyphs_leave_east_asian_scripts_alone() -> None:
    foreign = re.compile("CJK UNIFIED|HIRAGANA|KATAKANA|HANGUL|BOPOMOFO|IDEOGRAPH")
    assert not [c for c in HOMOGLYPHS if foreign.search(unicodedata.name(c))]


@pytest.mark.parametrize(
    ("disguised", "plain"),
    [
        ("fuсk", "fuck"),
        ("саsinо", "casino"),
        ("νχ", "vx"),
        ("🅱🅸🆃🅲🅷", "bitch"),
        ("🇫🇺🇨🇰", "fuck"),
        ("🆀🆀⓿❶➀", "qq011"),
        ("🅰⒜\U000e0061ɑ", "aaaa"),
        ("ıłøđƒ", "ilodf"),
        ("1З8-ОООО", "138-oooo"),
        ("ᖴᑌᑕK", "fuck"),
        ("ꜰᴜᴄᴋ", "fuck"),
        ("𝛎𝛘", "vx"),
        ("ΝІΚЕ", "nike"),
        ("٣५", "35"),
    ],
)
def test_homoglyph_examples(disguised: str, plain: str) -> None:
    assert "".join(HOMOGLYPHS.get(c, c) for c in disguised).lower() == plain


# pinyin


def test_readings_are_toneless_and_few() -> None:
    for char, value in PINYIN.items():
        readings = value.split(",")
        assert 1 <= len(set(readings)) == len(readings) <= 3, char
        assert all(re.fullmatch(r"[a-z]{1,6}", reading) for reading in readings), char


def test_every_common_character_has_a_reading() -> None:
    assert gb2312() <= set(PINYIN)
    assert set("屌肏屄囧嘚逼氵亻艹") <= set(PINYIN)
    assert len(PINYIN) > 25_000


@pytest.mark.parametrize(
    ("char", "readings"),
    [
        ("行", "xing,hang"),
        ("的", "de,di"),
        ("女", "nv"),
        ("略", "lve"),
        ("逼", "bi"),
        ("微", "wei"),
        ("薇", "wei"),
        ("赌", "du"),
        ("曾", "ceng,zeng"),
        ("肏", "cao"),
    ],
)
def test_reading_examples(char: str, readings: str) -> None:
    assert PINYIN[char] == readings
