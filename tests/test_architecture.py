"""Invariants of the whole code base that no other tool checks."""

import ast
import statistics
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
MODULES = sorted((ROOT / "app").rglob("*.py"))
MAX_LINES = 400
MEDIAN_LINES = 10
P90_LINES = 35

ENVIRONMENT = {"app/images.py", "app/serve.py", "app/settings.py"}
"""Settings read the environment; `serve` hands options on to worker processes; keys of
remote classifiers are in variables that their manifests name."""


def _functions(module: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def _body_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of code, the docstring apart."""
    body = function.body
    if ast.get_docstring(function) is not None:
        body = body[1:]
    if not body:
        return 0
    return (body[-1].end_lineno or body[-1].lineno) - body[0].lineno + 1


def test_no_module_is_long() -> None:
    long = {
        str(module.relative_to(ROOT)): lines
        for module in MODULES
        if (lines := len(module.read_text(encoding="utf-8").splitlines())) > MAX_LINES
    }
    assert not long


def test_functions_are_short() -> None:
    lengths = sorted(_body_lines(f) for module in MODULES for f in _functions(module))
    assert statistics.median(lengths) <= MEDIAN_LINES
    assert lengths[int(len(lengths) * 0.9)] <= P90_LINES


@pytest.mark.parametrize("name", ["environ", "getenv"])
def test_only_settings_read_the_environment(name: str) -> None:
    readers = {
        str(module.relative_to(ROOT))
        for module in MODULES
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr == name
    }
    assert readers <= ENVIRONMENT


def test_every_room_says_what_it_is() -> None:
    silent = [
        str(module.relative_to(ROOT))
        for module in MODULES
        if ast.get_docstring(ast.parse(module.read_text(encoding="utf-8"))) is None
    ]
    assert not silent
