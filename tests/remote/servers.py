"""Endpoints on loopback that really speak the protocols, and such as break them.

Their model tells how red, green and blue a picture is, so that what it says of a
picture can be worked out by hand.
"""

import asyncio
import base64
import json
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from PIL import Image, ImageStat

from app.outbound import Caps, GuardedClient, Rules
from app.plugins.door import Facts, Shot
from app.remote import (
    Breaker,
    KServeManifest,
    ModerationManifest,
    RemoteManifest,
    RemoteModel,
)
from tests.outbound.faulty import Exchange, Faulty, Script, answer, serving

CLASSES = ("red", "green", "blue")
Change = Callable[[dict[str, Any]], Any]
"""Turns a proper answer into another one."""


def shot(colour: tuple[int, int, int], frame: int = 0) -> Shot:
    written = BytesIO()
    Image.new("RGB", (16, 16), colour).save(written, "JPEG", quality=95)
    return Shot(written.getvalue(), 1.0, frame)


RED, GREEN, BLACK = shot((255, 0, 0)), shot((0, 255, 0)), shot((0, 0, 0))
FACTS = Facts(16, 16, "png")


def colours(jpeg: bytes) -> dict[str, float]:
    """What the model says of a picture."""
    with Image.open(BytesIO(jpeg), formats=["JPEG"]) as image:
        means = ImageStat.Stat(image.convert("RGB")).mean
    return dict(zip(CLASSES, (mean / 255 for mean in means), strict=True))


def same(proper: dict[str, Any]) -> dict[str, Any]:
    return proper


def kserve(change: Change = same, *, wanted: str = "tensor") -> Script:
    """A model server; `wanted` says which of the three outputs it gives."""

    async def script(exchange: Exchange) -> None:
        if exchange.head.startswith(b"GET /v2/health/ready "):
            await answer()(exchange)
            return
        asked = json.loads(exchange.body)
        (tensor,) = asked["inputs"]
        assert tensor["datatype"] == "BYTES"
        seen = [colours(base64.b64decode(each)) for each in tensor["data"]]
        proper = {
            "model_name": "colours",
            "model_version": "3",
            "id": asked["id"],
            "outputs": [{"name": "scores", **OUTPUTS[wanted](seen)}],
        }
        await answer(json.dumps(change(proper)).encode())(exchange)

    return script


def _tensor(seen: Sequence[Mapping[str, float]]) -> dict[str, Any]:
    data = [row[name] for row in seen for name in CLASSES]
    return {"datatype": "FP32", "shape": [len(seen), len(CLASSES)], "data": data}


def _json(seen: Sequence[Mapping[str, float]]) -> dict[str, Any]:
    data = [json.dumps({**row, "other": None}) for row in seen]
    return {"datatype": "BYTES", "shape": [len(seen)], "data": data}


def _names(seen: Sequence[dict[str, float]]) -> dict[str, Any]:
    data = [max(row, key=row.__getitem__) for row in seen]
    return {"datatype": "BYTES", "shape": [len(seen), 1], "data": data}


OUTPUTS: Mapping[str, Callable[[Sequence[dict[str, float]]], dict[str, Any]]] = {
    "tensor": _tensor,
    "json": _json,
    "names": _names,
}


def moderation(change: Change = same, *, together: bool = False) -> Script:
    """A moderation endpoint; it takes one picture at a time, or several together."""

    async def script(exchange: Exchange) -> None:
        asked = json.loads(exchange.body)
        if len(asked["input"]) > 1 and not together:
            await answer(b'{"error": "one picture"}', "400 Bad Request")(exchange)
            return
        results = []
        for each in asked["input"]:
            assert each["type"] == "image_url"
            head, _, data = each["image_url"]["url"].partition(",")
            assert head == "data:image/jpeg;base64"
            scores = colours(base64.b64decode(data))
            flagged = {name: score > 0.5 for name, score in scores.items()}
            results.append(
                {"flagged": True, "categories": flagged, "category_scores": scores}
            )
        proper = {"id": "modr-1", "model": "colours-3", "results": results}
        await answer(json.dumps(change(proper)).encode())(exchange)

    return script


def body(content: bytes) -> Script:
    return answer(content, headers=["Content-Type: application/json"])


async def never(_: Exchange) -> None:
    """An endpoint that takes the question and does not answer."""
    await asyncio.Event().wait()


def manifest(kind: str, port: int = 1, **changed: object) -> dict[str, object]:
    return {
        "kind": kind,
        "url": f"http://127.0.0.1:{port}",
        "private": True,
        "model": "colours",
        "classes": list(CLASSES),
        **changed,
    }


def kserve_manifest(port: int = 1, **changed: object) -> KServeManifest:
    return KServeManifest.model_validate(manifest("kserve", port, **changed))


def moderation_manifest(port: int = 1, **changed: object) -> ModerationManifest:
    return ModerationManifest.model_validate(manifest("openai", port, **changed))


@dataclass
class Clock:
    """Seconds that pass when a test says so."""

    now: float = 0.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Far:
    """A remote classifier with the endpoint that it asks."""

    model: RemoteModel
    server: Faulty
    clock: Clock = field(default_factory=Clock)


@asynccontextmanager
async def far(
    kind: str,
    script: Script,
    *,
    key: str | None = None,
    rules: Rules | None = None,
    **changed: Any,
) -> AsyncIterator[Far]:
    """A remote classifier that asks an endpoint which answers by the script."""
    clock = Clock()
    async with serving(script) as server:
        make = kserve_manifest if kind == "kserve" else moderation_manifest
        read: RemoteManifest = make(server.port, **changed)
        model = RemoteModel(
            "far",
            read.dialect(),
            GuardedClient(rules=rules or read.rules, caps=Caps()),
            seconds=read.seconds,
            key=key,
            breaker=Breaker(failures=2, seconds=30.0, clock=clock),
        )
        try:
            yield Far(model, server, clock)
        finally:
            await model.aclose()
