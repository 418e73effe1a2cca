"""Moderation endpoints in OpenAI's shape: a data URL in, a score per category out.

Source: OpenAI's API reference, "Create moderation": `input` is a list of objects of
the type `image_url`, and each of `results` has `category_scores` of 0 to 1.
"""

from base64 import b64encode
from collections.abc import Sequence
from typing import Annotated, Literal, Self

import orjson
from pydantic import Field, model_validator

from app.remote.answer import Told, highest, items, model_name, parsed, scores, table
from app.remote.manifest import RemoteManifest


class ModerationManifest(RemoteManifest):
    """A model behind a moderation endpoint."""

    kind: Literal["openai"]
    model: Annotated[str, Field(pattern=r"^[!-~]{1,100}$")]

    @property
    def told_model(self) -> str:
        """The name that is asked for."""
        return self.model

    def dialect(self) -> "Moderation":
        """OpenAI's moderations."""
        return Moderation(self)

    @model_validator(mode="after")
    def _without_version(self) -> Self:
        if self.url.endswith("/v1"):
            raise ValueError("leave out the final /v1 of the url")
        return self


class Moderation:
    """The protocol, set up for one model."""

    def __init__(self, manifest: ModerationManifest) -> None:
        self._manifest = manifest
        self.url = f"{manifest.url}/v1/moderations"
        self.ready_url: str | None = None
        self.model = manifest.told_model
        self.pictures = manifest.pictures

    def ask(self, jpegs: Sequence[bytes]) -> bytes:
        """See `Dialect`."""
        pictures = [
            {"type": "image_url", "image_url": {"url": _data_url(jpeg)}}
            for jpeg in jpegs
        ]
        return orjson.dumps({"model": self._manifest.model, "input": pictures})

    def read(self, body: bytes, count: int) -> Told:
        """See `Dialect`. One result for all pictures, or one for each."""
        answer = parsed(body)
        results = items(answer.get("results"), most=count)
        classes = self._manifest.read_classes
        rows = [scores(table(each).get("category_scores"), classes) for each in results]
        model = model_name(answer.get("model"), self._manifest.model)
        return Told(model, highest(rows))


def _data_url(jpeg: bytes) -> str:
    return "data:image/jpeg;base64," + b64encode(jpeg).decode("ascii")
