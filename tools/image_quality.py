"""How well pictures are read and recognised: tables for docs/image-quality.md.

    python -m tools.image_quality --pictures 20 --seed 7

Everything is made from the seed, so that another seed is a fresh set of pictures
of the same kinds.
"""

import argparse
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from app.domain.entry import Entry, Match
from app.domain.labels import Label
from app.image.known import Known
from app.image.known_format import KnownPicture
from app.image.known_forms import TRIMMED, forms
from app.image.known_rules import Likeness, Limits, likeness
from app.image.known_write import write_known
from app.image.ocr import Ocr, OcrSettings
from app.image.ocr_join import join
from app.image.pdq import ORIGINAL
from app.plugins.door import Reading
from app.text.checker import Checker
from app.text.compiling import compile_snapshot
from tests.image.pictures import copies, innocent, written
from tests.image.pictures.paint import Picture, sample_of
from tests.image.pictures.scenery import photo
from tests.image.pictures.words import ENGLISH, PLANTED
from tools.image_quality_codes import report_codes
from tools.image_quality_table import Count, Row, seeded, table


def words_found(checker: Checker, reading: Reading) -> set[str]:
    """The listed words that the text engine finds in what was read."""
    texts = [join(reading.texts).text, *(region.text for region in reading.texts)]
    return {
        finding.term
        for text in texts
        for finding in checker.check(text).findings
        if finding.term
    }


def list_checker() -> Checker:
    """A text engine that knows the planted words, and nothing else."""
    entries = [
        Entry(word, Label.CRIME, 90, Match.STANDARD) for word in (*PLANTED, *ENGLISH)
    ]
    return Checker(compile_snapshot(entries, version="report"))


def word_rows(ocr: Ocr, seed: str, pictures: int) -> Iterable[Row]:
    """Recall of planted words, by kind of picture."""
    checker = list_checker()
    for kind, make in written.KINDS.items():
        found = planted = extra = 0
        for number in range(pictures):
            page = make(seeded(seed, kind, number))
            seen = words_found(checker, ocr.classify(sample_of(page.picture)))
            found += len(seen & set(page.words))
            planted += len(page.words)
            extra += len(seen - set(page.words))
        yield kind, str(pictures), str(planted), str(Count(found, planted)), str(extra)


def innocent_rows(ocr: Ocr, seed: str, pictures: int) -> Iterable[Row]:
    """Listed words that were found where there are none, and invented text."""
    checker = list_checker()
    for kind, make in innocent.KINDS.items():
        alarms = invented = 0
        for number in range(pictures):
            reading = ocr.classify(sample_of(make(seeded(seed, kind, number))))
            alarms += bool(words_found(checker, reading))
            invented += len(reading.texts) if kind in innocent.WORDLESS else 0
        yield kind, str(pictures), str(alarms), str(invented)


def copy_rows(known: Known, shown: Sequence[Picture], seed: str) -> Iterable[Row]:
    """Recall of copies of listed pictures, by what was done to them."""
    for kind, change in copies.KINDS.items():
        found = [
            closest(known.classify(sample_of(change(seeded(seed, at), picture))))
            for at, picture in enumerate(shown)
        ]
        same, like = found.count(Likeness.SAME), found.count(Likeness.LIKE)
        total = len(shown)
        yield kind, str(total), str(Count(same, total)), str(Count(same + like, total))


def stranger_rows(known: Known, seed: str, pictures: int) -> Iterable[Row]:
    """Pictures that are on no list, and what they were taken for."""
    for kind, make in innocent.KINDS.items():
        found = [
            closest(known.classify(sample_of(make(seeded(seed, kind, number)))))
            for number in range(pictures)
        ]
        same, like = found.count(Likeness.SAME), found.count(Likeness.LIKE)
        yield kind, str(pictures), str(same), str(like)


def closest(reading: Reading) -> Likeness | None:
    """How sure the best match is."""
    found = {likeness(match, Limits()) for match in reading.matches}
    return next((one for one in Likeness if one in found), None)


def listed(folder: Path, pictures: Sequence[Picture]) -> Known:
    """A classifier that knows these pictures, as an upload would list them."""
    file = folder / "known"
    hashes = []
    for picture in pictures:
        for form in forms(sample_of(picture).frames[0]):
            if form.name in {ORIGINAL, TRIMMED}:
                middle = form.centre.value if form.centre else None
                whole = form.whole
                row = KnownPicture(
                    whole.value, "report", 20006, whole.quality, centre=middle
                )
                hashes.append(row)
    write_known(file, hashes)
    return Known({"file": str(file)})


def report_words(seed: str, pictures: int) -> None:
    """The tables of reading."""
    ocr = Ocr(OcrSettings())
    head: Row = ("kind", "pictures", "words", "found", "others found")
    table("Planted words", head, word_rows(ocr, seed, pictures))
    head = ("kind", "pictures", "false alarms", "lines read where there are none")
    table("Innocent pictures", head, innocent_rows(ocr, seed, pictures))


def report_copies(seed: str, pictures: int) -> None:
    """The tables of known pictures."""
    shown = [photo(seeded(seed, at), 720, 540) for at in range(pictures)]
    with TemporaryDirectory() as folder:
        known = listed(Path(folder), shown)
        head: Row = ("copy", "pictures", "sure", "sure or for review")
        table("Copies of known pictures", head, copy_rows(known, shown, seed))
        head = ("kind", "pictures", "taken for known", "held for review")
        table("Unknown pictures", head, stranger_rows(known, seed, pictures))


PARTS: dict[str, Callable[[str, int], None]] = {
    "words": report_words,
    "codes": report_codes,
    "copies": report_copies,
}


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seed", default="1")
    parser.add_argument("--pictures", type=int, default=20, help="of each kind")
    parser.add_argument("--only", choices=sorted(PARTS))
    chosen = parser.parse_args()
    for name, part in PARTS.items():
        if chosen.only in {None, name}:
            part(chosen.seed, chosen.pictures)


if __name__ == "__main__":
    main()
