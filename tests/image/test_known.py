from pathlib import Path
from random import Random

import numpy as np
import pytest

from app.image.known import MOST, Known, create
from app.image.known_format import KnownFileError, KnownPicture
from app.image.known_forms import CENTRE, TRIMMED, forms
from app.image.known_rules import Likeness, Limits, likeness
from app.image.known_write import write_known
from app.image.pdq import BYTES, ORIGINAL
from app.plugins.door import Match, Refreshing
from tests.image.pictures import copies
from tests.image.pictures.innocent import fog, gradient
from tests.image.pictures.paint import Picture, blank, sample_of
from tests.image.pictures.scenery import photo
from tests.image.test_known_search import flipped

SHOWN = photo(Random(21), 360, 270)
OTHER = photo(Random(22), 360, 270)


def row_of(picture: Picture, list_name: str = "mine", **said: object) -> KnownPicture:
    form = next(forms(sample_of(picture).frames[0]))
    middle = form.centre.value if form.centre else None
    return KnownPicture(
        form.whole.value,
        list_name,
        20002,
        form.whole.quality,
        centre=middle,
        **said,  # type: ignore[arg-type]
    )


def knowing(folder: Path, *rows: KnownPicture, **settings: str) -> Known:
    write_known(folder / "list", rows)
    return create({"file": str(folder / "list"), **settings})


def matches(known: Known, *pictures: Picture) -> tuple[Match, ...]:
    return known.classify(sample_of(*pictures)).matches


@pytest.mark.parametrize("kind", copies.KINDS)
def test_copies_are_recognised(tmp_path: Path, kind: str) -> None:
    known = knowing(tmp_path, row_of(OTHER), row_of(SHOWN, note="seen in May"))
    copy = copies.KINDS[kind](Random(1), SHOWN)
    best = matches(known, copy)[0]
    assert (best.list_name, best.label, best.note) == ("mine", 20002, "seen in May")
    assert likeness(best, Limits()) is not None


@pytest.mark.parametrize(
    "kind", ["resized", "JPEG quality 10 to 50", "mirrored", "quarter turns"]
)
def test_plain_copies_are_surely_the_same(tmp_path: Path, kind: str) -> None:
    known = knowing(tmp_path, row_of(SHOWN))
    best = matches(known, copies.KINDS[kind](Random(1), SHOWN))[0]
    assert likeness(best, Limits()) is Likeness.SAME


def test_a_badge_in_a_corner_hides_nothing(tmp_path: Path) -> None:
    known = knowing(tmp_path, row_of(SHOWN))
    best = matches(known, copies.with_logo(Random(1), SHOWN))[0]
    assert best.centre is not None
    assert best.centre <= 10


def test_the_form_that_is_near_is_named(tmp_path: Path) -> None:
    known = knowing(tmp_path, row_of(SHOWN))
    assert matches(known, SHOWN)[0].transform == ORIGINAL
    assert matches(known, copies.mirrored(Random(1), SHOWN))[0].transform == "mirrored"
    bars = blank(360, 400)
    bars.paste(SHOWN, (0, 65))
    assert matches(known, bars)[0].transform == TRIMMED


def test_strangers_are_not_recognised(tmp_path: Path) -> None:
    known = knowing(tmp_path, row_of(SHOWN))
    for picture in (OTHER, gradient(Random(1)), fog(Random(1))):
        assert matches(known, picture) == ()


def test_a_plain_field_is_never_looked_for(tmp_path: Path) -> None:
    field = blank(300, 300, (200, 10, 10))
    known = knowing(tmp_path, row_of(field))
    assert matches(known, field) == ()
    assert known.classify(sample_of(field)).hashes[0].quality == 0


def test_allowed_pictures_say_so(tmp_path: Path) -> None:
    known = knowing(tmp_path, row_of(SHOWN), row_of(SHOWN, "allowed", exempt=True))
    found = matches(known, SHOWN)
    assert [match.exempt for match in found] == [True, False]


def test_without_a_list_there_are_hashes_only() -> None:
    reading = create({}).classify(sample_of(SHOWN))
    assert reading.matches == ()
    assert reading.error is None
    assert [region.transform for region in reading.hashes] == [ORIGINAL, CENTRE]
    assert {len(region.value) for region in reading.hashes} == {BYTES}


