"""Why a model says what it says: the n-grams, their places and contributions."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from app.text.model.format import CLASSES
from app.text.model.grams import CHAR_ORDERS, SOUND_ORDERS, hashes_of
from app.text.model.model import LONG, MOST, PIECE, STEP, Model
from app.text.model.reading import Traced, latin_words, trace, trace_spoken
from app.text.result import GramNote, ModelNote

_MOST: Final = 12
"""N-grams that are named."""


def explain(model: Model, text: str) -> ModelNote:
    """Explain the judgement; of a long text, that on its worst piece."""
    at = _worst_piece(model, text)
    piece = text if len(text) <= LONG else text[at : at + PIECE]
    judged = model.judge(piece)
    harm = CLASSES.index(judged.harm)
    traced = trace(piece)
    parts = model.contributions(hashes_of(traced.text), len(traced.text), harm)
    named: dict[tuple[str, str], tuple[int, int, float]] = {}
    for (view, start, end), part in zip(_places(traced), parts, strict=True):
        if part:
            key = (view, piece[start:end] if end > start else "")
            first, last, known = named.get(key, (start, end, 0.0))
            named[key] = (first, last, known + part)
    ranked = sorted(named.items(), key=lambda item: (-abs(item[1][2]), item[0]))
    grams = tuple(
        GramNote(shown, view, at + start, at + end, round(part, 4))
        for (view, shown), (start, end, part) in ranked[:_MOST]
    )
    bias = model.contents.bias
    return ModelNote(
        version=model.version,
        probs=model.probabilities(judged),
        harm=judged.harm,
        threshold=model.contents.thresholds[judged.harm],
        margin=round(judged.scores[harm] - judged.scores[0], 4),
        bias=round(bias[harm] - bias[0], 4),
        grams=grams,
        others=round(sum(part for _, (_, _, part) in ranked[_MOST:]), 4),
    )


def _worst_piece(model: Model, text: str) -> int:
    """Where the piece begins that decides."""
    if len(text) <= LONG:
        return 0
    starts = range(0, min(len(text), MOST) - STEP, STEP)
    judged = [model.judge(text[at : at + PIECE]) for at in starts]
    best = max(range(len(judged)), key=lambda i: (judged[i].reported, judged[i].prob))
    return starts[best]


Place = tuple[str, int, int]
"""The view of an n-gram, and where it stands in the original."""


def _places(traced: Traced) -> Iterator[Place]:
    """The place of each n-gram, in the order of `hashes_of`."""
    yield from _of_view(traced, "characters", CHAR_ORDERS)
    yield from _of_view(trace_spoken(traced), "sounds", SOUND_ORDERS)
    spans, at = list[tuple[int, int]](), 0
    for word in latin_words(traced.text):
        at = traced.text.index(word, at)
        spans.append(_span(traced, at, at + len(word)))
        at += len(word)
    for start, end in spans:
        yield "words", start, end
    for one, two in pairwise(spans):
        yield "words", one[0], two[1]


def _of_view(traced: Traced, view: str, orders: tuple[int, ...]) -> Iterator[Place]:
    """Windows from the mark before the text to its last character."""
    for at in range(-1, len(traced.text)):
        for order in orders:
            yield view, *_span(traced, max(at, 0), min(at + order, len(traced.text)))


def _span(traced: Traced, start: int, end: int) -> tuple[int, int]:
    """Positions of the view as places in the original."""
    if end <= start:
        return 0, 0
    return traced.origins[start], traced.origins[end - 1] + 1
