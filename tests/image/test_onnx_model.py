import hashlib
from pathlib import Path
from typing import cast

import numpy as np
import pytest
from onnx import TensorProto

from app.image.onnx_examples import PICTURES
from app.image.onnx_manifest import ManifestError
from app.image.onnx_model import create, create_nsfw
from app.plugins.door import Reading, Sample
from tests.image.onnx_tiny import SIDE, mean_colour, write
from tests.image.pictures.paint import Colour, blank, sample_of

onnxruntime = pytest.importorskip("onnxruntime", reason="needs the extra 'onnx'")

SIZED = f"[input]\nwidth = {SIDE}\nheight = {SIDE}\n"
OUTPUT = '[output]\nclasses = ["red", "green", "blue"]\n'


def seen(manifest: Path, *colours: Colour) -> Reading:
    frames = [blank(20, 20, colour) for colour in colours]
    return create({"manifest": str(manifest)}).classify(sample_of(*frames))


def scores(manifest: Path, *colours: Colour) -> list[float]:
    return [round(score, 4) for score in seen(manifest, *colours).scores.values()]


def test_each_class_has_its_score(tmp_path: Path) -> None:
    reading = seen(write(tmp_path, mean_colour()), (255, 51, 0))
    assert reading.classifier == "onnx"
    assert reading.model == "tiny 1"
    assert reading.error is None
    assert reading.scores == pytest.approx({"red": 1.0, "green": 0.2, "blue": 0.0})
    assert all(type(score) is float for score in reading.scores.values())


def test_colours_may_come_first(tmp_path: Path) -> None:
    manifest = write(
        tmp_path, mean_colour(layout="NCHW"), input=SIZED + 'layout = "NCHW"\n'
    )
    assert scores(manifest, (255, 51, 0)) == [1, 0.2, 0]


def test_sizes_may_be_left_open(tmp_path: Path) -> None:
    assert scores(write(tmp_path, mean_colour(side="S")), (0, 255, 0)) == [0, 1, 0]


@pytest.mark.parametrize(
    ("activation", "expected"),
    [
        ("softmax", np.exp([1, 0, 0]) / np.exp([1, 0, 0]).sum()),
        ("sigmoid", 1 / (1 + np.exp([-1.0, 0, 0]))),
        ("none", [1, 0, 0]),
    ],
)
def test_numbers_become_scores(
    tmp_path: Path, activation: str, expected: list[float]
) -> None:
    manifest = write(
        tmp_path, mean_colour(), output=f'{OUTPUT}activation = "{activation}"\n'
    )
    assert scores(manifest, (255, 0, 0)) == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize("activation", ["softmax", "sigmoid", "none"])
def test_great_numbers_are_scores_of_at_most_one(
    tmp_path: Path, activation: str
) -> None:
    for bias in (3e4, -3e4):
        manifest = write(
            tmp_path,
            mean_colour(bias=bias),
            output=f'{OUTPUT}activation = "{activation}"\n',
        )
        assert all(0 <= score <= 1 for score in scores(manifest, (9, 9, 9)))


def test_the_highest_of_all_frames_counts(tmp_path: Path) -> None:
    manifest = write(tmp_path, mean_colour())
    assert scores(manifest, (255, 0, 0), (0, 0, 0), (0, 51, 255)) == [1, 0.2, 1]


def test_a_corner_of_a_long_picture_counts(tmp_path: Path) -> None:
    long = blank(40, 400, (0, 0, 0))
    long.paste(blank(40, 40, (255, 0, 0)), (0, 360))
    model = create({"manifest": str(write(tmp_path, mean_colour()))})
    assert model.classify(sample_of(long)).scores["red"] > 0.5


def test_nsfw_is_a_model_like_any_other(tmp_path: Path) -> None:
    manifest = write(tmp_path, mean_colour())
    model = create_nsfw({"manifest": str(manifest), "threads": "2"})
    assert (model.name, model.model) == ("nsfw", "tiny 1")


EXAMPLES = """
[[examples]]
picture = "plain"
scores = { red = %s, green = 0.5882 }
within = 0.001
"""


