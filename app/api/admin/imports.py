"""Files of words into a draft, in bounded memory, whole or not at all."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from itertools import islice
from tempfile import SpooledTemporaryFile
from typing import IO, TYPE_CHECKING, Annotated, Any, BinaryIO, Literal, cast

from fastapi import Query, Request
from pydantic import BaseModel

from app.access import Scope
from app.api.admin.call import Call, Current
from app.api.admin.revision import Revision
from app.api.admin.table import Table
from app.api.admin.types import (
    LabelOrExempt,
    ListName,
    Match,
    NumberPath,
    View,
    Why,
    shows,
)
from app.domain.entry import DEFAULT_LEVEL
from app.domain.entry import Match as EntryMatch
from app.domain.labels import Label
from app.lexicon.errors import StaleError
from app.lexicon.formats import Defaults, Problem, Row, iter_entries
from app.lexicon.records import LoadReport
from app.lexicon.rows import to_row
from app.lexicon.validity import settled

if TYPE_CHECKING:
    from app.store.lexicon import TermRow

TABLE = Table("admin: drafts")

SHOWN_REFUSALS = 100
BATCH = 5000
"""Rows that are read and handed on together."""
_IN_MEMORY = 1 << 20
"""Bytes of the file that are kept in memory; the rest lies on disk."""
_NOTHING = LoadReport(0, 0, 0, 0)
_BODY = {
    "required": True,
    "content": {
        "application/octet-stream": {
            "schema": {"type": "string"},
            "examples": {"text": {"value": "刷单返利\n高薪日结\n"}},
        },
        "text/csv": {
            "schema": {"type": "string"},
            "examples": {"csv": {"value": "term,label\n刷单返利,fraud\n"}},
        },
    },
}


class RefusalView(View):
    """Why a row cannot be used; `line` counts from 1, `column` may be empty."""

    line: int
    column: str
    message: str


class ImportView(View):
    """What the file changes, or would change."""

    applied: bool
    """Whether the draft was changed."""
    added: int
    changed: int
    removed: int
    unchanged: int
    refused: list[RefusalView]
    """The first hundred."""
    refused_total: int
    model_config = shows(
        {
            "applied": True,
            "added": 2,
            "changed": 0,
            "removed": 0,
            "unchanged": 31,
            "refused": [],
            "refused_total": 0,
        }
    )


class LoadingView(View):
    """How far a file is."""

    rows: int | None
    """Rows that were read; null: this process reads no file into the draft."""
    model_config = shows({"rows": 250000})


class ImportQuery(BaseModel):
    """What to do with the file."""

    model_config = {"extra": "forbid", "use_attribute_docstrings": True}

    list: ListName
    """The list that it fills."""
    format: Literal["csv", "text", "houbb", "toolgood", "auto"] = "auto"
    mode: Literal["merge", "replace"] = "merge"
    """`replace` makes the list exactly this file."""
    label: LabelOrExempt = Label.OTHER
    """For rows that name none; so are the next two."""
    level: Annotated[int, Query(ge=0, le=100)] = DEFAULT_LEVEL
    match: Match = "standard"
    dry_run: bool = False
    """Only tell what would change."""
    skip_refused: bool = False
    """Leave out what cannot be used; otherwise one such row changes nothing."""
    why: Why = ""


class _RefusedError(Exception):
    """The file has rows that cannot be used; the draft must stay as it is."""


class Reading:
    """A file on its way into the draft, some thousand rows at a time."""

    def __init__(
        self,
        rows: Iterator[Row],
        list_name: str,
        *,
        strict: bool,
        seen: Callable[[int], None],
    ) -> None:
        """With `strict` the first refused row ends it, after the rest was judged.

        `seen` hears how many rows each portion had.
        """
        self._rows = rows
        self._seen = seen
        self._list_name = list_name
        self._strict = strict
        self._broken = False
        self.refused: list[Problem] = []
        self.refused_total = 0

    async def batches(self) -> AsyncIterator[list["TermRow"]]:
        """Rows as the lexicon takes them; read in a thread.

        Raises:
            _RefusedError: the file must not be used.
        """
        while batch := await asyncio.to_thread(self._batch):
            self._seen(len(batch))
            yield batch

    def _batch(self) -> list["TermRow"]:
        batch = [
            to_row(self._list_name, settled(row.entry))
            for row in islice(self._judged(), BATCH)
            if row.entry is not None
        ]
        if self._broken or (self._strict and self.refused_total):
            for _ in self._judged():
                """Judge the rest, so that all mistakes are counted."""
            raise _RefusedError
        return batch

    def _judged(self) -> Iterator[Row]:
        """The good rows; the others are written down."""
        for row in self._rows:
            self._broken = self._broken or row.stopped
            if row.problems:
                self.refused_total += len(row.problems)
                left = SHOWN_REFUSALS - len(self.refused)
                self.refused.extend(row.problems[:left] if left > 0 else ())
            elif row.entry is not None:
                yield row


@TABLE.change(
    "POST",
    "/drafts/{number}/import",
    Scope.WORDS_WRITE,
    "draft.import",
    refusals=(404, 409, 412, 413, 428),
    body=_BODY,
)
async def import_file(
    call: Current,
    request: Request,
    number: NumberPath,
    revision: Revision,
    query: Annotated[ImportQuery, Query()],
) -> ImportView:
    """Fill a list of a draft from a file, which is the body.

    The file is used whole or not at all: with one refused row nothing is changed,
    unless `skip_refused` is true. At most 256 MiB.
    """
    detail: dict[str, Any] = query.model_dump(mode="json", exclude_unset=True)
    call.note(f"draft:{number}", revision=revision, **detail)
    draft = await call.desk.drafts.get(number)
    if draft.revision != revision:
        raise StaleError(number, draft.revision)
    with spooled() as spool:
        await receive(request, spool)
        async with call.desk.heavy, _telling(call.desk.loading, number) as seen:
            answer = await _fill(call, number, revision, query, spool, seen)
    call.note(f"draft:{number}", **answer.model_dump(exclude={"refused"}))
    return answer


@TABLE.get("/drafts/{number}/import", Scope.WORDS_READ)
async def show_import(call: Current, number: NumberPath) -> LoadingView:
    """Tell how far the file is that is being read into a draft.

    Only the process that reads it knows: with several, ask again.
    """
    return LoadingView(rows=call.desk.loading.get(number))


@asynccontextmanager
async def _telling(
    loading: dict[int, int], number: int
) -> AsyncIterator[Callable[[int], None]]:
    """Somewhere to tell how many rows were read."""
    loading[number] = 0

    def seen(rows: int) -> None:
        loading[number] += rows

    try:
        yield seen
    finally:
        del loading[number]


async def _fill(
    call: Call,
    number: int,
    revision: int,
    query: ImportQuery,
    spool: BinaryIO,
    seen: Callable[[int], None],
) -> ImportView:
    """Read the file into the draft."""
    defaults = Defaults(query.label, query.level, EntryMatch(query.match))
    rows = iter_entries(spool, query.format, defaults, max_problems=None)
    lenient = query.dry_run or query.skip_refused
    reading = Reading(rows, query.list, strict=not lenient, seen=seen)
    applied = not query.dry_run
    try:
        report = await call.desk.drafts.fill(
            number,
            reading.batches(),
            list_name=query.list,
            mode=query.mode,
            revision=revision,
            who=call.who,
            why=query.why,
            dry_run=query.dry_run,
        )
    except _RefusedError:
        report, applied = _NOTHING, False
    return _view(report, reading, applied=applied)


def _view(report: LoadReport, reading: Reading, *, applied: bool) -> ImportView:
    return ImportView(
        applied=applied,
        added=report.added,
        changed=report.changed,
        removed=report.removed,
        unchanged=report.unchanged,
        refused=[
            RefusalView(line=one.line, column=one.column, message=one.message)
            for one in reading.refused
        ],
        refused_total=reading.refused_total,
    )


@contextmanager
def spooled() -> Iterator[BinaryIO]:
    """A file that lies on disk only when it is large."""
    with SpooledTemporaryFile(max_size=_IN_MEMORY) as spool:
        yield cast(BinaryIO, cast(IO[bytes], spool))


async def receive(request: Request, spool: BinaryIO) -> None:
    """Write the body to the file, piece by piece."""
    async for piece in request.stream():
        await asyncio.to_thread(spool.write, piece)
    spool.seek(0)
