import hashlib
import io
import stat
import sys
import tarfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

from app.image.onnx_examples import PICTURES
from app.image.onnx_manifest import Manifest
from app.image.onnx_model import create_nsfw
from app.plugins.door import Sample
from tests.image.keras_tiny import bundled
from tools.models import __main__ as command
from tools.models import nsfw, package
from tools.models.bundle import ConversionError
from tools.models.nsfw import MANIFEST_FILE, MODEL_FILE, make, manifest_text, verify
from tools.models.package import FILES, NoNpmError, fetched, taken

pytest.importorskip("onnxruntime", reason="needs the extra 'onnx'")

CLASSES = 5
MADE = Path("data/models") / MANIFEST_FILE


def tiny_files() -> dict[str, str]:
    """A model of the right shape: the mean of a picture, through one dense layer."""
    layers = [
        ("start", "InputLayer", {"batch_input_shape": [None, 224, 224, 3]}),
        (
            "mean",
            "AveragePooling2D",
            {"pool_size": [224, 224], "strides": [224, 224], "padding": "valid"},
        ),
        ("flat", "Flatten", {}),
        ("last", "Dense", {"use_bias": False, "activation": "softmax"}),
    ]
    described = [
        {
            "name": name,
            "class_name": kind,
            "config": config,
            "inbound_nodes": [[[layers[at - 1][0], 0, 0, {}]]] if at else [],
        }
        for at, (name, kind, config) in enumerate(layers)
    ]
    quantised = {"dtype": "uint8", "scale": 0.01, "min": -1.0}
    spec = {
        "name": "last/kernel",
        "shape": [3, CLASSES],
        "dtype": "float32",
        "quantization": quantised,
    }
    content = bytes(range(0, 3 * CLASSES * 16, 16))
    return dict(zip(FILES, bundled(described, [spec], content), strict=True))


def tiny_scores() -> dict[str, dict[str, float]]:
    """What the tiny model says of the pictures, worked out without the graph."""
    kernel = np.arange(0, 3 * CLASSES * 16, 16).reshape(3, CLASSES) * 0.01 - 1
    names = ["Drawing", "Hentai", "Neutral", "Porn", "Sexy"]
    said = {}
    for picture in nsfw.ORIGINAL:
        mean = PICTURES[picture](224, 224).mean(axis=(0, 1)) / 255
        powers = np.exp(mean @ kernel)
        said[picture] = dict(zip(names, (powers / powers.sum()).tolist(), strict=True))
    return said


@pytest.fixture
def original(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tiny model stands for the package's own."""
    monkeypatch.setattr(nsfw, "ORIGINAL", tiny_scores())


@pytest.mark.usefixtures("original")
def test_a_model_and_its_manifest_are_made(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "folder"
    manifest = make(tiny_files(), folder)
    assert manifest == folder / MANIFEST_FILE
    assert sorted(file.name for file in folder.iterdir()) == [MODEL_FILE, MANIFEST_FILE]
    assert verify(manifest) < nsfw.CLOSE
    model = create_nsfw({"manifest": str(manifest)})
    assert model.model.startswith("nsfw nsfwjs")
    for example in model.examples():
        assert isinstance(example.picture, Sample)
        assert example.expect(model.classify(example.picture)), example.what


def test_a_model_that_says_something_else_is_not_left(tmp_path: Path) -> None:
    with pytest.raises(ConversionError, match="differs from the original by"):
        make(tiny_files(), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_the_manifest_never_blocks_by_itself(tmp_path: Path) -> None:
    path = tmp_path / MANIFEST_FILE
    path.write_text(manifest_text(b"", MODEL_FILE))
    manifest = Manifest.read(path)
    assert manifest.licence == "MIT"
    assert {meaning.risky for meaning in manifest.labels} == {None}
    said = nsfw.ORIGINAL["waves"]
    assert [meaning.weight(said) for meaning in manifest.labels] == [2, 0]
    assert sum(said.values()) == pytest.approx(1, abs=1e-5)


def packed(path: Path, files: Mapping[str, str]) -> Path:
    with tarfile.open(path, "w:gz") as archive:
        for name, text in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(text.encode())
            archive.addfile(member, io.BytesIO(text.encode()))
    return path


def test_files_are_taken_out_of_a_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {name: f"content of {name}" for name in FILES}
    hashes = {
        name: hashlib.sha256(text.encode()).hexdigest() for name, text in files.items()
    }
    monkeypatch.setattr(package, "FILES", hashes)
    assert taken(packed(tmp_path / "p.tgz", {**files, "package/x": "more"})) == files


def test_another_version_is_refused(tmp_path: Path) -> None:
    changed = packed(tmp_path / "p.tgz", dict.fromkeys(FILES, "changed"))
    with pytest.raises(ConversionError, match=r"another file; only nsfwjs 4\.4\.0"):
        taken(changed)
    with pytest.raises(ConversionError, match="is not in the package; only nsfwjs"):
        taken(packed(tmp_path / "q.tgz", {"package/package.json": "{}"}))


def test_what_is_no_package_is_refused(tmp_path: Path) -> None:
    (tmp_path / "p.tgz").write_bytes(b"nothing")
    for file in ("p.tgz", "missing.tgz"):
        with pytest.raises(ConversionError, match="cannot be read"):
            taken(tmp_path / file)


def test_without_npm_it_says_what_to_do(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NoNpmError, match="apt install npm"):
        fetched()
    monkeypatch.setattr(sys, "argv", ["models", "--out", str(tmp_path / "out")])
    assert command.main() == 1
    assert "npm pack nsfwjs@" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def fake_npm(folder: Path, script: str) -> None:
    npm = folder / "npm"
    npm.write_text(f"#!/bin/sh\n{script}\n")
    npm.chmod(npm.stat().st_mode | stat.S_IXUSR)


def test_what_npm_says_is_passed_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    fake_npm(tmp_path, "echo no network >&2; exit 1")
    with pytest.raises(ConversionError, match=r"npm pack nsfwjs@.* failed: no network"):
        fetched()
    fake_npm(tmp_path, "exit 0")
    with pytest.raises(ConversionError, match="it gave no package"):
        fetched()


@pytest.mark.usefixtures("original")
def test_the_whole_way_with_npm(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    files = tiny_files()
    hashes = {
        name: hashlib.sha256(text.encode()).hexdigest() for name, text in files.items()
    }
    monkeypatch.setattr(package, "FILES", hashes)
    tgz = packed(tmp_path / "made.tgz", files)
    fake_npm(tmp_path, f'/bin/cp {tgz} "./nsfwjs.tgz"')
    monkeypatch.setenv("PATH", str(tmp_path))
    out = tmp_path / "out"
    monkeypatch.setattr(sys, "argv", ["models", "--out", str(out)])
    assert command.main() == 0
    assert "like the original" in capsys.readouterr().out
    assert Manifest.read(out / MANIFEST_FILE).name == "nsfw"


@pytest.mark.skipif(not MADE.exists(), reason="`make models` was not run")
def test_the_model_that_was_made_says_what_the_original_says() -> None:
    assert verify(MADE) < nsfw.CLOSE
