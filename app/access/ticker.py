"""Work that a process repeats for as long as it lives."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

_LOG = logging.getLogger(__name__)


async def every(
    seconds: float, work: Callable[[], Awaitable[None]], *, what: str
) -> None:
    """Repeat `work` until cancelled; a failure is logged and tried again."""
    failing = False
    while True:
        await asyncio.sleep(seconds)
        try:
            await work()
            failing = False
        except Exception as error:  # noqa: BLE001 - an outage must not end the work
            # Once per outage, and only the kind: messages may quote parameters.
            if not failing:
                _LOG.warning("%s failed (%s), retrying", what, type(error).__name__)
            failing = True
