"""For each kind of disguise, texts that only look like one and must stay clean.

`test_disguises.py` holds the disguises themselves. Here each case is a term and a
text that a careless judgement of that kind would take for it.
"""

import pytest

from app.domain.entry import Match
from tests.text.helpers import hits

CLAUSES = [
    ("电影院", "我们去看电影，院子里有人"),
    ("大麻", "房子很大，麻雀很多"),
    ("大麻", "房子很大。麻雀很多"),
    ("大麻", "房子很大\n麻雀很多"),
    ("洗钱", "衣服要洗；钱包在桌上"),
    ("色情", "这是蓝色，情况不同"),
    ("废物", "不要浪费，物品放好"),
    ("赌博", "不要打赌，博物馆见"),
]
COUNTS = [
    ("枪支", "水枪3支，饮料两瓶"),
    ("枪支", "玩具枪 12 支"),
    ("弹个", "炮弹5个"),
    ("药片", "感冒药2片"),
    ("刀把", "水果刀3把"),
    ("酒瓶", "啤酒24瓶"),
]
SPLITS = [
    ("好人", "女子人数增加"),
    ("明天", "日月天地"),
    ("加分", "人力口岸分工"),
    ("炸药", "失火乍看药店"),
    ("林业", "积木木业公司"),
]
SOUNDS = [
    ("微信", "领导要有威信"),
    ("假钞", "贾先生抄写"),
    ("假钞", "贾，抄"),
    ("洗钱", "西，前"),
    ("K粉", "ok份"),
    ("假钞", "架桥"),
    ("枪支", "抢着说"),
    ("裸聊", "裸露"),
    ("赌博", "读薄了"),
    ("约炮", "乐谱"),
    ("办证", "半正式"),
]
SHAPES = [
    ("赌场", "目睹场面"),
    ("大人", "太入迷"),
    ("日月", "曰用"),
    ("土木", "士兵"),
    ("末日", "未日"),
]
PINYIN = [
    ("假钞", "xjiachao"),
    ("假钞", "jiachaox"),
    ("假钞", "the jia chao"),
    ("赌博", "dubois"),
    ("赌博", "a dubonnet"),
    ("洗钱", "xiqianx"),
    ("女人", "nurent"),
    ("嫦娥", "change"),
    ("妓女", "jinving"),
]
MIXED_PINYIN = [
    ("假钞", "jia抄"),
    ("假钞", "mejia钞"),
    ("假钞", "假chaos"),
    ("假钞", "xjia钞"),
    ("办假证", "ban假zhengx"),
    ("微信", "wei号"),
]
INITIALS = [
    ("枪械配件", "q x p j"),
    ("枪械配件", "aqxpj"),
    ("枪械配件", "qxpja"),
    ("枪械配件", "qx pj"),
    ("网络赌场", "worldc"),
]
LEET = [
    ("slut", "5lutx"),
    ("ass", "455"),
    ("sos", "505"),
    ("boss", "8055"),
    ("viagra", "v1 agra"),
]
MASKED = [
    ("porn", "ap*rn"),
    ("porn", "p*rns"),
    ("porn", "p的rn"),
    ("porn", "p****rn"),
    ("porn", "*orn"),
    ("whore", "w*e"),
    ("escort", "es, rt"),
]
REORDERED = [
    ("porn", "sprona"),
    ("办假证", "证，假办"),
    ("上海", "海上"),
    ("蜜蜂", "蜂蜜"),
    ("牛奶", "奶牛"),
    ("故事", "事故"),
    ("whore", "wohrex"),
]
REPEATS = [
    ("妈的", "妈妈的味道"),
    ("他妈", "他妈妈教书"),
    ("天价", "天天价格不同"),
    ("人体", "人人体会不同"),
    ("看片", "看看片刻之后"),
    ("shit", "shiitake"),
    ("wet", "we eat"),
    ("妈妈妈", "妈妈"),
]
GAPS = [
    ("假钞", "假" + "-" * 17 + "钞"),
    ("假钞", "假的钞"),
    ("假钞", "假，我说的不是这个钞"),
    ("porn", "p orn"),
    ("porn", "po rn"),
    ("porn", "p, o, rn"),
    ("fuck", "f u ck"),
]
COLUMNS = [
    ("办假证", "办假\n的证"),
    ("办证", "办的一\n假证"),
]
FAMILIES = {
    "clauses": CLAUSES,
    "counts": COUNTS,
    "splits": SPLITS,
    "sounds": SOUNDS,
    "shapes": SHAPES,
    "pinyin": PINYIN,
    "mixed_pinyin": MIXED_PINYIN,
    "initials": INITIALS,
    "leet": LEET,
    "masked": MASKED,
    "reordered": REORDERED,
    "repeats": REPEATS,
    "gaps": GAPS,
    "columns": COLUMNS,
}
CASES = [
    pytest.param(family, term, text, id=f"{family}-{number}")
    for family, cases in FAMILIES.items()
    for number, (term, text) in enumerate(cases)
]


@pytest.mark.parametrize("match", [Match.STANDARD, Match.FUZZY])
@pytest.mark.parametrize(("family", "term", "text"), CASES)
def test_stays_clean(family: str, term: str, text: str, match: Match) -> None:
    assert hits(term, text, match) == [], family


@pytest.mark.parametrize(("family", "term", "text"), CASES)
def test_the_term_beside_it_is_still_found(family: str, term: str, text: str) -> None:
    assert hits(term, f"{text}。另外，{term}")[-1:] == [term], family
