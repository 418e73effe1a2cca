"""Disguised ways to reach somebody elsewhere: accounts, numbers, links.

Patterns run in RE2, in linear time, on a text of their own in which letters
and digits are folded but the signs that carry meaning (dot, plus, heart, at)
are kept.
"""

import re
from bisect import bisect_left
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import re2

from app.domain.finding import Finding, Strategy
from app.domain.labels import Label
from app.domain.policy import DEFAULT_POLICY
from app.text.fold import CharTable, fold_char
from app.text.gaps import is_mark

HAN_DIGITS: Final = "零〇一二三四五六七八九壹贰叁肆伍陆柒捌玖"
LATIN_RUN: Final = 4
"""Letters and digits in a row, at least, in an account, a number or a link."""
MIXED_RUN: Final = 5
"""The same when Chinese digits may be among them."""
TRIGGER: Final = re.compile(
    f"[0-9a-z{HAN_DIGITS}](?:(?<=[0-9a-z])[0-9a-z]{{{LATIN_RUN - 1}}}"
    f"|[0-9a-z{HAN_DIGITS}]{{{MIXED_RUN - 1}}})"
)
"""Folded text without such a run holds neither account nor link."""

_KEPT: Final = {
    **dict.fromkeys("+＋➕﹢", "+"),
    **dict.fromkeys("❤♥💗💖💕💓💛💚💙💜🧡🖤💘💝❣", "❤"),
    **dict.fromkeys("✌", "v"),
    **dict.fromkeys("📱☎📞", "☎"),
    **dict.fromkeys(".．․", "."),
    **dict.fromkeys("。｡·•●✪★☆⊙◦", "。"),
    **dict.fromkeys(":：", ":"),
    **dict.fromkeys("@＠", "@"),
    **dict.fromkeys("/／", "/"),
    **dict.fromkeys("-－–—_＿", "-"),
    **dict.fromkeys("[【(（{｛", "("),
    **dict.fromkeys("]】)）}｝", ")"),
    "点": "点",
    "點": "点",
}


def _contact_char(char: str) -> str:
    """Folded letters and digits, meaningful signs, and spaces for the rest."""
    sign = _KEPT.get(char)
    if sign is not None:
        return sign
    folded = fold_char(char)
    if folded:
        return folded
    drawn = char.isspace() or char.isprintable()
    return " " if drawn and not is_mark(char) else ""


_TABLE: Final = CharTable(_contact_char)

_WECHAT: Final = (
    r"微 ?信|[薇葳威维徽唯危] ?[信芯心新欣❤]|[微v] ?❤|v ?信|v ?x|w ?x|wei ?xin|wechat"
    r"|微号|薇号|绿泡泡|绿色软件|\+ ?[v微薇葳威]|[加➕] ?(?:我 ?)?[v微薇葳威]"
)
_QQ: Final = (
    r"q ?q|扣 ?扣|抠 ?抠|叩 ?叩|球 ?球|秋 ?秋|企 ?鹅|q ?号|[q扣抠] ?[群裙羣君]"
    r"|企鹅[群裙]"
)
_TELEGRAM: Final = r"telegram|电报|纸飞机|飞机号? ?[:@加搜]|tg"
_DIGIT: Final = f"[0-9{HAN_DIGITS}]"
_LOOSE_DIGIT: Final = f"[0-9oilsz{HAN_DIGITS}]"
"""Digits, and letters that are drawn like one."""
_NUMBER: Final = f"{_DIGIT}(?: ?-? ?{_DIGIT}){{4,14}}"
_NAME: Final = r"[a-z][a-z-]*[0-9-][a-z0-9-]{2,}"
_SAID: Final = r"(?: ?(?:[:是号搜找加]|联系|账号|号码|详聊|私聊|也可以) ?)"
_LINK_WORD: Final = r"[^.。:+@0-9a-z]{0,8}?"
_PLACES: Final = "com|cn|net|org|top|xyz|vip|cc"
_MORE_PLACES: Final = (
    f"{_PLACES}|info|site|shop|club|live|icu|fun|online|work|app|link|io|tv|co|pro|me"
)
_DOT: Final = r"(?:\.| \. | ?(?:点|\( ?(?:\.|dot|点) ?\)|\bdot\b|。) ?)"


@dataclass(frozen=True, slots=True)
class _Pattern:
    """One RE2 pattern; group 1, when there is one, is what must be disguised."""

    name: str
    strategy: Strategy
    regex: Any
    plain: int
    disguised: int


def _compile(source: str) -> Any:
    """Compile in RE2."""
    return re2.compile(source)


