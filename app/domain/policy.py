"""From level or probability to pass, review or risky."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.domain.finding import Strategy, Suggest
from app.domain.labels import Label

_MODELS = frozenset({Strategy.CONTENT_MODEL, Strategy.IMAGE_MODEL})


@dataclass(frozen=True, slots=True)
class Thresholds:
    """At `review` and above a person looks; at `risky` and above it is blocked.

    Both are levels or probabilities from 0 to 100; 101 means never.
    """

    review: int = 40
    risky: int = 80

    def __post_init__(self) -> None:
        """Refuse thresholds out of order."""
        if not 0 <= self.review <= self.risky <= 101:
            message = f"thresholds need 0 <= review <= risky <= 101, got {self}"
            raise ValueError(message)

    def suggest(self, weight: int) -> Suggest:
        """What a level or probability means under these thresholds."""
        if weight >= self.risky:
            return Suggest.RISKY
        return Suggest.REVIEW if weight >= self.review else Suggest.PASS


@dataclass(frozen=True, slots=True)
class Policy:
    """The thresholds of one app and scene; the most specific one wins.

    A statistical model alone never makes `risky` unless its strategy has
    thresholds of its own.
    """

    default: Thresholds = Thresholds()
    by_label: Mapping[Label, Thresholds] = field(default_factory=dict)
    by_strategy: Mapping[Strategy, Thresholds] = field(default_factory=dict)

    def suggest(self, strategy: Strategy, label: Label, weight: int) -> Suggest:
        """What a finding of this kind and weight (0 to 100) means."""
        own = self.by_strategy.get(strategy)
        if own is not None:
            return own.suggest(weight)
        said = self.by_label.get(label, self.default).suggest(weight)
        if strategy in _MODELS and said is Suggest.RISKY:
            return Suggest.REVIEW
        return said


DEFAULT_POLICY = Policy()
