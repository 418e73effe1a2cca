from typing import Any

import numpy as np
import pytest

from tests.image.keras_tiny import (
    Floats,
    averaged,
    convolved,
    depthwise,
    layer,
    model,
    padded,
    source,
)
from tools.models.bundle import ConversionError, KerasModel
from tools.models.graph import INPUT, OUTPUT, write_graph

onnxruntime = pytest.importorskip("onnxruntime", reason="needs the extra 'onnx'")

RNG = np.random.default_rng(3)
FLAT = layer("flat", "Flatten", "it")
CONVOLUTION: dict[str, Any] = {
    "strides": [1, 1],
    "dilation_rate": [1, 1],
    "padding": "valid",
    "use_bias": False,
    "activation": "linear",
}


def some(*shape: int) -> Floats:
    return RNG.normal(size=shape).astype(np.float32)


def computed(made: KerasModel, picture: Floats) -> Floats:
    content = write_graph(made).SerializeToString()
    session = onnxruntime.InferenceSession(content)
    (answer,) = session.run([OUTPUT], {INPUT: picture[np.newaxis]})
    return np.asarray(answer, np.float32)


def check(made: KerasModel, picture: Floats, expected: Floats) -> None:
    """The graph computes the expected values, in Keras' order when flattened."""
    answer = computed(made, picture)
    np.testing.assert_allclose(answer[0], expected.reshape(-1), rtol=1e-4, atol=1e-5)


def test_flattening_keeps_keras_order() -> None:
    picture = some(3, 4, 2)
    check(model(source(3, 4, 2), layer("flat", "Flatten")), picture, picture)


@pytest.mark.parametrize("padding", ["valid", "same"])
@pytest.mark.parametrize("step", [(1, 1), (2, 2), (2, 1)])
def test_convolutions(padding: str, step: tuple[int, int]) -> None:
    picture, kernel = some(7, 8, 3), some(3, 3, 3, 5)
    config = {**CONVOLUTION, "padding": padding, "strides": list(step)}
    made = model(
        source(7, 8, 3), layer("it", "Conv2D", **config), FLAT, it__kernel=kernel
    )
    shown = padded(picture, (3, 3), step) if padding == "same" else picture
    check(made, picture, convolved(shown, kernel, step))


def test_a_convolution_with_bias_and_activation() -> None:
    picture, kernel, bias = some(4, 4, 2), some(1, 1, 2, 3), some(3)
    config = {**CONVOLUTION, "use_bias": True, "activation": "relu"}
    made = model(
        source(4, 4, 2),
        layer("it", "Conv2D", **config),
        FLAT,
        it__kernel=kernel,
        it__bias=bias,
    )
    expected = np.maximum(convolved(picture, kernel, (1, 1)) + bias, 0)
    check(made, picture, expected)


@pytest.mark.parametrize("each", [1, 2])
@pytest.mark.parametrize("padding", ["valid", "same"])
@pytest.mark.parametrize("step", [(1, 1), (2, 2)])
def test_depthwise_convolutions(padding: str, step: tuple[int, int], each: int) -> None:
    picture, kernel = some(6, 7, 3), some(3, 3, 3, each)
    config = {**CONVOLUTION, "padding": padding, "strides": list(step)}
    made = model(
        source(6, 7, 3),
        layer("it", "DepthwiseConv2D", **config),
        FLAT,
        it__depthwise_kernel=kernel,
    )
    shown = padded(picture, (3, 3), step) if padding == "same" else picture
    check(made, picture, depthwise(shown, kernel, step))


@pytest.mark.parametrize(
    ("scale", "center"), [(True, True), (False, True), (True, False)]
)
def test_normalisation(*, scale: bool, center: bool) -> None:
    picture = some(4, 5, 3)
    gamma, beta, mean, variance = some(3), some(3), some(3), some(3) ** 2
    config = {"axis": -1, "epsilon": 0.001, "scale": scale, "center": center}
    weights = {"it__moving_mean": mean, "it__moving_variance": variance}
    weights |= {"it__gamma": gamma} if scale else {}
    weights |= {"it__beta": beta} if center else {}
    made = model(
        source(4, 5, 3), layer("it", "BatchNormalization", **config), FLAT, **weights
    )
    expected = (picture - mean) / np.sqrt(variance + 0.001)
    expected = expected * (gamma if scale else 1) + (beta if center else 0)
    check(made, picture, expected.astype(np.float32))


