"""One number for `/metrics`, and what it means."""

from collections.abc import Iterable
from typing import Literal, NamedTuple

Kind = Literal["counter", "sum", "most", "least"]
"""A counter is added up for good; a gauge counts while its process lives, and is
added up, or shown as the largest or smallest of all processes."""


class Figure(NamedTuple):
    """One number: its key, its metric with perhaps a label, and what it means."""

    key: str
    kind: Kind
    name: str
    help: str
    label: tuple[str, str] | None = None


def each(
    kind: Kind, name: str, text: str, label: str, values: Iterable[str]
) -> list[Figure]:
    """One figure for each value of a label."""
    short = name.removeprefix("seccheck_")
    return [
        Figure(f"{short}_{value}", kind, name, text, (label, value)) for value in values
    ]
