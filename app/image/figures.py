"""What the image room counts about itself; nothing of any picture."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.image.errors import Trouble


@dataclass(frozen=True, slots=True)
class Spent:
    """How often something was done, and milliseconds altogether."""

    count: int = 0
    milliseconds: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """The state at one moment, and counts since the start.

    `waiting` pictures hold, with the `in_flight` ones, `held` bytes. Of `workers`
    wanted processes `ready` have loaded their classifiers; `memory` is what each of
    them holds, in bytes. `deaths` are of workers that a picture or a classifier
    ended, by kind; `recycled` ones were replaced after their share of pictures.
    `stages` are "waiting", "decoding", each classifier, and "picture" for all of
    them together, from the moment of asking.
    """

    waiting: int
    held: int
    in_flight: int
    workers: int
    ready: int
    memory: tuple[int, ...]
    pictures: int
    busy: int
    recycled: int
    deaths: Mapping[Trouble, int]
    stages: Mapping[str, Spent]


@dataclass(slots=True)
class Tally:
    """Counts that only grow."""

    pictures: int = 0
    recycled: int = 0
    deaths: dict[Trouble, int] = field(
        default_factory=lambda: dict.fromkeys(Trouble, 0)
    )
    stages: dict[str, Spent] = field(default_factory=dict)

    def died(self, trouble: Trouble) -> None:
        """Count a worker that ended before its time."""
        self.deaths[trouble] += 1

    def spent(self, stage: str, milliseconds: float) -> None:
        """Count time of a stage."""
        so_far = self.stages.get(stage, Spent())
        self.stages[stage] = Spent(so_far.count + 1, so_far.milliseconds + milliseconds)