@pytest.mark.parametrize("most", [6, None])
def test_relu_with_and_without_a_ceiling(most: int | None) -> None:
    picture = some(3, 3, 2) * 10
    config = {"max_value": most, "negative_slope": 0, "threshold": 0}
    made = model(source(3, 3, 2), layer("it", "ReLU", **config), FLAT)
    check(made, picture, np.clip(picture, 0, most or np.inf))


def test_padding_with_zeros() -> None:
    picture = some(3, 4, 2)
    config = {"padding": [[0, 1], [2, 3]]}
    made = model(source(3, 4, 2), layer("it", "ZeroPadding2D", **config), FLAT)
    check(made, picture, np.pad(picture, ((0, 1), (2, 3), (0, 0))))


def test_averages() -> None:
    picture = some(7, 6, 2)
    config = {"pool_size": [3, 2], "strides": [2, 2], "padding": "valid"}
    made = model(source(7, 6, 2), layer("it", "AveragePooling2D", **config), FLAT)
    check(made, picture, averaged(picture, (3, 2), (2, 2)))


def test_branches_come_together() -> None:
    picture = some(3, 3, 2)
    config = {"max_value": None}
    made = model(
        source(3, 3, 2),
        layer("one", "ReLU", **config),
        layer("it", "Add", "start", "one"),
        FLAT,
    )
    check(made, picture, picture + np.maximum(picture, 0))


@pytest.mark.parametrize("activation", ["linear", "relu", "softmax", "sigmoid"])
def test_dense_layers(activation: str) -> None:
    picture, kernel, bias = some(2, 2, 3), some(12, 4), some(4)
    made = model(
        source(2, 2, 3),
        layer("flat", "Flatten"),
        layer("skip", "Dropout", "flat", rate=0.5),
        layer("last", "Dense", "skip", use_bias=True, activation=activation),
        last__kernel=kernel,
        last__bias=bias,
    )
    line = picture.reshape(-1) @ kernel + bias
    expected = {
        "linear": line,
        "relu": np.maximum(line, 0),
        "softmax": np.exp(line) / np.exp(line).sum(),
        "sigmoid": 1 / (1 + np.exp(-line)),
    }
    check(made, picture, expected[activation].astype(np.float32))


def test_several_pictures_at_once() -> None:
    made = model(source(2, 2, 1), layer("flat", "Flatten"))
    session = onnxruntime.InferenceSession(write_graph(made).SerializeToString())
    pictures = some(5, 2, 2, 1)
    (answer,) = session.run([OUTPUT], {INPUT: pictures})
    assert answer.shape == (5, 4)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (layer("it", "LSTM"), "kind LSTM"),
        (layer("it", "Conv2D", **CONVOLUTION), "'it/kernel' are missing"),
        (layer("it", "ReLU", threshold=1), "ReLU of another kind"),
        (layer("it", "ReLU", negative_slope=0.1), "ReLU of another kind"),
        (layer("it", "BatchNormalization", axis=1), "another axis"),
        (
            layer("it", "AveragePooling2D", padding="causal", pool_size=1, strides=1),
            "padded as 'causal'",
        ),
    ],
)
def test_what_is_not_known_is_told(changed: Any, said: str) -> None:
    with pytest.raises(ConversionError, match=said):
        write_graph(model(source(4, 4, 2), changed))


def test_an_unknown_activation_is_told() -> None:
    config = {**CONVOLUTION, "activation": "swish"}
    made = model(
        source(4, 4, 2), layer("it", "Conv2D", **config), it__kernel=some(1, 1, 2, 2)
    )
    with pytest.raises(ConversionError, match="activation swish"):
        write_graph(made)


def test_weights_that_nobody_uses_are_told() -> None:
    made = model(source(4, 4, 2), layer("flat", "Flatten"), other__kernel=some(1))
    with pytest.raises(ConversionError, match="'other/kernel' belong to no layer"):
        write_graph(made)
