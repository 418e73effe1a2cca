from pathlib import Path

import pytest

from app.domain.finding import Suggest
from app.domain.labels import Label
from app.image.onnx_manifest import Manifest, ManifestError, Meaning
from tests.image.onnx_tiny import write

LABELS = """
[[labels]]
label = "porn"
classes = ["red", "green"]
combine = "sum"
review = 0.4
risky = 0.9

[[labels]]
label = 20012
classes = ["blue"]
review = 0.5

[[examples]]
picture = "plain"
scores = { red = 0.47 }
within = 0.01
"""


def read(folder: Path, **changed: str) -> Manifest:
    return Manifest.read(write(folder, b"", **changed))


def test_a_short_manifest_is_enough(tmp_path: Path) -> None:
    manifest = read(tmp_path)
    assert manifest.model == "tiny 1"
    assert manifest.input.scale == pytest.approx(1 / 255)
    assert (manifest.input.colours, manifest.input.fit) == ("RGB", "stretch")
    assert manifest.output.classes == ("red", "green", "blue")
    assert manifest.labels == ()


def test_everything_can_be_said(tmp_path: Path) -> None:
    manifest = read(
        tmp_path,
        input="""[input]
width = 299
height = 200
layout = "NCHW"
colours = "BGR"
scale = 1
mean = [123.7, 116.3, 103.5]
std = [58.4, 57.1, 57.4]
fit = "crop"
name = "picture"
""",
        output="""[output]
classes = ["red", "green", "blue"]
activation = "softmax"
name = "scores"
""",
        rest=LABELS,
    )
    assert manifest.input.mean == (123.7, 116.3, 103.5)
    assert [each.label for each in manifest.labels] == [Label.PORN, Label.VULGAR]
    assert manifest.examples[0].scores == {"red": 0.47}


def test_scores_become_a_weight_and_a_suggestion(tmp_path: Path) -> None:
    porn, vulgar = read(tmp_path, rest=LABELS).labels
    scores = {"red": 0.3, "green": 0.25, "blue": 0.97}
    assert porn.weight(scores) == 55
    assert porn.thresholds.suggest(55) is Suggest.REVIEW
    assert porn.thresholds.suggest(90) is Suggest.RISKY
    assert vulgar.weight(scores) == 97
    # Without `risky` the model alone never blocks.
    assert vulgar.thresholds.suggest(100) is Suggest.REVIEW


def test_a_sum_ends_at_one_hundred() -> None:
    both = Meaning(label=Label.PORN, classes=("a", "b"), combine="sum", review=0.5)
    assert both.weight({"a": 0.8, "b": 0.7}) == 100
    assert both.weight({}) == 0


INPUT = '[input]\nwidth = 8\nheight = 8\nlayout = "NHWC"\n'
HEAD = 'format = 1\nname = "tiny"\nversion = "1"\nlicence = "none"\n'
OUTPUT = '[output]\nclasses = ["red", "green", "blue"]\n'
LABEL = '[[labels]]\nlabel = "porn"\nclasses = ["red"]\nreview = 0.5\n'


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"head": "format 1"}, "is no TOML"),
        ({"head": HEAD.replace("1", "2", 1)}, "format: Input should be 1"),
        ({"head": HEAD.replace('"tiny"', '"Tiny model"')}, "name: "),
        ({"head": HEAD.replace('version = "1"\n', "")}, "version: Field required"),
        ({"head": HEAD.replace('"none"', '""')}, "licence: "),
        ({"file": 'file = "../other.onnx"\n'}, "file beside the manifest"),
        ({"file": 'file = "tiny.onnx"\nsha256 = "12"\n'}, "sha256: "),
        ({"input": INPUT.replace("width = 8\n", "")}, "input.width: Field required"),
        ({"input": INPUT.replace("width = 8", "width = 99999")}, "input.width: "),
        ({"input": INPUT.replace("NHWC", "CHWN")}, "input.layout: "),
        ({"input": INPUT + "std = [1, 0, 1]\n"}, "input.std.1: "),
        ({"input": INPUT + "scale = nan\n"}, "input.scale: "),
        ({"input": INPUT + "heigth = 9\n"}, "input.heigth: Extra inputs"),
        ({"output": "[output]\nclasses = []\n"}, "output.classes: "),
        ({"output": '[output]\nclasses = ["a", "a"]\n'}, "two classes have the same"),
        ({"output": OUTPUT + 'activation = "tanh"\n'}, "output.activation: "),
        ({"rest": LABEL.replace("porn", "nude")}, "labels.0.label: unknown label"),
        ({"rest": LABEL.replace('"red"', '"pink"')}, "'pink' is none of the classes"),
        ({"rest": LABEL.replace('["red"]', "[]")}, "labels.0.classes: "),
        ({"rest": LABEL.replace("0.5", "50")}, "labels.0.review: "),
        ({"rest": LABEL + "risky = 0.4\n"}, "risky must not be below review"),
        (
            {"rest": '[[examples]]\npicture = "plain"\nscores = { pink = 1 }\n'},
            "'pink' is none of the classes",
        ),
        (
            {"rest": '[[examples]]\npicture = "cat"\nscores = {}\n'},
            "examples.0.picture: ",
        ),
    ],
)
def test_what_is_wrong_is_told_with_its_place(
    tmp_path: Path, changed: dict[str, str], said: str
) -> None:
    with pytest.raises(ManifestError, match=r"tiny\.toml") as caught:
        read(tmp_path, **changed)
    assert said in str(caught.value)


def test_a_manifest_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ManifestError, match=r"no\.toml: No such file"):
        Manifest.read(tmp_path / "no.toml")
    (tmp_path / "x.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(ManifestError, match="is no TOML"):
        Manifest.read(tmp_path / "x.toml")
