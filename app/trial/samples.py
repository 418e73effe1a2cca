"""A ring of recent texts of each app that opted in: encrypted and short-lived."""

import asyncio
import contextlib
import random
import time
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from pydantic import ValidationError

from app.access import AppSettings
from app.domain.observation import Observation
from app.domain.scenes import Scene
from app.store import Database
from app.store import trial_samples as store
from app.store.trial_samples import SampleRow
from app.trial.cipher import Cipher, SealError
from app.trial.texts import MAX_TEXT, Text

RING = 10_000
"""Most texts kept of one app, the newest."""

MAX_WAITING = 1000
"""Texts of one process that wait to be written; a fair choice when more come."""

READ_BATCH = 200
_HOUR = 3600.0


class Choice(NamedTuple):
    """What an app allows: a share of its texts, for so many seconds."""

    share: float
    seconds: float


@dataclass(slots=True)
class SampleFigures:
    """Counts since the start of this process, and the ring as last seen."""

    taken: int = 0
    missed: int = 0
    purged: int = 0
    unreadable: int = 0
    kept: int = 0
    oldest_seconds: float = 0.0
    purged_at: float | None = None


class Samples:
    """Takes its share of the traffic, writes it encrypted, and forgets in time.

    An observer: `saw` only picks and remembers. Nothing is written for an app
    that did not opt in, and all is forgotten when it opts out.
    """

    def __init__(
        self,
        db: Database,
        cipher: Cipher,
        *,
        clock: Callable[[], float] = time.time,
        chance: Callable[[], float] = random.random,
        ring: int = RING,
    ) -> None:
        """`clock` gives Unix seconds, `chance` numbers from 0 to 1 (exclusive)."""
        self._db = db
        self._cipher = cipher
        self._clock = clock
        self._chance = chance
        self._ring = ring
        self._choices: dict[str, Choice] = {}
        self._waiting: list[tuple[str, Scene, float, str]] = []
        self._chosen = 0
        self.figures = SampleFigures()

    @property
    def wants_all(self) -> bool:
        """Whether any app opted in: what passes is what a new word may hit."""
        return bool(self._choices)

    def saw(self, observation: Observation) -> None:
        """Keep this text in mind if its app and the dice say so."""
        choice = self._choices.get(observation.appid)
        if choice is None or self._chance() >= choice.share:
            return
        if len(observation.text) > MAX_TEXT:
            return
        kept = (
            observation.appid,
            observation.scene,
            self._clock(),
            observation.text,
        )
        self._chosen += 1
        if len(self._waiting) < MAX_WAITING:
            self._waiting.append(kept)
            return
        # A full second keeps each of its texts with the same probability.
        self.figures.missed += 1
        place = int(self._chance() * self._chosen)
        if place < MAX_WAITING:
            self._waiting[place] = kept

    def passed(self, appid: str, scene: Scene, count: int) -> None:
        """Texts that were not shown cannot be kept."""

    async def refresh(self) -> None:
        """Learn which apps opted in, and for how long."""
        async with self._db.read() as connection:
            stored = await store.app_settings(connection)
        choices = {appid: _choice(settings) for appid, settings in stored.items()}
        self._choices = {appid: made for appid, made in choices.items() if made.share}

    async def flush(self) -> None:
        """Write what was chosen since the last time.

        What cannot be written is lost on purpose: texts must not pile up.
        """
        waiting, self._waiting, self._chosen = self._waiting, [], 0
        # Opted out meanwhile: then the text must not be written at all.
        waiting = [one for one in waiting if one[0] in self._choices]
        if not waiting:
            return
        rows = await asyncio.to_thread(self._sealed, waiting)
        async with self._db.write() as connection:
            await store.add_samples(connection, rows)
        self.figures.taken += len(rows)

    def _sealed(
        self, waiting: Sequence[tuple[str, Scene, float, str]]
    ) -> list[dict[str, Any]]:
        return [
            {
                "appid": appid,
                "scene": scene.value,
                "at": at,
                "content": self._cipher.seal(text, _purpose(appid)),
            }
            for appid, scene, at, text in waiting
        ]

    async def purge(self) -> int:
        """Forget what is too old, too much, or no longer allowed; how many texts."""
        # Never on what we last knew: an app that was missed would lose its texts.
        await self.refresh()
        now, dropped = self._clock(), 0
        async with self._db.read() as connection:
            apps = await store.sampled_apps(connection)
        for appid in apps:
            choice = self._choices.get(appid)
            before = now if choice is None else now - choice.seconds
            # One short transaction for each: other writers wait on SQLite.
            async with self._db.write() as connection:
                dropped += await store.drop_before(connection, appid, before)
                dropped += await store.drop_surplus(connection, appid, self._ring)
        async with self._db.read() as connection:
            ring = await store.ring(connection)
        figures = self.figures
        figures.purged += dropped
        figures.kept = ring.texts
        figures.oldest_seconds = 0.0 if ring.oldest is None else now - ring.oldest
        figures.purged_at = now
        return dropped

    async def read(
        self, appids: Collection[str] | None = None
    ) -> AsyncIterator[list[Text]]:
        """The texts of these apps (None: all that opted in), newest first.

        What is too old is not given, whether it was purged yet or not.
        """
        await self.refresh()
        for appid, choice in sorted(self._choices.items()):
            if appids is None or appid in appids:
                async for batch in self._read_one(appid, choice):
                    yield batch

    async def _read_one(self, appid: str, choice: Choice) -> AsyncIterator[list[Text]]:
        since, below, left = self._clock() - choice.seconds, None, self._ring
        while left > 0:
            limit = min(READ_BATCH, left)
            async with self._db.read() as connection:
                rows = await store.samples_before(
                    connection, appid, since=since, below=below, limit=limit
                )
            if not rows:
                return
            below, left = rows[-1].id, left - len(rows)
            yield await asyncio.to_thread(self._texts, rows)

    async def by_id(self, ids: Collection[int]) -> dict[int, str]:
        """Those of these texts that may still be shown."""
        if not ids:
            return {}
        await self.refresh()
        async with self._db.read() as connection:
            rows = await store.samples_by_id(connection, ids)
        now = self._clock()
        young = [
            row
            for row in rows
            if (choice := self._choices.get(row.appid)) is not None
            and row.at > now - choice.seconds
        ]
        texts = await asyncio.to_thread(self._texts, young)
        return {text.sample: text.text for text in texts if text.sample is not None}

    def _texts(self, rows: Sequence[SampleRow]) -> list[Text]:
        """Decrypted; what another machine sealed with its own key is left out."""
        texts: list[Text] = []
        for row in rows:
            with contextlib.suppress(SealError):
                text = self._cipher.open(row.content, _purpose(row.appid))
                texts.append(Text(text, Scene(row.scene), row.appid, row.id))
        self.figures.unreadable += len(rows) - len(texts)
        return texts


def _purpose(appid: str) -> str:
    return f"sample\0{appid}"


def _choice(stored: dict[str, Any]) -> Choice:
    """What stored settings allow; unreadable ones allow nothing."""
    if not stored.get("sample_share"):
        return Choice(0, 0)
    try:
        settings = AppSettings.load(stored)
    except ValidationError:
        return Choice(0, 0)
    return Choice(settings.sample_share, settings.sample_hours * _HOUR)
