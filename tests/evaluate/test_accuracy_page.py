"""docs/accuracy.md holds figures of the data, and never a text."""

from pathlib import Path
from typing import NoReturn
from xml.etree import ElementTree as ET

import pytest

from app.text.model.format import ModelError
from app.text.model.training.data import Row
from tests.evaluate.helpers import write
from tools.accuracy.__main__ import write as write_page
from tools.accuracy.held_out import without
from tools.accuracy.judges import warning
from tools.accuracy.sets import SETS

SECRET = "这是谁也不该看到的一句话"
PROBE = "没有人会列的词"
HEADER = "text,label,topic,category,target,agreement,thread,dup_group\n"


def unshipped() -> NoReturn:
    message = "none in this test"
    raise ModelError(message)


@pytest.fixture(autouse=True)
def no_model(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the shipped model says would change with every training."""
    monkeypatch.setattr("tools.accuracy.judges.load_shipped", unshipped)


def test_the_page_holds_figures_and_plots_but_no_text(tmp_path: Path) -> None:
    rows = f"傻逼，{SECRET},1,甲,,,,,7\n{SECRET},0,乙,,,,,\n{SECRET}了,0,乙,,,,,\n"
    rows += f"傻逼{SECRET},1,甲,,,,,7\n"
    write(tmp_path / "cold_dev.csv.gz", HEADER + rows)
    probes = f'base_term,text,transform,should_hit,comment\n词,"{PROBE}\n|",emoji,1,\n'
    write(tmp_path / "evasion_probes.csv", probes)
    plots = write_page(tmp_path, tmp_path / "docs", disguised=2)
    page = (tmp_path / "docs" / "accuracy.md").read_text("utf-8")
    files = sorted((tmp_path / "docs" / "accuracy").iterdir())
    assert [file.name for file in files] == [
        "cold-disguise.svg",
        "cold-recall.svg",
        "cold-weight.svg",
    ]
    assert plots == 3
    drawn = [file.read_text("utf-8") for file in files]
    assert all(ET.fromstring(text) is not None for text in drawn)  # noqa: S314 - ours
    assert SECRET not in page + "".join(drawn)
    assert "| 甲 | 1 | 100.0 % (20.7 to 100.0) |" in page
    assert "1 near-duplicates are left out" in page
    assert f"| missed | emoji | {PROBE}\\n\\| | pass |" in page


def test_a_folder_without_data_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="none of the labelled files"):
        write_page(tmp_path, tmp_path / "docs")


def test_a_model_is_said_to_know_the_set() -> None:
    card = {"data": [{"name": "COLD race"}, {"name": "clean_news"}]}
    cold, swsr = SETS[0], SETS[1]
    assert warning(card, cold) == ", trained on this set"
    assert warning(card, swsr) == ""
    assert warning({}, cold) == ", trained on what its card does not say"


def test_rows_of_a_set_are_left_out() -> None:
    rows = [Row("a", "abuse", "COLD race"), Row("b", "clean", "clean_news")]
    assert [row.text for row in without(rows, SETS[0])] == ["b"]
    assert without(rows, SETS[1]) == rows
