"""Each family of disguise is seen, with its exact span; ordinary language is not.

`planted` cases are `(term, disguise)`: the disguise is put into carrier sentences
and must be found there as exactly the planted characters.
"""

import pytest

from app.domain.entry import Match
from tests.text.helpers import folds, hits, single

HAN_CARRIERS = ["{}", "老板说{}在线等你", "今天，{}！真的", "abc {} 123", "\n{}\n"]
LATIN_CARRIERS = ["{}", "you {} ok", "这个 {} 真的", "…{}!", "(x) {}\nnext"]

SEPARATOR = [
    ("假钞", "假-钞"),
    ("假钞", "假.钞"),
    ("假钞", "假_钞"),
    ("假钞", "假…钞"),
    ("假钞", "假|钞"),
    ("假钞", "假~_~钞"),
    ("假钞", "假】【钞"),
    ("办假证", "办/假/证"),
    ("办假证", "办·假·证"),
    ("办假证", "办*假证"),
    ("办假证", "办假^证"),
    ("枪械配件", "枪#械#配#件"),
    ("枪械配件", "枪械——配件"),
    ("洗黑钱", "洗,黑,钱"),
    ("洗黑钱", "洗、黑、钱"),
    ("洗黑钱", "洗=黑+钱"),
]
SPACE = [
    ("假钞", "假 钞"),
    ("假钞", "假\u3000钞"),
    ("假钞", "假\u00a0钞"),
    ("假钞", "假\u2003钞"),
    ("办假证", "办 假 证"),
    ("办假证", "办  假  证"),
    ("枪械配件", "枪 械 配 件"),
    ("枪械配件", "枪 械配件"),
    ("洗黑钱", "洗 黑钱"),
    ("洗黑钱", "洗黑\t钱"),
]
ZERO_WIDTH = [
    ("假钞", f"假{char}钞")
    for char in "\u200b\u200c\u200d\u2060\ufeff\u00ad\u3164\u180e\u2063\u202e\u115f"
] + [
    ("办假证", "办\u200b假\u200b证"),
    ("办假证", "办\u200b\u200d\ufeff假证"),
    ("枪械配件", "枪\u2060械\u2060配\u2060件"),
]
EMOJI = [
    ("假钞", "假😀钞"),
    ("假钞", "假❤️钞"),
    ("假钞", "假👩🏽‍💻钞"),
    ("假钞", "假💰💰💰钞"),
    ("办假证", "办👉假👈证"),
    ("办假证", "办✅假证"),
    ("枪械配件", "枪🔫械🔫配🔫件"),
    ("洗黑钱", "洗⭐黑钱"),
    ("洗黑钱", "洗🈲黑🈲钱"),
]
INSERTED = [
    ("假钞", "假1钞"),
    ("假钞", "假888钞"),
    ("假钞", "假x钞"),
    ("假钞", "假abc钞"),
    ("办假证", "办1假2证"),
    ("办假证", "办假66证"),
    ("枪械配件", "枪1械2配3件"),
    ("枪械配件", "枪QQ械配件"),
    ("洗黑钱", "洗黑0钱"),
]
STYLED = [
    ("slut", "ｓｌｕｔ"),
    ("slut", "ＳＬＵＴ"),
    ("slut", "ⓢⓛⓤⓣ"),
    ("slut", "ⓈⓁⓊⓉ"),
    ("slut", "𝐬𝐥𝐮𝐭"),
    ("slut", "𝒮𝓁𝓊𝓉"),
    ("slut", "𝔰𝔩𝔲𝔱"),
    ("slut", "𝚜𝚕𝚞𝚝"),
    ("slut", "🅂🄻🅄🅃"),
    ("slut", "🆂🅻🆄🆃"),
    ("slut", "🇸 🇱 🇺 🇹"),
    ("whore", "WhOrE"),
    ("whore", "𝕨𝕙𝕠𝕣𝕖"),
    ("whore", "🅦🅗🅞🅡🅔"),
    ("whore", "ｗｈｏｒｅ"),
]
HOMOGLYPH = [
    ("porn", "pоrn"),
    ("porn", "рorn"),
    ("porn", "роrn"),
    ("escort", "esсort"),
    ("escort", "еsсоrt"),
    ("escort", "εscοrt"),
    ("whore", "whοre"),
    ("whore", "wһоre"),
]
ACCENT = [
    ("porn", "pörn"),
    ("porn", "po\u0308rn"),
    ("porn", "p̶o̶r̶n̶"),
    ("porn", "ṕóŕń"),
    ("escort", "éscôrt"),
    ("whore", "w\u0489h\u0489o\u0489r\u0489e\u0489"),
    ("假钞", "假\u0336钞\u0336"),
    ("假钞", "假\u20e0钞"),
]
REPEAT = [
    ("假钞", "假假钞"),
    ("假钞", "假假钞钞"),
    ("假钞", "假假假假钞钞钞"),
    ("办假证", "办假假假证"),
    ("枪械配件", "枪枪械械配配件件"),
    ("洗黑钱", "洗洗洗洗黑钱"),
    ("porn", "poooorn"),
    ("porn", "pppooorrrnnn"),
    ("whore", "whooore"),
]
VARIANT = [
    ("假钞", "假鈔"),
    ("枪械配件", "槍械配件"),
    ("办假证", "辦假證"),
    ("洗黑钱", "洗黑錢"),
    ("洗黑钱", "洗黑銭"),
    ("卖淫女", "賣婬女"),
    ("网络赌场", "網絡賭場"),
    ("大麻烟", "⼤⿇烟"),
]
PINYIN = [
    ("假钞", "jiachao"),
    ("假钞", "JiaChao"),
    ("假钞", "jiǎchāo"),
    ("枪械配件", "qiangxiepeijian"),
    ("洗黑钱", "ｘｉｈｅｉｑｉａｎ"),
    ("绿卡", "lvka"),
    ("绿卡", "luka"),
]
SPACED_PINYIN = [
    ("假钞", "jia chao"),
    ("假钞", "jiǎ chāo"),
    ("假钞", "JIA-CHAO"),
    ("洗黑钱", "xi hei qian"),
    ("洗黑钱", "xihei qian"),
]
MIXED_PINYIN = [
    ("假钞", "jia钞"),
    ("假钞", "假chao"),
    ("假钞", "假CHAO"),
    ("办假证", "办jia证"),
    ("办假证", "ban假zheng"),
    ("枪械配件", "枪xie配件"),
    ("枪械配件", "枪械peijian"),
    ("洗黑钱", "xi黑钱"),
]
INITIALS = [
    ("枪械配件", "qxpj"),
    ("枪械配件", "QXPJ"),
    ("网络赌场", "wldc"),
]
HOMOPHONE = [
    ("假钞", "贾钞"),
    ("假钞", "假抄"),
    ("办假证", "办假正"),
    ("办假证", "拌贾证"),
    ("枪械配件", "枪械配建"),
    ("枪械配件", "羌械配件"),
    ("洗黑钱", "洗嘿钱"),
    ("洗黑钱", "洗黑前"),
]
LOOKALIKE = [
    ("赌场", "睹场"),
    ("嫖娼", "漂娼"),
    ("冰毒粉", "冰毐粉"),
]
SPLIT = [
    ("枪械配件", "木仓械配件"),
    ("洗黑钱", "氵先黑钅戋"),
    ("洗黑钱", "洗黑钅戋"),
    ("假钞", "假钅少"),
    ("嫖娼", "女票女昌"),
    ("炸药", "火乍药"),
]
LEET = [
    ("porn", "p0rn"),
    ("escort", "e5c0rt"),
    ("escort", "3scor7"),
    ("whore", "wh0r3"),
    ("slut", "$lut"),
    ("phishing", "fishing"),
    ("viagra", "v1agra"),
    ("viagra", "v!@gra"),
]
MASKED = [
    ("porn", "p*rn"),
    ("porn", "po#n"),
    ("whore", "wh*re"),
    ("whore", "w**re"),
    ("escort", "esc@rt"),
    ("escort", "es·ort"),
]
REORDERED = [
    ("办假证", "证假办"),
    ("办假证", "假办证"),
    ("枪械配件", "件配械枪"),
    ("枪械配件", "械枪配件"),
    ("洗黑钱", "洗钱黑"),
    ("porn", "pron"),
    ("whore", "wohre"),
    ("escort", "escrot"),
]
LATIN_GAPS = [
    ("porn", "p o r n"),
    ("porn", "p.o.r.n"),
    ("porn", "p-o-r-n"),
    ("porn", "po-rn"),
    ("porn", "p\u200born"),
    ("porn", "p🔥o🔥r🔥n"),
    ("porn", "p\no\nr\nn"),
    ("escort", "e s c o r t"),
    ("whore", "w_h_o_r_e"),
]
LINE_BREAK = [
    ("假钞", "假\n钞"),
    ("办假证", "办\n假\n证"),
    ("枪械配件", "枪\n械\n配\n件"),
    ("枪械配件", "枪\r\n械\r\n配\r\n件"),
    ("洗黑钱", "洗\n\n黑钱"),
]

