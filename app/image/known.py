"""The classifier `known`: hashes a picture and looks for it in lists.

It is told which file holds the lists; whoever keeps them writes a new file for
each version and names it in the settings. Without a file it only hashes.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from app.image.known_examples import examples
from app.image.known_file import KnownFile
from app.image.known_format import KnownFileError
from app.image.known_forms import Form, forms, regions
from app.image.known_search import search
from app.image.options import Options
from app.image.pdq import MODEL, Pdq
from app.plugins.door import Example, Match, Reading, Sample

NAME: Final = "known"
COMPARED_FROM: Final = 1
"""The least quality of a hash that is looked for: 0 is a plain field."""
MOST: Final = 16
"""Matches that are reported per frame, the nearest ones."""


@dataclass(frozen=True, slots=True)
class _Reach:
    """How far apart hashes and hashes of middle parts may be, in bits."""

    whole: int
    centre: int


class Known:
    """Hashes pictures, and compares them with the listed ones."""

    name = NAME
    model = MODEL

    def __init__(self, settings: Mapping[str, str]) -> None:
        """Take the settings.

        `file` is the file of known pictures, empty for none. `within` is the
        greatest distance of a match in bits, 64 unless told; `centre_within`
        that of middle parts, 31 unless told, and -1 for not comparing them.

        Raises:
            ValueError: a setting makes no sense, or the file cannot be used.
        """
        names = {"file", "within", "centre_within"}
        options = Options(NAME, settings, known=names)
        self._reach = _Reach(
            options.integer("within", 64, least=0, most=127),
            options.integer("centre_within", 31, least=-1, most=127),
        )
        self._lists: KnownFile | None = None
        self._fault: str | None = None
        self._load(options.text("file", ""))

    def refresh(self, values: Mapping[str, str]) -> None:
        """Take the name of another file, in `file`; empty for none.

        If it cannot be used, the lists so far stay, and every reading says so.
        """
        if "file" not in values:
            return
        try:
            self._load(values["file"])
        except KnownFileError as error:
            self._fault = str(error)

    def classify(self, sample: Sample) -> Reading:
        """Hash all frames and look for each."""
        made = [form for frame in sample.frames for form in forms(frame)]
        lists = self._lists
        return Reading(
            classifier=NAME,
            model=MODEL,
            hashes=tuple(region for form in made for region in regions(form)),
            matches=tuple(_matches(lists, made, self._reach)) if lists else (),
            error=self._fault,
        )

    def examples(self) -> Sequence[Example]:
        """Pictures with their published hashes."""
        return examples()

    def _load(self, file: str) -> None:
        self._lists = KnownFile.open(Path(file)) if file else None
        self._fault = None


def create(settings: Mapping[str, str]) -> Known:
    """Make the classifier; see `Known` for its settings."""
    return Known(settings)


def _matches(lists: KnownFile, made: Sequence[Form], reach: _Reach) -> Iterator[Match]:
    """The nearest listed pictures of each frame, each once, in its nearest form."""
    pairs = sorted(_near(lists, made, reach))
    found = [_match(lists, made[number], row) for number, row in pairs]
    found.sort(key=lambda match: (match.distance, not match.exempt))
    seen: dict[int, set[tuple[bytes, str]]] = {}
    for match in found:
        listed = seen.setdefault(match.frame, set())
        key = (match.digest, match.list_name)
        if key not in listed and len(listed) < MOST:
            listed.add(key)
            yield match


def _near(
    lists: KnownFile, made: Sequence[Form], reach: _Reach
) -> set[tuple[int, int]]:
    """The forms and rows of which either hash is near, as pairs of numbers."""
    told = [at for at, form in enumerate(made) if form.whole.quality >= COMPARED_FROM]
    asked = _by_value((at, made[at].whole) for at in told)
    found = search(lists.pieces, list(asked), within=reach.whole)
    values = list(asked.values())
    pairs = {(at, hit.row) for hit in found for at in values[hit.query]}
    if reach.centre >= 0 and len(lists.owners):
        asked = _by_value((at, made[at].centre) for at in told)
        found = search(lists.centres, list(asked), within=reach.centre)
        values = list(asked.values())
        for hit in found:
            row = int(lists.owners[hit.row])
            pairs |= {(at, row) for at in values[hit.query]}
    return pairs


def _by_value(hashes: Iterable[tuple[int, Pdq | None]]) -> dict[bytes, list[int]]:
    """Which forms have which hash: frames may be alike, and are looked for once."""
    asked: dict[bytes, list[int]] = {}
    for at, value in hashes:
        if value is not None:
            asked.setdefault(value.value, []).append(at)
    return asked


def _match(lists: KnownFile, form: Form, row: int) -> Match:
    listed = lists.picture(row)
    middles = (
        _distance(form.centre.value, listed.centre)
        if form.centre and listed.centre
        else None
    )
    return Match(
        list_name=listed.list_name,
        digest=listed.digest,
        distance=_distance(form.whole.value, listed.digest),
        frame=form.frame,
        note=listed.note,
        label=listed.label,
        exempt=listed.exempt,
        quality=min(form.whole.quality, listed.quality),
        transform=form.name,
        centre=middles,
    )


def _distance(one: bytes, other: bytes) -> int:
    return (int.from_bytes(one) ^ int.from_bytes(other)).bit_count()
