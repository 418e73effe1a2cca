from app.domain.finding import Finding, Strategy, Suggest
from app.domain.labels import Label
from app.domain.seen import Seen
from app.image.checker import NotRun
from app.media.findings.stills import merged
from app.media.verdict import decide, told_once


def found(level: int = 60, *, term: str = "x", text: str = "a") -> Finding:
    seen = Seen(classifier="ocr", model="reader-1", text=text)
    suggest = Suggest.RISKY if level >= 80 else Suggest.REVIEW
    return Finding(Strategy.OCR, Label.ADS, suggest, level=level, term=term, seen=seen)


def times(finding: Finding) -> tuple[float | None, float | None]:
    assert finding.seen is not None
    return finding.seen.start, finding.seen.end


def test_what_many_stills_show_is_told_once_at_its_surest() -> None:
    (one,) = merged(
        [(1.0, [found(50)]), (4.0, [found(90, text="b")]), (9.0, [found()])]
    )
    assert one.level == 90
    assert times(one) == (1.0, 9.0)
    assert one.seen is not None
    assert one.seen.text == "b"


def test_different_terms_are_told_apart() -> None:
    both = merged([(1.0, [found(), found(term="y")])])
    assert [each.term for each in both] == ["x", "y"]


def test_a_cover_is_told_beside_the_video() -> None:
    both = merged([(None, [found()]), (2.0, [found()])])
    assert [times(each) for each in both] == [(None, None), (2.0, 2.0)]


def test_nothing_found_and_something_missed_is_held() -> None:
    assert decide([], closed=False).suggest is Suggest.PASS
    assert decide([], closed=True).suggest is Suggest.REVIEW
    risky = decide([found(90)], closed=True)
    assert (risky.suggest, risky.label) == (Suggest.RISKY, Label.ADS)


def test_each_reason_is_told_once_and_the_strictest() -> None:
    forgiven, held = NotRun("ocr", "a", True), NotRun("ocr", "b", False)
    assert told_once([forgiven, held, NotRun("ocr", "c", False)]) == (held,)
    assert told_once([forgiven, NotRun("x", "y", True)]) == (
        forgiven,
        NotRun("x", "y", True),
    )
