"""Verdicts in the native API's shape; the command line prints the same."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from app.domain.finding import Finding
    from app.domain.verdict import Verdict
    from app.text.result import Explanation, TextResult

MASK = "*"


def render_result(
    result: "TextResult",
    verdict: "Verdict",
    *,
    trace_id: str,
    text: str = "",
    caller_id: str | None = None,
    mask: str = MASK,
    notice: str | None = None,
) -> dict[str, Any]:
    """Render one checked text.

    `text` is the original, needed when `mask` is another character than `*`.
    `caller_id`, `notice` and the explanation appear only when there is one.
    """
    shown: dict[str, Any] = {} if caller_id is None else {"id": caller_id}
    shown["suggest"] = verdict.suggest.value
    shown["label"] = verdict.label.title
    shown["label_code"] = verdict.label.value
    shown["findings"] = [render_finding(item) for item in verdict.findings]
    shown["masked_text"] = masked(result, text, mask)
    shown["trace_id"] = trace_id
    if result.truncated:
        shown["truncated"] = True
    if notice is not None:
        shown["notice"] = notice
    if result.explanation is not None:
        shown["explanation"] = render_explanation(result.explanation)
    return shown


def render_clean(text: str, trace_id: str, caller_id: str | None) -> dict[str, Any]:
    """Render a text without findings: what most of a batch is."""
    shown: dict[str, Any] = {
        "suggest": "pass",
        "label": "normal",
        "label_code": 100,
        "findings": (),  # no list of its own: nothing for the collector to watch
        "masked_text": text,
        "trace_id": trace_id,
    }
    return shown if caller_id is None else {"id": caller_id, **shown}


def render_finding(finding: "Finding") -> dict[str, Any]:
    """Render one reason; `level` or `prob`, whichever it has."""
    shown: dict[str, Any] = {
        "strategy": finding.strategy.value,
        "label": finding.label.title,
        "label_code": finding.label.value,
        "suggest": finding.suggest.value,
    }
    if finding.level is not None:
        shown["level"] = finding.level
    if finding.prob is not None:
        shown["prob"] = finding.prob
    if finding.term is not None:
        shown["term"] = finding.term
    if finding.list_name:
        shown["wordlist"] = finding.list_name
    if finding.words:
        shown["words"] = list(finding.words)
    if finding.start is not None:
        shown["start"] = finding.start
        shown["end"] = finding.end
    shown["folds"] = list(finding.folds)
    return shown


def render_explanation(explanation: "Explanation") -> dict[str, Any]:
    """Render the inner view that `explain` asks for."""
    shown = _render_words(explanation)
    if explanation.model is not None:
        shown["model"] = asdict(explanation.model)
        shown["together"] = [asdict(note) for note in explanation.together]
    return shown


def _render_words(explanation: "Explanation") -> dict[str, Any]:
    return {
        "folded": explanation.folded,
        "borders": [
            {
                "term": note.term,
                "start": note.start,
                "end": note.end,
                "reading": note.reading,
                "kept": note.kept,
            }
            for note in explanation.borders
        ],
        "exempt": [
            {
                "term": note.term,
                "phrase": note.phrase,
                "start": note.start,
                "end": note.end,
                "saved": note.saved,
            }
            for note in explanation.exempt
        ],
    }


def masked(result: "TextResult", text: str, mask: str) -> str:
    """Return the text with every hit masked by `mask`, one for each code point."""
    if mask == MASK or len(text) != len(result.masked):
        return result.masked
    pairs = zip(text, result.masked, strict=True)
    shown = [mask if there != here else here for here, there in pairs]
    for finding in result.findings:
        # A `*` inside a hit looks untouched when both texts are compared.
        for span in _spans(finding):
            shown[span[0] : span[1]] = mask * (span[1] - span[0])
    return "".join(shown)


def _spans(finding: "Finding") -> list[tuple[int, int]]:
    if finding.parts:
        return [(part.start, part.end) for part in finding.parts]
    if finding.start is None or finding.end is None:
        return []
    return [(finding.start, finding.end)]