FAMILIES = {
    "separator": SEPARATOR,
    "space": SPACE,
    "zero_width": ZERO_WIDTH,
    "emoji": EMOJI,
    "inserted": INSERTED,
    "styled": STYLED,
    "homoglyph": HOMOGLYPH,
    "accent": ACCENT,
    "repeat": REPEAT,
    "variant": VARIANT,
    "pinyin": PINYIN,
    "spaced_pinyin": SPACED_PINYIN,
    "mixed_pinyin": MIXED_PINYIN,
    "initials": INITIALS,
    "homophone": HOMOPHONE,
    "lookalike": LOOKALIKE,
    "split": SPLIT,
    "leet": LEET,
    "masked": MASKED,
    "reordered": REORDERED,
    "latin_gaps": LATIN_GAPS,
    "line_break": LINE_BREAK,
}
ALL = [
    pytest.param(family, term, written, id=f"{family}-{term}-{number}")
    for family, cases in FAMILIES.items()
    for number, (term, written) in enumerate(cases)
]


def carriers(family: str, written: str) -> list[str]:
    """Spelled-out terms of several words count only among Han or pinyin."""
    if family == "spaced_pinyin" or not (family == "pinyin" or written.isascii()):
        return HAN_CARRIERS[:-2] if family == "spaced_pinyin" else HAN_CARRIERS
    return LATIN_CARRIERS


