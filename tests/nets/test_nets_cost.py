"""What a network costs: the counts done by hand, and what a compiled step of training really takes."""

import numpy as np
import pytest

from mediedu.nets import (
    activation_memory,
    deeplab_v3_plus,
    load_keras,
    model_cost,
    multiplications,
    resnet50_backbone,
    unet,
)
from mediedu.nets.mixed_precision import mixed_precision

keras = load_keras()


def by_hand(size, channels, widths, classes, dimensions):
    """Count numbers and multiplications of a U-Net with normalisation, level by level."""
    places = [(size // 2**i) ** dimensions for i in range(len(widths))]
    kernel, spread = 3**dimensions, 2**dimensions
    numbers, products, before = places[0] * channels, 0, channels
    for i, width in enumerate(widths):
        numbers += places[i] * (6 * width + (before if i else 0))  # twice three layers, and the pool before
        products += places[i] * kernel * (before * width + width * width)
        before = width
    for i in reversed(range(len(widths) - 1)):
        width = widths[i]
        numbers += places[i] * (width + 2 * width + 6 * width)  # enlarged, side by side, twice three layers
        products += places[i + 1] * spread * before * width
        products += places[i] * kernel * (2 * width * width + width * width)
        before = width
    return numbers + 2 * places[0] * classes, products + places[0] * before * classes


@pytest.mark.parametrize(
    ("size", "channels", "widths", "classes", "dimensions"),
    [(16, 1, (4, 8), 3, 2), (8, 2, (2, 4, 6), 2, 3), (32, 3, (3, 5, 7, 9), 1, 2)],
)
def test_a_unet_costs_what_is_counted_by_hand(size, channels, widths, classes, dimensions) -> None:
    net = unet((*[size] * dimensions, channels), classes, widths=widths)
    numbers, products = by_hand(size, channels, widths, classes, dimensions)
    assert sum(row.numbers for row in model_cost(net)) == numbers
    assert multiplications(net) == products
    assert activation_memory(net) == 4 * numbers
    assert activation_memory(net, 6, bytes_per_number=2) == 12 * numbers


def test_every_kind_of_layer_is_counted_by_its_loops() -> None:
    layers = keras.layers
    net = keras.Sequential(
        [
            keras.Input((9, 12, 4)),
            layers.Conv2D(6, (3, 2), strides=2, padding="same", groups=2),
            layers.DepthwiseConv2D(3, dilation_rate=2, padding="same"),
            layers.SeparableConv2D(5, 3, padding="valid"),
            layers.Conv2DTranspose(2, 2, strides=2),
            layers.Dense(3),
        ]
    )
    products = [row.multiplications for row in model_cost(net)]
    expected = [
        5 * 6 * 6 * (3 * 2 * 2),  # each of 6 maps sees half of the 4 channels
        5 * 6 * 6 * 9,
        3 * 4 * (6 * 9 + 6 * 5),
        3 * 4 * 5 * (4 * 2),  # each place that comes in is spread over 2 × 2
        6 * 8 * 2 * 3,
    ]
    assert [p for p in products if p] == expected


def test_resnet50_has_its_published_multiplications() -> None:
    with keras.StatelessScope(initialize_variables=False):
        net = resnet50_backbone((224, 224, 3))
    assert round(multiplications(net) / 1e9, 1) == 3.9  # the paper's "3.8 billion" leaves out projections


def test_layers_within_a_model_that_is_a_layer_are_counted_once() -> None:
    with keras.StatelessScope(initialize_variables=False):
        net = deeplab_v3_plus((32, 32, 1), 2)
    rows = model_cost(net)
    assert len({row.name for row in rows}) == len(rows)
    assert {"features/conv1_conv", "pyramid_rate6_each", "decoder1_each"} <= {row.name for row in rows}
    assert [row.shape for row in rows if row.name == "features/conv5_block3_out"] == [(2, 2, 2048)]


def test_mixed_precision_halves_all_but_the_last_layer() -> None:
    net = unet((16, 16, 1), 2, widths=(4, 8))
    full = activation_memory(net)
    with mixed_precision(net, True):
        mixed = {row.name: row.bytes_each for row in model_cost(net)}
        assert full / 2 < activation_memory(net) < 0.6 * full
    assert mixed["down0a"] == 2
    assert mixed["probability"] == 4
    assert activation_memory(net) == full


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (
            lambda: model_cost(unet((None, None, 1), 2)),
            "leaves a side open.*build the network with fixed sides",
        ),
        (lambda: activation_memory(unet((8, 8, 1), 2, widths=(2, 4)), 0), "batch_size is 0"),
        (
            lambda: activation_memory(unet((8, 8, 1), 2, widths=(2, 4)), bytes_per_number=0.5),
            "bytes_per_number is 0.5",
        ),
    ],
)
def test_what_cannot_be_counted_is_said(call, sentence) -> None:
    with pytest.raises(ValueError, match=sentence):
        call()


@pytest.mark.skipif(keras.backend.backend() != "jax", reason="needs JAX, whose compiler tells its memory")
def test_the_estimate_is_near_what_a_compiled_step_takes() -> None:
    import jax

    net = unet((32, 32, 32, 1), 3, widths=(8, 16, 32), norm=None)
    labels = np.zeros((2, 32, 32, 32), int)
    trainable, fixed = (
        [v.value for v in part] for part in (net.trainable_variables, net.non_trainable_variables)
    )

    def loss(weights, images):
        probability, _ = net.stateless_call(weights, fixed, images, training=True)
        return keras.ops.mean(keras.losses.sparse_categorical_crossentropy(labels, probability))

    step = jax.jit(jax.value_and_grad(loss)).lower(trainable, np.zeros((2, 32, 32, 32, 1), np.float32))
    taken = step.compile().memory_analysis().temp_size_in_bytes
    assert 0.4 < taken / activation_memory(net, 2) < 2.5
