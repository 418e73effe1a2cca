"""What the linter says, and what it leaves alone."""

import random
import time

import pytest

from app.domain.entry import Entry, Match
from app.domain.labels import Label
from app.domain.scenes import Scene
from app.lexicon.csvfile import ImportReport, Problem
from app.lexicon.lint import Code, Remark, Severity, lint, row_remarks
from tests.lexicon.test_csvfile import read


def ads(term: str, level: int = 90, match: Match = Match.STANDARD) -> Entry:
    return Entry(term, Label.ADS, level, match)


def report(*entries: Entry) -> ImportReport:
    return ImportReport(list(entries), [], list(range(2, len(entries) + 2)))


def remarks(*entries: Entry) -> list[tuple[int, Code]]:
    return [(r.line, r.code) for r in lint({"a.csv": report(*entries)})]


def only(*entries: Entry) -> Remark:
    (remark,) = lint({"a.csv": report(*entries)})
    return remark


def test_good_terms_pass() -> None:
    assert remarks(ads("代开发票加微信"), ads("出售|现货&枪支|子弹~玩具")) == []


def test_rows_that_the_reader_refused_are_errors() -> None:
    found = lint({"a.csv": read("term,label\n好词语\n坏词语,nonsense\n")})
    assert [(r.line, r.severity, r.code) for r in found] == [
        (3, Severity.ERROR, Code.UNREADABLE)
    ]
    assert found[0].message.startswith("label: unknown label 'nonsense'")


@pytest.mark.parametrize(
    ("entry", "code"),
    [
        (ads("枪！&出售"), Code.ONE_CHARACTER),
        (ads("枪！&出售", match=Match.FUZZY), Code.ONE_CHARACTER),
        (ads("！！！"), Code.NOTHING_LEFT),
        (ads("出售&😀😀"), Code.NOTHING_LEFT),
        (ads("长" * 201), Code.TOO_LONG),
        (ads("甲&乙乙"), Code.UNREADABLE),
        (Entry("甲甲&乙乙", None), Code.EXEMPT_RULE),
    ],
)
def test_entries_that_cannot_be_used(entry: Entry, code: Code) -> None:
    remark = only(entry)
    assert (remark.severity, remark.code) == (Severity.ERROR, code)
    assert remark.blocking
    assert row_remarks("a.csv", report(entry)) == [remark]


@pytest.mark.parametrize(
    "entry",
    [
        ads("屌"),
        ads("Q"),
        ads("屌。"),
        ads("屌", match=Match.EXACT),
        ads("屌", match=Match.FUZZY),
        ads("🔞", match=Match.EXACT),
    ],
)
def test_one_character_alone_is_only_suspicious(entry: Entry) -> None:
    (remark,) = row_remarks("a.csv", report(entry))
    assert (remark.severity, remark.code) == (Severity.WARNING, Code.ONE_CHARACTER)
    assert not remark.blocking
    assert remark in lint({"a.csv": report(entry)})
    fuzzy = entry.match is Match.FUZZY
    assert ("matched as standard" in remark.message) is fuzzy


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (ads("扑克大师"), ads("扑克大师")),
        (ads("扑克大师"), ads("撲-克-大-師", 10)),
        (ads("扑克大师"), ads("扑克大师", match=Match.FUZZY)),
        (ads("dumbfuck"), ads("Dumb Fuck")),
        (ads("甲甲|乙乙&丙丙"), ads("丙丙&乙乙|甲甲", 50)),
        (Entry("好词语", None), Entry("好词语", None)),
    ],
)
def test_duplicates(first: Entry, second: Entry) -> None:
    codes = [pair for pair in remarks(first, second) if pair[1] is Code.DUPLICATE]
    assert codes == [(3, Code.DUPLICATE)]


def test_duplicates_across_files_name_the_other_place() -> None:
    found = lint({"b.csv": report(ads("扑克大师")), "a.csv": report(ads("扑克大师"))})
    assert [(r.file, r.code) for r in found] == [("a.csv", Code.DUPLICATE)]
    assert "b.csv:2" in found[0].message


def test_the_same_term_for_other_scenes_or_times_is_no_duplicate() -> None:
    both = read(
        "term,label,level,scenes,starts,expires\n"
        "扑克大师,ads,90,title,,\n"
        "扑克大师,ads,50,chat,,\n"
        "象棋大师,ads,90,,,2026-01-01\n"
        "象棋大师,ads,50,,2026-01-01,\n"
    )
    assert lint({"a.csv": both}) == []
    assert remarks(ads("ＡＢＣ", match=Match.EXACT), ads("abc", 50)) == []


def test_a_term_that_is_also_exempt_is_a_conflict() -> None:
    found = lint({"a.csv": report(ads("扑克大师"), Entry("撲克大師", None))})
    conflict = next(r for r in found if r.code is Code.CONFLICT)
    assert (conflict.line, conflict.severity) == (3, Severity.ERROR)
    assert "a.csv:2" in conflict.message