@pytest.mark.parametrize(("family", "term", "written"), ALL)
def test_planted(family: str, term: str, written: str) -> None:
    for carrier in carriers(family, written):
        assert hits(term, carrier.format(written)) == [written], carrier


STANDARD_FAMILIES = [
    "separator",
    "space",
    "zero_width",
    "emoji",
    "inserted",
    "styled",
    "homoglyph",
    "accent",
    "repeat",
    "variant",
    "latin_gaps",
    "line_break",
]
FUZZY_FAMILIES = [
    "pinyin",
    "mixed_pinyin",
    "initials",
    "homophone",
    "lookalike",
    "leet",
    "masked",
    "reordered",
]


@pytest.mark.parametrize(
    ("family", "term", "written"),
    [case for case in ALL if case.values[0] in STANDARD_FAMILIES],
)
def test_standard_terms_see_what_folding_undoes(
    family: str, term: str, written: str
) -> None:
    assert hits(term, written, Match.STANDARD) == [written], family


@pytest.mark.parametrize(
    ("family", "term", "written"),
    [case for case in ALL if case.values[0] in FUZZY_FAMILIES],
)
def test_standard_terms_see_no_sounds_and_shapes(
    family: str, term: str, written: str
) -> None:
    assert hits(term, written, Match.STANDARD) == [], family


@pytest.mark.parametrize(("family", "term", "written"), ALL)
def test_exact_terms_see_no_disguise(family: str, term: str, written: str) -> None:
    assert written not in hits(term, f"{written}。", Match.EXACT), family


@pytest.mark.parametrize(
    ("term", "text", "names"),
    [
        ("假钞", "假钞", ()),
        ("假钞", "假-钞", ("separator",)),
        ("假钞", "假 钞", ("space",)),
        ("假钞", "假\u200b钞", ("zero_width",)),
        ("假钞", "假😀钞", ("emoji",)),
        ("假钞", "假1钞", ("inserted",)),
        ("假钞", "假\n钞", ("line_break",)),
        ("假钞", "假\u0336钞", ("accent",)),
        ("假钞", "假鈔", ("variant",)),
        ("假钞", "假假钞", ("repeat",)),
        ("假钞", "贾钞", ("homophone",)),
        ("赌场", "睹场", ("lookalike",)),
        ("假钞", "jiachao", ("pinyin",)),
        ("假钞", "假chao", ("pinyin",)),
        ("枪械配件", "qxpj", ("initials",)),
        ("办假证", "证假办", ("reordered",)),
        ("嫖娼", "女票女昌", ("split",)),
        ("porn", "Porn", ("case",)),
        ("porn", "ｐorn", ("width",)),
        ("porn", "ⓟorn", ("enclosed",)),
        ("porn", "𝐩orn", ("styled",)),
        ("porn", "pоrn", ("homoglyph",)),
        ("porn", "pörn", ("accent",)),
        ("porn", "p0rn", ("leetspeak",)),
        ("porn", "p*rn", ("separator", "masked")),
        ("假钞", "假-鈔", ("variant", "separator")),
    ],
)
def test_findings_name_the_disguises(
    term: str, text: str, names: tuple[str, ...]
) -> None:
    assert folds(term, text) == names


