"""The measurements of pictures, in a process where numeric libraries use one thread.

    python -m benchmarks.image_parts SIZE

`SIZE` is JSON with the fields of `Size`; the result is JSON, too.
"""

import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import partial
from importlib.util import find_spec
from pathlib import Path

from app.image.decode import decode
from app.image.known import Known
from app.image.limits import MEBIBYTE
from app.image.ocr import OcrSettings
from benchmarks import image_beside
from benchmarks.image_pictures import (
    chat_file,
    known_file,
    ordinary_files,
    photo_file,
    without_nsfw,
)
from benchmarks.image_pools import (
    FAST,
    LIMITS,
    bare,
    bare_reader,
    crowd,
    default_reader,
    loaded,
    timed,
)
from benchmarks.measure import Rounds, alternate, cpu
from benchmarks.report import Claim, Part, Row

ONE, TWO, BARE, OURS, DEFAULTS, EMPTY = (
    *("one worker", "two workers", "bare", "ours", "defaults", "no text"),
)
NO_OCR = "The extra 'ocr' is not installed here: reading text was not measured."


@dataclass(frozen=True, slots=True)
class Size:
    """How much is measured; the tests take little."""

    pictures: int = 16
    screens: int = 2
    rounds: int = 7
    seconds: float = 20.0
    """For each comparison."""
    known: int = 1_000_000
    terms: int = 100_000
    wrk_seconds: int = 3
    """0 leaves out the text checks beside pictures."""


def measure(size: Size) -> Part:
    """Measure everything of this part."""
    part = Part("images", "Pictures")
    has_ocr = find_spec("rapidocr") is not None
    part.rows.extend(_workers(size))
    if has_ocr:
        part.rows.extend(_reading(size))
    part.rows.extend(_memory(has_ocr=has_ocr))
    with tempfile.TemporaryDirectory() as folder:
        part.rows.extend(_each(size, Path(folder), has_ocr=has_ocr))
    if size.wrk_seconds and has_ocr:
        image_beside.measure(
            part, terms=size.terms, rounds=size.rounds, seconds=size.wrk_seconds
        )
    part.notes.extend(_notes(size))
    part.notes.extend(
        note for note in (without_nsfw(), "" if has_ocr else NO_OCR) if note
    )
    return part


def _workers(size: Size) -> Iterator[Row]:
    """All but reading text, through one and two workers and bare."""
    files = ordinary_files(size.pictures)
    classifiers = list(loaded(*FAST).values())
    with crowd(FAST) as one, crowd(FAST, workers=2) as two:
        turns = {
            ONE: partial(one.seconds, files),
            TWO: partial(two.seconds, files),
            BARE: partial(bare, classifiers, files),
        }
        kept = _alternate(turns, size)
    what = "decode, " + ", ".join(one.name for one in classifiers)
    yield _row(f"{what}; one worker", kept, ONE, BARE, Claim("≤", 1.3))
    yield Row(
        f"{what}; pictures/s of two workers against one",
        f"{1 / kept.best(TWO):.1f}/s",
        f"{1 / kept.best(ONE):.1f}/s",
        kept.best(ONE) / kept.best(TWO),
        Claim("≥", 1.5),
    )


def _reading(size: Size) -> Iterator[Row]:
    """Reading text: ours, the package's own calls, and a picture without any."""
    chats = [chat_file(seed) for seed in range(size.screens)]
    photos = [photo_file(seed) for seed in range(size.screens)]
    settings = OcrSettings()
    ocr, defaults = list(loaded("ocr").values()), default_reader()
    with crowd(["ocr"]) as one:
        turns = {
            ONE: partial(one.seconds, chats),
            BARE: partial(timed, bare_reader(settings.side), chats),
            OURS: partial(_here, partial(bare, ocr, chats), len(chats)),
            DEFAULTS: partial(_cpu, partial(timed, defaults, chats), len(chats)),
            EMPTY: partial(_here, partial(bare, ocr, photos), len(photos)),
        }
        kept = _alternate(turns, size)
    what = "chat screenshot, decode and ocr"
    yield _row(f"{what}; one worker", kept, ONE, BARE, Claim("≤", 1.1))
    claim = Claim("≤", 0.6)
    yield _row(f"{what}, CPU; rapidocr's defaults", kept, OURS, DEFAULTS, claim)
    claim = Claim("≤", 0.3)
    yield _row("picture without text, CPU; chat screenshot", kept, EMPTY, OURS, claim)


