"""What the classes of a model mean: labels, and the scores from which they count."""

from collections.abc import Iterable, Mapping
from typing import Annotated, Final, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from app.domain.labels import Label, parse_label
from app.domain.policy import Thresholds
from app.plugins.manifest import ClassName, Expected, Part, Share

NEVER: Final = 101
"""A threshold that no score reaches."""


def _label(written: object) -> Label:
    return parse_label(str(written))


class Meaning(Part):
    """What classes mean: a label, and the scores from which they count.

    The scores of several classes are added up, or the highest one counts, as
    `combine` says. Without `risky` the model alone never blocks.
    """

    label: Annotated[Label, BeforeValidator(_label)]
    classes: Annotated[tuple[ClassName, ...], Field(min_length=1)]
    combine: Literal["sum", "max"] = "max"
    review: Share
    risky: Share | None = None

    @property
    def thresholds(self) -> Thresholds:
        """The same as numbers of 0 to 100."""
        risky = NEVER if self.risky is None else round(100 * self.risky)
        return Thresholds(round(100 * self.review), risky)

    def weight(self, scores: Mapping[str, float]) -> int:
        """How much the scores speak for the label, 0 to 100."""
        own = [scores.get(name, 0.0) for name in self.classes]
        total = sum(own) if self.combine == "sum" else max(own)
        return round(100 * min(1.0, max(0.0, total)))

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.risky is not None and self.risky < self.review:
            raise ValueError("risky must not be below review")
        return self


def used_classes(
    labels: Iterable[Meaning], examples: Iterable[Expected] = ()
) -> tuple[str, ...]:
    """The classes that labels and examples speak of, each once, in their order."""
    used = [name for each in labels for name in each.classes]
    used += [name for each in examples for name in each.scores]
    return tuple(dict.fromkeys(used))
