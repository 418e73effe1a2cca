"""The shadow: a candidate that runs beside the live version and serves nothing."""

from typing import TYPE_CHECKING, Annotated, Any, Literal

from fastapi import Query
from pydantic import Field

from app.access import Scope
from app.api.admin.backtest_views import Kind, Suggest
from app.api.admin.call import Current
from app.api.admin.table import Table
from app.api.admin.types import (
    MAX_NUMBER,
    Closed,
    Flag,
    Instant,
    Limit,
    Page,
    Scenes,
    View,
    Why,
    instant,
    shows,
)
from app.api.admin.versions import VersionView, version_view
from app.domain.scenes import Scene
from app.lexicon.candidate import parse_candidate
from app.trial import TrialNotFoundError

if TYPE_CHECKING:
    from app.store.trial_shadows import TermCount
    from app.trial import Shadow

TABLE = Table("admin: trials")

_FLIP = {"scene": "comment", "before": "pass", "after": "risky", "count": 12}
_SHADOW: dict[str, Any] = {
    "id": 2,
    "candidate": "draft:3@7",
    "base": 5,
    "share": 0.1,
    "scenes": [],
    "state": "running",
    "started_at": "2026-11-20T03:04:05Z",
    "started_by": "alice#3",
    "ended_at": None,
    "ended_by": None,
    "reason": None,
    "texts": 41210,
    "flipped": 12,
    "dropped": 0,
    "flips": [_FLIP],
}


class NewShadow(Closed):
    """A shadow to start."""

    candidate: Annotated[str, Field(max_length=40)]
    """`draft:3@7` is draft 3 at revision 7, `version:5` a former version."""
    share: Annotated[float, Field(strict=True, gt=0, le=1)] = 1.0
    """Share of the texts that it sees, above 0 and at most 1."""
    scenes: Scenes = Field(default_factory=list)
    """Empty: every scene."""
    model_config = shows({"candidate": "draft:3@7", "share": 0.1})


class Promotion(Closed):
    """Why the candidate goes live."""

    why: Why = ""
    force: Flag = False
    """Even where another version meanwhile changed the same words."""
    model_config = shows({"why": "a day in the shadow, 12 differences, all right"})


class SceneFlipView(View):
    """Texts of a scene that were decided `before` and would be `after`."""

    scene: Scene
    before: Suggest
    after: Suggest
    count: int


class ShadowView(View):
    """How a shadow stands; counts lag behind by a few seconds."""

    id: int
    candidate: str
    base: int
    """The version that was live at its start."""
    share: float
    scenes: list[Scene]
    """Empty: every scene."""
    state: Literal["running", "stopped", "promoted"]
    started_at: Instant
    started_by: str
    ended_at: Instant | None
    ended_by: str | None
    """`shadow` when it ended by itself."""
    reason: str | None
    """Why it ended."""
    texts: int
    """Checked by both sides."""
    flipped: int
    """Texts that would be decided otherwise."""
    dropped: int
    """Texts meant for it that it could not take: it never slows the service."""
    flips: list[SceneFlipView]
    """Those that would be decided otherwise, by scene and decision."""
    model_config = shows(_SHADOW)


class ShadowTermView(View):
    """What one word changed in one scene; a text with two such words counts twice."""

    scene: Scene
    list: str
    term: str
    kind: Kind
    before: Suggest
    after: Suggest
    count: int


class ShadowTermsView(Page[ShadowTermView]):
    """The words behind the differences, most frequent first."""

    model_config = shows(
        {
            "items": [{**_FLIP, "list": "fraud", "term": "刷单返利", "kind": "caused"}],
            "next": None,
        }
    )


