"""Classifiers by manifest: one TOML file for each in one folder, named after it."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Final, Literal

from pydantic import Field

from app.image.look import Remote
from app.image.onnx_manifest import Manifest
from app.image.setup import Choice
from app.outbound import Caps, GuardedClient, Rules
from app.plugins.manifest import ManifestError, Part, Seconds, checked, read_table
from app.plugins.meaning import Meaning
from app.remote import (
    KServeManifest,
    ModerationManifest,
    RemoteManifest,
    RemoteModel,
)
from app.remote.manifest import read_key

NSFW: Final = "nsfw"
ONNX: Final = "onnx"
GRACE: Final = 1.0
"""Seconds by which the room's own limit is later than that of a remote one."""

_NAME: Final = re.compile(r"[a-z][a-z0-9_-]{0,39}")
_NOTHING: Final[Mapping[str, str]] = MappingProxyType({})


class PackageManifest(Part):
    """A classifier that an installed package offers, with its settings."""

    kind: Literal["package"]
    format: Literal[1] = 1
    offer: Annotated[str, Field(min_length=1, max_length=100)]
    seconds: Seconds = 10
    settings: dict[str, str] = Field(default_factory=dict)
    labels: tuple[Meaning, ...] = ()


_Any = Manifest | PackageManifest | RemoteManifest
_KINDS: Final[Mapping[str, type[_Any]]] = {
    "onnx": Manifest,
    "kserve": KServeManifest,
    "openai": ModerationManifest,
    "package": PackageManifest,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifests:
    """What the manifests of a folder say, by the name of the classifier.

    `choices` are looked at in workers, `remotes` on other machines; `labels` are
    those of both. `faults` says in one sentence why a file cannot be used.
    """

    choices: Mapping[str, Choice] = field(default_factory=dict)
    remotes: Mapping[str, RemoteManifest] = field(default_factory=dict)
    labels: Mapping[str, tuple[Meaning, ...]] = field(default_factory=dict)
    faults: Mapping[str, str] = field(default_factory=dict)


def read_manifests(folder: Path) -> Manifests:
    """Read all manifests of a folder, which need not be there; never raises.

    No model is loaded, and nobody is asked: a manifest without fault may still
    speak of a model that is missing.
    """
    found: dict[str, _Any] = {}
    faults: dict[str, str] = {}
    for path in sorted(folder.glob("*.toml")):
        try:
            found[path.stem] = _read(path)
        except ManifestError as error:
            faults[path.stem] = " ".join(str(error).split())
    return Manifests(
        choices={
            name: _choice(name, each, folder)
            for name, each in found.items()
            if not isinstance(each, RemoteManifest)
        },
        remotes={
            name: each
            for name, each in found.items()
            if isinstance(each, RemoteManifest)
        },
        labels={name: each.labels for name, each in found.items()},
        faults=faults,
    )


def _read(path: Path) -> _Any:
    if _NAME.fullmatch(path.stem) is None:
        raise ManifestError(
            f"{path.name}: a classifier's name is of a-z, 0-9, - and _, with a letter"
            " first, and not longer than 40"
        )
    table = read_table(path)
    kind = table.get("kind", ONNX)
    if not isinstance(kind, str) or kind not in _KINDS:
        raise ManifestError(f"{path.name}: kind must be one of {', '.join(_KINDS)}")
    return checked(_KINDS[kind], table, path)


def _choice(name: str, read: Manifest | PackageManifest, folder: Path) -> Choice:
    if isinstance(read, PackageManifest):
        return Choice(
            name=name, offer=read.offer, settings=read.settings, seconds=read.seconds
        )
    return Choice(
        name=name,
        offer=NSFW if name == NSFW else ONNX,
        settings={"manifest": str((folder / f"{name}.toml").absolute())},
        seconds=read.seconds,
    )


Client = Callable[[Rules, Caps], GuardedClient]
"""Makes a client with rules of its own, for one endpoint."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Remotes:
    """Remote classifiers that can be asked, and why others cannot; close it."""

    models: Mapping[str, RemoteModel] = field(default_factory=dict)
    faults: Mapping[str, str] = field(default_factory=dict)

    @property
    def remotes(self) -> tuple[Remote, ...]:
        """As the image room wants them."""
        return tuple(
            Remote(model, model.seconds + GRACE) for model in self.models.values()
        )

    async def aclose(self) -> None:
        """Close all connections."""
        for model in self.models.values():
            await model.aclose()


def make_remotes(
    manifests: Mapping[str, RemoteManifest],
    client: Client,
    environ: Mapping[str, str] = _NOTHING,
) -> Remotes:
    """Make a classifier of each manifest; never raises for what one of them says.

    `environ` is where keys are looked for.
    """
    models: dict[str, RemoteModel] = {}
    faults: dict[str, str] = {}
    for name, read in manifests.items():
        try:
            key = read_key(read, environ)
        except ManifestError as error:
            faults[name] = str(error)
            continue
        models[name] = RemoteModel(
            name,
            read.dialect(),
            client(read.rules, Caps()),
            seconds=read.seconds,
            key=key,
        )
    return Remotes(models=models, faults=faults)