def test_examples_are_what_the_manifest_says(tmp_path: Path) -> None:
    red, green, _ = PICTURES["plain"](1, 1)[0, 0]
    assert round(float(green) / 255, 4) == 0.5882
    for said, holds in ((red / 255, True), (red / 255 + 0.01, False)):
        manifest = write(tmp_path, mean_colour(), rest=EXAMPLES % said)
        model = create({"manifest": str(manifest)})
        (example,) = model.examples()
        sample = cast(Sample, example.picture)
        assert example.expect(model.classify(sample)) is holds


def test_a_manifest_without_examples_has_one(tmp_path: Path) -> None:
    model = create({"manifest": str(write(tmp_path, mean_colour()))})
    (example,) = model.examples()
    reading = model.classify(cast(Sample, example.picture))
    assert example.expect(reading)
    assert not example.expect(Reading("onnx", "x", scores={"red": 1.0}))


def test_pictures_of_examples_are_the_same_everywhere() -> None:
    noise = PICTURES["noise"](224, 224)
    digest = hashlib.sha256(noise.tobytes()).hexdigest()
    assert digest == (
        "b6ecd5b12f03c75d45fc96cba447aa58f2781b0c1f5ad7a3c59fd8914d46f0e0"
    )
    assert 120 < noise.mean() < 135


def broken(folder: Path, manifest: Path) -> str:
    with pytest.raises(ManifestError) as caught:
        create({"manifest": str(manifest)})
    return str(caught.value)


def test_a_model_that_is_not_there_is_told(tmp_path: Path) -> None:
    manifest = write(tmp_path, b"", file='file = "other.onnx"\n')
    assert broken(tmp_path, manifest) == "other.onnx: No such file or directory"


def test_a_file_that_is_no_model_is_told(tmp_path: Path) -> None:
    assert "tiny.onnx cannot be loaded" in broken(tmp_path, write(tmp_path, b"no"))


def test_another_model_than_the_manifest_means_is_told(tmp_path: Path) -> None:
    pinned = f'file = "tiny.onnx"\nsha256 = "{"0" * 64}"\n'
    manifest = write(tmp_path, mean_colour(), file=pinned)
    assert "is not the model that its manifest" in broken(tmp_path, manifest)
    content = mean_colour().SerializeToString()
    right = pinned.replace("0" * 64, hashlib.sha256(content).hexdigest())
    assert scores(write(tmp_path, content, file=right), (0, 0, 255)) == [0, 0, 1]


@pytest.mark.parametrize(
    ("model", "changed", "said"),
    [
        (mean_colour(side=16), {}, "the model wants the shape"),
        (mean_colour(layout="NCHW"), {}, "the model wants the shape"),
        (mean_colour(kind=TensorProto.DOUBLE), {}, "tensor(double)"),
        (mean_colour(), {"output": '[output]\nclasses = ["a", "b"]\n'}, "gives 3"),
        (mean_colour(), {"output": OUTPUT + 'name = "x"\n'}, "output.name must be one"),
        (
            mean_colour(),
            {"input": SIZED + 'layout = "NHWC"\nname = "x"\n'},
            "input.name must be one of the model's inputs: picture",
        ),
        (mean_colour(bias=float("inf")), {}, "gives no finite numbers"),
    ],
)
def test_a_model_that_does_not_fit_its_manifest_is_told(
    tmp_path: Path, model: object, changed: dict[str, str], said: str
) -> None:
    content = model.SerializeToString()  # type: ignore[attr-defined]
    assert said in broken(tmp_path, write(tmp_path, content, **changed))


@pytest.mark.parametrize("settings", [{}, {"manifest": ""}, {"manifest": "/no/such"}])
def test_without_a_model_it_is_told_how_to_get_one(settings: dict[str, str]) -> None:
    with pytest.raises(ManifestError, match="make models"):
        create_nsfw(settings)
    with pytest.raises(ManifestError, match="name the manifest"):
        create(settings)


def test_unknown_settings_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no setting 'thread'"):
        create({"manifest": str(tmp_path), "thread": "1"})