def _view(shadow: "Shadow") -> ShadowView:
    return ShadowView(
        id=shadow.id,
        candidate=shadow.candidate.text(),
        base=shadow.base,
        share=shadow.share,
        scenes=[scene for scene in Scene if scene in shadow.scenes],
        state=shadow.state,
        started_at=instant(shadow.started_at),
        started_by=shadow.started_by,
        ended_at=None if shadow.ended_at is None else instant(shadow.ended_at),
        ended_by=shadow.ended_by,
        reason=shadow.reason,
        texts=shadow.texts,
        flipped=shadow.flipped,
        dropped=shadow.dropped,
        flips=[
            SceneFlipView(
                scene=pair.scene,
                before=pair.before,
                after=pair.after,
                count=pair.texts,
            )
            for pair in shadow.pairs
            if pair.before != pair.after
        ],
    )


def _term_view(row: "TermCount") -> ShadowTermView:
    return ShadowTermView(
        scene=Scene(row.scene),
        list=row.list_name,
        term=row.term,
        kind=row.kind,
        before=row.before,
        after=row.after,
        count=row.times,
    )


@TABLE.change(
    "PUT",
    "/shadow",
    Scope.WORDS_WRITE,
    "shadow.start",
    status=201,
    refusals=(404, 409, 412, 413),
)
async def start_shadow(call: Current, body: NewShadow) -> ShadowView:
    """Run a candidate beside the live version on a share of the traffic.

    Its verdicts are compared with those that were served, and counted; nobody is
    served by it, and under load it drops texts rather than slow a request. It is
    compiled first. Every process takes part within 2 seconds. One runs at a time.
    """
    call.note(body.candidate, share=body.share, scenes=sorted(body.scenes))
    candidate = parse_candidate(body.candidate)
    begun = await call.desk.trial.shadows.start(
        candidate, who=call.who, share=body.share, scenes=frozenset(body.scenes)
    )
    call.note(candidate.text(), shadow=begun.id)
    return _view(begun)


@TABLE.get(
    "/shadow",
    Scope.WORDS_READ,
    answer={
        "description": "The shadow, or null when there never was one.",
        "content": {"application/json": {"examples": {"usual": {"value": _SHADOW}}}},
    },
)
async def show_shadow(call: Current) -> ShadowView | None:
    """Show the shadow that runs, or else the last one; null when there was none."""
    found = await call.desk.trial.shadows.status()
    return None if found is None else _view(found)


@TABLE.get("/shadow/terms", Scope.WORDS_READ, refusals=(404,))
async def list_shadow_terms(
    call: Current,
    after: Annotated[
        int, Query(ge=0, le=MAX_NUMBER, description="`next` of the page before.")
    ] = 0,
    limit: Limit = 100,
) -> ShadowTermsView:
    """List the words behind the differences, most frequent first.

    While the shadow runs their order may change from page to page.
    """
    shadows = call.desk.trial.shadows
    found = await shadows.status()
    if found is None:
        raise TrialNotFoundError("there was no shadow yet")
    rows = await shadows.terms(found.id, offset=after, limit=limit + 1)
    more = str(after + limit) if len(rows) > limit else None
    return ShadowTermsView(items=[_term_view(row) for row in rows[:limit]], next=more)


@TABLE.change("DELETE", "/shadow", Scope.WORDS_WRITE, "shadow.stop", refusals=(404,))
async def stop_shadow(
    call: Current, reason: Annotated[Why, Query(description="Why it ends.")] = ""
) -> ShadowView:
    """End the shadow that runs; its counts stay readable."""
    call.note("shadow", reason=reason)
    done = await call.desk.trial.shadows.stop(who=call.who, reason=reason)
    call.note(f"shadow:{done.id}")
    return _view(done)


@TABLE.change(
    "POST",
    "/shadow/promote",
    Scope.WORDS_PUBLISH,
    "shadow.promote",
    status=201,
    refusals=(404, 409, 412, 413),
)
async def promote_shadow(call: Current, body: Promotion) -> VersionView:
    """Serve the candidate of the shadow that runs, and end the shadow.

    The draft is published, or the version rolled back to, under the same rules as
    without a shadow; when that is refused, the shadow goes on.
    """
    call.note("shadow", why=body.why, force=body.force)
    shadows = call.desk.trial.shadows
    made = await shadows.promote(who=call.who, why=body.why, force=body.force)
    call.note("shadow", version=made.number)
    return version_view(made, live=made.number)
