"""What shadows counted in this process and the database does not know yet."""

from collections import Counter
from typing import TYPE_CHECKING

from app.store import Database
from app.store import trial_shadows as store
from app.trial.shadow_run import MAX_COUNTS, Taken

if TYPE_CHECKING:
    from app.store.trial_shadows import CountKey


class Owed:
    """Counts on their way to the database, bounded while it is away."""

    def __init__(self) -> None:
        """Owe nothing."""
        self._counts: Counter[CountKey] = Counter()
        self._dropped: Counter[int] = Counter()

    def add(self, shadow_id: int, taken: Taken) -> None:
        """Remember what a shadow counted."""
        for key, count in taken.counts.items():
            if key in self._counts or len(self._counts) < MAX_COUNTS:
                self._counts[key] += count
        if taken.dropped:
            self._dropped[shadow_id] += taken.dropped

    async def pay(self, db: Database) -> None:
        """Add it to what all processes counted; keep it when that fails."""
        if not self._counts and not self._dropped:
            return
        counts, dropped = self._counts, self._dropped
        self._counts, self._dropped = Counter(), Counter()
        try:
            async with db.write() as connection:
                await store.add_counts(connection, counts)
                for shadow_id, count in sorted(dropped.items()):
                    await store.add_dropped(connection, shadow_id, count)
        except BaseException:
            self.add(0, Taken(counts, 0))
            self._dropped.update(dropped)
            raise
