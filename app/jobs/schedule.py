"""When a failed try is repeated: plain data."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

LONGEST_ASKED = 6 * 3600.0
"""What a receiver may ask for at most, in seconds."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """Seconds after each failed try; when they are used up, it is given up.

    `jitter` is the part that is added at random, so that not all that failed together
    comes back together.
    """

    waits: tuple[float, ...]
    jitter: float = 0.1

    def next(self, attempt: int, chance: float, asked: float = 0.0) -> float | None:
        """Seconds from failed attempt number `attempt` (from 1) to the next.

        `chance` is from 0 to 1; `asked` is the least that the receiver wants.
        """
        if attempt > len(self.waits):
            return None
        wait = self.waits[attempt - 1] * (1 + self.jitter * chance)
        return max(wait, min(asked, LONGEST_ASKED))


_MINUTE, _HOUR = 60.0, 3600.0

NATIVE = Schedule(
    (
        5.0,
        5 * _MINUTE,
        30 * _MINUTE,
        2 * _HOUR,
        5 * _HOUR,
        10 * _HOUR,
        14 * _HOUR,
        20 * _HOUR,
        24 * _HOUR,
    )
)
"""Standard Webhooks: three days and three hours in all."""

WECHAT = Schedule(
    (
        5.0,
        5.0,
        5.0,
        _MINUTE,
        5 * _MINUTE,
        30 * _MINUTE,
        2 * _HOUR,
        5 * _HOUR,
        10 * _HOUR,
        14 * _HOUR,
        20 * _HOUR,
        24 * _HOUR,
    )
)
"""WeChat's three repetitions, and then as long as ours: a receiver may be away."""

SCHEDULES: Mapping[str, Schedule] = MappingProxyType(
    {"wechat": WECHAT, "native": NATIVE}
)
"""By the `kind` of a destination."""

CHECK = Schedule((10.0, 30.0, 2 * _MINUTE, 10 * _MINUTE))
"""After a check that failed for now."""
