import orjson
import pytest

from app.remote.answer import (
    AnswerError,
    highest,
    model_name,
    number,
    parsed,
    score,
    scores,
)


@pytest.mark.parametrize(
    ("value", "expected"),
    [(0, 0.0), (1, 1.0), (0.25, 0.25), (1.0000001, 1.0), (-1e-7, 0.0)],
)
def test_scores(value: float, expected: float) -> None:
    assert score(value) == expected


@pytest.mark.parametrize(
    "value",
    [None, True, "0.5", [], float("nan"), float("inf"), -0.1, 1.01, 10**400],
)
def test_what_is_no_score(value: object) -> None:
    with pytest.raises(AnswerError):
        score(value)


@pytest.mark.parametrize(
    "body", [b"NaN", b'{"a": NaN}', b'{"a": Infinity}', b"1", b"[]"]
)
def test_json_knows_no_such_numbers(body: bytes) -> None:
    with pytest.raises(AnswerError):
        parsed(body)


@pytest.mark.parametrize("digits", ["1e999", "9" * 400, "-1e999"])
def test_numbers_too_large_for_any_machine(digits: str) -> None:
    with pytest.raises(AnswerError):
        number(parsed(b'{"a": %s}' % digits.encode()).get("a"))


def test_a_missing_class_is_named_and_a_strange_one_ignored() -> None:
    assert scores({"a": 1, "b": "x"}, ["a"]) == {"a": 1.0}
    with pytest.raises(AnswerError, match="'c'"):
        scores({"a": 1}, ["a", "c"])


def test_errors_stay_short() -> None:
    with pytest.raises(AnswerError) as caught:
        scores({}, ["x" * 200])
    assert len(str(caught.value)) <= 200


@pytest.mark.parametrize(
    ("value", "expected"), [("m-1 v2", "m-1 v2"), (None, "own"), ("", "own")]
)
def test_names_of_models(value: object, expected: str) -> None:
    assert model_name(value, "own") == expected


@pytest.mark.parametrize("value", [1, "x" * 101, "a\nb", "\x00", "黄", {}])
def test_unusable_names_of_models(value: object) -> None:
    with pytest.raises(AnswerError):
        model_name(value, "own")


def test_the_highest_of_each_class() -> None:
    assert highest([{"a": 0.1, "b": 0.5}, {"a": 0.3}]) == {"a": 0.3, "b": 0.5}
    assert highest([]) == {}


def test_errors_hold_nothing_of_the_answer() -> None:
    with pytest.raises(AnswerError) as caught:
        parsed(orjson.dumps("a secret"))
    assert "secret" not in repr(caught.value)
    with pytest.raises(AnswerError) as caught:
        parsed(b"a secret")
    assert "secret" not in repr(caught.value)
    assert caught.value.__cause__ is None
