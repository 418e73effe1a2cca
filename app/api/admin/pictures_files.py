"""Files of known pictures, in and out, in bounded memory."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import TYPE_CHECKING, Annotated, Any, BinaryIO, Literal
from urllib.parse import quote

from fastapi import Query, Request
from pydantic import BaseModel
from starlette.responses import StreamingResponse

from app.access import Scope
from app.api.admin.call import Call, Current
from app.api.admin.imports import RefusalView, receive, spooled
from app.api.admin.pictures import note_change
from app.api.admin.pictures_bodies import (
    HASH,
    VersionQuery,
)
from app.api.admin.pictures_reading import Reading, RefusedError
from app.api.admin.pictures_views import (
    CHANGE,
    PictureChangeView,
    change_fields,
)
from app.api.admin.table import Table
from app.api.admin.types import MAX_NUMBER, LabelOrExempt, ListPath, Note, Why, shows
from app.domain.labels import Label
from app.pictures.formats import (
    Defaults,
    WrittenFormat,
    chunks,
    head,
    iter_pictures,
)
from app.pictures.picture import SURE_QUALITY
from app.pictures.records import Changed

if TYPE_CHECKING:
    from app.store.pictures import PictureRow

TABLE = Table("admin: pictures")

_KINDS: dict[WrittenFormat, tuple[str, str]] = {
    "csv": ("csv", "text/csv; charset=utf-8"),
    "lines": ("txt", "text/plain; charset=utf-8"),
    "threatexchange": ("jsonl", "application/x-ndjson"),
}
_BODY = {
    "required": True,
    "content": {
        "application/octet-stream": {
            "schema": {"type": "string"},
            "examples": {"lines": {"value": f"{HASH},96\n"}},
        },
        "text/csv": {
            "schema": {"type": "string"},
            "examples": {"csv": {"value": f"hash,label\n{HASH},fraud\n"}},
        },
        "application/x-ndjson": {
            "schema": {"type": "string"},
            "examples": {
                "threatexchange": {
                    "value": f'{{"indicator": "{HASH}", "type": "HASH_PDQ"}}\n'
                }
            },
        },
    },
}
_REPORT: dict[str, Any] = {**CHANGE, "applied": True, "refused": [], "refused_total": 0}


class PictureImportView(PictureChangeView):
    """What the file changes, or would change."""

    applied: bool
    """Whether the file counts now; `version` is null if it changed nothing."""
    refused: list[RefusalView]
    """The first hundred."""
    refused_total: int
    model_config = shows(_REPORT)


class PictureImportQuery(BaseModel):
    """What to do with the file."""

    model_config = {"extra": "forbid", "use_attribute_docstrings": True}

    format: Literal["csv", "lines", "threatexchange", "auto"] = "auto"
    mode: Literal["merge", "replace"] = "merge"
    """`replace` makes the list exactly this file."""
    label: LabelOrExempt = Label.OTHER
    """For rows that name none; so is the next one."""
    note: Note = ""
    dry_run: bool = False
    """Only tell what would change."""
    skip_refused: bool = False
    """Leave out what cannot be used; otherwise one such row changes nothing."""
    why: Why = ""
    expected: Annotated[int | None, Query(ge=0, le=MAX_NUMBER)] = None
    """The version that was looked at; 409 when another one is live."""


@TABLE.change(
    "POST",
    "/pictures/lists/{name}/import",
    Scope.PICTURES_WRITE,
    "picture.import",
    refusals=(409, 413),
    body=_BODY,
)
async def import_pictures(
    call: Current,
    request: Request,
    name: ListPath,
    query: Annotated[PictureImportQuery, Query()],
) -> PictureImportView:
    """Fill a list from a file, which is the body, in one version.

    The file is used whole or not at all: with one refused row nothing is changed,
    unless `skip_refused` is true. At most 256 MiB.
    """
    detail: dict[str, Any] = query.model_dump(mode="json", exclude_unset=True)
    call.note(f"pictures:{name}", **detail)
    with spooled() as file:
        await receive(request, file)
        async with call.desk.heavy:
            answer = await _fill(call, name, query, file)
    call.note(f"pictures:{name}", refused=answer.refused_total, applied=answer.applied)
    return answer


async def _fill(
    call: Call, name: str, query: PictureImportQuery, file: BinaryIO
) -> PictureImportView:
    """Read the file into the list."""
    rows = iter_pictures(file, query.format, Defaults(query.label, query.note.strip()))
    reading = Reading(rows, strict=not (query.dry_run or query.skip_refused))
    applied = not query.dry_run
    try:
        change = await call.desk.pictures.fill(
            name,
            reading.batches(),
            who=call.who,
            why=query.why,
            mode=query.mode,
            expected=query.expected,
            dry_run=query.dry_run,
        )
    except RefusedError:
        change, applied = Changed(None), False
    note_change(call, name, change)
    return _view(change, reading, applied=applied)


def _view(change: Changed, reading: Reading, *, applied: bool) -> PictureImportView:
    warnings = []
    if reading.poor:
        warnings.append(
            f"hashes of a quality below {SURE_QUALITY}: {reading.poor}; their matches"
            " never block, they are only held for review"
        )
    return PictureImportView.model_validate(
        change_fields(change, warnings)
        | {
            "applied": applied,
            "refused": [
                RefusalView(line=one.line, column=one.column, message=one.message)
                for one in reading.refused
            ],
            "refused_total": reading.refused_total,
        }
    )


@TABLE.get(
    "/pictures/lists/{name}/export",
    Scope.PICTURES_READ,
    refusals=(404,),
    response_class=StreamingResponse,
    answer={
        "description": "The file.",
        "content": {
            kind.partition(";")[0]: {"schema": {"type": "string"}}
            for _, kind in _KINDS.values()
        },
    },
)
async def export_pictures(
    call: Current,
    name: ListPath,
    format: WrittenFormat = "csv",  # noqa: A002 - the parameter's name
    excel: bool = False,
    version: VersionQuery = None,
) -> StreamingResponse:
    """Take a copy of a list as a file.

    `excel` makes a CSV that a spreadsheet opens without changing or running
    anything in it. An import of a CSV or of ThreatExchange indicators gives the same
    pictures; plain lines lack labels, notes and allowed pictures.
    """
    batches = call.desk.pictures.content(name, version=version)
    first = await anext(batches)  # tells at once whether there is such a list
    ending, kind = _KINDS[format]
    file = f"{quote(name)}.{ending}"
    return StreamingResponse(
        _written(first, batches, format, excel=excel),
        media_type=kind,
        headers={"content-disposition": f"attachment; filename*=UTF-8''{file}"},
    )


async def _written(
    first: "Sequence[PictureRow]",
    rest: "AsyncIterator[Sequence[PictureRow]]",
    form: WrittenFormat,
    *,
    excel: bool,
) -> AsyncIterator[bytes]:
    """The file piece by piece."""
    yield head(form, excel=excel)
    yield chunks(first, form, excel=excel)
    async for batch in rest:
        yield await asyncio.to_thread(chunks, batch, form, excel=excel)
