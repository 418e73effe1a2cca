"""The contract of a store of jobs; both databases run one suite against it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from app.jobs.errors import ConflictError
from app.jobs.values import (
    Accepted,
    Decided,
    Delivery,
    Job,
    JobVerdict,
    NewJob,
    Outcome,
)


@dataclass(frozen=True, slots=True)
class Share:
    """What a claim leaves to others.

    Apps take turns, beginning behind `after`. An app gets no more than `most` rows
    together with those that it has by `busy`. `alone` says that the worker has nothing
    else under way.
    """

    after: str = ""
    busy: Mapping[str, int] = field(default_factory=dict)
    most: int = 1_000_000
    alone: bool = True


@dataclass(frozen=True, slots=True)
class Ending:
    """How a job is decided; `seconds` is how long the last try took."""

    verdict: JobVerdict
    decided: Decided = Decided.CHECKED
    reason: str = ""
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Retry:
    """A check that failed for now: try it again in `wait` seconds."""

    wait: float
    reason: str
    seconds: float = 0.0


class JobStore(Protocol):
    """Jobs that survive the death of every process and of the database.

    Methods raise what the database raises, `app.store.database_is_away` tells what
    may be tried again. Every method is one transaction: it is done, or nothing is.
    Times are read from the database's clock.
    """

    async def accept(
        self, batch: Sequence[tuple[str, NewJob]]
    ) -> list[Accepted | ConflictError]:
        """Insert jobs under these trace_ids; on disk when this returns.

        A known idempotency key inserts nothing: the same body gives the trace_id of
        before, another one a ConflictError.
        """
        ...

    async def backlog(self) -> dict[str, float]:
        """For each app with work that is due, seconds since its first row was."""
        ...

    async def claim(self, limit: int, lease: float, share: Share) -> list[Job]:
        """Take up to `limit` jobs that are ready, or whose lease has ended.

        Each counts one attempt more and has a new random token. Nobody else takes it
        for `lease` seconds. A job may have been tried more often than is sensible:
        the caller judges by `attempt`.

        A job whose lease has ended may have ended its process. So it comes as the
        only one, before all others, and only to a worker that has nothing else under
        way: what it does again is not counted against its neighbours.
        """
        ...

    async def interrupted(self) -> bool:
        """Whether a job waits for a worker that has nothing else under way."""
        ...

    async def upload(self, job: Job) -> bytes | None:
        """The file of a job, None when there is none any more.

        Raises:
            SealError: it cannot be read with this key.
        """
        ...

    async def extend(self, held: Mapping[str, str], lease: float) -> set[str]:
        """Keep jobs, token by trace_id, `lease` seconds from now; those still held."""
        ...

    async def finish(self, job: Job, ending: Ending) -> None:
        """Write the one verdict of a job together with its callbacks.

        Raises:
            LateError: the lease is no longer ours; nothing was written.
        """
        ...

    async def retry(self, job: Job, retry: Retry) -> None:
        """Give a job back for later.

        Raises:
            LateError: the lease is no longer ours.
        """
        ...

    async def release(self, job: Job) -> bool:
        """Give a job back untouched, its attempt uncounted; whether it was ours."""
        ...

    async def claim_deliveries(
        self, limit: int, lease: float, share: Share
    ) -> list[Delivery]:
        """Take callbacks as `claim` takes jobs."""
        ...

    async def extend_deliveries(
        self, held: Mapping[str, str], lease: float
    ) -> set[str]:
        """Keep callbacks, token by id; those still held."""
        ...

    async def record_attempt(
        self,
        delivery: Delivery,
        outcome: Outcome,
        *,
        wait: float | None,
        seconds: float,
    ) -> None:
        """Write down what became of a try, and the state of receiver and job.

        What was not taken is tried again in `wait` seconds; None gives it up.

        Raises:
            LateError: the lease is no longer ours; nothing was written.
        """
        ...

    async def release_delivery(self, delivery: Delivery) -> bool:
        """Give a callback back, its attempt uncounted; whether it was ours."""
        ...

    async def mend_clock(self) -> int:
        """After the clock went back: bring near what it moved away; how many rows."""
        ...

    async def time(self) -> float:
        """Unix seconds of the database's clock."""
        ...


class Claims(Protocol):
    """The part of either queue that keeps leases alive."""

    async def __call__(self, held: Mapping[str, str], lease: float) -> set[str]:
        """See `JobStore.extend`."""
        ...
