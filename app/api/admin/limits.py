"""How large a request to the admin API may be."""

import re

IMPORT_LIMIT = 256 * 1024 * 1024
"""Largest wordlist file in one import, or file of texts to try one on, in bytes."""

_IMPORT = re.compile(r"/admin/v1/drafts/[0-9]+/(import|backtest)/?")


def body_limit(path: str) -> int | None:
    """The limit of this path in bytes, None where the usual one holds."""
    return IMPORT_LIMIT if _IMPORT.fullmatch(path) else None
