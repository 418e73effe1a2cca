"""The image room, wired from settings: who looks at pictures, and who cannot."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from importlib.util import find_spec
from typing import Final

from app.image.admission import QueueLimits
from app.image.checker import ImageChecker
from app.image.findings.rules import ImageRules
from app.image.known_rules import Limits
from app.image.limits import PictureLimits, WorkerLimits
from app.image.look import Images
from app.image.manifests import NSFW, Manifests, Remotes, make_remotes, read_manifests
from app.image.ocr import NAME as OCR
from app.image.setup import Choice, Setup
from app.outbound import Caps, GuardedClient, Rules
from app.plugins.discovery import offered
from app.settings import Settings
from app.settings_image import ImageKnobs

MODELS: Final = "models"
"""The folder of manifests and models inside a data folder."""
NO_OCR: Final = "reading words needs the extra 'ocr': pip install 'seccheck[ocr]'"
NO_NSFW: Final = "there is no model here; `make models` makes one"
_UNKNOWN: Final = "neither a manifest nor an installed package has it"


@dataclass(slots=True)
class Staff:
    """Who looks, here or on another machine, and why others do not, by name.

    The `absent` are not installed, the `broken` are but cannot be used.
    """

    choices: list[Choice] = field(default_factory=list)
    remotes: list[str] = field(default_factory=list)
    absent: dict[str, str] = field(default_factory=dict)
    broken: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ImageRoom:
    """Everything that looks at pictures; start `images`, and close the room."""

    images: Images
    checker: ImageChecker
    remotes: Remotes

    async def close(self) -> None:
        """End the workers and all connections."""
        await self.images.close()
        await self.remotes.aclose()


def open_images(
    settings: Settings, environ: Mapping[str, str] = os.environ
) -> ImageRoom:
    """Wire the room. Keys of remote classifiers are looked for in `environ`."""
    knobs = settings.image
    manifests = read_manifests(settings.data_dir / MODELS)
    staff = staff_of(knobs, manifests)
    wanted = {name: manifests.remotes[name] for name in staff.remotes}
    remotes = make_remotes(wanted, _client, environ)
    images = Images(
        Setup(
            choices=tuple(staff.choices),
            picture=_picture(knobs),
            worker=_worker(knobs),
        ),
        workers=max(1, knobs.workers),
        queue=QueueLimits(count=knobs.queue, seconds=knobs.queue_seconds),
        remotes=remotes.remotes,
    )
    checker = ImageChecker(
        images,
        ImageRules(
            lenient=knobs.lenient,
            codes=knobs.codes,
            labels={**manifests.labels, **knobs.labels},
            known=Limits(same=knobs.known_same, like=knobs.known_like),
        ),
        absent=staff.absent,
        broken={**staff.broken, **remotes.faults},
    )
    return ImageRoom(images, checker, remotes)


def staff_of(knobs: ImageKnobs, manifests: Manifests) -> Staff:
    """Find each wanted classifier: a manifest wins over an installed package."""
    staff, offers = Staff(), offered()
    for name in dict.fromkeys(knobs.classifiers):
        if name in manifests.faults:
            staff.broken[name] = manifests.faults[name]
        elif name in manifests.choices:
            staff.choices.append(_with_settings(manifests.choices[name], knobs))
        elif name in manifests.remotes:
            staff.remotes.append(name)
        elif (lack := _lack(name)) is not None:
            staff.absent[name] = lack
        elif name in offers:
            staff.choices.append(_with_settings(Choice(name=name), knobs))
        else:
            staff.absent[name] = _UNKNOWN
    return staff


def _lack(name: str) -> str | None:
    """What one of our own classifiers needs beside itself and has not."""
    if name == OCR and find_spec("rapidocr") is None:
        return NO_OCR
    return NO_NSFW if name == NSFW else None


def _with_settings(choice: Choice, knobs: ImageKnobs) -> Choice:
    own = knobs.settings.get(choice.name, {})
    return replace(choice, settings={**choice.settings, **own})


def _client(rules: Rules, caps: Caps) -> GuardedClient:
    return GuardedClient(rules=rules, caps=caps)


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
