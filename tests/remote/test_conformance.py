"""Ours on other machines keep to the contract, with an endpoint that is well."""

from typing import Any

import pytest

from app.image.decode import decode
from app.image.remote_examples import remote_examples
from app.image.shots import take_shots
from app.plugins.conformance import remote_complaints
from app.plugins.door import Sample, Shot
from app.remote import RemoteManifest
from tests.outbound.faulty import Script, answer
from tests.remote.servers import (
    far,
    kserve,
    kserve_manifest,
    moderation,
    moderation_manifest,
)

PLAIN = {"red": 120 / 255, "green": 150 / 255, "blue": 90 / 255}
"""The plain field of the examples, as the endpoint's model sees it."""
EXAMPLES = [{"picture": "plain", "scores": PLAIN, "within": 0.02}]


def shoot(sample: Sample) -> list[Shot]:
    return take_shots(sample, 256)


async def complaints(
    kind: str, script: Script, manifest: RemoteManifest, **changed: Any
) -> list[str]:
    async with far(kind, script, **changed) as there:
        examples = remote_examples(manifest)
        return await remote_complaints(there.model, examples, decode, shoot)


@pytest.mark.parametrize("wanted", ["tensor", "json", "names"])
async def test_kserve(wanted: str) -> None:
    shown = EXAMPLES if wanted != "names" else []
    found = kserve_manifest(examples=shown)
    script = kserve(wanted=wanted)
    assert await complaints("kserve", script, found, output={"answer": wanted}) == []


@pytest.mark.parametrize("together", [True, False])
async def test_moderation(together: bool) -> None:
    found = moderation_manifest(examples=EXAMPLES)
    script = moderation(together=together)
    pictures = 8 if together else 1
    assert await complaints("openai", script, found, pictures=pictures) == []


async def test_a_wrong_example_is_found() -> None:
    shown = [{"picture": "plain", "scores": {"red": 0.9}}]
    found = await complaints("kserve", kserve(), kserve_manifest(examples=shown))
    assert found == [
        "plain, with a score for each class: it does not say what it should"
    ]


async def test_an_endpoint_that_is_ill_is_found() -> None:
    found = await complaints("kserve", answer(b"", "500 Oops"), kserve_manifest())
    assert "it reports an error: it answered with status 500" in found[0]
