"""The image room, wired from settings: who looks at pictures, and who cannot."""

from collections.abc import Iterator, Mapping
from importlib.util import find_spec
from typing import Final

from app.image.admission import QueueLimits
from app.image.checker import ImageChecker
from app.image.findings.rules import ImageRules
from app.image.known_rules import Limits
from app.image.limits import PictureLimits, WorkerLimits
from app.image.look import Images
from app.image.setup import Choice, Setup
from app.plugins.discovery import offered
from app.settings import Settings
from app.settings_image import ImageKnobs

MODELS: Final = "models"
"""The folder of manifests and models inside a data folder."""
_NEEDS: Final = {"ocr": "rapidocr"}
"""Packages that classifiers of our own cannot do without."""
_HOW: Final = {
    "ocr": "reading words needs the extra 'ocr': pip install 'seccheck[ocr]'",
    "nsfw": "there is no model here; `make models` makes one",
}


def open_images(settings: Settings) -> tuple[Images, ImageChecker]:
    """Wire the room; its workers start with `Images.start`."""
    knobs = settings.image
    absent = dict(_absent(settings))
    choices = tuple(_choices(settings, without=absent))
    images = Images(
        Setup(choices=choices, picture=_picture(knobs), worker=_worker(knobs)),
        workers=max(1, knobs.workers),
        queue=QueueLimits(count=knobs.queue, seconds=knobs.queue_seconds),
    )
    rules = ImageRules(
        lenient=knobs.lenient,
        codes=knobs.codes,
        labels=knobs.labels,
        known=Limits(same=knobs.known_same, like=knobs.known_like),
    )
    return images, ImageChecker(images, rules, absent=absent)


def _absent(settings: Settings) -> Iterator[tuple[str, str]]:
    offers = offered()
    for name in settings.image.classifiers:
        needed = _NEEDS.get(name)
        manifest = settings.data_dir / MODELS / f"{name}.toml"
        if (needed and find_spec(needed) is None) or (
            name == "nsfw" and not manifest.is_file()
        ):
            yield name, _HOW[name]
        elif name not in offers:
            yield name, "no installed package offers a classifier of this name"


def _choices(settings: Settings, *, without: Mapping[str, str]) -> Iterator[Choice]:
    for name in settings.image.classifiers:
        if name in without:
            continue
        own = dict(settings.image.settings.get(name, {}))
        if name == "nsfw":
            own.setdefault("manifest", str(settings.data_dir / MODELS / "nsfw.toml"))
        yield Choice(name=name, settings=own)


def _picture(knobs: ImageKnobs) -> PictureLimits:
    return PictureLimits(
        size=int(knobs.max_size), pixels=knobs.max_pixels, frames=knobs.frames
    )


def _worker(knobs: ImageKnobs) -> WorkerLimits:
    return WorkerLimits(
        memory=int(knobs.memory),
        seconds=knobs.seconds,
        cpu_seconds=knobs.seconds,
        pictures=knobs.pictures,
    )
