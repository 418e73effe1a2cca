"""Stop clients that answer a refused token with another refused token.

Some SDKs fetch a new token and call again whenever they read 40001, without a
limit. When their token URL still points at WeChat, no new token will ever be
right, and each turn burns the app's real token quota there. After a few refusals
in a row the answer becomes 48001, which every SDK takes as final.
"""

from collections import OrderedDict
from collections.abc import Callable

REFUSALS = 5
"""So many refusals in a row keep their true code; the next ones do not."""
QUIET_SECONDS = 60.0
"""After so long without a refusal a caller starts afresh."""
_MAX_CALLERS = 10_000


class Breaker:
    """Counts refusals of unknown tokens in a row, per caller, in memory."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._rows: OrderedDict[str, tuple[int, float]] = OrderedDict()

    @property
    def idle(self) -> bool:
        """Whether no caller is being watched, which is the usual case."""
        return not self._rows

    def refuse(self, caller: str) -> bool:
        """Note a refusal; True when this caller has had enough of them."""
        now = self._clock()
        count, last = self._rows.pop(caller, (0, now))
        count = 1 if now - last > QUIET_SECONDS else count + 1
        self._rows[caller] = (count, now)
        if len(self._rows) > _MAX_CALLERS:
            self._rows.popitem(last=False)
        return count > REFUSALS

    def forgive(self, caller: str) -> None:
        """A token was accepted or issued: the caller is not in a loop."""
        self._rows.pop(caller, None)
