"""The audit log: who changed what, and who tried to."""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from app.store import Database
from app.store import audit as queries
from app.store.audit import AuditRow

MAX_WHO = 120
MAX_ACTION = 64
MAX_TARGET = 200
MAX_DETAIL = 4000
"""Longest detail of one entry, in characters of its JSON."""

_UNFIT = dict.fromkeys((0, *range(0xD800, 0xE000)), "\ufffd")
"""NUL and lone surrogates, which a database cannot keep."""


class Outcome(StrEnum):
    """What became of the attempt.

    `refused`: the caller's mistake or lack of rights; nothing changed.
    `failed`: something failed on our side.
    """

    DONE = "done"
    REFUSED = "refused"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class AuditEvent:
    """One attempt to change something.

    `who` is the operator's identity, `key_id` the key that proved it (None: on the
    machine itself). `detail` holds plain JSON values about the operator's own data:
    never a secret, a key, or what a user wrote.
    """

    who: str
    action: str
    target: str = ""
    key_id: int | None = None
    outcome: Outcome = Outcome.DONE
    status: int = 200
    trace_id: str = ""
    detail: Mapping[str, Any] = field(default_factory=dict)


class AuditLog:
    """Entries are added and read; the database itself refuses anything else."""

    def __init__(self, db: Database, *, clock: Callable[[], float] = time.time) -> None:
        """Work on an open, migrated database; `clock` gives Unix seconds."""
        self._db = db
        self._clock = clock

    async def write(self, event: AuditEvent) -> int:
        """Add an entry and return its number; overlong parts are cut."""
        row = AuditRow(
            id=0,
            at=self._clock(),
            who=_fit(event.who, MAX_WHO),
            key_id=event.key_id,
            action=_fit(event.action, MAX_ACTION),
            target=_fit(event.target, MAX_TARGET),
            outcome=event.outcome.value,
            status=event.status,
            trace_id=event.trace_id,
            detail=_fit_detail(event.detail),
        )
        async with self._db.write() as connection:
            return await queries.add_entry(connection, row)

    async def entries(
        self,
        *,
        before: int | None = None,
        limit: int = 100,
        who: str | None = None,
        action: str | None = None,
    ) -> list[AuditRow]:
        """Entries numbered below `before` (default: all), newest first.

        `who` matches an identity (`alice#3`) or every key of that name (`alice`),
        `action` one action (`draft.publish`) or all of a kind (`draft`).
        """
        async with self._db.read() as connection:
            return await queries.entries_before(
                connection, before, limit, who=who, action=action
            )


def _fit(text: str, length: int) -> str:
    return text.translate(_UNFIT)[:length]


def _fit_detail(detail: Mapping[str, Any]) -> dict[str, Any]:
    """The detail as plain JSON that any database keeps."""
    fit = {name: _plain(value) for name, value in detail.items()}
    if len(json.dumps(fit, ensure_ascii=False)) <= MAX_DETAIL:
        return fit
    return {"cut": True, "fields": sorted(fit)[:50]}


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return value.translate(_UNFIT)
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(one) for one in value]
    if isinstance(value, Mapping):
        return {str(name): _plain(one) for name, one in value.items()}
    return value
