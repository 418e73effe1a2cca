"""Settings of lists: judged, stored, and told apart."""

import re
from collections.abc import Iterable
from hashlib import blake2b
from typing import Any

from app.domain.lists import ListScope
from app.lexicon.cells import read_scenes, write_scenes
from app.lexicon.errors import LexiconError
from app.lexicon.rows import to_moment, to_number
from app.store.lexicon_lists import ListRow

MAX_APPS = 1000
"""Most apps that one list can name."""

MAX_APPID_LENGTH = 64
MAX_TEXT_LENGTH = 1000
"""Longest note or reason in code points."""

_LIST_NAME = re.compile(r"[\w.-]{1,64}")
_STORED = ("apps", "scenes", "starts", "expires", "enabled", "note")


def checked_name(list_name: str) -> str:
    """The name of a list, if it is one.

    Raises:
        LexiconError: empty, too long, or other than letters, digits, `_.-`.
    """
    if _LIST_NAME.fullmatch(list_name) is None:
        message = "a list name is 1 to 64 letters, digits, dots, hyphens or underscores"
        raise LexiconError(message)
    return list_name


def checked_text(what: str, text: str, limit: int = MAX_TEXT_LENGTH) -> str:
    """A free text, if it can be stored.

    Raises:
        LexiconError: too long, or with characters that no database takes.
    """
    if len(text) > limit:
        raise LexiconError(f"{what} has more than {limit} characters")
    if not is_text(text):
        raise LexiconError(f"{what} has a character that cannot be stored")
    return text


def checked_scope(scope: ListScope) -> ListScope:
    """Settings of a list, if they make sense.

    Raises:
        LexiconError: a bad name, app, note or span of time.
    """
    checked_name(scope.name)
    checked_text("the note", scope.note)
    if scope.starts and scope.expires and scope.expires <= scope.starts:
        raise LexiconError(f"the list {scope.name} expires before it starts")
    if scope.apps is not None:
        _check_apps(scope.apps)
    return scope


def to_list_row(scope: ListScope) -> ListRow:
    """The row that stores these settings."""
    apps = None if scope.apps is None else sorted(scope.apps)
    scenes = write_scenes(scope.scenes)
    starts, expires = to_number(scope.starts), to_number(scope.expires)
    parts = (scope.name, apps, scenes, starts, expires, scope.enabled, scope.note)
    # No row of a word begins like this, as no list has such a name.
    content = "\0list\0" + "\0".join(map(str, parts))
    digest = blake2b(content.encode(), digest_size=16).digest()
    return ListRow(
        scope.name, digest, apps, scenes, starts, expires, scope.enabled, scope.note
    )


def to_scope(row: ListRow) -> ListScope:
    """The settings that a row stores."""
    return ListScope(
        row.list_name,
        None if row.apps is None else frozenset(row.apps),
        read_scenes(row.scenes),
        to_moment(row.starts),
        to_moment(row.expires),
        row.enabled,
        row.note,
    )


def pack_scope(scope: ListScope) -> dict[str, Any]:
    """Settings as JSON, for a change of a draft."""
    row = to_list_row(scope)._asdict()
    return {name: row[name] for name in _STORED}


def unpack_scope(name: str, packed: dict[str, Any]) -> ListScope:
    """The settings behind `pack_scope`."""
    return to_scope(ListRow(list_name=name, digest=b"", **packed))


def list_key(name: str) -> bytes:
    """What stands for a whole list among the changes of a draft."""
    return blake2b(f"\0list\0{name}".encode(), digest_size=16).digest()


def _check_apps(apps: Iterable[str]) -> None:
    names = list(apps)
    if len(names) > MAX_APPS:
        raise LexiconError(f"a list can name at most {MAX_APPS} apps")
    if not all(0 < len(name) <= MAX_APPID_LENGTH for name in names):
        raise LexiconError(f"an appid has 1 to {MAX_APPID_LENGTH} characters")
    for name in names:
        checked_text("an appid", name)


def is_text(text: str) -> bool:
    """Whether every database can store and compare these characters."""
    if "\0" in text:
        return False
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
