"""Verdicts on pictures in the native API's shape."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from app.api.v1.render import render_finding

if TYPE_CHECKING:
    from app.domain.finding import Finding
    from app.domain.seen import Box, Seen
    from app.image.checker import ImageVerdict, NotRun
    from app.plugins.door import Facts, Reading


def render_image(
    said: "ImageVerdict", *, trace_id: str, explain: bool = False
) -> dict[str, Any]:
    """Render one checked picture; `explain` adds all that was read in it."""
    verdict = said.verdict
    shown: dict[str, Any] = {
        "suggest": verdict.suggest.value,
        "label": verdict.label.title,
        "label_code": verdict.label.value,
        "findings": [render_seen_finding(each) for each in verdict.findings],
        "picture": _facts(said.facts),
        "models": dict(said.models),
        "not_run": [render_not_run(each) for each in said.not_run],
        "trace_id": trace_id,
    }
    if said.truncated:
        shown["truncated"] = True
    if explain:
        shown["readings"] = [_reading(each) for each in said.readings]
    return shown


def render_not_run(each: "NotRun") -> dict[str, Any]:
    """Render what has not looked or listened."""
    return {
        "classifier": each.classifier,
        "reason": each.reason,
        "forgiven": each.forgiven,
    }


def render_seen_finding(finding: "Finding") -> dict[str, Any]:
    """Render one reason with where it was seen or heard."""
    shown = render_finding(finding)
    if finding.seen is not None:
        shown |= _seen(finding.seen)
    return shown


def _seen(seen: "Seen") -> dict[str, Any]:
    shown: dict[str, Any] = {"classifier": seen.classifier, "model": seen.model}
    if seen.boxes:
        shown["boxes"] = [_box(box) for box in seen.boxes]
    shown["frame"] = seen.frame
    if seen.text is not None:
        shown["text"] = seen.text
    if seen.code is not None:
        shown["code"] = seen.code
    if seen.digest is not None:
        shown["hash"] = seen.digest.hex()
        shown["distance"] = seen.distance
        shown["transform"] = seen.transform
    if seen.start is not None:
        shown["from_seconds"] = round(seen.start, 3)
    if seen.end is not None:
        shown["to_seconds"] = round(seen.end, 3)
    if seen.classes:
        shown["classes"] = dict(seen.classes)
    return shown


def _box(box: "Box") -> dict[str, int]:
    return {
        "left": box.left,
        "top": box.top,
        "width": box.width,
        "height": box.height,
    }


def _facts(facts: "Facts") -> dict[str, Any]:
    return {
        "width": facts.width,
        "height": facts.height,
        "format": facts.format,
        "frames": facts.frame_count,
        "frames_checked": facts.shown,
        "complete": facts.complete,
    }


def _reading(reading: "Reading") -> dict[str, Any]:
    shown: dict[str, Any] = {
        "classifier": reading.classifier,
        "model": reading.model,
        "milliseconds": round(reading.milliseconds, 2),
        "texts": [
            {
                "text": each.text,
                "box": _box(each.box),
                "score": round(each.score, 4),
                "frame": each.frame,
            }
            for each in reading.texts
        ],
        "codes": [
            {
                "text": each.text,
                "code": each.format,
                "box": _box(each.box),
                "frame": each.frame,
            }
            for each in reading.codes
        ],
        "hashes": list(_hashes(reading)),
        "scores": {name: round(score, 4) for name, score in reading.scores.items()},
    }
    if reading.error is not None:
        shown["error"] = reading.error
    return shown


def _hashes(reading: "Reading") -> Iterable[dict[str, Any]]:
    for each in reading.hashes:
        yield {
            "kind": each.kind,
            "hash": each.value.hex(),
            "quality": each.quality,
            "transform": each.transform,
            "frame": each.frame,
        }
