"""Shadows as they are shown."""

from dataclasses import dataclass
from typing import Literal, cast

from sqlalchemy.ext.asyncio import AsyncConnection

from app.domain.scenes import Scene
from app.lexicon.candidate import Candidate, parse_candidate
from app.lexicon.cells import read_scenes
from app.store import trial_shadows as store
from app.store.trial_shadows import ShadowRow


@dataclass(frozen=True, slots=True)
class Pair:
    """Texts of one scene that were decided `before` and would be `after`."""

    scene: Scene
    before: str
    after: str
    texts: int


@dataclass(frozen=True, slots=True)
class Shadow:
    """How a shadow stands; times are Unix seconds.

    `base` is the version that was live at its start. `dropped` texts were meant
    for it and could not be taken. `reason` says why it ended. The counts lag
    behind by a few seconds.
    """

    id: int
    candidate: Candidate
    base: int
    share: float
    scenes: frozenset[Scene]
    state: Literal["running", "stopped", "promoted"]
    started_at: float
    started_by: str
    ended_at: float | None
    ended_by: str | None
    reason: str | None
    dropped: int
    pairs: tuple[Pair, ...]

    @property
    def texts(self) -> int:
        """How many texts were compared."""
        return sum(pair.texts for pair in self.pairs)

    @property
    def flipped(self) -> int:
        """How many of them would be decided otherwise."""
        return sum(pair.texts for pair in self.pairs if pair.before != pair.after)


async def read_shadow(connection: AsyncConnection, row: ShadowRow) -> Shadow:
    """The stored row with its counts."""
    totals = await store.totals(connection, row.id)
    pairs = [Pair(Scene(one[0]), *one[1:]) for one in totals]
    return Shadow(
        id=row.id,
        candidate=parse_candidate(row.candidate),
        base=row.base,
        share=row.share,
        scenes=read_scenes(row.scenes),
        state=cast(Literal["running", "stopped", "promoted"], row.state),
        started_at=row.started_at,
        started_by=row.started_by,
        ended_at=row.ended_at,
        ended_by=row.ended_by,
        reason=row.reason,
        dropped=row.dropped,
        pairs=tuple(pairs),
    )
