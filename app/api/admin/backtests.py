"""Backtests: what a draft would decide otherwise than the live version."""

from typing import Annotated, Any

from fastapi import Query, Request

from app.access import AuditEvent, Scope
from app.api.admin.backtest_body import BODY, FileQuery, source_of
from app.api.admin.backtest_views import (
    BacktestReportView,
    BacktestsView,
    BacktestView,
    backtest_fields,
    backtest_view,
    term_view,
)
from app.api.admin.call import Call, Current
from app.api.admin.table import Table
from app.api.admin.types import MAX_NUMBER, Limit, NumberPath
from app.lexicon.candidate import Candidate
from app.trial import Backtest, FlipPage
from app.trial.sources import NAMES

TABLE = Table("admin: trials")


@TABLE.change(
    "POST",
    "/drafts/{number}/backtest",
    Scope.WORDS_WRITE,
    "backtest.start",
    status=202,
    refusals=(404, 409, 413),
    body=BODY,
)
async def start_backtest(
    call: Current,
    request: Request,
    number: NumberPath,
    query: Annotated[FileQuery, Query()],
) -> BacktestView:
    """Run a draft against the live version on texts, without serving it.

    The texts are a file (the body, with its content type: one per line, CSV with a
    column `text`, or JSON lines; at most 256 MiB), texts in a body of JSON, or the
    recent texts of apps that opted into keeping some. The work goes on after the
    answer; ask for the backtest to see how far it is. Only examples of what
    differs are kept, encrypted, for a week.
    """
    draft = await call.desk.drafts.get(number)
    call.note(f"draft:{number}", revision=draft.revision)
    source = await source_of(request, query)
    call.note(f"draft:{number}", source=NAMES[type(source)])
    candidate = Candidate("draft", number, draft.revision)
    tests = call.desk.trial.backtests
    begun = await tests.start(candidate, source, who=call.who)
    call.note(f"draft:{number}", backtest=begun)
    return backtest_view(await tests.get(begun))


@TABLE.get("/backtests", Scope.WORDS_READ)
async def list_backtests(
    call: Current,
    before: Annotated[
        int | None, Query(ge=1, le=MAX_NUMBER, description="Only older ones.")
    ] = None,
    limit: Limit = 50,
) -> BacktestsView:
    """List backtests of the last week, newest first."""
    found = await call.desk.trial.backtests.list(below=before, limit=limit + 1)
    shown = found[:limit]
    return BacktestsView(
        items=[backtest_view(one) for one in shown],
        next=str(shown[-1].id) if len(found) > limit else None,
    )


@TABLE.get("/backtests/{number}", Scope.WORDS_READ, refusals=(404,))
async def show_backtest(
    call: Current,
    number: NumberPath,
    after: Annotated[
        int, Query(ge=-1, le=MAX_NUMBER, description="`next` of the page before.")
    ] = -1,
    limit: Limit = 100,
) -> BacktestReportView:
    """Show how a backtest stands, and the words behind the differences.

    Texts of real traffic are shown only to keys with the scope `samples:read`, and
    only as long as their app keeps them; each look is written to the audit log as
    `samples.read`.
    """
    tests = call.desk.trial.backtests
    test = await tests.get(number)
    shown = test.source != "sample" or Scope.SAMPLES_READ in call.operator.scopes
    page = await tests.flips(number, after=after, limit=limit, examples=shown)
    if shown and test.source == "sample":
        await _note_look(call, test, page)
    fields: dict[str, Any] = backtest_fields(test)
    return BacktestReportView.model_validate(
        fields
        | {
            "by_term": [term_view(flip, shown=shown) for flip in page.flips],
            "next": None if page.after is None else str(page.after),
        }
    )


@TABLE.change(
    "DELETE",
    "/backtests/{number}",
    Scope.WORDS_WRITE,
    "backtest.cancel",
    refusals=(404,),
)
async def cancel_backtest(call: Current, number: NumberPath) -> BacktestView:
    """End a backtest, wherever it runs; nothing happens to one that is over.

    The process that runs it hears of it within a second or two.
    """
    call.note(f"backtest:{number}")
    await call.desk.trial.backtests.cancel(number)
    return backtest_view(await call.desk.trial.backtests.get(number))


async def _note_look(call: Call, test: Backtest, page: FlipPage) -> None:
    """Write down that somebody saw what users wrote."""
    texts = sum(len(flip.examples) for flip in page.flips)
    if texts:
        await call.desk.audit.write(
            AuditEvent(
                call.who,
                "samples.read",
                f"backtest:{test.id}",
                call.operator.key_id,
                trace_id=call.trace_id,
                detail={"texts": texts},
            )
        )
