"""How words do in real traffic, and what reviewers thought of their hits."""

from typing import TYPE_CHECKING, Annotated, Any, Literal

from fastapi import Query

from app.access import Scope
from app.api.admin.call import Current
from app.api.admin.table import Table
from app.api.admin.types import (
    Closed,
    Flag,
    Instant,
    KeyPath,
    Limit,
    ListQuery,
    Page,
    View,
    instant,
    shows,
)

if TYPE_CHECKING:
    from app.vitals import TermStat

TABLE = Table("admin: statistics")

_FURTHEST = 1_000_000
_MOST_DAYS = 400
_STAT: dict[str, Any] = {
    "key": "5b0e3f1c9a7d42688c1e0f2b3a4d5e6f",
    "list": "fraud",
    "term": "刷单返利",
    "hits": 5120,
    "users": 812,
    "share_overturned": 0.04,
    "last_hit": "2026-11-20T03:04:05Z",
    "dead": False,
    "covered_by": None,
}


class StatView(View):
    """One live word in the days that were asked for."""

    key: str
    """Names the word in other calls."""
    list: str
    term: str
    hits: int
    """Texts that had the word."""
    users: int
    """Different users among them, about 3 % off; 0 where callers name none."""
    share_overturned: float | None
    """Part of the reviewed hits that was wrong, 0 to 1; null: nobody looked."""
    last_hit: Instant | None
    """May be before these days."""
    dead: bool
    """Published for all these days without a hit."""
    covered_by: str | None
    """Another live term that hits wherever this one does."""
    model_config = shows(_STAT)


class StatsView(Page[StatView]):
    """Live words, in the order that was asked for."""

    model_config = shows({"items": [_STAT], "next": "100"})


class Decision(Closed):
    """What somebody who looked at a hit thinks of it."""

    overturned: Flag
    """True: the hit was wrong. False: it was right."""
    model_config = shows({"overturned": True})


def _view(stat: "TermStat") -> StatView:
    last = stat.last_hit
    return StatView(
        key=stat.key.hex(),
        list=stat.list_name,
        term=stat.term,
        hits=stat.hits,
        users=stat.users,
        share_overturned=stat.share_overturned,
        last_hit=None if last is None else instant(last),
        dead=stat.dead,
        covered_by=stat.covered_by,
    )


@TABLE.get("/stats/terms", Scope.WORDS_READ)
async def list_term_stats(
    call: Current,
    list_name: ListQuery = None,
    order: Annotated[
        Literal["hits", "users", "last_hit", "dead", "overturned"],
        Query(description="What comes first."),
    ] = "hits",
    days: Annotated[
        int, Query(ge=1, le=_MOST_DAYS, description="So far back, today included.")
    ] = 30,
    after: Annotated[
        int, Query(ge=0, le=_FURTHEST, description="`next` of the page before.")
    ] = 0,
    limit: Limit = 100,
) -> StatsView:
    """Show how often each live word hits, whom, and how often reviewers disagree.

    Counts lag behind by 2 seconds and go on while you page: a word may move. By
    `users` means by the users of each day, added up.
    """
    found = await call.desk.vitals.stats(
        list_name, order, days, after=after, limit=limit + 1
    )
    more = str(after + limit) if len(found) > limit else None
    return StatsView(items=[_view(stat) for stat in found[:limit]], next=more)


@TABLE.change(
    "POST",
    "/terms/{key}/decisions",
    Scope.WORDS_WRITE,
    "term.decision",
    status=204,
    refusals=(404,),
)
async def record_decision(call: Current, key: KeyPath, body: Decision) -> None:
    """Count what a moderator thought of a hit of this word.

    Feeds `share_overturned`. Send it once per reviewed text: nothing tells the
    texts apart.
    """
    call.note(key, overturned=body.overturned)
    vitals = call.desk.vitals
    record = vitals.overturned if body.overturned else vitals.upheld
    await record(bytes.fromhex(key))
