"""Live words and lists: looking, searching, taking a copy."""

from typing import Annotated, Literal
from urllib.parse import quote

from fastapi import Query
from starlette.responses import StreamingResponse

from app.access import Scope
from app.api.admin.call import Current
from app.api.admin.table import Table
from app.api.admin.types import (
    MAX_NUMBER,
    LabelOrExempt,
    Limit,
    ListPath,
    ListQuery,
    Page,
    shows,
)
from app.api.admin.words import TERM, ListsView, TermView, list_view, term_view
from app.lexicon.errors import NotFoundError
from app.lexicon.formats import chunks

TABLE = Table("admin: lists")

_KINDS = {"csv": "text/csv; charset=utf-8", "text": "text/plain; charset=utf-8"}
VersionQuery = Annotated[
    int | None,
    Query(ge=1, le=MAX_NUMBER, description="A version; default: the live one."),
]


class TermsView(Page[TermView]):
    """Words of the live version."""

    model_config = shows({"items": [TERM], "next": "17"})


@TABLE.get("/lists", Scope.WORDS_READ, refusals=(404,))
async def list_lists(call: Current, version: VersionQuery = None) -> ListsView:
    """List the wordlists of a version with whom they concern."""
    found = await call.desk.lexicon.lists(version)
    return ListsView(items=[list_view(info) for info in found])


@TABLE.get(
    "/lists/{name}/export",
    Scope.WORDS_READ,
    refusals=(404,),
    response_class=StreamingResponse,
    answer={
        "description": "The file.",
        "content": {
            "text/csv": {"schema": {"type": "string"}},
            "text/plain": {"schema": {"type": "string"}},
        },
    },
)
async def export_list(
    call: Current,
    name: ListPath,
    format: Literal["csv", "text"] = "csv",  # noqa: A002 - the parameter's name
    excel: bool = False,
    version: VersionQuery = None,
) -> StreamingResponse:
    """Take a copy of a list as a file.

    `excel` makes a CSV that a spreadsheet opens without changing or running
    anything in it. An import of the file gives the same rows.
    """
    lexicon = call.desk.lexicon
    if name not in {info.scope.name for info in await lexicon.lists(version)}:
        raise NotFoundError("there is no such list in that version")
    entries = await lexicon.entries(version, list_name=name)
    file = f"{quote(name)}.{'txt' if format == 'text' else format}"
    return StreamingResponse(
        chunks(entries, format, excel=excel),
        media_type=_KINDS[format],
        headers={"content-disposition": f"attachment; filename*=UTF-8''{file}"},
    )


@TABLE.get("/terms", Scope.WORDS_READ)
async def list_terms(
    call: Current,
    q: Annotated[
        str | None,
        Query(max_length=200, pattern=r"^[^\u0000]*$", description="Part of the term."),
    ] = None,
    list_name: ListQuery = None,
    label: LabelOrExempt | Literal[""] = "",
    after: Annotated[int, Query(ge=0, le=2**53)] = 0,
    limit: Limit = 100,
) -> TermsView:
    """Find words of the live version."""
    found = await call.desk.lexicon.search(
        q, list_name, label, after=after, limit=limit + 1
    )
    shown = found[:limit]
    more = str(shown[-1].id) if len(found) > limit else None
    return TermsView(items=[term_view(one.row) for one in shown], next=more)
