"""A push room whose pusher sends nothing."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from app.outbound import Rules
from app.push import MediaEvent, Outcome, Pusher, PushRoom, PushTarget, Sent, Vault
from app.store import Database
from app.trial import Cipher
from tests.push.helpers import NOW

TAKEN = Outcome(Sent.TAKEN, "", 200)


@dataclass
class FakePusher:
    """A pusher that sends nothing: what it was given, and what it will say."""

    outcome: Outcome = TAKEN
    verified: list[PushTarget] = field(default_factory=list)
    delivered: list[tuple[PushTarget, MediaEvent]] = field(default_factory=list)
    opened: int = 0

    async def verify(self, target: PushTarget) -> Outcome:
        self.verified.append(target)
        return self.outcome

    async def deliver(self, target: PushTarget, event: MediaEvent) -> Outcome:
        self.delivered.append((target, event))
        return self.outcome


def make_room(
    database: Database, pusher: FakePusher, key: bytes = bytes(32)
) -> PushRoom:
    @asynccontextmanager
    async def opened() -> AsyncIterator[Pusher]:
        pusher.opened += 1
        yield pusher  # type: ignore[misc]  # it has the two methods that are used
        pusher.opened -= 1

    return PushRoom(
        database,
        Vault(Cipher(key)),
        Rules(ports=None),
        opened,
        clock=lambda: float(NOW),
    )
