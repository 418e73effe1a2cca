"""What every table generator shares: sources, the set of common characters, output."""

from __future__ import annotations

import argparse
import bz2
import functools
import importlib.util
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

HAND = Path(__file__).parent / "hand"
DATA = Path(__file__).parents[2] / "app" / "text" / "data"
UNICODE = Path("/usr/share/unicode")

_HAN_RANGES = (
    (0x2E80, 0x2FD5),
    (0x3021, 0x3029),
    (0x31C0, 0x31E3),
    (0x3400, 0x9FFF),
    (0xF900, 0xFAD9),
    (0x20000, 0x323AF),
)
_RADICAL_RANGES = ((0x2E80, 0x2FD5), (0x31C0, 0x31E3))
# Level 1 and 2 of the 2013 mainland standard end at this number.
_TGH_EVERYDAY = 6500


@dataclass(frozen=True, slots=True)
class Options:
    """Where a generator reads (``unicode``) and writes (``out``)."""

    unicode: Path
    out: Path


def options(description: str) -> Options:
    """Parse the command line shared by all generators."""
    parser = argparse.ArgumentParser(description=description)
    add = parser.add_argument
    add("--unicode", type=Path, default=UNICODE, help="folder of unicode-data")
    add("--out", type=Path, default=DATA, help="folder of the tables")
    found = parser.parse_args()
    return Options(unicode=found.unicode, out=found.out)


def in_ranges(char: str, ranges: tuple[tuple[int, int], ...]) -> bool:
    """Whether the code point of ``char`` lies in one of the inclusive ranges."""
    return any(low <= ord(char) <= high for low, high in ranges)


def is_radical(char: str) -> bool:
    """Whether ``char`` is a radical or stroke code point, not an ideograph."""
    return in_ranges(char, _RADICAL_RANGES)


def han_characters() -> Iterator[str]:
    """All Han code points, radicals and strokes included, in code point order."""
    for low, high in _HAN_RANGES:
        yield from map(chr, range(low, high + 1))


@functools.cache
def unihan(folder: Path, name: str) -> dict[str, dict[str, str]]:
    """Read ``Unihan_<name>``: property -> character -> raw value."""
    found: dict[str, dict[str, str]] = {}
    with bz2.open(folder / f"Unihan_{name}.txt.bz2", "rt", encoding="utf-8") as lines:
        for line in lines:
            fields = line.rstrip("\n").split("\t")
            if len(fields) == 3:
                found.setdefault(fields[1], {})[code_point(fields[0])] = fields[2]
    return found


def code_point(name: str) -> str:
    """``U+4E2D`` -> the character; anything after ``<`` (a source) is ignored."""
    return chr(int(name.partition("<")[0].removeprefix("U+"), 16))


def hand_rows(name: str) -> Iterator[list[str]]:
    """Rows of a hand-written table, without comments and blank lines."""
    for line in (HAND / name).read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            yield line.split("\t")


@functools.cache
def common_characters(folder: Path) -> frozenset[str]:
    """The simplified characters of modern text: what other characters fold to.

    GB2312, the everyday part of the 2013 standard, and a hand-written supplement
    (dialect, slang, vulgar, names), without GB2312's few traditional forms.
    """
    other = unihan(folder, "OtherMappings")
    rank = {char: int(value.split(":")[1]) for char, value in other["kTGH"].items()}
    everyday = {char for char, number in rank.items() if number <= _TGH_EVERYDAY}
    core = unihan(folder, "IRGSources")["kIICore"]
    extra = {c for row in hand_rows("common_extra.tsv") for c in row[0]}
    demoted = {row[0] for row in hand_rows("variants.tsv")}
    names = {char for char in rank if "G" in core.get(char, "")}
    return frozenset((set(other["kGB0"]) | everyday | names | extra) - demoted)


def jieba_words() -> Iterator[tuple[str, int]]:
    """Words and counts of jieba's dictionary; the package is not imported."""
    spec = importlib.util.find_spec("jieba")
    if spec is None or not spec.submodule_search_locations:
        raise RuntimeError("jieba is not installed; its dict.txt holds the frequencies")
    path = Path(spec.submodule_search_locations[0]) / "dict.txt"
    for line in path.read_text(encoding="utf-8").splitlines():
        word, count, *_ = line.split(" ")
        yield word, int(count)


@functools.cache
def frequencies() -> Counter[str]:
    """How often each character occurs in the words of jieba's dictionary."""
    total: Counter[str] = Counter()
    for word, count in jieba_words():
        for char in word:
            total[char] += count
    return total


def read_table(path: Path) -> dict[str, str]:
    """Read a finished ``key<TAB>value`` table."""
    lines = path.read_text(encoding="utf-8").splitlines()
    rows = (line.partition("\t") for line in lines if not line.startswith("# "))
    return {key: value for key, _, value in rows}


def write_table(path: Path, comment: str, rows: Mapping[str, str]) -> None:
    """Write a table sorted by code point, LF, one comment line at the top."""
    body = "".join(f"{key}\t{rows[key]}\n" for key in sorted(rows))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(f"# {comment}\n{body}".encode())
    report(f"{path.name}: {len(rows)} rows, {path.stat().st_size} bytes")


def report(line: str) -> None:
    """Tell the maintainer who runs the generator."""
    print(line)
