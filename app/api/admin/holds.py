"""Words that the circuit breaker keeps at review, and what operators decide."""

from typing import TYPE_CHECKING, Any, Literal

from app.access import Scope
from app.api.admin.call import Current
from app.api.admin.table import Table
from app.api.admin.types import Instant, KeyPath, View, instant, shows

if TYPE_CHECKING:
    from app.vitals import Hold

TABLE = Table("admin: holds")

_HOLD: dict[str, Any] = {
    "key": "5b0e3f1c9a7d42688c1e0f2b3a4d5e6f",
    "list": "fraud",
    "term": "的",
    "state": "tripped",
    "reason": "new_term",
    "hits": 112,
    "texts": 260,
    "minutes": 2,
    "share": 0.431,
    "usual_share": None,
    "tripped_at": "2026-11-20T03:04:05Z",
    "decided_at": None,
    "decided_by": None,
    "alert": "delivered",
}


class HoldView(View):
    """A word that counts for `review` at most, and what was seen when it tripped."""

    key: str
    """Names the word in other calls."""
    list: str
    term: str
    state: Literal["tripped", "confirmed", "released"]
    """`tripped`: nobody has decided yet."""
    reason: Literal["new_term", "jump"]
    """Published lately and in too many texts, or far above what is usual for it."""
    hits: int
    """Texts with the word, within `minutes`."""
    texts: int
    """Checked texts within `minutes`."""
    minutes: int
    share: float
    """`hits` of `texts`, 0 to 1."""
    usual_share: float | None
    """The highest share of a day before; null for a new word."""
    tripped_at: Instant
    decided_at: Instant | None
    decided_by: str | None
    alert: str | None
    """What became of the alert; null while it was not tried."""
    model_config = shows(_HOLD)


class HoldsView(View):
    """Every word that is held, newest first."""

    items: list[HoldView]
    model_config = shows({"items": [_HOLD]})


def _view(hold: "Hold") -> HoldView:
    decided = hold.decided_at
    return HoldView(
        key=hold.key.hex(),
        list=hold.list_name,
        term=hold.term,
        state=hold.state,
        reason=hold.reason,
        hits=hold.hits,
        texts=hold.texts,
        minutes=hold.minutes,
        share=hold.share,
        usual_share=hold.usual_share,
        tripped_at=instant(hold.tripped_at),
        decided_at=None if decided is None else instant(decided),
        decided_by=hold.decided_by,
        alert=hold.alert,
    )


@TABLE.get("/holds", Scope.WORDS_READ)
async def list_holds(call: Current) -> HoldsView:
    """List the words that the circuit breaker keeps at review, newest first.

    A word that a later version removed or changed is not held any more.
    """
    return HoldsView(items=[_view(hold) for hold in await call.desk.breaker.holds()])


@TABLE.change(
    "POST", "/holds/{key}/confirm", Scope.WORDS_PUBLISH, "hold.confirm", refusals=(404,)
)
async def confirm_hold(call: Current, key: KeyPath) -> HoldView:
    """Keep a word at review until a version changes it: the breaker was right."""
    call.note(key)
    held = await call.desk.breaker.confirm(bytes.fromhex(key), call.who)
    call.note(key, list=held.list_name, term=held.term)
    return _view(held)


@TABLE.change(
    "POST", "/holds/{key}/release", Scope.WORDS_PUBLISH, "hold.release", refusals=(404,)
)
async def release_hold(call: Current, key: KeyPath) -> HoldView:
    """Let a word count in full again, in every process within 2 seconds.

    It does not trip again for a week.
    """
    call.note(key)
    held = await call.desk.breaker.release(bytes.fromhex(key), call.who)
    call.note(key, list=held.list_name, term=held.term)
    return _view(held)
