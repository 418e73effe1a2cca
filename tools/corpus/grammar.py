"""Grammars: named sections of alternatives, with slots and inline choices.

A file starts with `label: NAME`. `= name` opens a section, each further line is one
alternative. `<name>` stands for any alternative of that section (of the file, then
of `common.txt`), `{a|b|}` for one of the pieces, which may nest. A line without
braces and with `|` is a list of alternatives.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).parent / "grammars"
_COMMON: Final = "common"
_DEEPEST: Final = 12


class GrammarError(ValueError):
    """A grammar is not well formed; the message says where."""


Node = str | tuple["Node", ...] | list["Node"]
"""Plain text; a sequence; a choice. A slot is text that starts with NUL."""
_SLOT: Final = "\0"


@dataclass(frozen=True)
class Grammar:
    """One independent generator: what it makes carries its label."""

    name: str
    label: str
    sections: dict[str, list[Node]]

    def text(self, rng: random.Random) -> str:
        """One text."""
        return self._expand(_SLOT + "start", rng, 0)

    def _expand(self, node: Node, rng: random.Random, depth: int) -> str:
        if depth > _DEEPEST * 4:
            message = f"{self.name}: slots lead back to themselves"
            raise GrammarError(message)
        if isinstance(node, tuple):
            return "".join([self._expand(part, rng, depth + 1) for part in node])
        if isinstance(node, list):
            return self._expand(node[_pick(rng, len(node))], rng, depth + 1)
        if not node.startswith(_SLOT):
            return node
        section = self.sections.get(node[1:])
        if section is None:
            message = f"{self.name}: there is no section {node[1:]!r}"
            raise GrammarError(message)
        return self._expand(section, rng, depth + 1)


def _pick(rng: random.Random, count: int) -> int:
    """A number below `count`, the same on every version of Python."""
    return int(rng.random() * count)


def load_all() -> list[Grammar]:
    """Every grammar of the folder, by name.

    Raises:
        GrammarError: one is not well formed.
    """
    common = _sections(FOLDER / f"{_COMMON}.txt")[1]
    made = []
    for path in sorted(FOLDER.glob("*.txt")):
        if path.stem != _COMMON:
            label, own = _sections(path)
            made.append(Grammar(path.stem, label, common | own))
    return made


def _sections(path: Path) -> tuple[str, dict[str, list[Node]]]:
    label, sections = "", dict[str, list[Node]]()
    current: list[Node] | None = None
    for number, line in enumerate(path.read_text("utf-8").split("\n"), 1):
        if line.startswith("label: "):
            label = line.removeprefix("label: ").strip()
        elif line.startswith("= "):
            current = sections.setdefault(line.removeprefix("= ").strip(), [])
        elif line and current is not None:
            try:
                current += _alternatives(line)
            except GrammarError as error:
                message = f"{path.name}, line {number}: {error}"
                raise GrammarError(message) from None
    return label, sections


def _alternatives(line: str) -> Iterator[Node]:
    """The alternatives on one line."""
    parts, end = _choice(line, 0, closing=False)
    if end != len(line):
        message = "a brace is closed that was not opened"
        raise GrammarError(message)
    yield from parts


def _choice(line: str, at: int, *, closing: bool) -> tuple[list[Node], int]:
    """Alternatives separated by `|`, up to the closing brace or the end."""
    options, parts, plain = list[Node](), list[Node](), ""

    def close() -> None:
        nonlocal parts, plain
        if plain:
            parts.append(plain)
        options.append(parts[0] if len(parts) == 1 else tuple(parts))
        parts, plain = [], ""

    while at < len(line):
        char = line[at]
        if char == "{":
            inner, at = _choice(line, at + 1, closing=True)
            parts += [plain, inner]
            plain = ""
        elif char == "<":
            end = line.find(">", at)
            if end < 0:
                message = "a slot is not closed"
                raise GrammarError(message)
            parts += [plain, _SLOT + line[at + 1 : end]]
            plain, at = "", end
        elif char == "|":
            close()
        elif char == "}":
            break
        else:
            plain += char
        at += 1
    if closing and at >= len(line):
        message = "a brace is not closed"
        raise GrammarError(message)
    close()
    return options, at
