"""Backtests as shown, and how their findings are stored."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, cast

from app.store.trial_backtests import BacktestRow, TermFlipRow
from app.trial.cipher import Cipher, SealError
from app.trial.report import Summary, TermFlip, excerpt

State = Literal["waiting", "running", "done", "failed", "cancelled"]


@dataclass(frozen=True, slots=True)
class Backtest:
    """How a backtest stands; times are Unix seconds.

    `progress` is 0 to 1, None when the end is not known. `error` says why it
    failed. `summary` is there when it is done.
    """

    id: int
    candidate: str
    base: str
    source: str
    who: str
    state: State
    created_at: float
    ended_at: float | None
    progress: float | None
    texts: int
    error: str | None
    summary: Summary | None


@dataclass(frozen=True, slots=True)
class FlipPage:
    """Some of the words; `after` is where the next page begins, None at the end."""

    flips: list[TermFlip]
    after: int | None


def to_backtest(row: BacktestRow) -> Backtest:
    """The stored row as it is shown."""
    return Backtest(
        id=row.id,
        candidate=row.candidate,
        base=row.base,
        source=row.source,
        who=row.who,
        state=cast(State, row.state),
        created_at=row.created_at,
        ended_at=row.ended_at,
        progress=row.progress,
        texts=row.texts,
        error=row.error,
        summary=None if row.summary is None else Summary.load(row.summary),
    )


def write_flips(
    backtest_id: int, flips: Sequence[TermFlip], cipher: Cipher
) -> list[TermFlipRow]:
    """Rows to store. Examples are sealed; texts of the ring are only named."""
    return [
        TermFlipRow(
            backtest=backtest_id,
            place=place,
            list_name=flip.list_name,
            term=flip.term,
            kind=flip.kind,
            before=flip.before,
            after=flip.after,
            times=flip.count,
            examples=_sealed(flip.examples, cipher, backtest_id),
            samples=list(flip.samples) or None,
        )
        for place, flip in enumerate(flips)
    ]


def read_flips(
    rows: Sequence[TermFlipRow], cipher: Cipher, samples: Mapping[int, str]
) -> list[TermFlip]:
    """Rows as shown; what cannot be read any more is missing among the examples."""
    return [
        TermFlip(
            row.list_name,
            row.term,
            row.kind,
            row.before,
            row.after,
            row.times,
            _examples(row, cipher, samples),
            tuple(row.samples or ()),
        )
        for row in rows
    ]


def _sealed(examples: Sequence[str], cipher: Cipher, backtest_id: int) -> bytes | None:
    if not examples:
        return None
    return cipher.seal(json.dumps(list(examples)), _purpose(backtest_id))


def _examples(
    row: TermFlipRow, cipher: Cipher, samples: Mapping[int, str]
) -> tuple[str, ...]:
    if row.examples is None:
        texts = [samples[one] for one in row.samples or () if one in samples]
        return tuple(excerpt(text, text.find(row.term)) for text in texts)
    try:
        return tuple(json.loads(cipher.open(row.examples, _purpose(row.backtest))))
    except SealError:
        return ()


def _purpose(backtest_id: int) -> str:
    return f"backtest\0{backtest_id}"
