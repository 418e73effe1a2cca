"""What a refusal of the admin API means to whoever sits at the command line."""

import os
from collections.abc import Mapping
from typing import Any

import httpx

SHOWN_ERRORS = 5
"""Wrong fields that are named one by one."""

_CONFLICT = (
    "look at what changed (`seccheck wordlist versions`, `wordlist draft show`)"
    " and decide again"
)
_HINTS = {
    412: "somebody changed it meanwhile: look at it again"
    " (`seccheck wordlist draft show`) and repeat the command",
    429: "wait a moment and repeat the command",
    503: "repeat the command in a moment",
}


def refused(response: httpx.Response, *, where: str) -> str:
    """One sentence about an answer that is no success.

    `where` names the server, or is "" for this process.
    """
    status = response.status_code
    problem = _problem(response)
    if response.is_redirect:
        return _moved(response, where)
    if status == httpx.codes.UNAUTHORIZED:
        return (
            f"{where} does not accept the key; check --key or SECCHECK_ADMIN_KEY,"
            " or make a key there with `seccheck admin-key create`"
        )
    if status == httpx.codes.FORBIDDEN:
        return _forbidden(problem)
    if problem is None:
        return f"{where or 'the service'} is no admin API of seccheck (HTTP {status})"
    said = _sentence(problem)
    hint = _CONFLICT if "conflicts" in problem else _HINTS.get(status, "")
    return f"{said}; {hint}" if hint else said


def unreachable(error: httpx.HTTPError | httpx.InvalidURL, *, where: str) -> str:
    """One sentence about a request that got no answer."""
    if isinstance(error, httpx.InvalidURL | httpx.UnsupportedProtocol):
        return "--server is not an address such as https://words.example.com:8000"
    if isinstance(error, httpx.ConnectTimeout | httpx.PoolTimeout):
        return f"{where} cannot be reached in time"
    if isinstance(error, httpx.TimeoutException):
        return (
            f"{where} did not answer in time; whether the change was made is told by"
            " `seccheck wordlist versions` and `seccheck audit`"
        )
    if isinstance(error, httpx.ConnectError):
        return f"{where} cannot be reached: {_cause(error)}"
    return f"the connection to {where} failed: {_cause(error)}"


def _problem(response: httpx.Response) -> Mapping[str, Any] | None:
    """The problem document of an answer; None when it is something else."""
    try:
        found = response.json()
    except ValueError:
        return None
    known = isinstance(found, dict) and ("detail" in found or "title" in found)
    return found if known else None


def _sentence(problem: Mapping[str, Any]) -> str:
    """Title and detail as one sentence, with the fields that are wrong."""
    said = str(problem.get("detail") or problem.get("title") or "refused").rstrip(".")
    faults = problem.get("errors") or []
    named = [f"{_field(item)}: {item.get('detail', '')}" for item in faults]
    shown = "; ".join(named[:SHOWN_ERRORS])
    more = len(named) - SHOWN_ERRORS
    rest = f"; and {more} more" if more > 0 else ""
    return f"{said}: {shown}{rest}" if shown else said


def _field(item: Mapping[str, Any]) -> str:
    """A JSON pointer as a person would write it."""
    return str(item.get("pointer", "")).strip("/").replace("/", ".") or "body"


def _forbidden(problem: Mapping[str, Any] | None) -> str:
    """Which right is missing, and how to get it."""
    said = _sentence(problem) if problem else "this key may not do that"
    return f"{said}; use a key that has the right (`seccheck admin-key create --scope`)"


def _moved(response: httpx.Response, where: str) -> str:
    """A redirect is not followed: the key would travel to somebody else."""
    target = response.headers.get("location", "elsewhere")
    return f"{where} sends to {target}; give the final address as --server"


def _cause(error: Exception) -> str:
    """The system's own words, without the layers above them."""
    deepest: BaseException = error
    while deepest.__cause__ is not None or deepest.__context__ is not None:
        deepest = deepest.__cause__ or deepest.__context__ or deepest
    if isinstance(deepest, OSError) and deepest.errno:
        known = os.strerror(deepest.errno) if deepest.errno > 0 else deepest.strerror
        return str(known).lower()
    return str(error).strip() or type(error).__name__
