"""`seccheck model`: what is trained can be shown; what is wrong is said plainly."""

import json
from pathlib import Path

import pytest

from app.cli import main
from tests.text.model.helpers import block
from tests.text.model.test_training import WORDS


def _run(capsys: pytest.CaptureFixture[str], *args: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as leaving:
        main(["model", *args])
    shown = capsys.readouterr()
    assert isinstance(leaving.value.code, int)
    return leaving.value.code, shown.out, shown.err


@pytest.fixture
def data(tmp_path: Path) -> Path:
    lines = ["body,kind"]
    for label, words in WORDS.items():
        kinds = words.split()
        lines += [
            f"{kinds[n % 5]}{kinds[(n * 3 + 1) % 5]}{n},{label}" for n in range(40)
        ]
    path = tmp_path / "decisions.csv"
    path.write_text("\n".join(lines), "utf-8")
    return path


COLUMNS = ("--text-column", "body", "--label-column", "kind")


def test_a_model_is_trained_and_shown(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "own.model"
    code, said, _ = _run(
        capsys, "train", "--data", str(data), "--out", str(out), *COLUMNS
    )
    assert code == 0
    assert "decisions.csv: 280 rows" in said
    assert "gambling" in out.with_suffix(".md").read_text("utf-8")
    code, shown, _ = _run(capsys, "show", str(out), "--json")
    assert code == 0
    assert json.loads(shown)["classes"]["fraud"] == 40


def test_the_shipped_model_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    code, said, _ = _run(capsys, "show")
    assert code == 0
    assert "COLD" in said


@pytest.mark.parametrize(
    ("args", "reason"),
    [
        (("--label-column", "none"), "no column 'none'"),
        ((*COLUMNS, "--map", "odd"), "THEIRS=OURS"),
        ((*COLUMNS, "--map", "ads=clean"), "the label 'clean' is none of"),
    ],
)
def test_what_cannot_be_trained_on_is_said(
    data: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    args: tuple[str, ...],
    reason: str,
) -> None:
    out = tmp_path / "own.model"
    given = (
        "--data",
        str(data),
        "--out",
        str(out),
        *(args if "body" in args else ("--text-column", "body", *args)),
    )
    code, _, said = _run(capsys, "train", *given)
    assert code == 2
    assert reason in said
    assert not out.exists()


def test_a_damaged_model_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "bad.model"
    path.write_bytes(block()[:-1])
    code, _, said = _run(capsys, "show", str(path))
    assert code == 2
    assert "cut short" in said
