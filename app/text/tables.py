"""The character tables of `app/text/data`, read once when first needed."""

from functools import cache
from importlib import resources


def _lines(name: str) -> list[list[str]]:
    """The rows of one table, without its comment lines."""
    file = resources.files("app.text").joinpath("data", name)
    if not file.is_file():
        return []
    text = file.read_text("utf-8")
    rows = (line for line in text.split("\n") if line and not line.startswith("#"))
    return [line.split("\t") for line in rows]


@cache
def variants() -> dict[str, str]:
    """Traditional and variant Han characters to common simplified ones."""
    return {row[0]: row[1] for row in _lines("variants.tsv")}


@cache
def homoglyphs() -> dict[str, str]:
    """Characters that imitate ASCII letters or digits, to what they imitate."""
    return {row[0]: row[1] for row in _lines("homoglyphs.tsv")}


@cache
def readings() -> dict[str, tuple[str, ...]]:
    """Toneless pinyin of Han characters, the commonest reading first."""
    return {row[0]: tuple(row[1].split(",")) for row in _lines("pinyin.tsv")}


@cache
def shapes() -> dict[str, str]:
    """Han characters to the representative of their look-alike class."""
    return {row[0]: row[1] for row in _lines("shapes.tsv")}


@cache
def splits() -> dict[str, tuple[str, ...]]:
    """Han characters to the sequences that draw them side by side."""
    return {row[0]: tuple(row[1].split(" ")) for row in _lines("splits.tsv")}


@cache
def modern_words() -> dict[str, int]:
    """Words of today with an assumed frequency, beyond the dictionary's."""
    return {row[0]: int(row[1]) for row in _lines("words.tsv")}


@cache
def common_characters() -> str:
    """The commonest characters of running Chinese text, most frequent first."""
    return _lines("frequency.txt")[0][0]
