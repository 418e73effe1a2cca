"""What the admin API works with: the services of the house, wired by `app.main`."""

import asyncio
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from app.access import Access, AuditLog, KeyDoor

if TYPE_CHECKING:
    from app.api.media.room import CallbackKeys
    from app.jobs import JobDesk
    from app.lexicon.drafts import Drafts
    from app.lexicon.publish import Publisher
    from app.lexicon.service import Lexicon
    from app.pictures.hashing import Hasher
    from app.pictures.service import Pictures
    from app.push import PushRoom
    from app.trial import Trial
    from app.vitals import BreakerRoom, Vitals


class ClosedDeskError(Exception):
    """The services are not open: the process is starting or stopping."""


@dataclass(slots=True)
class Desk:
    """Everything an endpoint of the admin API may use.

    `wordlists_dir` is the folder of the shipped packs. `hash_picture` hashes pictures
    that are uploaded to be listed.
    """

    access: Access
    audit: AuditLog
    lexicon: "Lexicon"
    drafts: "Drafts"
    publisher: "Publisher"
    trial: "Trial"
    vitals: "Vitals"
    breaker: "BreakerRoom"
    push: "PushRoom"
    pictures: "Pictures"
    hash_picture: "Hasher"
    jobs: "JobDesk"
    callback_keys: "CallbackKeys"
    wordlists_dir: Path
    door: KeyDoor = field(init=False)
    heavy: asyncio.Semaphore = field(init=False)
    """Held by what takes long: files that come in, lint, one after the other."""
    loading: dict[int, int] = field(init=False, default_factory=dict)
    """By draft, how many rows were read of the file that this process reads into it."""

    def __post_init__(self) -> None:
        """Put the door before the keys."""
        self.door = KeyDoor(self.access)
        self.heavy = asyncio.Semaphore(1)
