"""The worked example and the page about it: what they show is what works."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from app.image.admission import QueueLimits
from app.image.decode import decode
from app.image.look import Images
from app.image.manifests import read_manifests
from app.plugins.conformance import complaints
from app.plugins.discovery import PluginError, load, offered
from app.plugins.door import ENTRY_POINT_GROUP, Classifier
from app.remote.model import LEFT_ALONE, TOO_SLOW
from tests.image.files import encode, png, speckled
from tests.image.rooms import PATIENT, choice, setup

ROOT = Path(__file__).resolve().parents[2]
PLUGIN = ROOT / "docs/examples/plugin"
PAGE = (ROOT / "docs/plugins.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"```(\w+)\n(.*?)```", re.DOTALL)
BLOCKS = [(found[1], found[2]) for found in BLOCK.finditer(PAGE)]
TOML = [content for kind, content in BLOCKS if kind == "toml"]
PYTHON = [content for kind, content in BLOCKS if kind == "python"]
PLACE = re.compile(r"# data/models/([a-z-]+)\.toml\n")


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The example as an installer would put it, without one and without a network."""
    project = tomllib.loads((PLUGIN / "pyproject.toml").read_text())["project"]
    shutil.copy(PLUGIN / "seccheck_blank.py", tmp_path)
    about = tmp_path / f"seccheck_blank-{project['version']}.dist-info"
    about.mkdir()
    (about / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: {project['name']}\n"
        f"Version: {project['version']}\n"
    )
    points = project["entry-points"][ENTRY_POINT_GROUP]
    lines = [f"{name} = {value}" for name, value in points.items()]
    (about / "entry_points.txt").write_text(
        "\n".join([f"[{ENTRY_POINT_GROUP}]", *lines])
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "seccheck_blank", raising=False)
    return tmp_path


@pytest.mark.usefixtures("installed")
def test_the_example_is_offered_and_keeps_to_the_contract() -> None:
    assert offered()["blank"] == ("seccheck_blank:create",)
    assert complaints(load("blank", {}), decode) == []


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize("settings", [{"tolerance": "-1"}, {"tolerence": "8"}])
def test_wrong_settings_of_the_example_are_told(settings: dict[str, str]) -> None:
    with pytest.raises(PluginError, match="toler"):
        load("blank", settings)


def test_the_example_passes_its_own_tests(installed: Path) -> None:
    shutil.copy(PLUGIN / "test_seccheck_blank.py", installed)
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-p",
            "no:cacheprovider",
            str(installed),
        ],
        cwd=installed,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(installed), str(ROOT)])},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


async def test_the_example_looks_at_pictures_in_a_worker(installed: Path) -> None:
    """By its own name, and by a manifest that gives it another one."""
    manifests = _manifests(installed)
    empty = read_manifests(manifests).choices["empty"]
    wanted = setup(choice("blank"), empty)
    async with Images(wanted, queue=QueueLimits(seconds=PATIENT)) as room:
        assert room.status().missing == {}
        plain = await room.look(png(300, 200))
        other = await room.look(encode(speckled(300, 200), "PNG"))
    assert plain.failures == {}
    assert [each.scores for each in plain.readings] == [{"blank": 1.0}] * 2
    assert [each.classifier for each in other.readings] == ["blank", "empty"]
    assert other.readings[0].scores["blank"] < 0.99


def _manifests(folder: Path) -> Path:
    """The manifests of the page, where it says that they are."""
    models = folder / "models"
    models.mkdir()
    for content in TOML:
        if (named := PLACE.match(content)) is not None:
            (models / f"{named[1]}.toml").write_text(content, encoding="utf-8")
    return models


def test_every_manifest_of_the_page_can_be_used(tmp_path: Path) -> None:
    read = read_manifests(_manifests(tmp_path))
    assert read.faults == {}
    assert set(read.choices) == {"skin", "empty"}
    assert set(read.remotes) == {"skin-far", "moderation"}
    assert all(read.labels.values())


def test_the_entry_point_of_the_page_is_in_our_group() -> None:
    (other,) = [each for each in TOML if PLACE.match(each) is None]
    points: dict[str, Any] = tomllib.loads(other)["project"]["entry-points"]
    assert list(points) == [ENTRY_POINT_GROUP]


def test_the_code_of_the_page_runs() -> None:
    """The classifier, and then the test that the page recommends, of it."""
    names: dict[str, Any] = {}
    for content in PYTHON:
        exec(compile(content, "docs/plugins.md", "exec"), names)  # noqa: S102 - ours
    made: Classifier = names["create"]({})
    assert made.name == "dark"
    names["test_it_keeps_to_the_contract"]()


def test_nothing_else_on_the_page_needs_a_test() -> None:
    assert {kind for kind, _ in BLOCKS} == {"toml", "python"}


@pytest.mark.parametrize("said", [LEFT_ALONE, TOO_SLOW, "it could not be loaded"])
def test_errors_are_on_the_page(said: str) -> None:
    assert f"| `{said}` |" in PAGE
