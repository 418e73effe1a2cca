"""Shares open work fairly between the apps that have some."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from app.jobs.port import Share
from app.store.jobs_claim import JOBS, Lease, Queue, Turn, ready_query, take


def in_turn(turns: Sequence[Turn], share: Share) -> list[str]:
    """The apps that may have more, those first that come behind the last served."""
    apps = [turn.appid for turn in turns if _room(share, turn.appid, 0) > 0]
    return sorted(apps, key=lambda appid: (appid <= share.after, appid))


async def deal(
    connection: AsyncConnection,
    queue: Queue,
    apps: Sequence[str],
    now: float,
    *,
    limit: int,
    lease: Lease,
    share: Share,
) -> list[Row[Any]]:
    """Take rows of all these apps, in equal parts as far as they have enough."""
    # What ended a process once is not taken together with others.
    kinds = False if queue is JOBS else None
    rows: list[Row[Any]] = []
    taken: Counter[str] = Counter()
    while apps and len(rows) < limit:
        each = max(1, (limit - len(rows)) // len(apps))
        more = []
        for appid in apps:
            room = _room(share, appid, taken[appid])
            want = min(each, limit - len(rows), room)
            if want <= 0:
                continue
            ready = ready_query(queue, appid, now, want, interrupted=kinds)
            got = await take(connection, queue, ready, now, lease)
            taken[appid] += len(got)
            rows += got
            if len(got) == want:
                more.append(appid)
        apps = more
    return rows


async def one_interrupted(
    connection: AsyncConnection, apps: Sequence[str], now: float, lease: Lease
) -> list[Row[Any]]:
    """Take one job whose last try came to no end, if there is any."""
    for appid in apps:
        ready = ready_query(JOBS, appid, now, 1, interrupted=True)
        if rows := await take(connection, JOBS, ready, now, lease):
            return list(rows)
    return []


def _room(share: Share, appid: str, taken: int) -> int:
    return share.most - share.busy.get(appid, 0) - taken
