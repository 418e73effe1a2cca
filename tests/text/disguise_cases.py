"""Terms in each family of disguise: `(term, disguise)`, and sentences to carry them."""

import pytest

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
