"""The part about pictures runs from end to end on very little."""

import pytest

from benchmarks import image_parts, images
from benchmarks.image_pictures import chat_file, known_file, ordinary_files, photo_file
from benchmarks.image_pools import bare, crowd, loaded
from tests.image.pictures.paint import HAVE_FONTS

fonts = pytest.mark.skipif(not HAVE_FONTS, reason="needs Debian's fonts-noto-cjk")
LITTLE = image_parts.Size(
    pictures=2, screens=1, rounds=1, seconds=1, known=500, terms=100, wrk_seconds=0
)


@fonts
def test_pictures_alternate_and_are_what_a_phone_shows() -> None:
    first, second, third = ordinary_files(3)
    assert first == chat_file(0)
    assert second == photo_file(1)
    assert third != first
    assert first.startswith(b"\xff\xd8")


@fonts
def test_a_worker_and_the_bare_calls_do_the_same_work() -> None:
    files = [photo_file()]
    with crowd(["codes"]) as one:
        assert one.seconds(files) > 0
        assert one.pool.figures().pictures == 1
        assert 0 < one.memory < 1024
    assert bare(list(loaded("codes").values()), files) > 0


def test_a_worker_without_a_classifier_is_an_error() -> None:
    with pytest.raises(RuntimeError, match="not all workers"), crowd(["nobody"]):
        pass


def test_known_pictures_are_written(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("known")
    assert known_file(folder, 10).stat().st_size > 10 * 64


@fonts
@pytest.mark.slow
def test_images_part() -> None:
    pytest.importorskip("rapidocr")
    part = images.run(LITTLE)
    claims = [row for row in part.rows if row.claim is not None]
    assert len(claims) >= 7
    assert all(row.ratio is not None and row.ratio > 0 for row in claims)
    assert any("500 listed" in row.what for row in part.rows)
