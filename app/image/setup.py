"""What a worker is told: once when it starts, and with each picture."""

from collections.abc import Container, Mapping
from dataclasses import dataclass, field, replace
from typing import Self

import orjson

from app.image.limits import PictureLimits, WorkerLimits


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A classifier that is wanted, with its own settings.

    `offer` is the name under which a package offers it, if that is not `name`: one
    offer can serve several choices, each with its own model. It may look at one
    picture for `seconds` by the clock; then its worker is ended.
    """

    name: str
    offer: str | None = None
    settings: Mapping[str, str] = field(default_factory=dict)
    seconds: float = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """The classifiers, in the order in which they look, and all limits.

    `shot_side` is how long the longer side of pictures for remote classifiers is,
    in pixels; 0 when there are none. `parent` is the process that starts the
    worker, which must not outlive it; whoever starts it fills that in.
    """

    choices: tuple[Choice, ...]
    picture: PictureLimits = field(default_factory=PictureLimits)
    worker: WorkerLimits = field(default_factory=WorkerLimits)
    shot_side: int = 0
    parent: int = 0

    def __post_init__(self) -> None:
        if len(set(self.names)) < len(self.choices):
            message = "two classifiers have the same name"
            raise ValueError(message)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the classifiers."""
        return tuple(choice.name for choice in self.choices)

    def seconds(self, name: str) -> float:
        """How long a classifier may look."""
        return next(each.seconds for each in self.choices if each.name == name)

    def without(self, names: Container[str]) -> Self:
        """The same for fewer classifiers."""
        kept = tuple(each for each in self.choices if each.name not in names)
        return replace(self, choices=kept)

    def dump(self) -> bytes:
        """As JSON."""
        return orjson.dumps(self)

    @classmethod
    def load(cls, written: bytes) -> Self:
        """Read what `dump` wrote."""
        read = orjson.loads(written)
        return cls(
            choices=tuple(Choice(**each) for each in read["choices"]),
            picture=PictureLimits(**read["picture"]),
            worker=WorkerLimits(**read["worker"]),
            shot_side=read["shot_side"],
            parent=read["parent"],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What goes with a picture.

    `skip` names classifiers that are not to look, `values` are those of classifiers
    that can be refreshed, and `shots` asks for pictures for remote classifiers.
    """

    skip: tuple[str, ...] = ()
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    shots: bool = False

    def dump(self) -> bytes:
        """As JSON."""
        return orjson.dumps(self)

    @classmethod
    def load(cls, written: bytes) -> Self:
        """Read what `dump` wrote."""
        return cls(**orjson.loads(written))
