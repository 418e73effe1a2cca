"""A ring of recent texts of each app that opted in: encrypted and short-lived."""

import asyncio
import contextlib
import random
import time
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any

from app.domain.observation import Observation
from app.domain.scenes import Scene
from app.store import Database
from app.store import trial_samples as store
from app.store.trial_samples import SampleRow
from app.trial.cipher import Cipher, SealError
from app.trial.picked import Picked, Reservoir
from app.trial.sample_choices import Choice, Kept, choice_of, kept_of
from app.trial.texts import Text

RING = 10_000
"""Most texts kept of one app, the newest."""

RING_BYTES = 32 * 1024 * 1024
"""Most bytes kept of one app, as encrypted."""

LONGEST = 10_000
"""Longest text that is kept, in code points."""

READ_BATCH = 200


@dataclass(slots=True)
class SampleFigures:
    """Counts since the start of this process, and all rings as last seen."""

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
        ring_bytes: int = RING_BYTES,
    ) -> None:
        """`clock` gives Unix seconds, `chance` numbers from 0 to 1 (exclusive)."""
        self._db = db
        self._cipher = cipher
        self._clock = clock
        self._chance = chance
        self._ring = ring
        self._ring_bytes = ring_bytes
        self._choices: dict[str, Choice] = {}
        self._waiting = Reservoir(chance)
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
        if len(observation.text) > LONGEST:
            return
        appid, scene = observation.appid, observation.scene
        picked = Picked(appid, scene, self._clock(), observation.text)
        self.figures.missed += not self._waiting.offer(picked)

    def passed(self, appid: str, scene: Scene, count: int) -> None:
        """Texts that were not shown cannot be kept."""

    async def refresh(self) -> None:
        """Learn which apps opted in, and for how long."""
        async with self._db.read() as connection:
            stored = await store.app_settings(connection)
        choices = {appid: choice_of(settings) for appid, settings in stored.items()}
        self._choices = {appid: made for appid, made in choices.items() if made.share}

    async def flush(self) -> None:
        """Write what was chosen since the last time.

        What cannot be written is lost on purpose: texts must not pile up.
        """
        # Opted out meanwhile: then the text must not be written at all.
        waiting = [one for one in self._waiting.take() if one.appid in self._choices]
        if not waiting:
            return
        rows = await asyncio.to_thread(self._sealed, waiting)
        async with self._db.write() as connection:
            await store.add_samples(connection, rows)
        self.figures.taken += len(rows)

    def _sealed(self, waiting: Sequence[Picked]) -> list[dict[str, Any]]:
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
                dropped += await store.drop_surplus(
                    connection, appid, keep=self._ring, size=self._ring_bytes
                )
        async with self._db.read() as connection:
            rings = await store.rings(connection)
        figures = self.figures
        figures.purged += dropped
        figures.kept = sum(ring.texts for ring in rings)
        figures.oldest_seconds = max((now - ring.oldest for ring in rings), default=0.0)
        figures.purged_at = now
        return dropped

    async def kept(self) -> list[Kept]:
        """What is kept of each app that opted in or of which anything is left."""
        await self.refresh()
        async with self._db.read() as connection:
            rings = {ring.appid: ring for ring in await store.rings(connection)}
        return [
            kept_of(appid, self._choices.get(appid, Choice(0, 0)), rings.get(appid))
            for appid in sorted({*rings, *self._choices})
        ]

    async def forget(self, appid: str) -> int:
        """Forget all texts of an app at once; how many that were."""
        async with self._db.write() as connection:
            return await store.drop_app(connection, appid)

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
