"""Shares open work fairly between the apps that have some."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from app.jobs.port import Share
from app.store.jobs_claim import (
    JOBS,
    Lease,
    Queue,
    Turn,
    any_interrupted,
    ready_query,
    reserve,
    take,
)


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
    keys: dict[str, list[str]] = {appid: [] for appid in apps}
    while apps and len(rows) < limit:
        wants = _wants(apps, limit - len(rows), share, keys)
        ready = [
            ready_query(queue, appid, now, want, interrupted=kinds, but=keys[appid])
            for appid, want in wants.items()
        ]
        got = await reserve(connection, ready)
        rows += got
        for row in got:
            keys[row.appid].append(getattr(row, queue.key))
        counts = Counter(row.appid for row in got)
        # Whoever had less than it was to get has no more.
        apps = [
            appid
            for appid in apps
            if _room(share, appid, len(keys[appid])) > 0
            and counts[appid] >= wants.get(appid, 0)
        ]
    chosen = [key for some in keys.values() for key in some]
    await take(connection, queue, chosen, now, lease)
    return rows


def _wants(
    apps: Sequence[str], left: int, share: Share, keys: Mapping[str, Sequence[str]]
) -> dict[str, int]:
    """How much each app gets in this round; those at the end perhaps nothing."""
    each = max(1, left // len(apps))
    wants = {}
    for appid in apps:
        want = min(each, left, _room(share, appid, len(keys[appid])))
        if want > 0:
            wants[appid] = want
            left -= want
    return wants


async def one_interrupted(
    connection: AsyncConnection, apps: Sequence[str], now: float, lease: Lease
) -> list[Row[Any]]:
    """Take one job whose last try came to no end, if there is any."""
    if not await any_interrupted(connection, JOBS, apps, now):
        return []
    for appid in apps:
        ready = ready_query(JOBS, appid, now, 1, interrupted=True)
        if rows := await reserve(connection, [ready]):
            await take(connection, JOBS, [rows[0].trace_id], now, lease)
            return rows
    return []


def _room(share: Share, appid: str, taken: int) -> int:
    return share.most - share.busy.get(appid, 0) - taken
