"""One measurement as a whole: every figure that a reader is shown."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.domain.finding import Suggest
from app.domain.labels import parse_label
from app.evaluate.judging import Judgement
from app.evaluate.measures.confusion import ClassFigures, Confusion, Interval
from app.evaluate.measures.curves import (
    Calibration,
    Curve,
    calibration,
    precision_recall,
)
from app.evaluate.measures.intervals import Share
from app.evaluate.mistakes import Mistake, worst_mistakes
from app.evaluate.running import Run, Speed
from app.evaluate.sample import ANY, CLEAN, Sample


@dataclass(frozen=True, slots=True)
class Verdicts:
    """How texts were answered: shares of pass, review and risky."""

    passed: Share
    review: Share
    risky: Share


@dataclass(frozen=True, slots=True)
class PartFigures:
    """One file or topic of several: right answers, harm found, clean text flagged."""

    name: str
    accuracy: Share
    recall: Share
    false_alarms: Share


@dataclass(frozen=True, slots=True)
class Scale:
    """How the weight of one class sorts its texts; `ANY` is the greatest weight."""

    name: str
    curve: Curve
    calibration: Calibration


@dataclass(frozen=True, slots=True)
class Report:
    """Figures of one judge on one set of samples.

    `harm` tells found from passed whatever the label; `labels` are the true
    classes one by one; verdicts from `at` on count as found.
    """

    at: Suggest
    truths: dict[str, int]
    confusion: Confusion
    accuracy: Share
    macro_f1: float
    macro_f1_interval: Interval
    harm: ClassFigures
    labels: tuple[ClassFigures, ...]
    on_clean: Verdicts
    on_harmful: Verdicts
    parts: tuple[PartFigures, ...]
    scales: tuple[Scale, ...]
    speed: Speed
    mistakes: tuple[Mistake, ...]

    @property
    def rows(self) -> int:
        """Texts that were judged."""
        return self.accuracy.of

    @property
    def commonest(self) -> tuple[str, Share]:
        """The most frequent class, and the accuracy of always answering it."""
        name = next(iter(self.truths))
        return name, Share(self.truths[name], self.rows)


def measure(
    run: Run, *, at: Suggest = Suggest.REVIEW, seed: int = 0, mistakes: int = 0
) -> Report:
    """Every figure of a run; `mistakes` texts of each kind are kept for showing."""
    truths = [sample.truth for sample in run.samples]
    said = predictions(run, at)
    confusion = Confusion.of(truths, said)
    macro, interval = confusion.macro_f1(seed)
    return Report(
        at=at,
        truths=dict(Counter(truths).most_common()),
        confusion=confusion,
        accuracy=confusion.accuracy,
        macro_f1=macro,
        macro_f1_interval=interval,
        harm=_harm(truths, said, seed),
        labels=tuple(confusion.figures(n, seed) for n in confusion.true_classes),
        on_clean=_verdicts(run, harmful=False),
        on_harmful=_verdicts(run, harmful=True),
        parts=_parts(run, said),
        scales=tuple(_scales(run)),
        speed=run.speed,
        mistakes=tuple(worst_mistakes(run, said, mistakes, seed)),
    )


def predictions(run: Run, at: Suggest) -> list[str]:
    """The class that each text was taken for."""
    binary = is_binary(run.samples)
    return [judgement.predicted(at, binary=binary) for judgement in run.judgements]


def is_binary(samples: Sequence[Sample]) -> bool:
    """Whether the truth only tells harmful from clean."""
    return any(sample.truth == ANY for sample in samples)


def _harm(truths: Sequence[str], said: Sequence[str], seed: int) -> ClassFigures:
    two = Confusion.of([_either(t) for t in truths], [_either(s) for s in said])
    if ANY in two.classes:
        return two.figures(ANY, seed)
    return ClassFigures(ANY, Share(0, 0), Share(0, 0), None, None)


def _either(name: str) -> str:
    return CLEAN if name == CLEAN else ANY


def _verdicts(run: Run, *, harmful: bool) -> Verdicts:
    counts: Counter[Suggest] = Counter()
    for sample, judgement in zip(run.samples, run.judgements, strict=True):
        if sample.harmful is harmful:
            counts[judgement.suggest] += 1
    shares = (Share(counts[suggest], counts.total()) for suggest in Suggest)
    return Verdicts(*shares)


def _parts(run: Run, said: Sequence[str]) -> tuple[PartFigures, ...]:
    parts: dict[str, list[tuple[Sample, str]]] = {}
    for sample, answer in zip(run.samples, said, strict=True):
        pairs = parts.setdefault(sample.part or sample.source, [])
        pairs.append((sample, answer))
    return tuple(_part(name, pairs) for name, pairs in parts.items())


def _part(name: str, pairs: Sequence[tuple[Sample, str]]) -> PartFigures:
    right = sum(sample.truth == said for sample, said in pairs)
    found = [said != CLEAN for sample, said in pairs if sample.harmful]
    alarms = [said != CLEAN for sample, said in pairs if not sample.harmful]
    return PartFigures(
        name,
        Share(right, len(pairs)),
        Share(sum(found), len(found)),
        Share(sum(alarms), len(alarms)),
    )


def _scales(run: Run) -> Iterable[Scale]:
    """The scale of harm as a whole, then of each label if there are labels."""
    harmful = [sample.harmful for sample in run.samples]
    yield _scale(ANY, [judgement.weight for judgement in run.judgements], harmful)
    names = dict.fromkeys(sample.truth for sample in run.samples)
    for name in names:
        if name not in (ANY, CLEAN):
            true = [sample.truth == name for sample in run.samples]
            yield _scale(name, _weights(run.judgements, name), true)


def _weights(judgements: Sequence[Judgement], name: str) -> list[float]:
    label = parse_label(name)
    return [judgement.weights.get(label, 0.0) for judgement in judgements]


def _scale(name: str, weights: Sequence[float], true: Sequence[bool]) -> Scale:
    return Scale(name, precision_recall(weights, true), calibration(weights, true))
