"""How backtests and what they found are shown."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

from app.api.admin.types import Instant, View, instant, shows

if TYPE_CHECKING:
    from app.trial import Backtest, Summary, TermFlip

Kind = Literal["caused", "removed", "changed"]
Suggest = Literal["pass", "review", "risky"]
_SUMMARY: dict[str, Any] = {
    "texts": 12000,
    "flipped": 3,
    "flips": [{"before": "pass", "after": "risky", "count": 3}],
    "relabelled": 0,
    "refused": 1,
    "refused_lines": [{"line": 7, "message": "not UTF-8"}],
    "terms": 1,
    "left_out": 0,
    "seconds": 1.9,
}
_BACKTEST: dict[str, Any] = {
    "id": 8,
    "candidate": "draft:3@7",
    "base": "version:5",
    "source": "file",
    "who": "alice#3",
    "state": "done",
    "created_at": "2026-11-20T03:04:05Z",
    "ended_at": "2026-11-20T03:04:09Z",
    "progress": 1.0,
    "texts": 12000,
    "error": None,
    "summary": _SUMMARY,
}
_TERM: dict[str, Any] = {
    "list": "fraud",
    "term": "刷单返利",
    "kind": "caused",
    "before": "pass",
    "after": "risky",
    "count": 3,
    "examples": ["诚招兼职,刷单返利日结"],
}


class FlipView(View):
    """How many texts went from one decision to another."""

    before: Suggest
    after: Suggest
    count: int


class RefusedLineView(View):
    """A line of the file that is no text; lines count from 1."""

    line: int
    message: str


class SummaryView(View):
    """The totals of a backtest."""

    texts: int
    flipped: int
    """Texts that would be decided otherwise."""
    flips: list[FlipView]
    relabelled: int
    """Texts whose decision stays and whose label changes."""
    refused: int
    """Lines that are no text."""
    refused_lines: list[RefusedLineView]
    """The first hundred of them."""
    terms: int
    """Words and changes that are told apart in `by_term`."""
    left_out: int
    """Changes by further words, which are not told apart."""
    seconds: float


class BacktestView(View):
    """How a backtest stands."""

    id: int
    candidate: str
    """`draft:3@7` is draft 3 at revision 7, `version:5` a version."""
    base: str
    """What it is compared with."""
    source: Literal["file", "texts", "sample"]
    who: str
    state: Literal["waiting", "running", "done", "failed", "cancelled"]
    created_at: Instant
    ended_at: Instant | None
    progress: float | None
    """0 to 1; null when the end is not known."""
    texts: int
    """Compared so far."""
    error: str | None
    """Why it failed."""
    summary: SummaryView | None
    """Null until it is done."""
    model_config = shows(_BACKTEST)


class BacktestsView(View):
    """Backtests, newest first."""

    items: list[BacktestView]
    next: str | None = None
    """Send it as `before` to go on; null at the end."""
    model_config = shows({"items": [_BACKTEST], "next": None})


class TermFlipView(View):
    """What one word changed; a text with two such words counts for both."""

    list: str
    """Empty for what no list holds, such as a contact rule."""
    term: str
    kind: Kind
    """`caused`: hits only in the candidate; `removed`: only in the base; `changed`:
    in both, with another level or label."""
    before: Suggest
    after: Suggest
    count: int
    examples: Sequence[str] | None
    """Up to three texts as they were given, long ones cut; null when the key may
    not see them."""


class BacktestReportView(BacktestView):
    """A backtest with the words behind the differences, most frequent first."""

    by_term: list[TermFlipView]
    next: str | None
    """Send it as `after` for more of `by_term`; null at the end."""
    model_config = shows({**_BACKTEST, "by_term": [_TERM], "next": None})


def backtest_view(test: "Backtest") -> BacktestView:
    """A backtest as it is shown."""
    return BacktestView.model_validate(backtest_fields(test))


def backtest_fields(test: "Backtest") -> dict[str, Any]:
    """The fields of a BacktestView."""
    return {
        "id": test.id,
        "candidate": test.candidate,
        "base": test.base,
        "source": test.source,
        "who": test.who,
        "state": test.state,
        "created_at": instant(test.created_at),
        "ended_at": None if test.ended_at is None else instant(test.ended_at),
        "progress": test.progress,
        "texts": test.texts,
        "error": test.error,
        "summary": None if test.summary is None else _summary_fields(test.summary),
    }


def _summary_fields(summary: "Summary") -> dict[str, Any]:
    return summary.dump() | {"flipped": summary.flipped}


def term_view(flip: "TermFlip", *, shown: bool) -> TermFlipView:
    """What a word changed; `shown` tells whether the texts may be seen."""
    return TermFlipView(
        list=flip.list_name,
        term=flip.term,
        kind=flip.kind,
        before=flip.before,
        after=flip.after,
        count=flip.count,
        examples=list(flip.examples) if shown else None,
    )
