"""Stand-ins for the process behind a backtest, as commands."""

import json
import sys
from typing import Any

SUMMARY: dict[str, Any] = {
    "texts": 2,
    "flips": [{"before": "pass", "after": "risky", "count": 2}],
    "relabelled": 0,
    "refused": 0,
    "refused_lines": [],
    "terms": 1,
    "left_out": 0,
    "seconds": 0.5,
}


def term(name: str, count: int = 1, **values: Any) -> dict[str, Any]:
    """What one word changed, as the process says it."""
    return {
        "list_name": "own",
        "term": name,
        "kind": "caused",
        "before": "pass",
        "after": "risky",
        "count": count,
        "examples": [],
        "samples": [],
    } | values


def saying(*messages: dict[str, Any], then: str = "") -> tuple[str, ...]:
    """Say these, then run some code; texts are read first and thrown away."""
    lines = "\n".join(json.dumps(message) for message in messages)
    code = f"import sys, time; print({lines!r}, flush=True); {then or 'pass'}"
    return (sys.executable, "-c", f"{code}; sys.stdin.read()")


def progress(texts: int, share: float | None) -> dict[str, Any]:
    """How far the process says it is."""
    return {"progress": [texts, 0, share]}


DONE = saying({"term": term("刷单", 2)}, {"summary": SUMMARY})
"""Finds the same whatever it is given."""

STUCK = saying(progress(7, 0.25), then="time.sleep(60)")
"""Is a quarter through and comes to no end."""
