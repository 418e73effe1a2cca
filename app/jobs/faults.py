"""Names of the moments at which a process may die, for tests that let it."""

from collections.abc import Callable
from enum import StrEnum

Fault = Callable[["Point"], None]
"""Called at each point; the service itself does nothing there."""


class Point(StrEnum):
    """A border between two states."""

    ACCEPT_BEFORE_COMMIT = "accept-before-commit"
    ACCEPT_AFTER_COMMIT = "accept-after-commit"
    CLAIM_BEFORE_COMMIT = "claim-before-commit"
    CLAIMED = "claimed"
    CHECKED = "checked"
    FINISH_BEFORE_COMMIT = "finish-before-commit"
    FINISHED = "finished"
    DELIVERY_CLAIMED = "delivery-claimed"
    DELIVERED = "delivered"
    """The receiver answered, nothing is written down."""
    RECORD_BEFORE_COMMIT = "record-before-commit"
    RECORDED = "recorded"


def no_fault(_point: Point) -> None:
    """Go on."""
