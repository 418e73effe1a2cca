"""The secret key of an installation, and the keys that follow from it.

Apart from the rooms that use them: a start asks for it before it loads those.
"""

import hmac

from app.settings import Settings
from app.trial import key_from_file, parse_key

KEY_FILE = "secret.key"
"""Where the secret key lies in the data folder when no setting gives one."""


def secret_key(settings: Settings) -> bytes:
    """The key of this service: the setting, or the file, which is made at need.

    Raises:
        TrialError: the file holds something else.
        OSError: it cannot be read or made.
    """
    if settings.secret_key is not None:
        return parse_key(settings.secret_key)
    return key_from_file(settings.data_dir / KEY_FILE)


def subkey(key: bytes, purpose: str) -> bytes:
    """A key for one purpose, from which neither the others nor `key` follow."""
    return hmac.digest(key, f"seccheck {purpose}".encode(), "sha256")
