"""Samples, judges and files for the tests of measuring."""

import gzip
from collections.abc import Mapping
from pathlib import Path

from app.domain.finding import Span, Suggest
from app.domain.labels import Label
from app.domain.scenes import Scene
from app.evaluate.judging import NOTHING, Judge, Judgement
from app.evaluate.sample import Sample


def sample(
    text: str,
    truth: str = "normal",
    *,
    source: str = "",
    group: str = "",
    term: str = "",
    part: str = "",
) -> Sample:
    return Sample(text, truth, Scene.COMMENT, source, group=group, term=term, part=part)


def found(
    label: Label = Label.ABUSE,
    weight: float = 90,
    suggest: Suggest = Suggest.RISKY,
    spans: tuple[Span, ...] = (),
) -> Judgement:
    return Judgement(suggest, label, {label: weight}, spans)


def by_word(words: Mapping[str, Judgement]) -> Judge:
    """A judge that finds the first of these words as they are written."""

    def judge(text: str, scene: Scene) -> Judgement:
        return next((said for word, said in words.items() if word in text), NOTHING)

    return judge


def write(path: Path, content: str, encoding: str = "utf-8") -> Path:
    data = content.encode(encoding)
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    return path
