"""Answers of any shape: a reading or an `AnswerError`, and nothing else ever."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.remote import RemoteManifest
from app.remote.answer import AnswerError, Told
from tests.remote.servers import CLASSES, kserve_manifest, moderation_manifest

LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from(["BYTES", "FP32", "red", "scores", 0, 1, 2, 3, 0.5])
)
KEYS = st.sampled_from(
    ["outputs", "name", "shape", "datatype", "data", "results", "category_scores"]
) | st.sampled_from(["model_name", "model_version", "model", *CLASSES])
ANYTHING = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=6)
    ),
    max_leaves=12,
)
OUTPUT = st.fixed_dictionaries(
    {
        "datatype": st.sampled_from(["FP32", "BYTES"]) | ANYTHING,
        "shape": st.sampled_from([[1, 3], [2, 3], [2], [3], [6]]) | ANYTHING,
        "data": st.lists(LEAVES, max_size=6) | ANYTHING,
    }
)
MANIFESTS: dict[str, RemoteManifest] = {
    "tensor": kserve_manifest(),
    "softmax": kserve_manifest(output={"activation": "softmax"}),
    "sigmoid": kserve_manifest(output={"activation": "sigmoid"}),
    "json": kserve_manifest(output={"answer": "json"}),
    "names": kserve_manifest(output={"answer": "names"}),
    "openai": moderation_manifest(),
}


def taken(name: str, answer: Any, count: int) -> None:
    body = json.dumps(answer).encode("utf-8", "surrogatepass")
    try:
        told = MANIFESTS[name].dialect().read(body, count)
    except AnswerError as error:
        said = str(error)
    else:
        said = ""
        _sound(told)
    assert len(said) <= 200


def _sound(told: Told) -> None:
    assert set(told.scores) == set(CLASSES)
    assert all(0 <= score <= 1 for score in told.scores.values())
    assert 0 < len(told.model) <= 201


@pytest.mark.parametrize("name", MANIFESTS)
@settings(max_examples=60, deadline=None)
@given(answer=ANYTHING, count=st.sampled_from([1, 2]))
def test_anything_at_all(name: str, answer: Any, count: int) -> None:
    taken(name, answer, count)


@pytest.mark.parametrize("name", MANIFESTS)
@settings(max_examples=60, deadline=None)
@given(output=OUTPUT, results=ANYTHING, count=st.sampled_from([1, 2]))
def test_almost_an_answer(name: str, output: Any, results: Any, count: int) -> None:
    taken(name, {"outputs": [output], "results": [{"category_scores": results}]}, count)
