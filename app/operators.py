"""The rooms that operators work in, wired once for the service and the command line."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from app.access import Access, AuditLog
from app.api.admin import Desk
from app.api.media.room import CallbackKeys
from app.jobs import JobDesk, Sealing, SqlJobStore
from app.lexicon import Lexicon
from app.lexicon.artifacts import COMPILED, Artifacts
from app.lexicon.drafts import Drafts
from app.lexicon.publish import Publisher
from app.outbound import GuardedClient, Rules
from app.pictures.files import FOLDER as PICTURES
from app.pictures.files import PictureFiles
from app.pictures.hashing import Hasher, hashing_off
from app.pictures.service import Pictures
from app.push import Pusher, PushRoom, Vault
from app.service_key import secret_key, subkey
from app.settings import Settings
from app.store import Database
from app.text.combine import Held
from app.trial import (
    Backtests,
    Cipher,
    Samples,
    Shadows,
    ShadowWatch,
    Trial,
)
from app.vitals import BreakerRoom, BreakerSettings, Vitals
from app.ways_out import push_rules


@dataclass(frozen=True, slots=True)
class Operators:
    """All rooms behind the admin API, and what this machine has made of the lists.

    These are compiled wordlists, and files of known pictures. `job_store` keeps the
    checks of media, for whoever accepts or does them.
    """

    desk: Desk
    artifacts: Artifacts
    picture_files: PictureFiles
    job_store: SqlJobStore


def open_operators(
    settings: Settings,
    db: Database,
    access: Access,
    *,
    hold: Callable[[Held], None] = lambda _: None,
    hash_picture: Hasher = hashing_off,
) -> Operators:
    """Wire the rooms over an open, migrated database.

    `hold` hears on the event loop which words count for review at most;
    `hash_picture` hashes uploaded pictures where image workers run.

    Raises:
        TrialError: the file of the secret key holds something else.
        OSError: that file cannot be read or made.
    """
    key = secret_key(settings)
    folder = settings.data_dir / COMPILED
    artifacts = Artifacts(folder, db, settings.database, engine=settings.engine)
    lexicon, drafts = Lexicon(db), Drafts(db)
    publisher = Publisher(db, check=artifacts.check, four_eyes=settings.four_eyes)
    samples = Samples(db, Cipher(subkey(key, "texts")), ring=settings.sample_ring)
    trial = Trial(
        samples,
        Backtests(
            db, lexicon, artifacts.build, samples, Cipher(subkey(key, "backtests"))
        ),
        Shadows(db, lexicon, drafts, publisher, artifacts.build),
        ShadowWatch(db, lexicon, drafts, artifacts.load),
    )

    def hold_everywhere(held: Held) -> None:
        hold(held)
        trial.watch.hold(held)  # or the shadow would differ by these words

    store = SqlJobStore(db, Sealing(Cipher(subkey(key, "jobs"))))
    knobs = BreakerSettings(**settings.breaker.model_dump())
    desk = Desk(
        access=access,
        audit=AuditLog(db),
        lexicon=lexicon,
        drafts=drafts,
        publisher=publisher,
        trial=trial,
        vitals=Vitals(db, subkey(key, "users"), keep_days=settings.stats_days),
        breaker=BreakerRoom(db, knobs, hold_everywhere),
        push=_push_room(db, Vault(Cipher(subkey(key, "push"))), push_rules(settings)),
        pictures=Pictures(db),
        hash_picture=hash_picture,
        jobs=JobDesk(store),
        callback_keys=CallbackKeys(subkey(key, "callbacks")),
        wordlists_dir=settings.wordlists_dir,
    )
    files = PictureFiles(settings.data_dir / PICTURES, settings.database)
    return Operators(desk, artifacts, files, store)


def _push_room(db: Database, vault: Vault, rules: Rules) -> PushRoom:
    """The settings of pushes, with a way out that is open only while it is used."""

    @asynccontextmanager
    async def pusher() -> AsyncIterator[Pusher]:
        client = GuardedClient(rules=rules)
        try:
            yield Pusher(client)
        finally:
            await client.aclose()

    return PushRoom(db, vault, rules, pusher)
