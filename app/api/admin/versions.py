"""Published versions: looking back, going back, and the emergency path."""

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import Query
from pydantic import Field

from app.access import Scope
from app.api.admin.call import Current
from app.api.admin.table import Table
from app.api.admin.types import (
    MAX_NUMBER,
    After,
    Closed,
    Instant,
    LabelIn,
    Level,
    Limit,
    ListName,
    Match,
    NumberPath,
    Page,
    Scenes,
    Term,
    View,
    Why,
    instant,
    shows,
)
from app.api.admin.words import DiffView, diff_view
from app.domain.entry import Match as EntryMatch
from app.lexicon.candidate import Candidate
from app.lexicon.errors import NotFoundError

if TYPE_CHECKING:
    from app.store.lexicon import VersionRow

TABLE = Table("admin: versions")

MAX_HOURS = 24 * 366
_VERSION: dict[str, Any] = {
    "number": 6,
    "live": True,
    "created_at": "2026-11-20T03:04:05Z",
    "who": "alice#3",
    "why": "complaint of 20 November",
    "term_count": 4211,
    "added": 1,
    "removed": 0,
    "checksum": "6d1f4b0a5c7e8f90a1b2c3d4e5f60718",
    "origin": "emergency",
    "draft": None,
    "approvals": [],
    "rolled_back_to": None,
}


class VersionView(View):
    """A published version; it never changes."""

    number: int
    live: bool
    """Whether it is the one in service."""
    created_at: Instant
    who: str
    why: str
    term_count: int
    added: int
    removed: int
    checksum: str
    """Equal for equal content."""
    origin: str
    """seed, operator, pack, import, rollback or emergency."""
    draft: int | None
    approvals: list[str]
    """Who approved the draft as it was published."""
    rolled_back_to: int | None
    """The version whose content this one has again."""
    model_config = shows(_VERSION)


class VersionsView(Page[VersionView]):
    """Versions, newest first."""

    next: str | None = None
    """Send it as `before` to go on; null at the end."""
    model_config = shows({"items": [_VERSION], "next": "6"})


class Reason(Closed):
    """Why something is done."""

    why: Why = ""
    model_config = shows({"why": "too many complaints"})


class Block(Closed):
    """A word to block everywhere at once, for a while."""

    term: Term
    label: LabelIn
    hours: Annotated[float, Field(strict=True, gt=0, le=MAX_HOURS)] = 72.0
    """How long; the word then ends by itself."""
    list: ListName = "emergency"
    level: Level = 100
    match: Match = "fuzzy"
    scenes: Scenes = ()
    """Empty: every scene."""
    why: Why = ""
    model_config = shows(
        {"term": "新骗术", "label": "fraud", "hours": 72, "why": "complaint at 3 a.m."}
    )


def version_view(row: "VersionRow", *, live: int) -> VersionView:
    """A version as it is shown; `live` is the number of the one in service."""
    return VersionView(
        number=row.number,
        live=row.number == live,
        created_at=instant(row.created_at),
        who=row.who,
        why=row.why,
        term_count=row.term_count,
        added=row.added,
        removed=row.removed,
        checksum=row.checksum,
        origin=row.origin,
        draft=row.draft_id,
        approvals=list(row.approvals),
        rolled_back_to=row.rolled_back_to,
    )


@TABLE.get("/versions", Scope.WORDS_READ)
async def list_versions(
    call: Current,
    before: Annotated[
        int | None, Query(ge=1, le=MAX_NUMBER, description="Only older ones.")
    ] = None,
    limit: Limit = 100,
) -> VersionsView:
    """List versions, newest first."""
    live = await call.desk.lexicon.live_version()
    found = await call.desk.lexicon.versions()
    rest = [row for row in found if before is None or row.number < before]
    shown = rest[:limit]
    more = str(shown[-1].number) if len(rest) > limit else None
    return VersionsView(
        items=[version_view(row, live=live) for row in shown], next=more
    )


@TABLE.get("/versions/{number}", Scope.WORDS_READ, refusals=(404,))
async def show_version(call: Current, number: NumberPath) -> VersionView:
    """Show one version."""
    live = await call.desk.lexicon.live_version()
    for row in await call.desk.lexicon.versions():
        if row.number == number:
            return version_view(row, live=live)
    raise NotFoundError(f"there is no version {number}")


@TABLE.get("/versions/{first}/diff/{second}", Scope.WORDS_READ, refusals=(404,))
async def diff_versions(
    call: Current,
    first: NumberPath,
    second: NumberPath,
    after: After = None,
    limit: Limit = 100,
) -> DiffView:
    """Show what the second version has otherwise than the first."""
    sides = Candidate("version", first), Candidate("version", second)
    return diff_view(await call.desk.lexicon.diff(*sides, after=after, limit=limit))


@TABLE.change(
    "POST",
    "/versions/{number}/rollback",
    Scope.WORDS_PUBLISH,
    "version.rollback",
    status=201,
    refusals=(404, 409, 413),
)
async def rollback(call: Current, number: NumberPath, body: Reason) -> VersionView:
    """Serve the content of a former version again, under a new number."""
    call.note(f"version:{number}", why=body.why)
    made = await call.desk.publisher.rollback(number, who=call.who, why=body.why)
    call.note(f"version:{number}", version=made.number)
    return version_view(made, live=made.number)


@TABLE.change(
    "POST",
    "/blocks",
    Scope.WORDS_PUBLISH,
    "block.create",
    status=201,
    refusals=(409, 413),
)
async def create_block(call: Current, body: Block) -> VersionView:
    """Block a word everywhere within seconds; it ends by itself.

    The emergency path: no draft and no second person, one line in the audit log.
    """
    detail = body.model_dump(mode="json", exclude_unset=True)
    call.note(f"list:{body.list}", **detail)
    made = await call.desk.publisher.block(
        body.term.strip(),
        label=body.label,
        hours=body.hours,
        list_name=body.list,
        level=body.level,
        match=EntryMatch(body.match),
        scenes=frozenset(body.scenes),
        who=call.who,
        why=body.why,
    )
    call.note(f"version:{made.number}")
    return version_view(made, live=made.number)
