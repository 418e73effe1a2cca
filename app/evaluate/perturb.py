"""What each disguise costs: the same texts judged plain and disguised."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from app.domain.finding import Span, Suggest
from app.evaluate.disguise import FAMILIES, Family, disguised, planted
from app.evaluate.judging import Judge, Judgement
from app.evaluate.measures.confusion import Interval
from app.evaluate.measures.intervals import RESAMPLES, Share
from app.evaluate.running import Progress, Run, unheard
from app.evaluate.sample import Sample


@dataclass(frozen=True, slots=True)
class Loss:
    """One family: figures of the texts that it changed, before and after.

    `recall` is of harmful texts found under any label, `alarms` of clean ones.
    `loss` is recall before less recall after, in shares, with a paired interval;
    None when no harmful text was changed.
    """

    family: str
    title: str
    changed: Share
    recall_before: Share
    recall_after: Share
    alarms_before: Share
    alarms_after: Share
    loss: float | None
    loss_interval: Interval


@dataclass(frozen=True, slots=True)
class Planted:
    """One family on the listed terms of a file, each disguised in its place.

    `found`: some finding touches the term; `exact`: one has just its span. `none`
    counts all terms, the others those of which `none` found the exact span: a word
    that is in no list says nothing about disguises.
    """

    family: str
    title: str
    found: Share
    exact: Share


@dataclass(frozen=True, slots=True)
class Setting:
    """How texts are disguised, and from which verdict on they count as found."""

    share: float = 0.3
    seed: int = 0
    at: Suggest = Suggest.REVIEW


def losses(
    judge: Judge,
    plain: Run,
    families: Sequence[Family],
    setting: Setting,
    progress: Progress = unheard,
) -> Iterator[Loss]:
    """Judge all texts of a run again under each family."""
    before = [_found(judgement, setting.at) for judgement in plain.judgements]
    for family in families:
        yield _loss(judge, plain.samples, before, family, setting)
        progress(len(plain.samples))


def _found(judgement: Judgement, at: Suggest) -> bool:
    return judgement.suggest.rank >= at.rank


def _loss(
    judge: Judge,
    samples: Sequence[Sample],
    before: Sequence[bool],
    family: Family,
    setting: Setting,
) -> Loss:
    harmful: list[tuple[bool, bool]] = []
    clean: list[tuple[bool, bool]] = []
    for sample, was in zip(samples, before, strict=True):
        text = disguised(
            family.name, sample.text, seed=setting.seed, share=setting.share
        )
        if text != sample.text or family.name == "none":
            pair = (was, _found(judge(text, sample.scene), setting.at))
            (harmful if sample.harmful else clean).append(pair)
    lost, interval = _paired(harmful, setting.seed)
    return Loss(
        family=family.name,
        title=family.title,
        changed=Share(len(harmful) + len(clean), len(samples)),
        recall_before=_share(was for was, _ in harmful),
        recall_after=_share(now for _, now in harmful),
        alarms_before=_share(was for was, _ in clean),
        alarms_after=_share(now for _, now in clean),
        loss=lost,
        loss_interval=interval,
    )


def _share(hits: Iterator[bool]) -> Share:
    seen = list(hits)
    return Share(sum(seen), len(seen))


def _paired(
    pairs: Sequence[tuple[bool, bool]], seed: int
) -> tuple[float | None, Interval]:
    """The mean of before less after, and its interval by resampling the pairs."""
    if not pairs:
        return None, None
    gone = sum(was and not now for was, now in pairs)
    come = sum(now and not was for was, now in pairs)
    total = len(pairs)
    rng = np.random.default_rng(seed)
    cells = np.array([gone, come, total - gone - come]) / total
    drawn = rng.multinomial(total, cells, size=RESAMPLES)
    low, high = np.percentile((drawn[:, 0] - drawn[:, 1]) / total, [2.5, 97.5])
    return (gone - come) / total, (float(low), float(high))


def with_terms(samples: Sequence[Sample]) -> list[Sample]:
    """Harmful samples in which the term that they name stands as written."""
    return [s for s in samples if s.harmful and s.term and s.term in s.text]


def plantings(
    judge: Judge,
    samples: Sequence[Sample],
    families: Sequence[Family],
    setting: Setting,
    progress: Progress = unheard,
) -> Iterator[Planted]:
    """Disguise only the term of each of `with_terms(samples)`, family by family."""
    known = with_terms(samples)
    plain = list(_placed(judge, known, FAMILIES["none"], setting))
    listed = [
        sample for sample, place in zip(known, plain, strict=True) if _exact(place)
    ]
    for family in families:
        asked = known if family.name == "none" else listed
        seen = list(_placed(judge, asked, family, setting))
        found = sum(any(_touch(span, a) for a in spans) for span, spans in seen)
        exact = sum(map(_exact, seen))
        yield Planted(
            family.name, family.title, Share(found, len(seen)), Share(exact, len(seen))
        )
        progress(len(known))


_Place = tuple[Span, tuple[Span, ...]]
"""Where a term stands, and what was found."""


def _exact(place: _Place) -> bool:
    return place[0] in place[1]


def _placed(
    judge: Judge, samples: Sequence[Sample], family: Family, setting: Setting
) -> Iterator[_Place]:
    """For each term that the family changes its span now, and those found."""
    for sample in samples:
        text, start, end = planted(
            family.name, sample.text, sample.term, seed=setting.seed
        )
        if text == sample.text and family.name != "none":
            continue
        judgement = judge(text, sample.scene)
        counts = _found(judgement, setting.at)
        yield Span(start, end), judgement.spans if counts else ()


def _touch(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end


def mean_loss(rows: Sequence[Loss]) -> Loss | None:
    """All families that change a text, each counting the same; None without any.

    The shares are sums over families, so that their intervals mean nothing more
    than the counts; only the mean of the losses is a figure of its own.
    """
    real = [row for row in rows if row.family != "none" and row.loss is not None]
    if not real:
        return None
    mean = sum(row.loss or 0.0 for row in real) / len(real)
    return replace(_sum(real), loss=mean)


def _sum(rows: Sequence[Loss]) -> Loss:
    def added(shares: Iterator[Share]) -> Share:
        seen = list(shares)
        return Share(sum(s.hits for s in seen), sum(s.of for s in seen))

    return Loss(
        family="mean",
        title=f"{len(rows)} families that change a harmful text",
        changed=added(row.changed for row in rows),
        recall_before=added(row.recall_before for row in rows),
        recall_after=added(row.recall_after for row in rows),
        alarms_before=added(row.alarms_before for row in rows),
        alarms_after=added(row.alarms_after for row in rows),
        loss=None,
        loss_interval=None,
    )
