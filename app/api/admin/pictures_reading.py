"""A file of known pictures as it is read: good rows on, bad ones written down."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from itertools import islice

from app.pictures.formats import Item, Problem, Row
from app.pictures.picture import SURE_QUALITY

SHOWN_REFUSALS = 100
BATCH = 5000
"""Rows that are read and handed on together."""


class RefusedError(Exception):
    """The file has rows that cannot be used; nothing may change."""


class Reading:
    """A file on its way into a list, some thousand rows at a time."""

    def __init__(self, rows: Iterator[Row], *, strict: bool) -> None:
        """With `strict` the first refused row ends it, after the rest was judged."""
        self._rows = rows
        self._strict = strict
        self._broken = False
        self.poor = 0
        self.refused: list[Problem] = []
        self.refused_total = 0

    async def batches(self) -> AsyncIterator[Sequence[Item]]:
        """Pictures as the lists take them; read in a thread.

        Raises:
            RefusedError: the file must not be used.
        """
        while batch := await asyncio.to_thread(self._batch):
            yield batch

    def _batch(self) -> list[Item]:
        batch = list(islice(self._judged(), BATCH))
        if self._broken or (self._strict and self.refused_total):
            for _ in self._judged():
                """Judge the rest, so that all mistakes are counted."""
            raise RefusedError
        self.poor += sum(not g and p.quality < SURE_QUALITY for p, g in batch)
        return batch

    def _judged(self) -> Iterator[Item]:
        """The good rows; the others are written down."""
        for row in self._rows:
            self._broken = self._broken or row.stopped
            if row.problems:
                self.refused_total += len(row.problems)
                left = SHOWN_REFUSALS - len(self.refused)
                self.refused.extend(row.problems[: max(left, 0)])
            elif row.item is not None:
                yield row.item
