"""What a shadow costs the event loop that it runs beside."""

import asyncio
import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import islice
from time import perf_counter
from typing import Final

from app.api.rooms import judge
from app.api.watch import Watch
from app.domain.entry import Entry
from app.domain.labels import Label
from app.domain.observation import Observation
from app.domain.scenes import Scene
from app.text.audience import Audience
from app.text.checker import Checker
from app.text.compiling import compile_snapshot
from app.text.snapshot import Snapshot
from app.trial.shadow_run import ShadowRun
from benchmarks.generate import comments, terms
from benchmarks.measure import Rounds, alternate
from benchmarks.report import Claim, Part, Row

LENGTH: Final = 35
"""Characters of a comment."""

SHARES: Final = {"no shadow": 0.0, "10 %": 0.1, "100 %": 1.0}
_PAUSE: Final = 0.0005
_AUDIENCE: Final = Audience("wx1")


@dataclass(frozen=True, slots=True)
class Size:
    """How much is measured; the tests take little."""

    terms: int = 100_000
    added: int = 1_000
    """Terms that only the candidate has."""
    texts: int = 2_000
    rounds: int = 25
    seconds: float = 60.0
    """For each load."""


@dataclass(slots=True)
class Follower:
    """An observer like the one of the service, with a shadow at hand or none."""

    run: ShadowRun | None = None
    dropped: int = 0
    compared: int = 0

    @property
    def wants_all(self) -> bool:
        """Whether a shadow runs."""
        return self.run is not None

    def saw(self, observation: Observation) -> None:
        """Offer the text to it."""
        if self.run is not None:
            self.run.offer(observation)

    def passed(self, appid: str, scene: Scene, count: int) -> None:
        """Nothing: there is no shadow."""

    @contextmanager
    def following(self, candidate: Snapshot, share: float) -> Iterator[None]:
        """Let a shadow run for a while."""
        if not share:
            yield
            return
        run = ShadowRun(
            1,
            Checker(candidate),
            share=share,
            scenes=frozenset(),
            chance=random.Random(1).random,
        )
        run.begin()
        self.run = run
        try:
            yield
        finally:
            self.run = None
            run.end()
            run.join()
            self.compared += run.compared
            self.dropped += run.take().dropped


def run(size: Size | None = None) -> Part:
    """Measure everything of this part."""
    size = size or Size()
    part = Part("shadow", "A shadow beside the service")
    words = terms(size.terms + size.added)
    live = [Entry(word, Label.ADS, 90) for word in words]
    checker = Checker(compile_snapshot(live[: size.terms]))
    candidate = compile_snapshot(live)
    texts = comments(size.texts, LENGTH, planted=words)
    loads = {"a loop without pause": None, "a loop with time to spare": _PAUSE}
    for load, pause in loads.items():
        followers = {name: Follower() for name in SHARES}
        work = partial(_seconds, checker, candidate, texts, pause)
        rounds = alternate(
            {name: partial(work, followers[name], SHARES[name]) for name in SHARES},
            rounds=size.rounds,
            seconds=size.seconds,
        )
        part.rows.extend(_rows(load, rounds, followers))
    part.notes.append(
        f"One event loop checks comments of {LENGTH} characters against"
        f" {size.terms:,} terms and tells the observers, as an API process does; the"
        f" candidate has {size.added:,} more. Time for each text beyond the pauses,"
        " against the same without a shadow, measured in turn; medians of rounds."
    )
    return part


def _rows(load: str, rounds: Rounds, followers: dict[str, Follower]) -> Iterator[Row]:
    base = next(iter(SHARES))
    for name in islice(SHARES, 1, None):
        seen = followers[name]
        share = seen.compared / max(seen.compared + seen.dropped, 1)
        yield Row(
            f"{load}, shadow on {name}: it compared {share:.0%} of its texts",
            f"{rounds.median(name) * 1e6:.1f} µs",
            f"{rounds.median(base) * 1e6:.1f} µs",
            rounds.ratio(name, base),
            Claim("≤", 1.1),
        )


def _seconds(
    checker: Checker,
    candidate: Snapshot,
    texts: list[str],
    pause: float | None,
    follower: Follower,
    share: float,
) -> float:
    """What one text takes on the loop."""
    with follower.following(candidate, share):
        return asyncio.run(_serve(checker, Watch([follower]), texts, pause))


async def _serve(
    checker: Checker, watch: Watch, texts: list[str], pause: float | None
) -> float:
    spent = 0.0
    for text in texts:
        began = perf_counter()
        result = checker.check(text, scene=Scene.COMMENT, audience=_AUDIENCE)
        verdict = judge((result,))
        watch.checked("wx1", "somebody", Scene.COMMENT, text, verdict)
        if pause is None:
            await asyncio.sleep(0)
            spent += perf_counter() - began
        else:
            spent += perf_counter() - began
            await asyncio.sleep(pause)
    return spent / len(texts)
