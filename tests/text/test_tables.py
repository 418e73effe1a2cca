"""The generated character tables keep the promises of their README."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
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
SHAPES = load("shapes.tsv")
SPLITS = load("splits.tsv")
TABLES = {
    "variants.tsv": VARIANTS,
    "homoglyphs.tsv": HOMOGLYPHS,
    "pinyin.tsv": PINYIN,
    "shapes.tsv": SHAPES,
    "splits.tsv": SPLITS,
}
HAND = Path(__file__).parents[2] / "tools" / "tables" / "hand"


VARIANT_PAIRS = """
    愽博 儍傻 銭钱 錢钱 単单 單单 點点 麽么 麼么 ⼤大 ⿇麻 ⺡氵
    ⻐钅 ⺅亻 ⻈讠 妳你 図图 広广 亜亚 賭赌 發发 髮发 臺台 裏里
    裡里 姦奸 婬淫 寶宝 伱你 囯国 女女
""".split()


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


# shapes


def shape(char: str) -> str:
    folded = VARIANTS.get(char, char)
    return SHAPES.get(folded, folded)


def test_classes_have_two_to_thirty_members_and_contain_their_name() -> None:
    sizes = Counter(SHAPES.values())
    assert min(sizes.values()) >= 2
    assert max(sizes.values()) <= 30
    assert all(SHAPES[name] == name for name in sizes)
    assert len(SHAPES) > 5000


def test_shapes_are_looked_up_after_folding() -> None:
    assert not set(SHAPES) & set(VARIANTS)


def test_hand_written_look_alikes_share_a_class() -> None:
    lines = (HAND / "shape_pairs.tsv").read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t")[1] for line in lines if not line.startswith("#")]
    pairs = [pair for row in rows for pair in row.split()]
    apart = [pair for pair in pairs if shape(pair[0]) != shape(pair[1])]
    assert len(pairs) >= 120
    assert len(apart) <= 0.05 * len(pairs), apart


@pytest.mark.parametrize(
    "group",
    [
        "赌睹堵诸者",
        "票漂飘嫖瞟",
        "包炮跑泡饱抱",
        "支妓技枝伎",
        "博搏膊缚",
        "微徽薇",
        "未末",
        "己已巳",
        "日曰",
        "贷货代伐",
        "裸祼课稞果",
        "聊柳卿",
        "毒毐",
        "钱线浅残贱",
        "单箪単",
        "证征政",
        "假暇瑕",
        "枪抢呛沧苍",
    ],
)
def test_shape_examples(group: str) -> None:
    assert len({shape(char) for char in group}) == 1


@pytest.mark.parametrize("char", "的了是在我有和就不他她们这那")
def test_function_characters_are_in_no_class(char: str) -> None:
    assert char not in SHAPES


@pytest.mark.parametrize("pair", ["赌票", "微信", "炮毒", "钱性", "枪情"])
def test_different_families_stay_apart(pair: str) -> None:
    assert shape(pair[0]) != shape(pair[1])


# splits


def fold(text: str) -> str:
    return "".join(VARIANTS.get(char, char) for char in text)


def test_split_forms_are_two_to_four_characters_without_the_whole() -> None:
    for char, value in SPLITS.items():
        forms = value.split(" ")
        assert len(set(forms)) == len(forms), char
        for form in forms:
            assert 2 <= len(form) <= 4, char
            assert char not in form


def test_split_forms_are_found_in_folded_text() -> None:
    for value in SPLITS.values():
        forms = value.split(" ")
        assert {fold(form) for form in forms} <= set(forms)


def test_only_common_characters_are_split() -> None:
    assert not set(SPLITS) & set(VARIANTS)
    assert len(set(SPLITS) & gb2312()) > 5500


@pytest.mark.parametrize(
    ("char", "forms"),
    [
        ("洗", "氵先 水先 ⺡先"),
        ("钱", "钅戋 金戋 ⻐戋"),
        ("约", "纟勺 丝勺"),
        ("炮", "火包"),
        ("加", "力口"),
        ("麻", "广林"),
        ("赌", "贝者"),
        ("微", "彳山几攵"),
        ("吃", "口乞"),
        ("好", "女子"),
        ("傻", "亻爱 人爱"),
        ("谢", "讠射 言身寸"),
        ("操", "扌品木 手品木"),
        ("骗", "马扁"),
        ("死", "歹匕"),
        ("狗", "犭句 犬句"),
        ("性", "忄生"),
        ("饱", "饣包 食包"),
        ("屌", "尸吊"),
        ("肏", "入肉"),
        ("湖", "氵古月"),
    ],
)
def test_split_examples(char: str, forms: str) -> None:
    assert set(forms.split()) <= set(SPLITS[char].split(" "))
