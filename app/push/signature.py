"""The signatures that WeChat puts on a push (contract section 6)."""

import hashlib


def signature(*parts: str) -> str:
    """SHA-1, in hex, of the sorted and joined parts.

    Over token, timestamp and nonce it is `signature`; with the ciphertext as a
    fourth part it is `msg_signature`.
    """
    joined = "".join(sorted(parts)).encode()
    # WeChat prescribes SHA-1; the token in it is the secret.
    return hashlib.sha1(joined, usedforsecurity=False).hexdigest()
