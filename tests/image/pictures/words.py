"""Words that are planted, and ordinary sentences around them."""

from random import Random
from typing import Final

HARMLESS: Final = tuple(
    "蓝莓蛋糕 竹影清风 木马旋转 银杏大道 柠檬汽水 海底隧道 风筝比赛 雪山日出 纸船漂流"
    " 青铜器皿 桂花酿酒 石榴花开 萤火虫洞 铁皮玩具 羽毛球拍 珊瑚礁石 陶瓷茶壶 云海列车"
    " 胡桃夹子 薄荷叶茶 灯塔水母 沙漠绿洲 琥珀项链 麦田稻草 旧书集市 糯米团子 蒲公英田"
    " 冰糖葫芦 星空露营 荷塘月色".split()
)
"""Stand-ins for words of a list."""
LISTED: Final = ("六合彩", "莞式服务", "出售外挂", "刷信誉兼职", "原味丝袜")
"""A few terms of our own packs."""
TRADITIONAL: Final = {
    "蓝莓蛋糕": "藍莓蛋糕",
    "竹影清风": "竹影清風",
    "木马旋转": "木馬旋轉",
    "银杏大道": "銀杏大道",
    "风筝比赛": "風箏比賽",
    "纸船漂流": "紙船漂流",
    "青铜器皿": "青銅器皿",
    "桂花酿酒": "桂花釀酒",
    "萤火虫洞": "螢火蟲洞",
    "铁皮玩具": "鐵皮玩具",
    "云海列车": "雲海列車",
    "灯塔水母": "燈塔水母",
    "麦田稻草": "麥田稻草",
    "旧书集市": "舊書集市",
    "糯米团子": "糯米團子",
    "冰糖葫芦": "冰糖葫蘆",
    "莞式服务": "莞式服務",
    "出售外挂": "出售外掛",
    "刷信誉兼职": "刷信譽兼職",
    "原味丝袜": "原味絲襪",
}
"""How some of them are written elsewhere."""
ENGLISH: Final = tuple(
    "blueberry lighthouse carousel windmill pineapple telescope marathon"
    " hedgehog velvet cinnamon".split()
)
PLANTED: Final = HARMLESS + LISTED

_SENTENCES: Final = tuple(
    "今天下午三点在图书馆门口见面吧 好的我带上相机和三脚架 昨天的作业你写完了吗"
    " 妈妈让我周末回家吃饭 新买的耳机音质不错推荐给你 这家面馆的牛肉面分量很足"
    " 地铁四号线早高峰太挤了 周五晚上一起去看电影好不好 记得把雨伞还给楼下的阿姨"
    " 快递放在门卫室了麻烦取一下 下个月的房租已经转过去了 老师说期末考试提前一周"
    " 我在超市排队大概十分钟到 明天降温多穿一件外套 孩子的疫苗预约在上午九点"
    " 这道题用二次函数解更简单 会议改到周三下午两点半 你推荐的那本小说我看完了"
    " 楼上装修的声音有点吵 晚饭做了番茄炒蛋和排骨汤".split()
)
_FILLERS: Final = tuple(
    "我们 觉得 真的 可以 一起 看看 周末 天气 朋友 时间 大家 已经 喜欢 附近 准备 出发"
    " 公园 早上 孩子 照片".split()
)


def some(rng: Random, count: int) -> tuple[str, ...]:
    """Different words of the list."""
    return tuple(rng.sample(PLANTED, count))


def sentence(rng: Random) -> str:
    return rng.choice(_SENTENCES)


def around(rng: Random, word: str) -> str:
    """The word within a line, with something before and after it."""
    return f"{rng.choice(_FILLERS)}{word}{rng.choice(_FILLERS)}"


def prose(rng: Random, length: int) -> str:
    """So many characters of ordinary text."""
    text = ""
    while len(text) < length:
        text += rng.choice((sentence(rng), "".join(rng.sample(_FILLERS, 3)), "，"))
    return text[:length]
