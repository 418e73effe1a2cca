"""Drafts: edits that wait for publication."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any, Literal

from fastapi import Query, Response

from app.access import Scope
from app.api.admin.call import Call, Current
from app.api.admin.edits import Edits
from app.api.admin.lints import RemarksView, remarks_of
from app.api.admin.revision import Revision, etag
from app.api.admin.table import Table
from app.api.admin.types import (
    MAX_NUMBER,
    After,
    Closed,
    Flag,
    Instant,
    Limit,
    NumberPath,
    Page,
    Title,
    View,
    Why,
    instant,
    shows,
)
from app.api.admin.versions import VersionView, version_view
from app.api.admin.words import (
    SCOPE,
    TERM,
    DiffView,
    ScopeView,
    TermView,
    diff_view,
    scope_view,
    term_view,
)
from app.lexicon.candidate import Candidate

if TYPE_CHECKING:
    from app.lexicon.records import Change, Draft

TABLE = Table("admin: drafts")

READ, WRITE, PUBLISH = Scope.WORDS_READ, Scope.WORDS_WRITE, Scope.WORDS_PUBLISH
_GUARDED = (404, 412, 413, 428)
_DRAFT: dict[str, Any] = {
    "id": 3,
    "title": "scam of November",
    "origin": "operator",
    "state": "open",
    "revision": 7,
    "base": 5,
    "created_at": "2026-11-20T03:00:00Z",
    "created_by": "alice#3",
    "changes": 2,
    "version": None,
    "approvals": [{"who": "bob#4", "at": "2026-11-20T03:05:00Z", "revision": 7}],
}
_CHANGE: dict[str, Any] = {
    "id": 12,
    "op": "add",
    "list": "fraud",
    "row": TERM,
    "scope": None,
    "who": "alice#3",
    "at": "2026-11-20T03:01:00Z",
    "why": "complaint of 20 November",
}
State = Literal["open", "published", "discarded"]


class ApprovalView(View):
    """Somebody found the draft good as it was at `revision`."""

    who: str
    at: Instant
    revision: int


class DraftView(View):
    """A draft. Its revision grows with every change; send it as `If-Match`."""

    id: int
    title: str
    origin: Literal["operator", "pack", "import", "rollback", "emergency"]
    state: State
    revision: int
    base: int
    """The version that was live when it was begun, 0 for none."""
    created_at: Instant
    created_by: str
    changes: int
    """Rows to add and to remove, and changed settings of lists."""
    version: int | None
    """What it was published as."""
    approvals: Sequence[ApprovalView]
    model_config = shows(_DRAFT)


class DraftsView(Page[DraftView]):
    """Drafts, newest first."""

    model_config = shows({"items": [_DRAFT], "next": None})


class NewDraft(Closed):
    """A draft to begin."""

    title: Title
    model_config = shows({"title": "scam of November"})


class ChangeView(View):
    """One change of a draft: a word, or the settings of a list."""

    id: int
    op: Literal["add", "remove", "list", "drop_list"]
    list: str
    row: TermView | None
    scope: ScopeView | None
    who: str
    at: Instant
    why: str
    model_config = shows({**_CHANGE, "scope": SCOPE})


class ChangesView(Page[ChangeView]):
    """Changes, oldest first."""

    model_config = shows({"items": [_CHANGE], "next": None})


class Publication(Closed):
    """Why a draft goes live."""

    why: Why = ""
    force: Flag = False
    """Even where another version meanwhile changed the same words."""
    model_config = shows({"why": "complaint of 20 November"})


def _shown(draft: "Draft", response: Response) -> DraftView:
    """The draft, with its revision as the answer's ETag."""
    response.headers["etag"] = etag(draft.revision)
    return draft_view(draft)


def draft_view(draft: "Draft") -> DraftView:
    """A draft as it is shown."""
    return DraftView(
        id=draft.id,
        title=draft.title,
        origin=draft.origin,
        state=draft.state,
        revision=draft.revision,
        base=draft.base,
        created_at=instant(draft.created_at),
        created_by=draft.created_by,
        changes=draft.changes,
        version=draft.version,
        approvals=[
            ApprovalView(who=one.who, at=instant(one.at), revision=one.revision)
            for one in draft.approvals
        ],
    )


def _change_view(change: "Change") -> ChangeView:
    return ChangeView(
        id=change.id,
        op=change.op,
        list=change.list_name,
        row=None if change.row is None else term_view(change.row),
        scope=scope_view(change.scope),
        who=change.who,
        at=instant(change.at),
        why=change.why,
    )


async def _candidate(call: Call, number: int) -> Candidate:
    """The draft as it stands."""
    return Candidate("draft", number, (await call.desk.drafts.get(number)).revision)


@TABLE.get("/drafts", READ)
async def list_drafts(
    call: Current,
    state: State | None = None,
    after: Annotated[int | None, Query(ge=0, le=MAX_NUMBER)] = None,
    limit: Limit = 100,
) -> DraftsView:
    """List drafts, newest first."""
    found = await call.desk.drafts.list(state)
    rest = [one for one in found if after is None or one.id < after]
    shown = rest[:limit]
    more = str(shown[-1].id) if len(rest) > limit else None
    return DraftsView(items=[draft_view(one) for one in shown], next=more)


@TABLE.change("POST", "/drafts", WRITE, "draft.create", status=201, refusals=(413,))
async def create_draft(call: Current, body: NewDraft, response: Response) -> DraftView:
    """Begin an empty draft."""
    call.note("draft", title=body.title)
    made = await call.desk.drafts.create(body.title, call.who)
    call.note(f"draft:{made.id}")
    return _shown(made, response)


