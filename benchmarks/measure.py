"""Measuring side by side: candidates take turns, ratios come from each round."""

import gc
import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median

Work = Callable[[], object]


@dataclass
class Rounds:
    """What each name cost in each round; the unit is that of the measurement."""

    costs: dict[str, list[float]] = field(default_factory=dict)

    def add(self, name: str, cost: float) -> None:
        """Note one measurement."""
        self.costs.setdefault(name, []).append(cost)

    def median(self, name: str) -> float:
        """The middle cost of one name."""
        return median(self.costs[name])

    def best(self, name: str) -> float:
        """The least cost of one name."""
        return min(self.costs[name])

    def ratio(self, name: str, baseline: str) -> float:
        """The middle of the ratios within each round."""
        pairs = zip(self.costs[name], self.costs[baseline], strict=True)
        return median(cost / other for cost, other in pairs)


def alternate(
    candidates: Mapping[str, Callable[[], float]], *, rounds: int, seconds: float
) -> Rounds:
    """Let all candidates measure themselves in turn, forwards and backwards.

    At least one round is complete; no new one begins after `seconds`.
    """
    end = time.monotonic() + seconds
    kept = Rounds()
    for number in range(rounds):
        order = list(candidates)
        for name in reversed(order) if number % 2 else order:
            kept.add(name, candidates[name]())
        if time.monotonic() > end:
            break
    return kept


def least(
    pieces: Sequence[Mapping[str, Callable[[], float]]], *, rounds: int, seconds: float
) -> dict[str, float]:
    """The sum over all pieces of the least cost that each name had in its rounds.

    All names take turns on a few milliseconds of work before the next piece
    begins, so that a noisy moment strikes all of them and the least is quiet.
    """
    total: dict[str, float] = {}
    for piece in pieces:
        kept = alternate(piece, rounds=rounds, seconds=seconds / len(pieces))
        for name in piece:
            total[name] = total.get(name, 0.0) + kept.best(name)
    return total


def cpu(work: Work) -> float:
    """CPU seconds that this thread spends on `work`."""
    started = time.thread_time()
    work()
    return time.thread_time() - started


def cpu_without_collection(work: Work) -> float:
    """The same with the cyclic collector held back, which only adds noise."""
    gc.collect()
    gc.disable()
    try:
        return cpu(work)
    finally:
        gc.enable()


def process_cpu(pid: int) -> float:
    """CPU seconds that a process has used so far, all its threads together."""
    with open(f"/proc/{pid}/stat", encoding="ascii") as file:  # noqa: PTH123
        columns = file.read().rpartition(")")[2].split()
    return (int(columns[11]) + int(columns[12])) / os.sysconf("SC_CLK_TCK")


def load() -> float:
    """Processes that wanted a core during the last minute, on average."""
    return os.getloadavg()[0]
