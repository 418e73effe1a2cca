"""Several labelled files as one list of samples."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from app.domain.scenes import Scene, parse_scene
from app.evaluate.errors import EvaluateError
from app.evaluate.reading.files import Columns, Raw, read_file
from app.evaluate.reading.lines import Broken
from app.evaluate.reading.mapping import Mapping
from app.evaluate.sample import Sample


@dataclass(frozen=True, slots=True)
class Samples:
    """What the files hold, in order; `broken` are the rows that are left out."""

    samples: list[Sample]
    broken: list[Broken] = field(default_factory=list)

    def drawn(self, limit: int | None, seed: int) -> list[Sample]:
        """So many of the samples in their order, drawn by chance; all for None."""
        if limit is None or limit >= len(self.samples):
            return self.samples
        rng = Random(seed)  # noqa: S311 - repeatable, no secret
        picked = sorted(rng.sample(range(len(self.samples)), limit))
        return [self.samples[i] for i in picked]


def read_samples(
    files: Sequence[Path],
    columns: Columns,
    mapping: Mapping,
    *,
    scene: Scene = Scene.COMMENT,
    encoding: str = "utf-8",
) -> Samples:
    """Read files under one mapping; `scene` is for the rows that name none.

    Raises:
        EvaluateError: a file, its columns or its labels cannot be used, or no row.
    """
    tables = [(path, read_file(path, columns, encoding)) for path in files]
    rows = [(path.name, row) for path, table in tables for row in table.rows]
    broken = [item for _, table in tables for item in table.broken]
    if not rows:
        first = f"; line {broken[0].line}: {broken[0].why}" if broken else ""
        names = ", ".join(path.name for path in files)
        raise EvaluateError(f"no row of {names} can be used{first}")
    mapping.check(Counter(row.label for _, row in rows))
    samples: list[Sample] = []
    for source, row in rows:
        try:
            samples.append(_sample(source, row, mapping, scene))
        except ValueError:
            broken.append(Broken(source, row.line, "unknown scene"))
    if not samples:
        raise EvaluateError("no row can be used: none names a scene that exists")
    return Samples(samples, sorted(broken, key=lambda b: (b.source, b.line)))


def _sample(source: str, row: Raw, mapping: Mapping, scene: Scene) -> Sample:
    truth = mapping.of(row.label)
    assert truth is not None  # noqa: S101 - checked for all labels before
    where = parse_scene(row.scene) if row.scene else scene
    return Sample(
        row.text, truth, where, source, row.line, row.group, row.term, row.part
    )