@cache
def _patterns() -> tuple[_Pattern, ...]:
    """Compiled when first needed."""
    apps = f"(?:{_WECHAT}|{_QQ}|{_TELEGRAM})"
    account = f"(?:{_NAME}|{_NUMBER})"
    edge = r"(?:^|[^a-z0-9/.:-])"
    return (
        _Pattern(
            "contact account",
            Strategy.CONTACT,
            _compile(f"{edge}({apps}{_SAID}{{0,3}}{_LINK_WORD}[:@ ]{{0,3}}{account})"),
            60,
            70,
        ),
        _Pattern(
            "contact name",
            Strategy.CONTACT,
            _compile(
                f"{edge}({apps} ?(?:号|账号|是)? ?[:@] ?[a-z][a-z0-9-]{{5,19}})"
                "(?:[^a-z]|$)"
            ),
            60,
            70,
        ),
        _Pattern(
            "telephone",
            Strategy.CONTACT,
            _compile(
                r"((?:电话|手机|致电|详询|详情|联系|咨询|打我|号码|热线|tel|call|☎)"
                rf"[^0-9a-z]{{0,8}}?[1il一壹](?: ?-? ?{_LOOSE_DIGIT}){{10}})"
                r"(?:[^0-9]|$)"
            ),
            30,
            60,
        ),
        _Pattern(
            "link",
            Strategy.LINK,
            _compile(
                rf"\b((?:h..ps? ?: ?/ ?/ ?)?(?:[a-z0-9-]+{_DOT})*?"
                rf"[a-z0-9-]*[a-z][a-z0-9-]*{_DOT}(?:{_PLACES}))(?:[^a-z0-9-]|$)"
            ),
            20,
            65,
        ),
        _Pattern(
            "link",
            Strategy.LINK,
            _compile(
                rf"\b(h..ps? ?: ?/ ?/ ?[a-z0-9-]+(?:{_DOT}[a-z0-9-]+)*?"
                rf"{_DOT}(?:{_MORE_PLACES}))(?:[^a-z0-9-]|$)"
            ),
            20,
            65,
        ),
    )


_MOST_FINDINGS: Final = 100
_HINT: Final = re.compile(
    f"{_WECHAT}|{_QQ}|{_TELEGRAM}|电话|手机|致电|详询|详情|联系|咨询|打我|号码|热线|tel"
    r"|call|☎|[a-z0-9-][ (]*(?:[.。点]|dot)[ ().。点]*[a-z]"
    r"|[a-z0-9] +[a-z0-9] +[a-z0-9] "
)
"""Each pattern needs one of these, which are cheaper to look for."""
_HARMLESS: Final = re.compile("支付|红包|转账|付款|收款|到账|零钱|余额|读书|步数|版本")
"""An app named for what it does, beside a number: 微信支付100000."""
_SPACED: Final = re.compile(r"(?:[a-z0-9] +){3,}[a-z0-9]?")
_PLAIN_TEXT: Final = re.compile(r"[\x20-\x7e\u4e00-\u9fff：，。、]*\Z")
_PLAIN_WORDS: Final = re.compile(
    r"微信|qq|wechat|telegram|电话|手机|致电|联系|咨询|热线|tel|call|详情|号码"
)


def may_hold_contact(text: str) -> bool:
    """Whether a closer look could find anything; cheap."""
    return _HINT.search(text.translate(_TABLE)) is not None


def contact_findings(text: str) -> list[Finding]:
    """Accounts, numbers and links in `text`, each by its pattern's name."""
    shown = text.translate(_TABLE)
    if _HINT.search(shown) is None:
        return []
    spans = [
        (pattern, match.span(1))
        for pattern in _patterns()
        for match in pattern.regex.finditer(shown)
        if _HARMLESS.search(match.group(1)) is None
    ]
    if _SPACED.search(shown):
        spans += _spaced_links(shown)
    if not spans:
        return []
    origins = _origins(text)
    return _distinct(
        [
            _finding(pattern, text, (origins[start], origins[end - 1] + 1))
            for pattern, (start, end) in spans
        ]
    )


def _spaced_links(shown: str) -> list[tuple[_Pattern, tuple[int, int]]]:
    """Links with a space between all letters."""
    keep = [i for i, char in enumerate(shown) if char != " "]
    tight = "".join(shown[i] for i in keep)
    found: list[tuple[_Pattern, tuple[int, int]]] = []
    for pattern in _patterns():
        if pattern.strategy is not Strategy.LINK:
            continue
        for match in pattern.regex.finditer(tight):
            start, end = match.span(1)
            span = (keep[start], keep[end - 1] + 1)
            if _SPACED.search(shown[span[0] : span[1]]):
                found.append((pattern, span))
    return found


def _finding(pattern: _Pattern, text: str, span: tuple[int, int]) -> Finding:
    """A finding over the original span, stronger when it hides."""
    start, end = span
    hidden = _disguised(pattern, text[start:end])
    level = pattern.disguised if hidden else pattern.plain
    return Finding(
        strategy=pattern.strategy,
        label=Label.ADS,
        suggest=DEFAULT_POLICY.suggest(pattern.strategy, Label.ADS, level),
        level=level,
        term=pattern.name,
        start=start,
        end=end,
        folds=("disguised",) if hidden else (),
    )


def _disguised(pattern: _Pattern, written: str) -> bool:
    """Whether an honest writer would have written it otherwise."""
    lower = written.lower()
    if not _PLAIN_TEXT.match(written):
        return True
    if pattern.strategy is Strategy.LINK:
        return bool(re.search(r"hxxp|[\[\](){} 点。｡·•●✪★☆⊙◦]|dot", lower))
    return not _PLAIN_WORDS.search(lower) or any(c in HAN_DIGITS for c in lower[-6:])


def _origins(text: str) -> list[int]:
    """For each character of the contact text the index of its source."""
    return [i for i, char in enumerate(text) for _ in _TABLE[ord(char)]]


def _distinct(findings: list[Finding]) -> list[Finding]:
    """The strongest finding for each overlapping place, at most so many."""
    kept: list[Finding] = []
    starts: list[int] = []
    ends: list[int] = []
    for item in sorted(findings, key=lambda f: (-f.weight, f.start or 0)):
        start, end = item.start or 0, item.end or 0
        at = bisect_left(starts, end)
        if at and ends[at - 1] > start:
            continue
        kept.append(item)
        starts.insert(at, start)
        ends.insert(at, end)
        if len(kept) == _MOST_FINDINGS:
            break
    return kept
