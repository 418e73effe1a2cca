import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.image.keras_tiny import bundled, script
from tools.models.bundle import ConversionError, exported, read_model
from tools.models.literal import LiteralError, read_literal


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("{a:1,b_c:[.5,-.25,1e-7,-3]}", {"a": 1, "b_c": [0.5, -0.25, 1e-7, -3]}),
        ("{'x y':!0,\"z\":!1,n:null}", {"x y": True, "z": False, "n": None}),
        ("[ [ ] , { } ]", [[], {}]),
        (r'"a\"b\n中é\\"', 'a"b\n中é\\'),
        ("true;rest", True),
        ("5.", 5.0),
        ("{1:2}", {"1": 2}),
    ],
)
def test_written_out_values_are_read(written: str, value: object) -> None:
    assert read_literal(written) == value


@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers(-(10**9), 10**9)
        | st.floats(allow_nan=False, allow_infinity=False)
        | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_json_is_read_as_json(value: Any) -> None:
    assert read_literal(json.dumps(value)) == value


@pytest.mark.parametrize(
    "written",
    ["", "{a:}", "{a 1}", "[1,2", "alert(1)", "{a:f()}", "function(){}", '"a'],
)
def test_code_is_never_taken_for_a_value(written: str) -> None:
    with pytest.raises(LiteralError, match="at character"):
        read_literal(written)


def test_what_a_script_exports_is_found() -> None:
    assert exported(script({"a": [1, 2]})) == {"a": [1, 2]}
    with pytest.raises(ConversionError, match="exports no plain value"):
        exported("module.exports = require('other')")
    with pytest.raises(ConversionError, match="cannot be read"):
        exported("x.exports={a:b()}")


LAYERS: list[dict[str, Any]] = [
    {
        "name": "start",
        "class_name": "InputLayer",
        "config": {"batch_input_shape": [None, 1, 1, 2]},
        "inbound_nodes": [],
    },
    {
        "name": "flat",
        "class_name": "Flatten",
        "config": {},
        "inbound_nodes": [[["start", 0, 0, {}]]],
    },
]


def spec(
    name: str, shape: list[int], stored: str, **quantised: float
) -> dict[str, Any]:
    made: dict[str, Any] = {"name": name, "shape": shape, "dtype": "float32"}
    if quantised:
        made["quantization"] = {"dtype": stored, **quantised}
    else:
        made["dtype"] = stored
    return made


def test_weights_are_read_in_the_order_of_the_manifest() -> None:
    content = bytes([0, 1, 255]) + np.array([2, 700], "<u2").tobytes()
    content += np.array([1.5, -2.0], "<f4").tobytes()
    specs = [
        spec("a/kernel", [3, 1], "uint8", scale=0.5, min=-10),
        spec("b/kernel", [2], "uint16", scale=0.01, min=1),
        spec("c/bias", [2], "float32"),
    ]
    model, weights = bundled(LAYERS, specs, content)
    made = read_model(model, [weights])
    assert made.weights["a/kernel"].tolist() == [[-10], [-9.5], [117.5]]
    assert made.weights["b/kernel"] == pytest.approx([1.02, 8.0])
    assert made.weights["c/bias"].tolist() == [1.5, -2.0]
    assert {value.dtype for value in made.weights.values()} == {np.dtype(np.float32)}


def test_weights_may_be_in_several_files() -> None:
    specs = [spec("a/kernel", [4], "uint8", scale=1, min=0)]
    model, _ = bundled(LAYERS, specs, b"")
    shards = [bundled(LAYERS, [], part)[1] for part in (b"\1\2\3", b"\4")]
    assert read_model(model, shards).weights["a/kernel"].tolist() == [1, 2, 3, 4]


def test_layers_know_what_is_before_them() -> None:
    model, weights = bundled(LAYERS, [], b"")
    made = read_model(model, [weights])
    assert [layer.kind for layer in made.layers] == ["InputLayer", "Flatten"]
    assert made.layers[1].inputs == ("start",)
    assert made.output == "flat"


def test_too_few_or_too_many_weights_are_told() -> None:
    specs = [spec("a/kernel", [2], "uint8", scale=1, min=0)]
    for content, said in ((b"\1", "fewer"), (b"\1\2\3", "more")):
        model, weights = bundled(LAYERS, specs, content)
        with pytest.raises(ConversionError, match=f"{said} weights than"):
            read_model(model, [weights])


def test_another_kind_of_package_is_told() -> None:
    model, weights = bundled(LAYERS, [], b"")
    with pytest.raises(ConversionError, match="described in another way"):
        read_model(script({"modelTopology": {"node": []}}), [weights])
    with pytest.raises(ConversionError, match="no base64"):
        read_model(model, [script("!!!")])
    with pytest.raises(ConversionError, match="no base64"):
        read_model(model, [script({"not": "text"})])
    strange = [spec("a/kernel", [1], "bfloat16")]
    with pytest.raises(ConversionError, match="stored as bfloat16"):
        read_model(bundled(LAYERS, strange, b"\0\0")[0], [weights])


def test_a_layer_that_is_used_twice_is_told() -> None:
    twice = [LAYERS[0], {**LAYERS[1], "inbound_nodes": [[["start"]], [["start"]]]}]
    model, weights = bundled(twice, [], b"")
    with pytest.raises(ConversionError, match="flat is used more than once"):
        read_model(model, [weights])
