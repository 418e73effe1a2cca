"""Ordinary language that resembles a term, letter by letter, stays clean."""

import pytest

from tests.text.helpers import hits

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
