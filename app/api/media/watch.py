"""What is left to do, asked now and then, for whoever wants it at once."""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from app.access.ticker import every

if TYPE_CHECKING:
    from app.jobs import JobDesk, JobFigures


class JobWatch:
    """Keeps the last `JobDesk.figures`; they are those of all processes together."""

    def __init__(
        self,
        desk: "JobDesk",
        *,
        pause: float = 5.0,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Ask `desk` every `pause` seconds; `clock` gives Unix seconds."""
        self._desk = desk
        self._pause = pause
        self._clock = clock
        self.figures: JobFigures | None = None
        """None until the database was asked."""
        self.asked_at: float | None = None
        """When it answered last, in Unix seconds."""

    async def run(self) -> None:
        """Ask until cancelled; while the database is away the last answer stays."""
        await every(self._pause, self.ask, what="counting jobs")

    async def ask(self) -> None:
        """Ask once."""
        self.figures = await self._desk.figures()
        self.asked_at = self._clock()
