"""Telling formats apart by the first bytes."""

import codecs
import re
from typing import Literal

from app.lexicon.cells import COLUMNS

KnownFormat = Literal["csv", "text", "houbb", "toolgood"]
"""Formats that we read."""

_RULE_SIGNS = frozenset("&~{}\\")


def sniff(head: bytes) -> KnownFormat:
    r"""The format that a file with these first bytes most likely has.

    A first line that names our columns means CSV. One single line of words between
    bars, with no other sign of a rule, means ToolGood. All else is text; houbb's
    files look like it, so they are never guessed, which matters only where a word
    has one of the signs `& ~ | { } \` or begins with `#`.
    """
    text = head.removeprefix(codecs.BOM_UTF8).decode(errors="replace").strip()
    first, *others = text.split("\n", 1)
    if _is_header(first):
        return "csv"
    if not others and "|" in first and _RULE_SIGNS.isdisjoint(first):
        return "toolgood"
    return "text"


def _is_header(line: str) -> bool:
    """Whether a line seems to name columns, separated rightly or not."""
    names = [name.strip(' "').lower() for name in re.split(r"[,;\t]", line.strip())]
    known = sum(name in COLUMNS for name in names)
    return "term" in names or (len(names) > 1 and known * 2 >= len(names))
