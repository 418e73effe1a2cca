"""Compiled wordlists, verdicts and lexicon rooms for the tests of trials."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from app.domain.entry import Entry
from app.domain.finding import Finding, Strategy, Suggest
from app.domain.labels import Label
from app.domain.observation import Observation
from app.domain.policy import DEFAULT_POLICY
from app.domain.scenes import Scene
from app.domain.verdict import Verdict, decide
from app.lexicon.candidate import Candidate
from app.lexicon.errors import LexiconError, NotFoundError
from app.lexicon.records import Draft, State
from app.store.lexicon import VersionRow
from app.text.compiling import compile_block, compile_snapshot
from app.text.snapshot import Snapshot

NOW = 1_800_000_000.0


def word(
    term: str, level: int = 90, label: Label = Label.ADS, list_name: str = "own"
) -> Entry:
    return Entry(term, label, level, list_name=list_name)


def finding(
    term: str, level: int = 90, list_name: str | None = "own", label: Label = Label.ADS
) -> Finding:
    return Finding(
        Strategy.KEYWORD,
        label,
        Suggest.PASS,
        level=level,
        term=term,
        list_name=list_name,
    )


def verdict(*findings: Finding) -> Verdict:
    return decide(findings, DEFAULT_POLICY)


def observed(
    text: str,
    *findings: Finding,
    appid: str = "wx1",
    scene: Scene = Scene.COMMENT,
) -> Observation:
    return Observation(appid, scene, "somebody", text, verdict(*findings))


def draft(number: int, revision: int, state: State = "open") -> Draft:
    version = 12 if state == "published" else None
    return Draft(number, "t", "operator", state, revision, 1, NOW, "me", 1, version, ())


class Clock:
    """Unix time that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> float:
        return self.now


async def until(wanted: Callable[[], Awaitable[bool]]) -> None:
    """Wait until this is true, a minute at most."""
    async with asyncio.timeout(60):
        while True:
            if await wanted():
                return
            await asyncio.sleep(0.01)


@dataclass
class FakeLexicon:
    """Plays lexicon, drafts, publisher and artifacts, from entries at hand."""

    folder: Path
    contents: dict[str, list[Entry]] = field(default_factory=dict)
    drafts: dict[int, Draft] = field(default_factory=dict)
    live: int = 1
    published: list[str] = field(default_factory=list)
    refusal: LexiconError | None = None
    built: list[str] = field(default_factory=list)
    before_load: Callable[[], Awaitable[None]] | None = None

    async def live_version(self) -> int:
        return self.live

    async def get(self, draft_id: int) -> Draft:
        if draft_id not in self.drafts:
            raise NotFoundError(f"there is no draft {draft_id}")
        return self.drafts[draft_id]

    async def build(self, candidate: Candidate) -> Path:
        block = compile_block(self._entries(candidate))
        path = self.folder / candidate.text().replace(":", "-")
        path.write_bytes(block)
        self.built.append(candidate.text())
        return path

    async def load(self, candidate: Candidate) -> Snapshot:
        if self.before_load is not None:
            await self.before_load()
        return compile_snapshot(self._entries(candidate), version=candidate.text())

    def _entries(self, candidate: Candidate) -> Iterable[Entry]:
        if candidate.text() not in self.contents:
            raise LexiconError(f"{candidate.text()} does not compile")
        return self.contents[candidate.text()]

    async def publish(
        self,
        draft_id: int,
        *,
        revision: int,
        who: str,
        why: str = "",
        force: bool = False,
    ) -> VersionRow:
        return self._version(f"draft:{draft_id}@{revision} {who} {why} {force}")

    async def rollback(self, number: int, *, who: str, why: str = "") -> VersionRow:
        return self._version(f"version:{number} {who} {why}")

    def _version(self, said: str) -> VersionRow:
        if self.refusal is not None:
            raise self.refusal
        self.published.append(said)
        self.live += 1
        return VersionRow(self.live, NOW, "me", "", 1, 1, 0, "0")


class Dice:
    """Gives the numbers it is told, again and again."""

    def __init__(self, *numbers: float) -> None:
        self._numbers = list(numbers)

    def __call__(self) -> float:
        self._numbers.append(self._numbers.pop(0))
        return self._numbers[-1]
