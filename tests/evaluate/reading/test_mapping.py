"""Labels of a file as ours: clear errors, and never a text in them."""

from collections import Counter
from pathlib import Path

import pytest

from app.evaluate.errors import EvaluateError
from app.evaluate.reading import parse_mapping, read_mapping


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("ads", "ads"),
        ("ADS", "ads"),
        ("20006", "crime"),
        ("normal", "normal"),
        ("100", "normal"),
        ("clean", "normal"),
        ("pass", "normal"),
        ("any", "any"),
        ("harmful", "any"),
        ("spam", None),
        ("1", None),
    ],
)
def test_our_own_names_need_no_rule(source: str, name: str | None) -> None:
    assert parse_mapping([]).of(source) == name


def test_rules_say_what_other_labels_mean() -> None:
    mapping = parse_mapping(["1=abuse", "0 = clean", "a=b=20001"])
    assert [mapping.of(s) for s in ("1", "0", "a=b")] == ["abuse", "normal", "politics"]


def test_a_rule_wins_over_a_name_of_ours() -> None:
    assert parse_mapping(["other=clean"]).of("other") == "normal"


@pytest.mark.parametrize("rule", ["1", "1=", "1=spam", "=", ""])
def test_rules_that_cannot_be_read_are_errors(rule: str) -> None:
    with pytest.raises(EvaluateError, match="cannot read the mapping"):
        parse_mapping([rule])


def test_a_label_has_one_meaning() -> None:
    with pytest.raises(EvaluateError, match="'1' is mapped twice"):
        parse_mapping(["1=ads", "1=porn"])
    assert parse_mapping(["1=ads", "1=10001"]).of("1") == "ads"


def test_labels_that_do_not_map_are_listed_with_counts() -> None:
    mapping = parse_mapping(["0=clean"])
    with pytest.raises(EvaluateError) as error:
        mapping.check(Counter({"0": 5, "1": 3000, "2": 1}))
    assert "'1' (3,000 rows), '2' (1 row)" in str(error.value)
    assert "--map 1=clean" in str(error.value)


@pytest.mark.parametrize(
    "sources",
    [
        {"一句很长的话" * 10: 1},
        {f"话{n}": 2 for n in range(13)},
        {f"话{n}": 1 for n in range(4)},
    ],
)
def test_a_column_of_texts_is_not_repeated(sources: dict[str, int]) -> None:
    with pytest.raises(EvaluateError, match="--label-column the right one") as error:
        parse_mapping([]).check(Counter(sources))
    assert "话" not in str(error.value)


def test_a_rule_for_an_empty_class_is_an_error() -> None:
    with pytest.raises(EvaluateError, match="no row has the label 'spam'"):
        parse_mapping(["spam=ads"]).check(Counter({"clean": 3}))


def test_harm_is_told_apart_in_all_rows_or_in_none() -> None:
    with pytest.raises(EvaluateError, match="some labels map to 'any'"):
        parse_mapping(["1=any"]).check(Counter({"1": 1, "ads": 1, "clean": 1}))
    parse_mapping(["1=any"]).check(Counter({"1": 1, "clean": 1}))


def test_rules_may_stand_in_a_file(tmp_path: Path) -> None:
    path = tmp_path / "map"
    path.write_text("# ours\n1=abuse\n\n 0=clean \n", encoding="utf-8")
    assert list(read_mapping(path)) == ["1=abuse", "0=clean"]
    path.write_bytes(b"\xff")
    with pytest.raises(EvaluateError, match="is not UTF-8"):
        list(read_mapping(path))
    with pytest.raises(EvaluateError, match="cannot read"):
        list(read_mapping(tmp_path / "none"))
