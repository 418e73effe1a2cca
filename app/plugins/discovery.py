"""Finding classifiers by name among the installed packages, ours among them."""

from collections.abc import Callable, Iterable, Mapping
from importlib.metadata import EntryPoint, entry_points
from typing import Final, cast

from app.plugins.door import ENTRY_POINT_GROUP, Classifier, Factory

_LONGEST: Final = 300
_NEEDED: Final = ("name", "model", "classify", "examples")

Search = Callable[[], Iterable[EntryPoint]]
"""Lists what installed packages offer."""


class PluginError(Exception):
    """A classifier cannot be had; the text says why, for the operator."""


def installed() -> Iterable[EntryPoint]:
    """The offers of all installed packages."""
    return entry_points(group=ENTRY_POINT_GROUP)


def offered(search: Search = installed) -> Mapping[str, tuple[str, ...]]:
    """By name, which objects would make the classifier; one, if all is well."""
    found: dict[str, set[str]] = {}
    for point in search():
        found.setdefault(point.name, set()).add(point.value)
    return {name: tuple(sorted(found[name])) for name in sorted(found)}


def load(
    name: str, settings: Mapping[str, str], search: Search = installed
) -> Classifier:
    """Make a classifier, which loads its model.

    Raises:
        PluginError: nobody offers it, two packages do, or it cannot be made.
    """
    factory = cast(Factory, _factory(name, search))
    try:
        made = factory(settings)
        missing = [part for part in _NEEDED if not hasattr(made, part)]
    except Exception as error:
        raise PluginError(_told(error)) from error
    if missing:
        raise PluginError(f"it is no classifier: it has no {', '.join(missing)}")
    return made


def _factory(name: str, search: Search) -> object:
    points = [point for point in search() if point.name == name]
    values = sorted({point.value for point in points})
    if not values:
        raise PluginError("no installed package offers a classifier of this name")
    if len(values) > 1:
        raise PluginError(f"several packages offer it: {', '.join(values)}")
    try:
        return points[0].load()
    except Exception as error:
        raise PluginError(_told(error)) from error


def _told(error: Exception) -> str:
    """The error in one line; it comes from settings, never from a picture."""
    said = " ".join(str(error).split())
    return f"{type(error).__name__}: {said}"[:_LONGEST].removesuffix(": ")
