"""Wordlists over time: reading, judging, versions, and their way into service."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from app.lexicon.errors import LexiconError
    from app.lexicon.service import Lexicon
    from app.lexicon.watch import Follower

__all__ = ["Follower", "Lexicon", "LexiconError"]

_HOMES = {
    "Follower": "app.lexicon.watch",
    "Lexicon": "app.lexicon.service",
    "LexiconError": "app.lexicon.errors",
}


# Reading a CSV on the command line must not wait for the database driver.
def __getattr__(name: str) -> Any:
    """Load what the door offers when it is first asked for."""
    if name not in _HOMES:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    return getattr(import_module(_HOMES[name]), name)
