"""The classifier `known`: hashes a picture and looks for it in lists.

It is told which file holds the lists; whoever keeps them writes a new file for
each version and names it in the settings. Without a file it only hashes.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from app.image.known_examples import examples
from app.image.known_file import KnownFile
from app.image.known_format import KnownFileError
from app.image.known_search import Near, search
from app.image.options import Options
from app.image.pdq import MODEL, ORIGINAL, Pdq, pdq_turns
from app.image.pdq_trim import trimmed
from app.plugins.door import Example, Frame, HashRegion, Match, Reading, Sample

NAME: Final = "known"
KIND: Final = "pdq"
TRIMMED: Final = "trimmed"
"""The form of a picture whose plain borders were cut off."""
COMPARED_FROM: Final = 1
"""The least quality of a hash that is looked for: 0 is a plain field."""
MOST: Final = 16
"""Matches that are reported per frame, the nearest ones."""


@dataclass(frozen=True, slots=True)
class _Form:
    """A hash of one frame in one form."""

    frame: int
    name: str
    hash: Pdq


class Known:
    """Hashes pictures, and compares them with the listed ones."""

    name = NAME
    model = MODEL

    def __init__(self, settings: Mapping[str, str]) -> None:
        """Take the settings.

        `file` is the file of known pictures, empty for none; `within` is the
        greatest distance of a match in bits, 64 unless told.

        Raises:
            ValueError: a setting makes no sense, or the file cannot be used.
        """
        options = Options(NAME, settings, known={"file", "within"})
        self._within = options.integer("within", 64, least=0, most=127)
        self._lists: KnownFile | None = None
        self._fault: str | None = None
        self._load(options.text("file", ""))

    def refresh(self, values: Mapping[str, str]) -> None:
        """Take the name of another file, in `file`.

        If it cannot be used, the lists so far stay, and every reading says so.
        """
        try:
            self._load(values.get("file", ""))
        except KnownFileError as error:
            self._fault = str(error)

    def classify(self, sample: Sample) -> Reading:
        """Hash all frames and look for each."""
        forms = [form for frame in sample.frames for form in _forms(frame)]
        return Reading(
            classifier=NAME,
            model=MODEL,
            hashes=tuple(_regions(forms)),
            matches=self._matches(forms),
            error=self._fault,
        )

    def examples(self) -> Sequence[Example]:
        """Pictures with their published hashes."""
        return examples()

    def _load(self, file: str) -> None:
        self._lists = KnownFile.open(Path(file)) if file else None
        self._fault = None

    def _matches(self, forms: Sequence[_Form]) -> tuple[Match, ...]:
        lists = self._lists
        if lists is None:
            return ()
        asked: dict[bytes, _Form] = {}
        for form in forms:
            if form.hash.quality >= COMPARED_FROM:
                asked.setdefault(form.hash.value, form)
        found = search(lists.pieces, list(asked), within=self._within)
        found.sort(key=lambda near: (near.distance, not lists.exempt(near.row)))
        return tuple(_nearest(lists, list(asked.values()), found))


def create(settings: Mapping[str, str]) -> Known:
    """Make the classifier; see `Known` for its settings."""
    return Known(settings)


def _forms(frame: Frame) -> Iterator[_Form]:
    for turn, value in pdq_turns(frame.pixels).items():
        yield _Form(frame.number, turn, value)
    within = trimmed(frame.pixels)
    if within is not None:
        for turn, value in pdq_turns(within).items():
            name = TRIMMED if turn == ORIGINAL else f"{TRIMMED}, {turn}"
            yield _Form(frame.number, name, value)


def _regions(forms: Sequence[_Form]) -> Iterator[HashRegion]:
    for form in forms:
        if form.name in {ORIGINAL, TRIMMED}:
            value = form.hash
            yield HashRegion(KIND, value.value, value.quality, form.name, form.frame)


def _nearest(
    lists: KnownFile, queries: Sequence[_Form], found: Sequence[Near]
) -> Iterator[Match]:
    """Each listed hash once per frame, in the order of `found`."""
    seen: dict[int, set[int]] = {}
    for near in found:
        form = queries[near.query]
        rows = seen.setdefault(form.frame, set())
        if near.row not in rows and len(rows) < MOST:
            rows.add(near.row)
            yield _match(lists, form, near)


def _match(lists: KnownFile, form: _Form, near: Near) -> Match:
    listed = lists.picture(near.row)
    return Match(
        list_name=listed.list_name,
        digest=listed.digest,
        distance=near.distance,
        frame=form.frame,
        note=listed.note,
        label=listed.label,
        exempt=listed.exempt,
        quality=min(form.hash.quality, listed.quality),
        transform=form.name,
    )
