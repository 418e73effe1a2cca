"""A word that the breaker keeps at review, as an operator sees it."""

from dataclasses import dataclass
from typing import Literal, cast

from app.store.vitals_holds import HoldRow
from app.vitals.judge import Reason

State = Literal["tripped", "confirmed", "released"]


@dataclass(frozen=True, slots=True)
class Hold:
    """A held word, and what was seen when it tripped.

    `hits` of `texts` checked texts had the word within `minutes`; `usual_share` is
    the highest share of a day before, None for a new word. Times are Unix seconds.
    `alert` tells what became of the alert, None while it was not tried.
    """

    key: bytes
    list_name: str
    term: str
    state: State
    reason: Reason
    hits: int
    texts: int
    minutes: int
    usual_share: float | None
    tripped_at: float
    decided_at: float | None
    decided_by: str | None
    alert: str | None

    @property
    def share(self) -> float:
        """The part of the texts that had the word, 0 to 1."""
        return min(self.hits / self.texts, 1.0) if self.texts else 0.0


def to_hold(row: HoldRow) -> Hold:
    """The hold of a stored row."""
    return Hold(
        key=row.term_key,
        list_name=row.list_name,
        term=row.term,
        state=cast(State, row.state),
        reason=cast(Reason, row.reason),
        hits=row.hits,
        texts=row.texts,
        minutes=row.minutes,
        usual_share=row.usual_share,
        tripped_at=row.tripped_at,
        decided_at=row.decided_at,
        decided_by=row.decided_by,
        alert=row.alert_result,
    )
