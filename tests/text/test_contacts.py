"""Disguised ways to reach somebody elsewhere, with exact spans."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.finding import Strategy
from app.domain.labels import Label
from app.text.contacts import contact_findings
from tests.text.helpers import checker

ACCOUNTS = [
    ("老师微信abc123哦", "微信abc123", False),
    ("加V：abc_123", "加V：abc_123", True),
    ("联系v信 abc123", "v信 abc123", True),
    ("有货，＋V：test_001", "＋V：test_001", True),
    ("加薇❤abc_123", "加薇❤abc_123", True),
    ("威信号 abc123", "威信号 abc123", True),
    ("vx123456", "vx123456", True),
    ("wx_abc123", "wx_abc123", True),
    ("绿泡泡搜 abc_123", "绿泡泡搜 abc_123", True),
    ("QQ 123456", "QQ 123456", False),
    ("qq：1 2 3 4 5 6", "qq：1 2 3 4 5 6", False),
    ("扣扣 123456789", "扣扣 123456789", True),
    ("企鹅号：零零零零零零", "企鹅号：零零零零零零", True),
    ("ｑｑ１２３４５６", "ｑｑ１２３４５６", True),
    ("进q裙 123456", "q裙 123456", True),
    ("纸飞机找 @abc_123", "纸飞机找 @abc_123", True),
    ("tg @abc_123", "tg @abc_123", True),
    ("微信:abcdefg", "微信:abcdefg", False),
]
TELEPHONES = [
    ("电话 13800000000", "电话 13800000000", False),
    ("请致电138-0000-0000", "致电138-0000-0000", False),
    ("tel 138 0000 0000", "tel 138 0000 0000", False),
    ("详询壹叁捌零零零零零零零零", "详询壹叁捌零零零零零零零零", True),
    ("电话：一三八零零零零零零零零", "电话：一三八零零零零零零零零", True),
    ("打我1З8-ОООО-ОООО", "打我1З8-ОООО-ОООО", True),
    ("热线l38oooooooo", "热线l38oooooooo", False),
]
LINKS = [
    ("看 example.com 吧", "example.com", False),
    ("http://example.com/x", "http://example.com", False),
    ("https://www.example.info/x", "https://www.example.info", False),
    ("打开 example点com 注册", "example点com", True),
    ("认准官网 example。com", "example。com", True),
    ("ｗｗｗ．ｅｘａｍｐｌｅ．ｃｏｍ", "ｗｗｗ．ｅｘａｍｐｌｅ．ｃｏｍ", True),
    ("hxxp://example[.]com", "hxxp://example[.]com", True),
    ("e x a m p l e ․ c o m", "e x a m p l e ․ c o m", True),
    ("去 example 點 net 看片", "example 點 net", True),
    ("example✪com 登录", "example✪com", True),
    ("example dot com", "example dot com", True),
    ("example(dot)com", "example(dot)com", True),
    ("еxample.com", "еxample.com", True),
]
CLEAN = [
    "我的微信是什么",
    "微信支付很方便",
    "订单号 7310882544",
    "快递单号 7310 8825 4416",
    "version 1.2.3",
    "hello.world",
    "example.company",
    "see example.com-like",
    "node.js 与 a.b.c",
    "QQ音乐2024",
    "2026年5月1日",
    "电话线断了",
    "支持AVX512指令",
    "下午两点COM口调试",
    "he said hi. come in",
]


@pytest.mark.parametrize(("text", "written", "hidden"), ACCOUNTS)
def test_accounts(text: str, written: str, *, hidden: bool) -> None:
    (found,) = contact_findings(text)
    assert text[found.start : found.end] == written
    assert found.strategy is Strategy.CONTACT
    assert ("disguised" in found.folds) is hidden


@pytest.mark.parametrize(("text", "written", "hidden"), TELEPHONES)
def test_telephones(text: str, written: str, *, hidden: bool) -> None:
    (found,) = contact_findings(text)
    assert text[found.start : found.end] == written
    assert found.term == "telephone"
    assert found.strategy is Strategy.CONTACT
    if hidden:
        assert found.folds == ("disguised",)


@pytest.mark.parametrize(("text", "written", "hidden"), LINKS)
def test_links(text: str, written: str, *, hidden: bool) -> None:
    (found,) = contact_findings(text)
    assert text[found.start : found.end] == written
    assert found.strategy is Strategy.LINK
    assert ("disguised" in found.folds) is hidden


@pytest.mark.parametrize("text", CLEAN)
def test_what_is_no_contact(text: str) -> None:
    assert contact_findings(text) == []


def test_contacts_are_advertising() -> None:
    (found,) = contact_findings("加V：abc_123")
    assert found.label is Label.ADS


@pytest.mark.parametrize(
    ("plain", "hidden"),
    [
        ("微信abc123", "薇信abc123"),
        ("电话 13800000000", "电话：一三八零零零零零零零零"),
        ("example.com", "example点com"),
    ],
)
def test_hiding_makes_it_worse(plain: str, hidden: str) -> None:
    (open_one,), (hidden_one,) = contact_findings(plain), contact_findings(hidden)
    assert hidden_one.weight > open_one.weight
    assert hidden_one.suggest.value != "pass"


def test_an_open_link_alone_passes() -> None:
    (found,) = contact_findings("see example.com")
    assert found.suggest.value == "pass"


def test_a_hidden_link_right_behind_an_open_one_is_seen() -> None:
    text = "example.com example点net example.org"
    found = {text[f.start : f.end] for f in contact_findings(text)}
    assert found == {"example.com", "example点net", "example.org"}


def test_several_contacts_are_all_listed() -> None:
    text = "微信abc123，QQ 1234567，电话 13800000000，example.com"
    assert len(contact_findings(text)) == 4


@given(st.text(st.characters(), max_size=60))
def test_any_text_gives_disjoint_spans_inside_it(text: str) -> None:
    found = sorted((f.start or 0, f.end or 0) for f in contact_findings(text))
    assert all(0 <= start < end <= len(text) for start, end in found)
    ends = [0, *(end for _, end in found)]
    assert all(end <= start for end, (start, _) in zip(ends, found, strict=False))


@given(st.text("ab1微信vx点.。:@ qQ电话零一", max_size=40))
def test_contact_like_texts_give_disjoint_spans(text: str) -> None:
    found = sorted((f.start or 0, f.end or 0) for f in contact_findings(text))
    assert all(0 <= start < end <= len(text) for start, end in found)


@pytest.mark.parametrize(
    ("text", "written", "hidden"), [*ACCOUNTS, *TELEPHONES, *LINKS]
)
def test_the_checker_asks_for_contacts(
    text: str, written: str, *, hidden: bool
) -> None:
    assert isinstance(hidden, bool)
    (found,) = checker().check(text).findings
    assert text[found.start : found.end] == written


@pytest.mark.parametrize("text", CLEAN)
def test_the_checker_finds_no_contact_in_clean_texts(text: str) -> None:
    assert checker().check(text).findings == ()
