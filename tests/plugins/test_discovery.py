import tomllib
from collections.abc import Callable, Iterable
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from app.plugins.discovery import PluginError, installed, load, offered
from app.plugins.door import ENTRY_POINT_GROUP

ROOT = Path(__file__).resolve().parents[2]


def search(**values: str) -> Callable[[], Iterable[EntryPoint]]:
    points = [
        EntryPoint(name.rstrip("_"), value, ENTRY_POINT_GROUP)
        for name, value in values.items()
    ]
    return lambda: points


CODES = "app.image.codes:create"


def test_a_classifier_is_made_by_its_name() -> None:
    made = load("codes", {"formats": "QRCode"}, search(codes=CODES))
    assert made.name == "codes"


def test_the_same_offer_twice_is_one() -> None:
    """A package that is installed and in the path at once is found twice."""
    assert load("codes", {}, search(codes=CODES, codes_=CODES)).name == "codes"


@pytest.mark.parametrize(
    ("points", "told"),
    [
        ({}, "no installed package offers a classifier of this name"),
        ({"codes": CODES, "codes_": "x:y"}, f"several packages offer it: {CODES}, x:y"),
        ({"codes": "app.image.nowhere:create"}, "ModuleNotFoundError: No module named"),
        ({"codes": "app.image.codes:nothing"}, "AttributeError: "),
        ({"codes": "builtins:dict"}, "it is no classifier: it has no name, model"),
        ({"codes": "builtins:int"}, "TypeError: "),
    ],
)
def test_what_cannot_be_had_is_told(points: dict[str, str], told: str) -> None:
    with pytest.raises(PluginError) as caught:
        load("codes", {"formats": "QRCode"}, search(**points))
    assert str(caught.value).startswith(told)


def test_wrong_settings_are_told_in_one_short_line() -> None:
    with pytest.raises(PluginError) as caught:
        load("codes", {"formats": "no\nsuch " * 100}, search(codes=CODES))
    assert str(caught.value).startswith("ValueError: ")
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) <= 300


def test_offers_are_listed_by_name() -> None:
    found = offered(search(b="x:y", a="u:v", a_="s:t"))
    assert found == {"a": ("s:t", "u:v"), "b": ("x:y",)}


def test_offers_of_installed_packages_are_found(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    about = tmp_path / "a_stranger-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: a-stranger\n")
    (about / "entry_points.txt").write_text(
        f"[{ENTRY_POINT_GROUP}]\nstrange = {CODES}\n[others]\nother = {CODES}\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    assert offered(installed)["strange"] == (CODES,)
    assert "other" not in offered()
    assert load("strange", {}).name == "codes"


def test_ours_are_offered_like_those_of_others() -> None:
    read = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    ours = read["project"]["entry-points"][ENTRY_POINT_GROUP]
    assert ours["codes"] == CODES
    for value in ours.values():
        point = EntryPoint("any", value, ENTRY_POINT_GROUP)
        assert callable(point.load()), value
