"""Settings of a whole list: whom its words concern, where, and when."""

from dataclasses import dataclass
from datetime import UTC, datetime

from app.domain.scenes import Scene


@dataclass(frozen=True, slots=True)
class ListScope:
    """A list without settings of its own counts for everyone, everywhere, always.

    `apps` are appids, None means every app. An empty `scenes` means every scene.
    `starts` is inclusive, `expires` exclusive; both are aware datetimes in UTC or
    None. A list that is not `enabled` is kept but hits nothing.
    """

    name: str
    apps: frozenset[str] | None = None
    scenes: frozenset[Scene] = frozenset()
    starts: datetime | None = None
    expires: datetime | None = None
    enabled: bool = True
    note: str = ""

    def concerns(self, app: str | None, scene: Scene) -> bool:
        """Whether words of this list count for an app (None: nobody's) and scene."""
        for_app = self.apps is None or app in self.apps
        return self.enabled and for_app and (not self.scenes or scene in self.scenes)

    def active(self, now: datetime) -> bool:
        """Whether the schedule lets this list count at `now` (aware)."""
        moment = now.astimezone(UTC)
        begun = self.starts is None or self.starts <= moment
        return begun and (self.expires is None or moment < self.expires)
