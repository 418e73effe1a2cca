"""One shadow in one process: a queue of texts, and a thread that checks them.

The thread shares the interpreter with the event loop, so it works in pieces of
about a millisecond and rests after each, the longer the busier the loop is: it has
a fifth of one core at most, a hundredth when the loop has no time left, and the
loop never waits for more than one piece.
"""

import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator
from itertools import compress, islice
from typing import NamedTuple

from app.domain.observation import Observation
from app.domain.scenes import Scene
from app.domain.verdict import CLEAN
from app.lexicon.rows import term_key
from app.store.trial_shadows import CountKey
from app.text.audience import Audience
from app.text.checker import Checker
from app.text.combine import Held
from app.trial.compare import Difference, compare, verdict_of
from app.trial.pace import Pace, loop_seconds

MAX_QUEUE = 1000
"""Texts that wait; what comes on top is counted as dropped."""

MAX_QUEUE_CHARACTERS = 1_000_000
MAX_COUNTS = 10_000
"""Different counts kept between two visits to the database."""

PIECE_SECONDS = 0.001
IDLE_SECONDS = 0.02
_BATCH = 20
"""Texts looked at together: less than a piece of work, if they are short."""
_JOIN_SECONDS = 5.0


class Taken(NamedTuple):
    """What was counted since the last time."""

    counts: Counter[CountKey]
    dropped: int


class ShadowRun:
    """Compares the verdicts that were served with those of a candidate.

    Nothing here answers a request; texts are forgotten when they are compared.
    """

    def __init__(
        self,
        shadow_id: int,
        checker: Checker,
        *,
        share: float,
        scenes: frozenset[Scene],
        chance: Callable[[], float],
        clock: Callable[[], float] = time.perf_counter,
        cpu: Callable[[], float] = time.thread_time,
        pace: Pace | None = None,
    ) -> None:
        """Take a `share` (0 to 1) of the texts in `scenes` (empty: in all).

        `clock` measures pieces, `cpu` what the thread has used, both in seconds.
        Made in the thread of the event loop, which the pace looks after.
        """
        self.shadow_id = shadow_id
        self._checker = checker
        self._share = share
        self._scenes = scenes
        self._chance = chance
        self._clock = clock
        self._cpu = cpu
        self._queue: deque[Observation] = deque()
        self._entered = 0  # characters, written by the event loop only
        self._left = 0  # characters, written by the thread only
        self._lock = threading.Lock()
        self._counts: Counter[CountKey] = Counter()
        self._dropped = 0
        self._stopping = threading.Event()
        self._pace = pace or Pace(loop_seconds(), sleep=self._stopping.wait)
        self._thread = threading.Thread(
            target=self._work, name=f"shadow-{shadow_id}", daemon=True
        )
        self.compared = 0
        self.flipped = 0
        self.busy_seconds = 0.0

    def __len__(self) -> int:
        """How many texts wait."""
        return len(self._queue)

    def offer(self, observation: Observation) -> None:
        """Take a text if it is one of ours, the dice say so and there is room."""
        if self._scenes and observation.scene not in self._scenes:
            return
        if self._chance() >= self._share:
            return
        size = len(observation.text)
        waiting = self._entered - self._left
        if len(self._queue) >= MAX_QUEUE or waiting + size > MAX_QUEUE_CHARACTERS:
            self._dropped += 1
            return
        self._entered += size
        self._queue.append(observation)

    def hold(self, held: Held) -> None:
        """Treat these words as the live checker does."""
        self._checker.hold(held)

    def begin(self) -> None:
        """Start the thread."""
        self._thread.start()

    def end(self) -> None:
        """Let the thread end after its piece; what waits is forgotten."""
        self._stopping.set()
        self._queue.clear()

    def join(self) -> None:
        """Wait until the thread has ended, which takes a piece of work after `end`."""
        if self._thread.is_alive():
            self._thread.join(_JOIN_SECONDS)

    def take(self) -> Taken:
        """Hand over what was counted, and begin anew."""
        with self._lock:
            counts, self._counts = self._counts, Counter()
        dropped, self._dropped = self._dropped, 0
        return Taken(counts, dropped)

    def drain(self) -> None:
        """Compare what waits without rest, in the calling thread."""
        for _ in self._steps():
            pass

    def _work(self) -> None:
        """Compare in pieces until told to end."""
        while not self._stopping.is_set():
            began = self._clock()
            for _ in self._steps():
                if self._stopping.is_set():
                    return
                spent = self._clock() - began
                if spent >= PIECE_SECONDS:
                    self.busy_seconds = self._cpu()
                    self._pace.rest(spent)
                    began = self._clock()
            spent = self._clock() - began
            self.busy_seconds = self._cpu()
            self._pace.rest(spent, least=IDLE_SECONDS)

    def _steps(self) -> Iterator[None]:
        """Each step is some clean texts, one text, or a slice of a long one."""
        while batch := list(islice(self._waiting(), _BATCH)):
            sure = self._checker.certainly_clean([seen.text for seen in batch])
            for seen in compress(batch, sure):
                self._count(seen.scene, compare(seen.verdict, CLEAN))
            yield
            for seen, clean in zip(batch, sure, strict=True):
                if not clean:
                    yield from self._compare(seen)

    def _waiting(self) -> Iterator[Observation]:
        """Take texts out of the queue."""
        while self._queue:
            try:
                seen = self._queue.popleft()
            except IndexError:  # the end of the shadow cleared it
                return
            self._left += len(seen.text)
            yield seen

    def _compare(self, seen: Observation) -> Iterator[None]:
        audience = Audience(seen.appid, seen.lists)
        steps = self._checker.steps(seen.text, scene=seen.scene, audience=audience)
        for result in steps:
            if result is not None:
                self._count(seen.scene, compare(seen.verdict, verdict_of(result)))
            yield

    def _count(self, scene: Scene, difference: Difference) -> None:
        """Count a text, and the words behind a flip."""
        pair = (scene.value, difference.before.value, difference.after.value)
        keys = [CountKey(self.shadow_id, *pair, "", b"", "", "")]
        for blame in difference.blamed:
            name = (blame.list_name, blame.term)
            key = CountKey(self.shadow_id, *pair, blame.kind, term_key(*name), *name)
            keys.append(key)
        with self._lock:
            for counted in keys:
                if counted in self._counts or len(self._counts) < MAX_COUNTS:
                    self._counts[counted] += 1
        self.compared += 1
        self.flipped += difference.flipped
