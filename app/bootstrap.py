"""The first start: tables, shipped word packs, one app and one admin key."""

import asyncio
import json
import logging
import secrets
import shlex
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from app.access import Access
from app.cli_common import fail
from app.lexicon.artifacts import COMPILED, begin
from app.lexicon.build import known
from app.lexicon.candidate import Candidate
from app.lexicon.errors import LexiconError
from app.lexicon.packs import packs_changed, propose_packs
from app.lexicon.service import Lexicon
from app.service_key import secret_key
from app.settings import Settings
from app.store import Database, UrlError, migrate
from app.trial import TrialError

_log = logging.getLogger(__name__)

SAMPLE = "专业代开发票，加微信 fp88866 秒回"
"""A text that the shipped packs refuse; the printed curl line sends it."""


@contextmanager
def plain_faults() -> Iterator[None]:
    """Say in one sentence why the database cannot be used.

    Neither its address, which may hold a password, nor statements are shown.

    Raises:
        CommandError: instead of whatever the database failed with.
    """
    try:
        yield
    except (LexiconError, TrialError, UrlError) as error:
        fail(str(error))
    except ValueError as error:
        if not _is_about_a_secret(error):
            raise
        fail(str(error))
    except (OSError, SQLAlchemyError) as error:
        cause = getattr(error, "orig", None) or error
        said = str(cause).strip().splitlines()
        reason = said[0] if said else type(cause).__name__
        fail(f"the database cannot be used: {reason}")


def _is_about_a_secret(error: ValueError) -> bool:
    from app.outbound import SecretError  # noqa: PLC0415 - see `_check_secrets`

    return isinstance(error, SecretError)


@dataclass(frozen=True, slots=True)
class Credentials:
    """What the first start hands out, for the only time."""

    appid: str
    secret: str
    admin_key: str


def prepare(settings: Settings) -> Credentials | None:
    """Make the database ready; credentials when no app existed before.

    Safe to call at every start and from several processes at once.

    Raises:
        OSError: the data folder cannot be made.
        UrlError: the database address is not usable.
        TrialError: the file of the secret key holds something else.
        SecretError: a secret that alerts are signed with is not usable.
    """
    make_data_dir(settings)
    secret_key(settings)
    if settings.alert_url:
        _check_secrets(settings)
    migrate(settings.database)
    return asyncio.run(_fill(settings))


def _check_secrets(settings: Settings) -> None:
    """Refuse secrets that no alert can be signed with."""
    # Loaded when needed: words are compiled while the HTTP client loads, not after.
    from app.outbound import Signer  # noqa: PLC0415

    Signer(settings.alert_secrets)


def make_data_dir(settings: Settings) -> None:
    """Make the data folder, readable by its owner alone."""
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)


async def _fill(settings: Settings) -> Credentials | None:
    db = Database.open(settings.database)
    try:
        lexicon = Lexicon(db)
        if not await lexicon.seed(settings.wordlists_dir):
            await _offer_packs(db, settings.wordlists_dir)
        live = Candidate("version", await lexicon.live_version())
        folder = settings.data_dir / COMPILED
        if live.number and await known(db, live, folder, settings.engine) is None:
            begin(folder, settings.database, live, settings.engine)
        return await _first(Access(db))
    finally:
        await db.close()


async def _offer_packs(db: Database, folder: Path) -> None:
    """Propose what the packs have otherwise than at the last start, if anything.

    The database is the truth by now, so packs that are gone stop nothing.
    """
    try:
        if not await packs_changed(db, folder):
            return
        draft = await propose_packs(db, folder, clock=time.time)
    except (LexiconError, OSError) as error:
        _log.warning("the word packs cannot be read, so none are proposed: %s", error)
        return
    if draft is not None:
        _log.info(
            "the shipped packs have changed: draft %d proposes %d changes; see"
            " `seccheck wordlist draft diff %d`",
            *(draft.id, draft.changes, draft.id),
        )


async def _first(access: Access) -> Credentials | None:
    appid = f"wx{secrets.token_hex(8)}"  # the shape of WeChat's own appids
    secret = await access.create_first_app(appid)
    if secret is None:
        return None
    return Credentials(appid, secret, await access.create_admin_key(name="first"))


def welcome(made: Credentials, *, host: str, port: int) -> str:
    """What a first start prints: the credentials and a line to try at once."""
    base = f"http://{_reachable(host)}:{port}"
    login = shlex.quote(f"{made.appid}:{made.secret}")
    body = shlex.quote(json.dumps({"text": SAMPLE}, ensure_ascii=False))
    kind = "-H 'Content-Type: application/json'"
    lines = (
        "First start. These are shown once, so keep them:",
        f"  appid      {made.appid}",
        f"  secret     {made.secret}",
        f"  admin key  {made.admin_key}",
        "Try it from another terminal:",
        f"  curl -s {base}/v1/texts:check -u {login} {kind} -d {body}",
    )
    return "\n".join(lines)


def _reachable(host: str) -> str:
    """An address that works in a URL on this machine."""
    if host in {"", "0.0.0.0", "::"}:  # noqa: S104 - compared, not bound
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host
