"""What a check tells those who watch the traffic: statistics, samples, shadows."""

from dataclasses import dataclass
from typing import Protocol

from app.domain.scenes import Scene
from app.domain.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Observation:
    """One checked text. The text and the user id leave the process never in clear.

    `user_id` is as the caller gave it, None when there was none. `lists` are those
    that the request asked, None for all.
    """

    appid: str
    scene: Scene
    user_id: str | None
    text: str
    verdict: Verdict
    lists: frozenset[str] | None = None


class Observer(Protocol):
    """Somebody who watches; called on the event loop after every check.

    Each call must take microseconds and never raises.
    """

    @property
    def wants_all(self) -> bool:
        """Whether texts without any finding are shown to `saw` at present."""
        ...

    def saw(self, observation: Observation) -> None:
        """A text had findings, or `wants_all` is true."""
        ...

    def passed(self, appid: str, scene: Scene, count: int) -> None:
        """So many texts passed without a finding and without being shown."""
        ...
