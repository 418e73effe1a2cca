"""Cells that a spreadsheet must not take for formulas, numbers or dates.

A spreadsheet that opens a CSV file runs a cell that begins with `=`, `+`, `-` or `@`
(OWASP, "CSV Injection": also tab, carriage return, line feed and the full-width
signs), and rewrites what looks like a number or a date. An apostrophe in front keeps
the cell as it is.

`unguarded` undoes it exactly, because a text that has such an apostrophe of its own
gets one more: an apostrophe is taken off if, and only if, nothing but apostrophes
stands between the start and something risky.
"""

import re

_RISK = r"(?:[=+\-@＝＋－＠\t\r\n]|[0-9][0-9.,:/ eE%\-]*\Z)"
_RISKY = re.compile("'*" + _RISK)
_DOUBTFUL = re.compile("'+" + _RISK)


def guarded(text: str) -> str:
    """The text for a file that a spreadsheet will open."""
    return "'" + text if _RISKY.match(text) else text


def quoted(text: str) -> str:
    """The text for any other file: only what `unguarded` would change is changed."""
    return "'" + text if text.startswith("'") and _DOUBTFUL.match(text) else text


def unguarded(text: str) -> str:
    """The text that `guarded` or `quoted` was given."""
    return text[1:] if text.startswith("'") and _DOUBTFUL.match(text) else text
