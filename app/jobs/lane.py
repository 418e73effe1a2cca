"""One kind of work in one worker: taken while there is room, kept, given back."""

import asyncio
import contextlib
import logging
import math
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from app.jobs.port import Claims, Share
from app.jobs.trouble import described
from app.jobs.wake import Wake

_log = logging.getLogger(__name__)


class Leased(Protocol):
    """What `Job` and `Delivery` have in common."""

    @property
    def appid(self) -> str:
        """Whose it is."""
        ...

    @property
    def token(self) -> str:
        """The lease."""
        ...


T = TypeVar("T", bound=Leased)


@dataclass(frozen=True, slots=True)
class LaneRules:
    """How much at once, and the times in seconds.

    One app never has all the slots, so that another one's work starts at once. `poll`
    is how long new work may stay unnoticed when no bell rings.
    """

    slots: int
    lease: float
    poll: float

    @property
    def per_app(self) -> int:
        """Slots that one app may have."""
        return max(1, self.slots - max(1, self.slots // 4))


@dataclass(frozen=True, slots=True)
class Actions(Generic[T]):
    """What a lane does with its work."""

    key: Callable[[T], str]
    claim: Callable[[int, float, Share], Awaitable[Sequence[T]]]
    extend: Claims
    work: Callable[[T], Awaitable[None]]
    release: Callable[[T], Awaitable[bool]]
    alone: Callable[[T], bool] = lambda _one: False
    """Whether nothing else may be under way beside this one."""
    waiting_alone: Callable[[], Awaitable[bool]] | None = None
    """Whether something waits until nothing else is under way."""


class Lane(Generic[T]):
    """Runs one kind of work with bounded concurrency."""

    def __init__(self, name: str, actions: Actions[T], rules: LaneRules) -> None:
        self._name = name
        self._do = actions
        self._rules = rules
        self._held: dict[str, tuple[T, asyncio.Task[None]]] = {}
        self._nudge = asyncio.Event()
        self._last = ""
        self._failing = False
        self._asked = -math.inf
        self._holding = False
        self._more = True  # whether the last look may have left something
        self._ended = 0
        self._claiming: asyncio.Future[Sequence[T]] | None = None

    @property
    def busy(self) -> int:
        """Pieces of work under way."""
        return len(self._held)

    async def run(self, wake: Wake) -> None:
        """Take work until cancelled; what is under way then goes on."""
        with wake.listening(self._nudge, self._name):
            while True:
                self._nudge.clear()
                if not await self._fill():
                    # Not wait_for: on Python 3.11 it may lose a cancellation.
                    with contextlib.suppress(TimeoutError):
                        async with asyncio.timeout(self._rules.poll):
                            await self._nudge.wait()

    async def _fill(self) -> bool:
        """Take what there is room for; whether there may be more at once."""
        self._more = True
        room = self._rules.slots - len(self._held)
        if room <= 0:
            return False
        try:
            if await self._hold_back():
                return False
            self._more, ended = False, self._ended
            taken = await self._claim(room)
        except Exception as error:  # noqa: BLE001 - an outage must not end the work
            self._failed(error)
            return False
        self._failing = False
        for one in taken:
            self._start(one)
            self._last = one.appid
        self._more = len(taken) >= room or self._full_share()
        return self._more and self._ended != ended

    def _full_share(self) -> bool:
        """Whether an app has all that it may have, and so perhaps more to do."""
        busy = Counter(one.appid for one, _ in self._held.values())
        return max(busy.values(), default=0) >= self._rules.per_app

    async def _claim(self, room: int) -> Sequence[T]:
        """Claim to the end even when we are cancelled; `drain` gives it back."""
        claim = self._do.claim(room, self._rules.lease, self._share())
        self._claiming = asyncio.ensure_future(claim)
        taken = await asyncio.shield(self._claiming)
        self._claiming = None
        return taken

    def _share(self) -> Share:
        busy = Counter(one.appid for one, _ in self._held.values())
        return Share(self._last, busy, self._rules.per_app, alone=not self._held)

    async def _hold_back(self) -> bool:
        """Whether to take nothing until what is under way has ended."""
        if not self._held or self._do.waiting_alone is None:
            self._holding = False
            return False
        if any(self._do.alone(one) for one, _ in self._held.values()):
            return True
        now = time.monotonic()
        # Asked again while holding back: another worker may have taken it.
        if now - self._asked > self._rules.lease / 4:
            self._asked = now
            self._holding = await self._do.waiting_alone()
        return self._holding

    def _start(self, one: T) -> None:
        key = self._do.key(one)
        task = asyncio.create_task(self._run_one(one), name=f"seccheck-{self._name}")
        before = self._held.pop(key, None)
        if before is not None:  # our own lease ran out and we took it again
            before[1].cancel()
        self._held[key] = (one, task)
        task.add_done_callback(lambda done: self._done(key, done))

    async def _run_one(self, one: T) -> None:
        try:
            await self._do.work(one)
        except Exception as error:  # noqa: BLE001 - the lease runs out, others go on
            _log.error("%s failed: %s", self._name, described(error))

    def _done(self, key: str, task: asyncio.Task[None]) -> None:
        if key in self._held and self._held[key][1] is task:
            del self._held[key]
        self._ended += 1
        if self._more:
            self._nudge.set()

    async def heartbeat(self) -> None:
        """Extend the leases until cancelled; stop work on those that are lost."""
        while True:
            await asyncio.sleep(self._rules.lease / 3)
            try:
                await self._extend()
            except Exception as error:  # noqa: BLE001 - an outage must not end it
                self._failed(error)

    async def _extend(self) -> None:
        held = dict(self._held)
        if not held:
            return
        tokens = {key: one.token for key, (one, _) in held.items()}
        kept = await self._do.extend(tokens, self._rules.lease)
        for key, (_, task) in held.items():
            if key not in kept and not task.done():
                _log.warning("%s: lost a lease, another worker has it", self._name)
                task.cancel()

    async def drain(self, grace: float) -> None:
        """Let work end for `grace` seconds, then give back what is left."""
        await self._give_back(await self._just_claimed())
        running = dict(self._held)
        if not running:
            return
        await asyncio.wait({task for _, task in running.values()}, timeout=grace)
        left = [(one, task) for one, task in running.values() if not task.done()]
        for _, task in left:
            task.cancel()
        if left:
            await asyncio.wait({task for _, task in left})
        await self._give_back([one for one, _ in left])

    async def _just_claimed(self) -> Sequence[T]:
        """What a claim brought that we did not wait for."""
        claiming, self._claiming = self._claiming, None
        if claiming is None:
            return ()
        try:
            return await claiming
        except Exception:  # noqa: BLE001 - nothing was claimed, or its lease runs out
            return ()

    async def _give_back(self, work: Sequence[T]) -> None:
        for one in work:
            with contextlib.suppress(Exception):  # else the lease runs out
                await self._do.release(one)

    def _failed(self, error: Exception) -> None:
        # Once per outage, and only the kind: messages may quote parameters.
        if not self._failing:
            _log.warning("%s: %s, retrying", self._name, type(error).__name__)
        self._failing = True