WORD_BORDERS = [
    ("大麻", "这次的大麻烦怎么收场"),
    ("法轮", "新办法轮到我们试用"),
    ("枪手", "他用水枪手柄玩游戏"),
    ("口交", "前面路口交叉太多"),
    ("干你", "别人能干你也能干"),
    ("操你", "做完早操你再来"),
    ("日你", "明日你有空吗"),
    ("废物", "报废物资已经登记"),
    ("去死", "先去死角看一看"),
    ("鸡巴", "那只小鸡巴掌大"),
    ("赌博", "他打赌博士不会来"),
    ("洗钱", "他要洗钱包和袜子"),
    ("刷单", "每天刷单词一百个"),
    ("套现", "这件外套现货充足"),
    ("跑分", "接力跑分成两队"),
    ("色情", "角色情绪很饱满"),
    ("代孕", "现代孕妇的饮食"),
    ("加微信", "后台增加微信支付"),
]
LATIN_BORDERS = [
    ("ass", "my assistant passed the class"),
    ("ass", "grass and glass and brass"),
    ("cunt", "a train to Scunthorpe"),
    ("sex", "Middlesex, Essex and Sussex"),
    ("anal", "the canal analysis"),
    ("tit", "the title of the competition"),
    ("cum", "a document of circumstances"),
    ("hell", "hello shellfish"),
    ("rape", "grapes and drapery"),
    ("cock", "a peacock and a cocktail"),
    ("SB", "换一根USB线"),
    ("vx", "支持AVX指令"),
    ("K粉", "这支OK粉底液"),
    ("shit", "fried shiitake"),
    ("porn", "popcorn"),
    ("slut", "absolution"),
]
ENGLISH_SPACES = [
    ("shit", "wash it first"),
    ("shit", "push it to the limit"),
    ("ass", "as sure as ever"),
    ("ass", "a ss tag"),
    ("shit", "the class hit a record"),
    ("asshole", "as she told whole tales"),
    ("fuck", "stuff uckers"),
    ("cum", "c um"),
    ("sex", "horse x-ray"),
    ("anal", "an almost empty canal"),
    ("porn", "stop or not"),
    ("rape", "for a person"),
    ("penis", "the pen is red"),
]
ORDINARY_WORDS = [
    ("微信", "领导要有威信"),
    ("妈的", "妈妈的味道"),
    ("他妈", "他妈妈教书"),
    ("博彩", "菠菜很新鲜"),
    ("枪支", "给孩子买3支水枪"),
    ("枪支", "水枪3支，饮料两瓶"),
    ("假钞", "甲超联赛"),
    ("傻逼", "沙碧云老师"),
    ("废物", "非物质文化遗产"),
    ("人妖", "人要脸树要皮"),
    ("贱人", "见人就打招呼"),
    ("约炮", "药泡好了"),
    ("porn", "pom and corn"),
    ("办证", "半正式的活动"),
]
NEAR_MISSES = [
    pytest.param(kind, term, text, id=f"{kind}-{term}-{number}")
    for kind, cases in {
        "word_border": WORD_BORDERS,
        "latin_border": LATIN_BORDERS,
        "english_spaces": ENGLISH_SPACES,
        "ordinary_word": ORDINARY_WORDS,
    }.items()
    for number, (term, text) in enumerate(cases)
]


@pytest.mark.parametrize(("kind", "term", "text"), NEAR_MISSES)
def test_near_misses_stay_clean(kind: str, term: str, text: str) -> None:
    assert hits(term, text) == [], kind


@pytest.mark.parametrize(
    ("term", "text", "written"),
    [
        ("大麻", "出售大麻，量大优惠", "大麻"),
        ("vx", "加vx123", "vx"),
        ("vx", "VX：abc", "VX"),
        ("sex", "sex2024", "sex"),
        ("K粉", "有K粉", "K粉"),
        ("K粉", "有k粉卖", "k粉"),
    ],
)
def test_beside_a_near_miss_the_real_thing_counts(
    term: str, text: str, written: str
) -> None:
    assert hits(term, text) == [written]


def levels(term: str, text: str, level: int = 90) -> list[int | None]:
    found = single(term).check(text).findings
    return [item.level for item in found if item.term == term]


@pytest.mark.parametrize(
    ("milder", "harsher"),
    [
        ("假钞", "假 钞"),
        ("假-钞", "假1钞"),
        ("假假钞", "假抄"),
        ("假抄", "贾抄"),
        ("假chao", "jiachao"),
    ],
)
def test_a_stranger_disguise_keeps_a_lower_level(milder: str, harsher: str) -> None:
    (more,), (less,) = levels("假钞", milder), levels("假钞", harsher)
    assert more is not None
    assert less is not None
    assert more > less


@pytest.mark.parametrize(("family", "term", "written"), ALL)
def test_no_disguise_hides_a_term_from_review(
    family: str, term: str, written: str
) -> None:
    (finding,) = [f for f in single(term).check(written).findings if f.term == term]
    assert finding.suggest.value != "pass", family
    assert 40 <= (finding.level or 0) <= 90
