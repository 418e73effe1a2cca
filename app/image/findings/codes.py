"""What a code in a picture means: by its content, and because it is there."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from app.domain.finding import Finding, Strategy, Suggest
from app.domain.labels import Label
from app.domain.scenes import Scene
from app.domain.seen import Seen
from app.image.findings.payload import Payload, payload
from app.image.findings.rules import ImageRules, ReadText, Words, worst
from app.plugins.door import CodeRegion, Reading

_LEVELS: Final = {Suggest.PASS: 20, Suggest.REVIEW: 60, Suggest.RISKY: 90}


async def code_findings(
    reading: Reading, read: ReadText, scene: Scene, rules: ImageRules
) -> Words:
    """Findings in the contents of all codes, and one for each code itself."""
    found: list[Finding] = []
    truncated = False
    for region in reading.codes:
        seen = _seen(region, reading)
        said = await read(region.text)
        truncated = truncated or said.truncated
        found += _by_content(said.findings, seen)
        found.append(_bare(region, seen, scene, rules))
    return worst(Words(tuple(found), truncated))


def _seen(region: CodeRegion, reading: Reading) -> Seen:
    return Seen(
        classifier=reading.classifier,
        model=reading.model,
        boxes=(region.box,),
        frame=region.frame,
        text=region.text,
        code=region.format,
    )


def _by_content(findings: Sequence[Finding], seen: Seen) -> list[Finding]:
    return [replace(each, strategy=Strategy.QRCODE, seen=seen) for each in findings]


def _bare(region: CodeRegion, seen: Seen, scene: Scene, rules: ImageRules) -> Finding:
    """That a code is there, whatever it says."""
    kind = payload(region.text, region.format)
    means = Suggest.PASS if kind is Payload.GOODS else rules.bare_code(scene)
    return Finding(
        strategy=Strategy.QRCODE,
        label=Label.ADS,
        suggest=means,
        level=_LEVELS[means],
        term=kind.value,
        seen=seen,
    )
