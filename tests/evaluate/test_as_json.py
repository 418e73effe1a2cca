"""JSON of an evaluation: plain values, texts only on request."""

import json

from app.evaluate.as_json import FORMAT, as_json
from tests.evaluate.evaluations import whole


def test_everything_is_plain_json() -> None:
    found = as_json(whole(two=True))
    assert json.loads(json.dumps(found)) == found
    assert found["format"] == FORMAT
    assert found["files"] == ["a.csv", "<b>.csv"]
    assert found["broken"] == [{"source": "a.csv", "line": 7, "why": "no text"}]
    assert found["comparison"]["mended"] == 2


def test_shares_carry_counts_and_intervals() -> None:
    accuracy = as_json(whole())["report"]["accuracy"]
    assert (accuracy["hits"], accuracy["of"], accuracy["value"]) == (2, 4, 0.5)
    low, high = accuracy["interval"]
    assert 0 < low < 0.5 < high < 1


def test_the_report_names_its_parts() -> None:
    report = as_json(whole())["report"]
    assert report["confusion"]["classes"] == ["normal", "abuse", "ads"]
    assert report["baseline"] == {"always": "normal", "accuracy": 0.5}
    assert {label["name"] for label in report["labels"]} == {"normal", "abuse", "ads"}
    assert report["at"] == "review"


def test_texts_are_in_it_only_when_asked_for() -> None:
    assert as_json(whole())["report"]["mistakes"][0]["kind"] == "false alarm"
    without = json.dumps(as_json(whole(two=True, errors=0)))
    assert "script" not in without
    assert "rude" not in without
