"""Optimistic concurrency: `If-Match` names the revision that was looked at."""

import re
from http import HTTPStatus
from typing import Annotated

from fastapi import Depends, Header

from app.api.problems import ProblemError

_FORM = re.compile(r'\s*"?([0-9]{1,9})"?\s*', re.ASCII)


def _revision(
    if_match: Annotated[
        str | None,
        Header(
            description='The revision that was looked at, such as `"7"`.',
            max_length=100,
        ),
    ] = None,
) -> int:
    if if_match is None:
        raise ProblemError(
            HTTPStatus.PRECONDITION_REQUIRED,
            "revision-required",
            "Send the draft's revision as If-Match, so that nobody's edits are lost.",
        )
    found = _FORM.fullmatch(if_match)
    if found is None:
        raise ProblemError(
            HTTPStatus.BAD_REQUEST,
            "invalid-request",
            'If-Match is the revision of the draft in quotes, such as "7".',
        )
    return int(found[1])


Revision = Annotated[int, Depends(_revision)]
"""The revision in `If-Match`; 428 without one."""


def etag(revision: int) -> str:
    """The header that `If-Match` repeats."""
    return f'"{revision}"'
