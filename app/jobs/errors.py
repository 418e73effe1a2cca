"""What can go wrong with jobs, by what the caller should do about it."""


class JobError(Exception):
    """Anything below."""


class AcceptError(JobError):
    """Nothing was accepted and no trace_id exists; the caller may try again.

    Except where a connection broke just while the answer was on its way: then the
    job may exist unanswered. It is checked once, and the same idempotency key finds
    it.
    """


class ConflictError(AcceptError):
    """The idempotency key was used with another body; trying again is pointless."""


class BacklogError(AcceptError):
    """Checks wait for too long already; try again after `retry_after` seconds."""

    def __init__(self, retry_after: float) -> None:
        super().__init__("the backlog is too old")
        self.retry_after = retry_after


class StoreAwayError(AcceptError):
    """The database cannot be used at the moment."""


class StoreFullError(AcceptError):
    """A disk has no room left."""


class LateError(JobError):
    """Somebody else has the job by now, or has decided it: the result is void."""


class UnknownJobError(JobError):
    """There is no such job."""


class CheckFailedError(Exception):
    """Raised by a check that can never succeed: `code` goes into the verdict.

    `reason` is short and free of content: it is kept, logged and shown.
    """

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


class TryLaterError(Exception):
    """Raised by a check that may succeed later; counts as one of its tries.

    `code` goes into the verdict should this have been the last try. `reason` is short
    and free of content. `wait` overrides the usual seconds until the next try.
    """

    def __init__(self, code: int, reason: str, *, wait: float | None = None) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason
        self.wait = wait
