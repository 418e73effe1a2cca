"""How large a request to the admin API may be."""

import re

from app.api.admin.pictures_upload import MAX_UPLOAD

IMPORT_LIMIT = 256 * 1024 * 1024
"""Largest file of words, of hashes, or of texts to try words on, in bytes."""

_IMPORT = re.compile(
    r"/admin/v1/(drafts/[0-9]+/(import|backtest)|pictures/lists/[^/]+/import)/?"
)
_UPLOAD = re.compile(r"/admin/v1/pictures/lists/[^/]+/upload/?")


def body_limit(path: str) -> int | None:
    """The limit of this path in bytes, None where the usual one holds."""
    if _UPLOAD.fullmatch(path):
        return MAX_UPLOAD
    return IMPORT_LIMIT if _IMPORT.fullmatch(path) else None