def _memory(*, has_ocr: bool) -> Iterator[Row]:
    """What a worker holds that has looked at pictures of both kinds."""
    kinds = [FAST, (*FAST, "ocr")] if has_ocr else [FAST]
    limit = LIMITS.memory / MEBIBYTE
    for names in kinds:
        with crowd(names) as one:
            one.seconds(ordinary_files(4))
            held = one.memory
            shown = ", ".join(one.pool.status().models)
        what = f"memory of a worker with {shown}; against its limit"
        figures = f"{held:.0f} MiB", f"{limit:.0f} MiB"
        yield Row(what, *figures, held / limit, Claim("≤", 1.0))


def _each(size: Size, folder: Path, *, has_ocr: bool) -> Iterator[Row]:
    """What each step costs, on a screenshot and on a photo."""
    shown = {"chat screenshot": chat_file(), "photo": photo_file()}
    steps = loaded(*FAST, "ocr") if has_ocr else loaded(*FAST)
    file = known_file(folder, size.known)
    many = Known({"file": str(file)})
    named = {**steps, f"known, {size.known:,} listed": many}
    for kind, data in shown.items():
        sample = decode(data)
        turns = {"decode": partial(_cpu, partial(decode, data))}
        for name, step in named.items():
            turns[name] = partial(_cpu, partial(step.classify, sample))
        kept = _alternate(turns, size)
        for name in kept.costs:
            yield Row(f"{kind}, {name}, CPU", f"{kept.best(name) * 1000:.1f} ms")


def _here(work: Callable[[], object], count: int = 1) -> float:
    """The same of this thread alone, which is all that our reader uses."""
    return cpu(work) / count


def _cpu(work: Callable[[], object], count: int = 1) -> float:
    """CPU seconds of all threads of this process, for each of `count` pictures."""
    began = time.process_time()
    work()
    return (time.process_time() - began) / count


def _alternate(turns: Mapping[str, Callable[[], float]], size: Size) -> Rounds:
    """Rounds of all sides in turn, warm."""
    for work in turns.values():
        work()
    return alternate(turns, rounds=size.rounds, seconds=size.seconds)


def _row(what: str, kept: Rounds, name: str, base: str, claim: Claim) -> Row:
    ours, other = kept.best(name), kept.best(base)
    shown = f"{ours * 1000:.1f} ms", f"{other * 1000:.1f} ms"
    return Row(what, *shown, ours / other, claim)


def _notes(size: Size) -> Iterator[str]:
    yield (
        "JPEG files of 750 x 1334 pixels made from a seed; models are warm, one thread"
        " for each step. All sides take turns, and the least of all rounds counts: a"
        " noisy moment strikes one of them. "
        f"One and two workers: by the clock, {size.pictures} screenshots and photos in"
        " turn, every worker always has one; workers do not stand back (niceness 0)."
        " Bare: the same functions called in this process."
    )
    yield (
        "Reading text, one worker: by the clock; baseline: decode and one call of"
        " rapidocr with our settings, its step for turned lines left out. CPU: all"
        " threads together, as rapidocr's defaults use every core."
    )
    yield (
        "Text checks: one process with one worker of the usual niceness, wrk with 32"
        " connections, while two callers send screenshots one after the other; decode,"
        " codes, known and ocr look. The middle of the ratios within each round."
    )


def main(arguments: list[str]) -> None:
    """Measure and print."""
    part = measure(Size(**json.loads(arguments[0])))
    rows = [asdict(row) for row in part.rows]
    print(json.dumps({"rows": rows, "notes": part.notes}))


if __name__ == "__main__":
    main(sys.argv[1:])
