"""From samples and judges to an evaluation."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.domain.finding import Suggest
from app.evaluate.compare import Comparison, compare
from app.evaluate.disguise import Family
from app.evaluate.evaluation import Evaluation, Repeats
from app.evaluate.judging import Judge
from app.evaluate.perturb import Setting, losses, plantings, with_terms
from app.evaluate.reading.lines import Broken
from app.evaluate.report import measure
from app.evaluate.running import Progress, Run, run, unheard
from app.evaluate.sample import Sample


@dataclass(frozen=True, slots=True)
class Plan:
    """What is measured on which samples; `errors` texts of each kind are kept."""

    files: Sequence[str]
    samples: Sequence[Sample]
    repeats: Repeats
    broken: Sequence[Broken] = ()
    at: Suggest = Suggest.REVIEW
    seed: int = 0
    errors: int = 0
    families: Sequence[Family] = ()
    share: float = 0.3

    def steps(self, judges: int) -> int:
        """Judgements that progress will hear of."""
        terms = len(with_terms(self.samples)) if self.families else 0
        once = len(self.samples) * judges
        return once + (len(self.samples) + terms) * len(self.families)


def evaluation(
    plan: Plan, judges: Sequence[tuple[str, Judge]], progress: Progress = unheard
) -> Evaluation:
    """Measure one judge, or two side by side; disguises are tried on the last."""
    runs = [run(judge, plan.samples, progress) for _, judge in judges]
    reports = [
        measure(done, at=plan.at, seed=plan.seed, mistakes=plan.errors) for done in runs
    ]
    two = len(runs) == 2
    setting = Setting(plan.share, plan.seed, plan.at)
    judge = judges[-1][1]
    terms = plan.families if with_terms(plan.samples) else ()
    return Evaluation(
        files=plan.files,
        judged_by=judges[0][0],
        seed=plan.seed,
        repeats=plan.repeats,
        report=reports[0],
        broken=plan.broken,
        share=plan.share,
        losses=tuple(losses(judge, runs[-1], plan.families, setting, progress)),
        plantings=tuple(plantings(judge, plan.samples, terms, setting, progress)),
        other_by=judges[1][0] if two else "",
        other=reports[1] if two else None,
        comparison=_compared(runs, plan) if two else None,
    )


def _compared(runs: Sequence[Run], plan: Plan) -> Comparison:
    return compare(runs[0], runs[1], at=plan.at, seed=plan.seed, examples=plan.errors)
