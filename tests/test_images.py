"""The wiring of the image room: who looks, who cannot, and what the settings become."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from app import images
from app.domain.finding import Suggest
from app.domain.labels import Label
from app.domain.scenes import Scene
from app.image.checker import ImageChecker
from app.image.findings.rules import ImageRules
from app.image.limits import MEBIBYTE
from app.image.look import Images
from app.image.manifests import Manifests, read_manifests
from app.images import NO_NSFW, NO_OCR, ImageRoom, Staff, open_images, staff_of
from app.plugins.door import Reading
from app.settings import Settings
from app.settings_image import ImageKnobs
from tests.image.files import png
from tests.image.findings.made import reads

LABEL = '[[labels]]\nlabel = "porn"\nclasses = ["red"]\nreview = 0.5\n'
PACKAGE = (
    'kind = "package"\noffer = "codes"\nseconds = 3\n[settings]\na = "1"\nb = "2"\n'
)
FAR = """
kind = "kserve"
url = "http://127.0.0.1:1"
private = true
model = "colours"
classes = ["red"]
"""
KEYED = """
kind = "openai"
url = "http://127.0.0.1:1"
private = true
model = "colours"
key_env = "COLOURS_KEY"
"""


@pytest.fixture
def models(tmp_path: Path) -> Path:
    folder = tmp_path / "models"
    folder.mkdir()
    return folder


def put(models: Path, name: str, *written: str) -> None:
    (models / f"{name}.toml").write_text("\n".join(written), encoding="utf-8")


def staff(*wanted: str, manifests: Manifests | None = None, **knobs: Any) -> Staff:
    return staff_of(ImageKnobs(classifiers=wanted, **knobs), manifests or Manifests())


def names(found: Staff) -> list[str]:
    return [choice.name for choice in found.choices]


@asynccontextmanager
async def room(
    tmp_path: Path, environ: Mapping[str, str] | None = None, **knobs: Any
) -> AsyncIterator[ImageRoom]:
    settings = Settings(data_dir=tmp_path, image=ImageKnobs(**knobs))
    made = open_images(settings, environ or {})
    yield made
    await made.close()


# --- who looks


def test_ours_are_found_in_the_order_of_the_settings() -> None:
    found = staff("known", "codes")
    assert names(found) == ["known", "codes"]
    assert (found.absent, found.broken, found.remotes) == ({}, {}, [])


def test_one_that_nobody_has_is_absent() -> None:
    found = staff("codes", "nosuch")
    assert names(found) == ["codes"]
    assert list(found.absent) == ["nosuch"]
    assert "installed package" in found.absent["nosuch"]


@pytest.mark.parametrize("installed", [True, False])
def test_reading_words_needs_its_package(
    installed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(images, "find_spec", lambda name: installed or None)
    found = staff("ocr")
    assert names(found) == (["ocr"] if installed else [])
    assert found.absent == ({} if installed else {"ocr": NO_OCR})


def test_a_model_that_was_not_made_is_absent() -> None:
    assert staff("nsfw").absent == {"nsfw": NO_NSFW}


def test_one_named_twice_is_there_once() -> None:
    assert names(staff("codes", "known", "codes")) == ["codes", "known"]
    assert list(staff("nosuch", "nosuch").absent) == ["nosuch"]


def test_settings_are_those_of_the_classifier(models: Path) -> None:
    put(models, "mine", PACKAGE)
    found = staff(
        "codes",
        "mine",
        manifests=read_manifests(models),
        settings={"codes": {"formats": "QRCode"}, "mine": {"b": "3"}, "other": {}},
    )
    codes, mine = found.choices
    assert codes.settings == {"formats": "QRCode"}
    assert (mine.offer, mine.seconds) == ("codes", 3)
    assert mine.settings == {"a": "1", "b": "3"}


def test_manifests_win_over_packages(models: Path) -> None:
    put(models, "known", PACKAGE)
    put(models, "ocr", FAR)
    found = staff("known", "ocr", manifests=read_manifests(models))
    assert [choice.offer for choice in found.choices] == ["codes"]
    assert found.remotes == ["ocr"]
    assert found.absent == {}


def test_a_manifest_with_a_fault_is_broken_and_not_replaced(models: Path) -> None:
    put(models, "codes", "kind = \n")
    found = staff("codes", "known", manifests=read_manifests(models))
    assert names(found) == ["known"]
    assert found.absent == {}
    assert found.broken["codes"].startswith("codes.toml is no TOML")


def test_manifests_that_nobody_wants_are_left_alone(models: Path) -> None:
    put(models, "bad", "kind = \n")
    put(models, "far", FAR)
    found = staff("codes", manifests=read_manifests(models))
    assert found == staff("codes")


# --- the room


async def test_without_a_folder_of_models_there_is_a_room(tmp_path: Path) -> None:
    async with room(tmp_path / "nowhere", classifiers="codes,nosuch") as made:
        assert set(made.checker.missing) == {"nosuch"}
        assert made.remotes.models == {}


async def test_remote_ones_are_asked_with_their_keys(
    tmp_path: Path, models: Path
) -> None:
    put(models, "far", FAR, LABEL)
    put(models, "keyed", KEYED, LABEL)
    wanted = "far,keyed"
    async with room(tmp_path, {"COLOURS_KEY": "k"}, classifiers=wanted) as made:
        assert set(made.remotes.models) == {"far", "keyed"}
        assert made.checker.missing == {}
    async with room(tmp_path, classifiers=wanted) as made:
        assert set(made.remotes.models) == {"far"}
        assert set(made.checker.missing) == {"keyed"}
        assert "COLOURS_KEY" in made.checker.missing["keyed"]
    async with room(tmp_path, classifiers="codes") as made:
        assert made.remotes.models == {}


async def test_a_broken_one_is_not_forgiven_as_an_absent_one_is(
    tmp_path: Path, models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(models, "broken", "kind = \n")
    put(models, "keyed", KEYED, LABEL)
    told = _rules_and_gaps(monkeypatch)
    lenient = {"nosuch": "absent", "broken": "absent", "keyed": "absent"}
    wanted = "nosuch,broken,keyed"
    async with room(tmp_path, classifiers=wanted, lenient=lenient):
        pass
    assert set(told["absent"]) == {"nosuch"}
    assert set(told["broken"]) == {"broken", "keyed"}


def _rules_and_gaps(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What the checker is made of."""
    told: dict[str, Any] = {}

    def make(room: Images, rules: ImageRules, **given: Any) -> ImageChecker:
        told.update(given, rules=rules, images=room)
        return ImageChecker(room, rules, **given)

    monkeypatch.setattr(images, "ImageChecker", make)
    return told


