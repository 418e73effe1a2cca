"""What the scores of a model mean."""

from collections.abc import Sequence

from app.domain.finding import Finding, Strategy, Suggest
from app.domain.seen import Seen
from app.plugins.door import Reading
from app.plugins.meaning import Meaning


def score_findings(
    reading: Reading, meanings: Sequence[Meaning]
) -> tuple[Finding, ...]:
    """One finding for each meaning that the scores reach a threshold of."""
    if not reading.scores:
        return ()
    found = (_finding(reading, meaning) for meaning in meanings)
    return tuple(each for each in found if each is not None)


def doubt(reading: Reading, meanings: Sequence[Meaning]) -> int | None:
    """How much the scores speak for any label at most, 0 to 100; None without."""
    if not reading.scores or not meanings:
        return None
    return max(meaning.weight(reading.scores) for meaning in meanings)


def _finding(reading: Reading, meaning: Meaning) -> Finding | None:
    weight = meaning.weight(reading.scores)
    suggest = meaning.thresholds.suggest(weight)
    if suggest is Suggest.PASS:
        return None
    shown = [
        (name, round(reading.scores.get(name, 0.0), 4)) for name in meaning.classes
    ]
    return Finding(
        strategy=Strategy.IMAGE_MODEL,
        label=meaning.label,
        suggest=suggest,
        prob=weight,
        seen=Seen(
            classifier=reading.classifier,
            model=reading.model,
            classes=tuple(sorted(shown, key=lambda each: -each[1])),
        ),
    )