@pytest.mark.parametrize(
    ("stronger", "weaker"),
    [
        (ads("代开发票"), ads("专业代开发票")),
        (ads("代开发票", 90), ads("专业代开发票", 80)),
        (ads("代开发票"), ads("专业代开发票&加微信")),
        (ads("代开发票"), ads("代开发票~公司")),
        (ads("代开发票"), ads("加微信&代开发票公司|代开发票热线")),
        (ads("buy now"), ads("please buy now")),
        (ads("buy now"), ads("全新buy now全新")),
        (ads("扑克大师"), ads("扑克大师", match=Match.EXACT)),
        (ads("扑克大师", match=Match.EXACT), ads("扑克大师团", match=Match.EXACT)),
    ],
)
def test_covered_terms(stronger: Entry, weaker: Entry) -> None:
    assert remarks(stronger, weaker) == [(3, Code.COVERED)]
    assert remarks(weaker, stronger) == [(2, Code.COVERED)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (ads("代开发票", 80), ads("专业代开发票", 90)),
        (ads("代开发票"), ads("专业代开发票", match=Match.FUZZY)),
        (Entry("代开发票", scenes=frozenset({Scene.CHAT})), Entry("专业代开发票")),
        (ads("代开发票"), ads("加微信|代开发票&热线电话")),
        (ads("assassin"), ads("ass")),
        (ads("classy"), ads("lass")),
        (ads("rebuy now"), ads("buy now")),
        (ads("buy nowhere"), ads("buy now")),
        (ads("代开发票", match=Match.EXACT), ads("专业代开发票")),
    ],
)
def test_not_covered(one: Entry, other: Entry) -> None:
    assert (2, Code.COVERED) not in remarks(one, other)
    assert (3, Code.COVERED) not in remarks(one, other)


def test_word_borders_count_when_terms_are_compared() -> None:
    # The engine does not hit 大麻 inside 大麻烦, so the longer term has a use.
    assert (3, Code.COVERED) not in remarks(ads("大麻"), ads("大麻烦"))


def test_an_exempt_phrase_without_a_term_inside_saves_nothing() -> None:
    assert remarks(ads("代开发票"), Entry("好人好事", None)) == [(3, Code.IDLE_EXEMPT)]


@pytest.mark.parametrize(
    "term",
    [
        ads("微信"),
        ads("加微信&微信", 50),
        ads("微信", match=Match.FUZZY),
        ads("伟信", match=Match.FUZZY),  # 微信 sounds like it
    ],
)
def test_an_exempt_phrase_with_a_term_inside_has_a_use(term: Entry) -> None:
    found = remarks(term, Entry("微信支付", None))
    assert (3, Code.IDLE_EXEMPT) not in found


def test_a_common_word_is_worth_a_warning() -> None:
    remark = only(ads("贷款"))
    assert (remark.severity, remark.code) == (Severity.WARNING, Code.COMMON_WORD)
    assert "common word" in remark.message


@pytest.mark.parametrize(
    "entry",
    [
        ads("贷款", 39),
        ads("贷款&加微信"),
        Entry("贷款", scenes=frozenset({Scene.TITLE, Scene.SEARCH})),
        ads("贷款", match=Match.EXACT),
        ads("裸条放款"),
    ],
)
def test_no_warning_without_consequences_for_ordinary_texts(entry: Entry) -> None:
    assert remarks(entry) == []


def test_an_exempt_common_word_is_settled() -> None:
    assert (2, Code.COMMON_WORD) not in remarks(ads("贷款"), Entry("贷款", None))


def test_remarks_come_by_file_and_line() -> None:
    files = {
        "z.csv": report(ads("的"), ads("贷款")),
        "a.csv": ImportReport(problems=[Problem(9, "level", "no")]),
    }
    assert [(r.file, r.line) for r in lint(files)] == [
        ("z.csv", 2),
        ("z.csv", 3),
        ("a.csv", 9),
    ]


def test_nothing_to_judge() -> None:
    assert lint({}) == []
    assert lint({"a.csv": report()}) == []


def _cpu(files: dict[str, ImportReport]) -> float:
    began = time.process_time()
    lint(files)
    return time.process_time() - began


@pytest.mark.slow
def test_a_hundred_thousand_terms_take_seconds() -> None:
    chance = random.Random(7)
    characters = [chr(code) for code in range(0x4E00, 0x4E00 + 3000)]
    many = [
        ads("".join(chance.choices(characters, k=chance.randint(2, 6))), level=n % 100)
        for n in range(99_000)
    ]
    phrases = [
        Entry("".join(chance.choices(characters, k=6)), None) for _ in range(1000)
    ]
    assert _cpu({"a.csv": report(*many, *phrases)}) < 30


@pytest.mark.slow
def test_terms_nested_in_each_other_do_not_stop_the_linter() -> None:
    nested = [ads(char * n) for char in "a的" for n in range(2, 200)] * 40
    assert _cpu({"a.csv": report(*nested)}) < 30
