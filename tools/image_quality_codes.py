"""How well codes are read: tables for docs/image-quality.md."""

from collections.abc import Iterable

from app.image.codes import Codes
from tests.image.pictures import codes, innocent
from tests.image.pictures.paint import sample_of
from tools.image_quality_table import Count, Row, seeded, table


def report_codes(seed: str, pictures: int) -> None:
    """The tables of codes."""
    reader = Codes()
    head: Row = ("kind", "pictures", "codes", "found", "others found")
    table("Codes", head, code_rows(reader, seed, pictures))
    head = ("kind", "pictures", "codes found where there are none")
    table("Pictures without codes", head, codeless_rows(reader, seed, pictures))


def code_rows(reader: Codes, seed: str, pictures: int) -> Iterable[Row]:
    """Recall of codes, by kind of picture, and of all together."""
    every = [0, 0, 0, 0]
    for kind, make in codes.KINDS.items():
        counts = [pictures, 0, 0, 0]
        for number in range(pictures):
            page = make(seeded(seed, kind, number))
            read = {
                code.text for code in reader.classify(sample_of(page.picture)).codes
            }
            counts[1] += len(page.texts)
            counts[2] += len(read & set(page.texts))
            counts[3] += len(read - set(page.texts))
        every = [total + count for total, count in zip(every, counts, strict=True)]
        yield _row(kind, counts)
    yield _row("all", every)


def codeless_rows(reader: Codes, seed: str, pictures: int) -> Iterable[Row]:
    """Codes that were found where there are none."""
    for kind in innocent.CODELESS:
        make = innocent.KINDS[kind]
        found = sum(
            len(reader.classify(sample_of(make(seeded(seed, kind, number)))).codes)
            for number in range(pictures)
        )
        yield kind, str(pictures), str(found)


def _row(kind: str, counts: list[int]) -> Row:
    shown, planted, found, others = counts
    return kind, str(shown), str(planted), str(Count(found, planted)), str(others)
