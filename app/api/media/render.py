"""Verdicts on sound and video, for the native API and for callbacks."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from app.api.v1.image_render import render_not_run, render_seen_finding

if TYPE_CHECKING:
    from app.media.verdict import MediaVerdict


def render_media(said: "MediaVerdict") -> dict[str, Any]:
    """Render one checked file; what was said in it is shown round findings only."""
    verdict = said.verdict
    shown: dict[str, Any] = {
        "suggest": verdict.suggest.value,
        "label": verdict.label.title,
        "label_code": verdict.label.value,
        "findings": [render_seen_finding(each) for each in verdict.findings],
        "media": _facts(said),
        "models": dict(said.models),
        "not_run": [render_not_run(each) for each in said.not_run],
    }
    if said.truncated:
        shown["truncated"] = True
    return shown


def _facts(said: "MediaVerdict") -> dict[str, Any]:
    """What the file is; what is not known is left out."""
    return {
        name: value if isinstance(value, int | float | bool | str) else str(value)
        for name, value in asdict(said.facts).items()
        if value is not None and not isinstance(value, dict)
    }
