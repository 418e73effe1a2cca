"""The text checker: fold, scan, judge, combine, exempt."""

import copy
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Self

from app.domain.finding import Finding
from app.domain.scenes import Scene
from app.text.audience import EVERYONE, Audience
from app.text.combine import NOTHING_HELD, Held, combine
from app.text.compiling import compile_snapshot
from app.text.contacts import contact_findings
from app.text.explain import explain_exempt
from app.text.glance import shows_nothing
from app.text.mask import mask
from app.text.model.beside import alone, beside, unreported
from app.text.result import BorderNote, Explanation, TextResult
from app.text.scan import Hits, Scan
from app.text.snapshot import Snapshot

if TYPE_CHECKING:
    from app.text.model.model import Model


class Checker:
    """Checks texts against the current snapshot; safe to share in one process.

    `install` swaps the snapshot by reference: a check that has begun goes on
    with the one it started with.
    """

    def __init__(
        self, snapshot: Snapshot | None = None, model: "Model | None" = None
    ) -> None:
        """Start with a snapshot, or not ready and matching nothing."""
        self._model = model
        self._snapshot = snapshot or compile_snapshot(())
        self._held = NOTHING_HELD
        self.ready = snapshot is not None

    @property
    def snapshot(self) -> Snapshot:
        """The snapshot that the next check will use."""
        return self._snapshot

    @property
    def version(self) -> str | None:
        """The lexicon version in use, None while there is none."""
        return self._snapshot.version or None

    @property
    def model(self) -> "Model | None":
        """The content model that the next check will ask; None without one."""
        return self._model

    @property
    def model_version(self) -> str | None:
        """The version of the content model in use, None without one."""
        return None if self._model is None else self._model.version

    def use(self, model: "Model | None") -> None:
        """Ask this content model from the next check on; None asks none."""
        self._model = model

    def pinned(self) -> Self:
        """This checker as it is now, deaf to `install`: for one whole request."""
        return copy.copy(self)

    def install(self, snapshot: Snapshot) -> None:
        """Use `snapshot` from the next check on."""
        self._snapshot = snapshot
        self.ready = True

    def hold(self, held: Held) -> None:
        """Let these words count for `review` at most, from the next check on."""
        self._held = held

    def check(
        self,
        text: str,
        *,
        scene: Scene = Scene.COMMENT,
        audience: Audience = EVERYONE,
        now: float | None = None,
        explain: bool = False,
        doubted: bool = False,
    ) -> TextResult:
        """Find every listed term, rule and disguised contact in `text`.

        `now` is Unix time and decides on schedules; the default is the clock.
        `doubted` texts were not among the `certainly_clean` ones.
        Never fails on any string. The cost is bounded: long texts are scanned
        in slices, and what is found and judged is capped (`truncated`).
        """
        model = self._model
        if not (explain or doubted) and shows_nothing(self._snapshot, text):
            if model is None:
                return TextResult(masked=text)
            return alone(text, model.judge(text))
        scan = self._scan(text, scene, audience, explain=explain)
        scan.run()
        result = _finish(scan, now, self._held)
        if model is None:
            return result
        return beside(result, text, scene, model, model.judge(text))

    def certainly_clean(self, texts: Sequence[str]) -> list[bool]:
        """For each text whether `check` would find nothing, in any scene.

        Far cheaper than checking one by one; a False only means: check it.
        """
        # Not before it is needed: numpy takes a tenth of a second to load.
        from app.text.batch import certainly_clean  # noqa: PLC0415

        clean = certainly_clean(self._snapshot, texts)
        return clean if self._model is None else unreported(self._model, texts, clean)

    def steps(
        self,
        text: str,
        *,
        scene: Scene = Scene.COMMENT,
        audience: Audience = EVERYONE,
        now: float | None = None,
        explain: bool = False,
    ) -> Iterator[TextResult | None]:
        """The same in small steps, for callers that share a loop with others.

        Yields None after each slice of a long text and the result at last.
        """
        scan = self._scan(text, scene, audience, explain=explain)
        model, judged = self._model, None
        for _ in scan.steps():
            yield None
        result = _finish(scan, now, self._held)
        if model is None:
            yield result
            return
        for judged in model.steps(text):
            if judged is None:
                yield None
        if judged is not None:
            yield beside(result, text, scene, model, judged)

    def _scan(
        self, text: str, scene: Scene, audience: Audience, *, explain: bool
    ) -> Scan:
        """A scan in which only the lists count that concern the text."""
        snapshot = self._snapshot
        hidden = audience.hidden(snapshot.scopes, snapshot.list_names, scene)
        return Scan(snapshot, text, scene, explain=explain, hidden=hidden)


def _finish(scan: Scan, now: float | None, held: Held) -> TextResult:
    """Turn hits into findings."""
    hits, text = scan.hits, scan.text
    contacts = contact_findings(text) if scan.contacts else []
    if not (hits.anything or contacts or scan.explain):
        return TextResult(masked=text, truncated=scan.truncated)
    moment = datetime.fromtimestamp(time.time() if now is None else now, UTC)
    keywords, saved = combine(scan.snapshot, hits, moment, held)
    findings = _ordered([*keywords, *contacts])
    explanation = _explanation(scan, hits, saved) if scan.explain else None
    return TextResult(findings, mask(text, findings), scan.truncated, explanation)


def _ordered(findings: list[Finding]) -> tuple[Finding, ...]:
    """By place in the text, longer first."""
    return tuple(
        sorted(findings, key=lambda f: (f.start or 0, -(f.end or 0), f.term or ""))
    )


def _explanation(scan: Scan, hits: Hits, saved: list[tuple[int, int]]) -> Explanation:
    """The inner view of this check."""
    return Explanation(
        folded=scan.folded,
        borders=_distinct(scan.notes),
        exempt=explain_exempt(scan.snapshot, hits, saved),
    )


def _distinct(notes: list[BorderNote]) -> tuple[BorderNote, ...]:
    """One note for each term and place; kept when any way of reading kept it."""
    best: dict[tuple[str, int, int], BorderNote] = {}
    for note in notes:
        key = (note.term, note.start, note.end)
        if key not in best or note.kept:
            best[key] = note
    return tuple(best.values())
