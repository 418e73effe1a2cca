"""The evasion probes: each row's term, as a fuzzy term, against its text.

`data/probes.csv` holds disguised terms (`should_hit` 1) and innocent near-misses
(0). What the bare term cannot decide is listed below by name, with the reason.
"""

import csv
from pathlib import Path

import pytest

from app.text.automaton import Engine
from tests.text.helpers import ENGINES, checker

PROBES = Path(__file__).parent / "data" / "probes.csv"

_PACK = "slang of its own: a listed term of the packs, not a form of this one"
_PLAIN = "the listed term itself, in a plain sense: exempt phrases decide"
_COMPOUND = "a longer word that contains the listed term: exempt phrases decide"
_LABEL = "a word used as a technical label: packs list it only in rules"

UNDECIDED = {
    ("傻逼", "你真sb"): _PACK,
    ("加微信", "有意jwx"): _PACK,
    ("博彩", "菠菜平台招代理，返点高"): _PACK,
    ("傻逼", "傻13"): _PACK,
    ("恐龙", "孩子想去看恐龙化石"): _PLAIN,
    ("黄", "黄子芹是我们班的班长"): _PLAIN,
    ("黄片", "牙疼吃了三黄片"): _PLAIN,
    ("变态", "蝌蚪到青蛙属于变态发育"): _PLAIN,
    ("菠菜", "菠菜焯水后凉拌"): _PLAIN,
    ("扣扣", "把外套的扣子扣扣好"): _PLAIN,
    ("傻瓜", "用傻瓜相机也能拍出好照片"): _COMPOUND,
    ("日", "日本人民喜欢樱花"): _COMPOUND,
    ("加V", "微博加V认证怎么申请"): _LABEL,
    ("+V", "电源+V端子接红线"): _LABEL,
    ("com", "下午两点COM口调试"): _LABEL,
    ("www", "游戏里刷屏wwwww表示大笑"): _LABEL,
}


def rows() -> list[dict[str, str]]:
    with PROBES.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def cases(*, undecided: bool) -> list[object]:
    return [
        pytest.param(row, id=f"{number}-{row['transform']}")
        for number, row in enumerate(rows(), 2)
        if ((row["base_term"], row["text"]) in UNDECIDED) is undecided
    ]


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("row", cases(undecided=False))
def test_probe(row: dict[str, str], engine: Engine) -> None:
    result = checker(row["base_term"], engine=engine).check(row["text"])
    assert bool(result.findings) is (row["should_hit"] == "1")
    assert not result.truncated


@pytest.mark.parametrize("row", cases(undecided=True))
def test_what_the_bare_term_cannot_decide(row: dict[str, str]) -> None:
    assert UNDECIDED[row["base_term"], row["text"]]
    result = checker(row["base_term"]).check(row["text"])
    assert all(0 <= (f.start or 0) < (f.end or 0) for f in result.findings)


def test_every_exception_is_a_row() -> None:
    known = {(row["base_term"], row["text"]) for row in rows()}
    assert known >= UNDECIDED.keys()


def test_the_file_is_complete() -> None:
    hits = [row["should_hit"] for row in rows()]
    assert len(hits) == 145
    assert hits.count("1") == 96
    assert hits.count("0") == 49
