"""Mistakes in wordlists, as they are shown."""

import asyncio
from typing import TYPE_CHECKING, Literal

from app.api.admin.types import View, shows
from app.lexicon.candidate import Candidate
from app.lexicon.lint_draft import lint_entries

if TYPE_CHECKING:
    from collections.abc import Iterable

    from app.api.admin.desk import Desk
    from app.domain.entry import Entry
    from app.lexicon.lint_item import Remark

_REMARK = {
    "list": "fraud",
    "severity": "warning",
    "check": "one-character",
    "term": "单",
    "message": "the one character '单' alone may hit many innocent texts",
}


class RemarkView(View):
    """One thing to know about a word."""

    list: str
    severity: Literal["error", "warning"]
    check: str
    term: str
    message: str
    model_config = shows(_REMARK)


class RemarksView(View):
    """Remarks by list, errors first."""

    items: list[RemarkView]
    errors: int
    warnings: int
    model_config = shows({"items": [_REMARK], "errors": 0, "warnings": 1})


async def remarks_of(
    desk: "Desk", candidate: Candidate, *, everything: bool
) -> RemarksView:
    """What is to say of a candidate, by default only where it differs from live."""
    async with desk.heavy:
        content = await desk.lexicon.content(candidate)
        live = Candidate("version", (await desk.lexicon.live()).number)
        base = None
        if not everything and live.number:
            base = (await desk.lexicon.content(live)).entries
        # In a thread: it takes seconds for a hundred thousand words.
        remarks = await asyncio.to_thread(_lint, content.entries, base)
    errors = sum(one.severity == "error" for one in remarks)
    return RemarksView(
        items=[
            RemarkView(
                list=one.file,
                severity=one.severity.value,
                check=one.code.value,
                term=one.term,
                message=one.message,
            )
            for one in remarks
        ],
        errors=errors,
        warnings=len(remarks) - errors,
    )


def _lint(entries: "Iterable[Entry]", base: "Iterable[Entry] | None") -> "list[Remark]":
    return lint_entries(_by_list(entries), None if base is None else _by_list(base))


def _by_list(entries: "Iterable[Entry]") -> "dict[str, list[Entry]]":
    lists: dict[str, list[Entry]] = {}
    for entry in entries:
        lists.setdefault(entry.list_name, []).append(entry)
    return dict(sorted(lists.items()))
