"""Signatures of the messages we send, by the Standard Webhooks specification."""

import base64
import binascii
import hmac
from collections.abc import Sequence

_PREFIX = "whsec_"
_SHORTEST, _LONGEST = 24, 64


class SecretError(ValueError):
    """A webhook secret is unusable; the text does not show it."""


class Signer:
    """Signs with every live secret, so that a receiver can change over in peace."""

    def __init__(self, secrets: Sequence[str]) -> None:
        """Take secrets as `whsec_` and base64, newest first.

        Raises:
            SecretError: there is none, or one is not 24 to 64 bytes in base64.
        """
        if not secrets:
            message = "a webhook needs a secret to be signed with"
            raise SecretError(message)
        self._keys = [_key(secret) for secret in secrets]

    def headers(self, message_id: str, timestamp: int, body: bytes) -> dict[str, str]:
        """The three headers of a message.

        `message_id` is the receiver's idempotency key: the same for every attempt.
        `timestamp` is the time of this attempt in Unix seconds.
        """
        signed = b".".join((message_id.encode(), str(timestamp).encode(), body))
        return {
            "webhook-id": message_id,
            "webhook-timestamp": str(timestamp),
            "webhook-signature": " ".join(_sign(key, signed) for key in self._keys),
        }


def _sign(key: bytes, message: bytes) -> str:
    mac = hmac.digest(key, message, "sha256")
    return "v1," + base64.b64encode(mac).decode()


def _key(secret: str) -> bytes:
    try:
        key = base64.b64decode(secret.strip().removeprefix(_PREFIX), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not _SHORTEST <= len(key) <= _LONGEST:
        message = (
            f"a webhook secret is {_PREFIX} and {_SHORTEST} to {_LONGEST} bytes"
            " in base64"
        )
        raise SecretError(message)
    return key