async def test_settings_become_rules(
    tmp_path: Path, models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(models, "far", FAR, LABEL)
    put(models, "other", FAR, LABEL)
    told = _rules_and_gaps(monkeypatch)
    own = {"label": "crime", "classes": ["red"], "review": 0.1}
    async with room(
        tmp_path,
        classifiers="far,other",
        labels={"far": [own]},
        codes={"chat": "risky"},
        lenient={"far": "always"},
        known_same=20,
        known_like=50,
    ):
        rules = told["rules"]
    (far,) = rules.labels_of(Reading("far", ""))
    (other,) = rules.labels_of(Reading("other", ""))
    assert (far.label, other.label) == (Label.CRIME, Label.PORN)
    assert rules.bare_code(Scene.CHAT) is Suggest.RISKY
    assert rules.forgives("far", absent=False)
    assert (rules.known.same, rules.known.like) == (20, 50)


async def test_settings_become_limits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: dict[str, Any] = {}

    def make(setup: Any, **given: Any) -> Images:
        told.update(given, setup=setup)
        return Images(setup, **given)

    monkeypatch.setattr(images, "Images", make)
    async with room(
        tmp_path,
        classifiers="codes",
        workers=3,
        queue=7,
        queue_seconds=2.5,
        seconds=11,
        memory="512MiB",
        pictures=9,
        max_size="2MiB",
        max_pixels=1000,
        frames=4,
    ):
        setup, queue = told["setup"], told["queue"]
    assert told["workers"] == 3
    assert (queue.count, queue.seconds) == (7, 2.5)
    assert setup.worker.memory == 512 * MEBIBYTE
    assert (setup.worker.seconds, setup.worker.pictures) == (11, 9)
    picture = setup.picture
    assert (picture.size, picture.pixels, picture.frames) == (2 * MEBIBYTE, 1000, 4)


async def test_a_real_worker_looks(tmp_path: Path) -> None:
    """The names that the wiring uses are those under which packages offer."""
    wanted = "codes,known,nosuch"
    lenient = {"nosuch": "absent"}
    async with room(tmp_path, classifiers=wanted, lenient=lenient) as made:
        status = await made.images.start()
        assert set(status.models) == {"codes", "known"}
        said = await made.checker.check(
            png(200, 100), scene=Scene.COMMENT, caller="", read=reads()
        )
    assert said.verdict.suggest is Suggest.PASS
    assert [each.classifier for each in said.not_run] == ["nosuch"]