@TABLE.change(
    "POST",
    "/drafts/packs",
    WRITE,
    "draft.packs",
    answer={
        "description": "The draft, or null when the packs have nothing new.",
        "content": {"application/json": {"examples": {"usual": {"value": _DRAFT}}}},
    },
)
async def propose_packs(call: Current) -> DraftView | None:
    """Propose what the shipped packs have new, as a draft.

    The operator's own changes stay; null when there is nothing new.
    """
    call.note("packs")
    made = await call.desk.lexicon.propose_packs(call.desk.wordlists_dir)
    if made is None:
        return None
    call.note(f"draft:{made.id}", changes=made.changes)
    return draft_view(made)


@TABLE.get("/drafts/{number}", READ, refusals=(404,))
async def show_draft(
    call: Current, number: NumberPath, response: Response
) -> DraftView:
    """Show a draft; its revision is the ETag."""
    return _shown(await call.desk.drafts.get(number), response)


@TABLE.change(
    "DELETE", "/drafts/{number}", WRITE, "draft.discard", refusals=(404, 409, 412, 428)
)
async def discard_draft(
    call: Current, number: NumberPath, revision: Revision, response: Response
) -> DraftView:
    """Give a draft up; it stays in the list of the discarded."""
    call.note(f"draft:{number}", revision=revision)
    done = await call.desk.drafts.discard(number, who=call.who, revision=revision)
    return _shown(done, response)


@TABLE.get("/drafts/{number}/changes", READ, refusals=(404,))
async def list_changes(
    call: Current,
    number: NumberPath,
    after: Annotated[int, Query(ge=0, le=2**53)] = 0,
    limit: Limit = 100,
) -> ChangesView:
    """List the changes of a draft: who made them, when and why."""
    await call.desk.drafts.get(number)
    found = await call.desk.drafts.changes(number, after=after, limit=limit + 1)
    shown = found[:limit]
    more = str(shown[-1].id) if len(found) > limit else None
    return ChangesView(items=[_change_view(one) for one in shown], next=more)


@TABLE.change(
    "POST", "/drafts/{number}/changes", WRITE, "draft.edit", refusals=(*_GUARDED, 409)
)
async def edit_draft(
    call: Current,
    number: NumberPath,
    revision: Revision,
    body: Edits,
    response: Response,
) -> DraftView:
    """Make edits, all or none."""
    ops = [one.op for one in body.edits]
    counts = {op: ops.count(op) for op in dict.fromkeys(ops)}
    call.note(f"draft:{number}", revision=revision, edits=counts, why=body.why)
    done = await call.desk.drafts.edit(
        number,
        [one.edit() for one in body.edits],
        revision=revision,
        who=call.who,
        why=body.why,
    )
    return _shown(done, response)


@TABLE.change(
    "DELETE",
    "/drafts/{number}/changes/{change}",
    WRITE,
    "draft.undo",
    refusals=(404, 409, 412, 428),
)
async def undo_change(
    call: Current,
    number: NumberPath,
    change: NumberPath,
    revision: Revision,
    response: Response,
) -> DraftView:
    """Take a change back, with all others of the draft on the same word."""
    call.note(f"draft:{number}", revision=revision, change=change)
    done = await call.desk.drafts.undo(number, change, revision=revision, who=call.who)
    return _shown(done, response)


@TABLE.get("/drafts/{number}/diff", READ, refusals=(404,))
async def diff_draft(
    call: Current, number: NumberPath, after: After = None, limit: Limit = 100
) -> DiffView:
    """Compare a draft with the live version."""
    candidate = await _candidate(call, number)
    live = Candidate("version", (await call.desk.lexicon.live()).number)
    page = await call.desk.lexicon.diff(live, candidate, after=after, limit=limit)
    return diff_view(page)


@TABLE.get("/drafts/{number}/lint", READ, refusals=(404,))
async def lint_draft(
    call: Current, number: NumberPath, everything: bool = False
) -> RemarksView:
    """Find mistakes in the words as the draft would leave them.

    Only remarks on new and changed words, unless `everything` is true.
    """
    candidate = await _candidate(call, number)
    return await remarks_of(call.desk, candidate, everything=everything)


@TABLE.change(
    "POST",
    "/drafts/{number}/approve",
    PUBLISH,
    "draft.approve",
    refusals=(404, 409, 412, 428),
)
async def approve_draft(
    call: Current, number: NumberPath, revision: Revision, response: Response
) -> DraftView:
    """Find a draft good as it is; any later edit takes this back."""
    call.note(f"draft:{number}", revision=revision)
    done = await call.desk.drafts.approve(number, revision=revision, who=call.who)
    return _shown(done, response)


@TABLE.change(
    "POST",
    "/drafts/{number}/publish",
    PUBLISH,
    "draft.publish",
    status=201,
    refusals=(*_GUARDED, 409),
)
async def publish_draft(
    call: Current, number: NumberPath, revision: Revision, body: Publication
) -> VersionView:
    """Make a draft the next version; every process serves it within seconds.

    It is compiled first: what does not compile never goes live. 409 names words
    that another version meanwhile changed, or says that somebody else has to
    approve.
    """
    call.note(f"draft:{number}", revision=revision, why=body.why, force=body.force)
    made = await call.desk.publisher.publish(
        number, revision=revision, who=call.who, why=body.why, force=body.force
    )
    call.note(f"draft:{number}", version=made.number)
    return version_view(made, live=made.number)
