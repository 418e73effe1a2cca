"""WeChat's label numbers, by number and by name."""

import pytest

from app.domain.labels import Label, parse_label

NUMBERS = {
    100: "normal",
    10001: "ads",
    20001: "politics",
    20002: "porn",
    20003: "abuse",
    20006: "crime",
    20008: "fraud",
    20012: "vulgar",
    20013: "copyright",
    21000: "other",
}


def test_numbers_and_names_are_those_of_the_contract() -> None:
    assert {label.value: label.title for label in Label} == NUMBERS


@pytest.mark.parametrize(("number", "name"), NUMBERS.items())
def test_labels_are_read_by_number_and_by_name(number: int, name: str) -> None:
    label = Label(number)
    assert parse_label(str(number)) is label
    assert parse_label(name) is label
    assert parse_label(f"  {name.upper()} ") is label
    assert parse_label(f" {number}\n") is label


@pytest.mark.parametrize(
    "text", ["", " ", "0", "99999", "crimes", "-100", "20006.0", "label", "²", "exempt"]
)
def test_anything_else_is_refused_with_the_choices(text: str) -> None:
    with pytest.raises(ValueError, match=r"unknown label .*crime \(20006\)"):
        parse_label(text)
