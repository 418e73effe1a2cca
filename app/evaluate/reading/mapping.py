"""From the labels of a file to ours."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from app.domain.labels import Label, parse_label
from app.evaluate.errors import EvaluateError
from app.evaluate.sample import ANY, CLEAN

_WORDS: Final = {"clean": CLEAN, "pass": CLEAN, ANY: ANY, "harmful": ANY}
_FEW: Final = 3
"""More values than these that stand in one row each are no labels."""
_SHOWN: Final = 12
_LONGEST: Final = 40


@dataclass(frozen=True, slots=True)
class Mapping:
    """Which label of a file means which class; names of ours need no entry."""

    given: dict[str, str] = field(default_factory=dict)

    def of(self, source: str) -> str | None:
        """The class of a label in a file; None when there is none."""
        return self.given[source] if source in self.given else _named(source)

    def check(self, sources: Counter[str]) -> None:
        """See to it that every label of the files maps, and all that was given is used.

        Raises:
            EvaluateError: a label does not map, a given one stands nowhere, or
                harm is told apart by label in some rows only.
        """
        unknown = Counter({s: n for s, n in sources.items() if self.of(s) is None})
        if unknown:
            raise EvaluateError(_unmapped(unknown))
        unused = [source for source in self.given if source not in sources]
        if unused:
            message = f"no row has the label {unused[0]!r} that --map speaks of"
            raise EvaluateError(message)
        classes = {self.of(source) for source in sources} - {CLEAN}
        if ANY in classes and len(classes) > 1:
            raise EvaluateError(
                f"some labels map to {ANY!r} and others to labels of ours;"
                " map all harm to one of both"
            )


def parse_mapping(rules: Iterable[str]) -> Mapping:
    """Read `SOURCE=CLASS` rules; a class is a label of ours, `clean` or `any`.

    Raises:
        EvaluateError: a rule cannot be read, or two of them differ.
    """
    given: dict[str, str] = {}
    for rule in rules:
        source, mark, wanted = rule.rpartition("=")
        name = _named(wanted.strip()) if mark else None
        if name is None:
            titles = ", ".join(label.title for label in Label)
            raise EvaluateError(
                f"cannot read the mapping {rule!r}; write SOURCE=LABEL with clean,"
                f" {ANY}, or one of {titles}"
            )
        if given.setdefault(source.strip(), name) != name:
            raise EvaluateError(f"the label {source.strip()!r} is mapped twice")
    return Mapping(given)


def read_mapping(path: Path) -> Iterator[str]:
    """The rules of a file, one on each line; `#` begins a comment line.

    Raises:
        EvaluateError: it cannot be read.
    """
    try:
        text = path.read_text("utf-8-sig")
    except OSError as error:
        why = error.strerror or str(error)
        raise EvaluateError(f"cannot read {path}: {why}") from None
    except UnicodeDecodeError:
        raise EvaluateError(f"{path} is not UTF-8") from None
    for line in text.splitlines():
        if line.strip() and not line.startswith("#"):
            yield line.strip()


def _named(word: str) -> str | None:
    """A class by the words that we understand."""
    if word.lower() in _WORDS:
        return _WORDS[word.lower()]
    try:
        return parse_label(word).title
    except ValueError:
        return None


def _unmapped(unknown: Counter[str]) -> str:
    """What does not map, with counts; long values are texts, not labels."""
    texts = len(unknown) > _FEW and unknown.total() == len(unknown)
    if texts or len(unknown) > _SHOWN or any(len(v) > _LONGEST for v in unknown):
        return (
            f"{len(unknown):,} different labels do not map to ours;"
            " is --label-column the right one?"
        )
    shown = ", ".join(f"{value!r} ({_rows(n)})" for value, n in unknown.most_common())
    first = next(iter(unknown))
    return (
        f"labels that do not map to ours: {shown};"
        f" say what they mean, such as --map {first}=clean"
    )


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count:,} rows"
