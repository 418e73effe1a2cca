"""What the manifests of all remote classifiers say, whatever protocol they speak."""

from collections.abc import Mapping
from typing import Annotated, Final, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from app.outbound import OutboundError, Rules
from app.outbound.addresses import is_public, parse_address
from app.outbound.target import Target, parse_target
from app.plugins.manifest import ClassName, Expected, ManifestError, Part, Seconds
from app.plugins.meaning import Meaning, used_classes
from app.remote.dialect import Dialect

MOST_CLASSES: Final = 64
MOST_PICTURES: Final = 64
_ANYWHERE: Final = Rules(ports=None, allow_private=True)


def _base(url: str) -> str:
    """A URL to which paths can be added; no error quotes it, it may hold a secret."""
    _target(url)
    if "?" in url or "#" in url:
        raise ValueError("must have no query and no fragment; a key goes to 'key_env'")
    return url.rstrip("/")


def _target(url: str) -> Target:
    try:
        return parse_target(url, _ANYWHERE)
    except OutboundError as error:
        raise ValueError(str(error)) from None


class RemoteManifest(Part):
    """An endpoint, and all that is needed to ask it.

    `url` is what the paths of the protocol are added to. `private` allows an
    address of a private network or of this machine. `key_env` names the variable
    of the environment that holds the key. It may take `seconds` for one picture,
    whose frames are asked about in requests of at most `pictures` frames.
    `classes` are those that are read; all of the labels and examples, if left out.
    """

    format: Literal[1] = 1
    url: Annotated[str, AfterValidator(_base)]
    private: bool = False
    key_env: Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]{0,99}$")] | None = (
        None
    )
    seconds: Seconds = 10
    pictures: Annotated[int, Field(ge=1, le=MOST_PICTURES)] = 1
    classes: Annotated[tuple[ClassName, ...], Field(max_length=MOST_CLASSES)] = ()
    labels: tuple[Meaning, ...] = ()
    examples: tuple[Expected, ...] = ()

    @property
    def told_model(self) -> str:
        """The model that is asked for, as long as the endpoint tells of none."""
        raise NotImplementedError

    def dialect(self) -> Dialect:
        """The protocol that the endpoint speaks, set up for it."""
        raise NotImplementedError

    @property
    def rules(self) -> Rules:
        """Where its requests may go; an operator chose the port."""
        return Rules(ports=None, allow_private=self.private)

    @property
    def read_classes(self) -> tuple[str, ...]:
        """The classes that are read."""
        return self.classes or used_classes(self.labels, self.examples)

    @model_validator(mode="after")
    def _known_classes(self) -> Self:
        if len(set(self.classes)) < len(self.classes):
            raise ValueError("two classes have the same name")
        used = used_classes(self.labels, self.examples)
        strange = sorted(set(used) - set(self.read_classes))
        if strange:
            raise ValueError(f"{strange[0]!r} is none of the classes")
        if not 1 <= len(self.read_classes) <= MOST_CLASSES:
            raise ValueError(f"name one to {MOST_CLASSES} classes, or labels with some")
        return self

    @model_validator(mode="after")
    def _reachable(self) -> Self:
        target = _target(self.url)
        address = parse_address(target.host)
        if address is not None and not self.private and not is_public(address):
            raise ValueError("an address that is not public needs 'private = true'")
        if self.key_env and target.scheme != "https" and not self.private:
            raise ValueError("a key is only sent to https://, or with 'private = true'")
        return self


def read_key(manifest: RemoteManifest, environ: Mapping[str, str]) -> str | None:
    """The key that a manifest wants, if it wants one.

    Raises:
        ManifestError: it is not there, or cannot stand in a header. No part of it
            is told.
    """
    name = manifest.key_env
    if name is None:
        return None
    key = environ.get(name, "").strip()
    if not key:
        raise ManifestError(f"the environment variable {name} holds no key")
    if not (key.isascii() and key.isprintable() and " " not in key):
        raise ManifestError(
            f"the key in the environment variable {name} has characters that no key has"
        )
    return key