def test_each_frame_is_looked_for(tmp_path: Path) -> None:
    known = knowing(tmp_path, row_of(SHOWN))
    found = matches(known, OTHER, SHOWN, OTHER, SHOWN)
    assert [match.frame for match in found] == [1, 3]


def test_the_nearest_of_many_are_told(tmp_path: Path) -> None:
    rng = Random(5)
    digest = row_of(SHOWN).digest
    rows = [
        KnownPicture(flipped(rng, digest, bits), "many", 20002)
        for bits in range(2 * MOST)
    ]
    rng.shuffle(rows)
    found = matches(knowing(tmp_path, *rows), SHOWN)
    assert [match.distance for match in found] == list(range(MOST))


def test_a_poor_hash_makes_a_poor_match(tmp_path: Path) -> None:
    poor = KnownPicture(row_of(SHOWN).digest, "poor", 20002, quality=12)
    (found,) = matches(knowing(tmp_path, poor), SHOWN)
    assert found.quality == 12
    assert likeness(found, Limits()) is Likeness.LIKE


def test_the_reach_can_be_set(tmp_path: Path) -> None:
    rng = Random(6)
    near = KnownPicture(flipped(rng, row_of(SHOWN).digest, 20), "near", 20002)
    far = KnownPicture(flipped(rng, row_of(SHOWN).digest, 40), "far", 20002)
    known = knowing(tmp_path, near, far, within="31")
    assert [match.list_name for match in matches(known, SHOWN)] == ["near"]


def test_middle_parts_can_be_left_alone(tmp_path: Path) -> None:
    middle_only = KnownPicture(
        Random(7).randbytes(BYTES), "middle", 20002, centre=row_of(SHOWN).centre
    )
    assert len(matches(knowing(tmp_path, middle_only), SHOWN)) == 1
    off = knowing(tmp_path, middle_only, centre_within="-1")
    assert matches(off, SHOWN) == ()


def test_another_list_is_taken_while_it_lives(tmp_path: Path) -> None:
    known = create({})
    assert isinstance(known, Refreshing)
    write_known(tmp_path / "new", [row_of(SHOWN)])
    known.refresh({"file": str(tmp_path / "new")})
    assert len(matches(known, SHOWN)) == 1
    known.refresh({"something": "else"})
    assert len(matches(known, SHOWN)) == 1
    known.refresh({"file": ""})
    assert matches(known, SHOWN) == ()


def test_a_damaged_new_list_is_told_and_the_old_one_stays(tmp_path: Path) -> None:
    known = knowing(tmp_path, row_of(SHOWN))
    (tmp_path / "bad").write_bytes(b"nonsense" * 100)
    known.refresh({"file": str(tmp_path / "bad")})
    reading = known.classify(sample_of(SHOWN))
    assert reading.error == "this is no file of known pictures, or of another version"
    assert len(reading.matches) == 1
    known.refresh({"file": str(tmp_path / "list")})
    assert known.classify(sample_of(SHOWN)).error is None


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"withn": "3"}, "no setting 'withn'"),
        ({"within": "many"}, "within must be a number"),
        ({"within": "200"}, "within must be 0 to 127"),
        ({"within": "1.5"}, "whole number"),
    ],
)
def test_settings_that_make_no_sense_are_refused(
    settings: dict[str, str], said: str
) -> None:
    with pytest.raises(ValueError, match=said):
        create(settings)


def test_a_list_that_is_not_there_is_refused_at_the_start(tmp_path: Path) -> None:
    with pytest.raises(KnownFileError):
        create({"file": str(tmp_path / "nothing")})


def test_its_own_examples_hold() -> None:
    known = create({})
    for example in known.examples():
        assert not isinstance(example.picture, bytes)
        assert example.expect(known.classify(example.picture)), example.what


def test_a_picture_of_one_pixel_is_hashed_to_nothing(tmp_path: Path) -> None:
    known = knowing(tmp_path, KnownPicture(bytes(BYTES), "zero", 20002))
    reading = known.classify(sample_of(blank(1, 1)))
    assert reading.matches == ()
    assert np.all([region.quality == 0 for region in reading.hashes])
