"""Fourier and elliptic descriptors: definitions, textbook values, invariances."""

import numpy as np
import pytest
from describe_outlines import circle, disk, moved, moves, outlines
from describe_reference import descriptors_by_definition, shape_factor_by_definition
from hypothesis import given, settings
from hypothesis import strategies as st

from mediedu.data import phantom
from mediedu.describe import (
    elliptic_descriptors,
    fourier_descriptors,
    fourier_shape_factor,
    normalise_descriptors,
    reconstruct_contour,
    trace_contour,
)
from mediedu.describe.fourier import descriptor_orders


@given(outlines(n=20))
@settings(max_examples=30, deadline=None)
def test_descriptors_equal_the_definition(contour):
    for some in (contour, contour[:-1]):  # an even and an odd number of points
        np.testing.assert_allclose(fourier_descriptors(some), descriptors_by_definition(some), atol=1e-14)
        assert fourier_shape_factor(some) == pytest.approx(shape_factor_by_definition(some), abs=1e-13)
        assert descriptor_orders(len(some))[len(some) // 2] == 0


@given(outlines(), moves)
@settings(max_examples=60, deadline=None)
def test_the_shape_factor_knows_neither_place_size_turn_start_nor_sense(contour, move):
    expected = fourier_shape_factor(contour)
    assert fourier_shape_factor(moved(contour, move)) == pytest.approx(expected, abs=1e-12)
    assert fourier_shape_factor(moved(contour, move, sense=-1)) == pytest.approx(expected, abs=1e-12)


@given(outlines(), moves)
@settings(max_examples=40, deadline=None)
def test_normalised_descriptors_know_neither_place_size_nor_turn(contour, move):
    one = normalise_descriptors(fourier_descriptors(contour))
    other = normalise_descriptors(fourier_descriptors(moved(contour, (*move[:4], 0))))
    np.testing.assert_allclose(other, one, atol=1e-11)
    assert one[32] == 0
    assert one[33] == pytest.approx(1)
    # another first point turns each by a known angle
    started = normalise_descriptors(fourier_descriptors(np.roll(contour, move[4], axis=0)))
    expected = one * np.exp(-2j * np.pi * (descriptor_orders(64) - 1) * move[4] / 64)
    np.testing.assert_allclose(started, expected, atol=1e-11)


@given(outlines())
@settings(max_examples=30, deadline=None)
def test_reconstructions_are_sums_of_circles(contour):
    z = fourier_descriptors(contour)
    np.testing.assert_allclose(reconstruct_contour(z, 32), contour, atol=1e-12)
    np.testing.assert_allclose(reconstruct_contour(z, range(-32, 32)), contour, atol=1e-12)
    centre = contour.mean(axis=0)
    np.testing.assert_allclose(reconstruct_contour(z, 0), np.tile(centre, (64, 1)), atol=1e-12)
    for k in (1, -1):
        ring = np.hypot(*(reconstruct_contour(z, [k]) - centre).T)
        np.testing.assert_allclose(ring, abs(z[32 + k]), atol=1e-12)
    ellipse = reconstruct_contour(z, [1]) + reconstruct_contour(z, [-1]) - centre
    np.testing.assert_allclose(reconstruct_contour(z, 1), ellipse, atol=1e-12)
    np.testing.assert_allclose(reconstruct_contour(z, [-1, 1]), ellipse, atol=1e-12)


def test_more_orders_come_closer():
    contour = trace_contour(phantom.breast_mass("malignant", margin="spiculated", seed=5).labels > 0)
    z = fourier_descriptors(contour)
    error = [np.abs(reconstruct_contour(z, k) - contour).mean() for k in (1, 4, 15, 25, 128)]
    assert error == sorted(error, reverse=True)
    assert error[-1] < 1e-9


def test_textbook_values_of_the_shape_factor():
    assert fourier_shape_factor(circle()) == pytest.approx(0, abs=1e-12)
    assert fourier_shape_factor(circle(255, 40.0) + 7) == pytest.approx(0, abs=1e-12)
    # the design's range for rasterised disks, radius 120 and 15
    assert fourier_shape_factor(trace_contour(disk(120))) == pytest.approx(0.015, abs=0.003)
    assert fourier_shape_factor(trace_contour(disk(15))) == pytest.approx(0.06, abs=0.008)
    smooth, rough = (
        fourier_shape_factor(trace_contour(phantom.breast_mass(kind, margin=margin, seed=1).labels > 0))
        for kind, margin in (("benign", "round"), ("malignant", "spiculated"))
    )
    assert rough > smooth + 0.05


def test_batches_equal_one_at_a_time():
    contours = np.stack([circle(64) * (a, 1) for a in (1, 2, 3)])
    for function in (fourier_descriptors, fourier_shape_factor, elliptic_descriptors):
        one_by_one = np.stack([function(contour) for contour in contours])
        np.testing.assert_allclose(function(contours), one_by_one, atol=1e-14)
    z = fourier_descriptors(contours)
    np.testing.assert_allclose(reconstruct_contour(z, 5)[1], reconstruct_contour(z[1], 5), atol=1e-14)


# Elliptic descriptors


def elliptic_by_integration(contour, order):
    """Integrate x(t), y(t) against cosine and sine over each straight piece, with exact antiderivatives."""
    closed = np.vstack([contour, contour[:1]])
    length = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(closed, axis=0).T))])
    t = 2 * np.pi * length / length[-1]
    out = np.zeros((order, 4))
    for n in range(1, order + 1):
        for axis in (0, 1):
            v = closed[:, axis]
            slope = np.diff(v) / np.where(np.diff(t) > 0, np.diff(t), 1)
            start, stop, sin, cos = t[:-1], t[1:], np.sin(n * t), np.cos(n * t)
            rise = slope * (stop - start)
            even = (v[:-1] + rise) * sin[1:] - v[:-1] * sin[:-1] + slope / n * np.diff(cos)
            odd = -(v[:-1] + rise) * cos[1:] + v[:-1] * cos[:-1] + slope / n * np.diff(sin)
            out[n - 1, 2 * axis : 2 * axis + 2] = even.sum() / (n * np.pi), odd.sum() / (n * np.pi)
    return out


@given(outlines(n=24), st.integers(1, 12))
@settings(max_examples=25, deadline=None)
def test_elliptic_descriptors_equal_the_integrals(contour, order):
    contour = np.repeat(contour, 1 + (np.arange(24) == 5), axis=0)  # a point twice
    found = elliptic_descriptors(contour, order)
    np.testing.assert_allclose(found, elliptic_by_integration(contour, order), atol=1e-12)


@given(outlines(), moves, st.sampled_from([1, -1]))
@settings(max_examples=60, deadline=None)
def test_normalised_ellipses_know_neither_place_size_turn_nor_sense(contour, move, sense):
    one = elliptic_descriptors(contour, 6, normalise=True)
    other = elliptic_descriptors(moved(contour, move), 6, normalise=True)
    np.testing.assert_allclose(other, one, atol=1e-8)
    assert one[0, 0] == pytest.approx(1)
    assert np.abs(one[0, 1:3]).max() < 1e-9
    turned_round = elliptic_descriptors(contour[::sense], 6, normalise=True)
    np.testing.assert_allclose(np.abs(turned_round), np.abs(one), atol=1e-8)


@pytest.mark.parametrize(
    ("call", "problem", "words"),
    [
        (lambda: fourier_descriptors(np.zeros((5, 2))), ValueError, "coincide"),
        (lambda: fourier_descriptors([[0, 0], [1, 1]]), ValueError, "3 points or more"),
        (lambda: fourier_descriptors(np.full((5, 2), np.nan)), ValueError, "NaN"),
        (lambda: fourier_descriptors(np.zeros((5, 3))), ValueError, r"\(points, 2\)"),
        (lambda: fourier_descriptors([["a", "b"]] * 4), TypeError, "numbers"),
        (lambda: fourier_shape_factor(np.zeros((5, 2))), ValueError, "coincide"),
        (lambda: elliptic_descriptors(np.ones((5, 2))), ValueError, "coincide"),
        (lambda: elliptic_descriptors(circle(8), 0), ValueError, "from 1 up"),
        (lambda: normalise_descriptors(fourier_descriptors(circle(16)[::-1])), ValueError, "other sense"),
        (lambda: normalise_descriptors(np.full(8, np.nan)), ValueError, "NaN"),
        (lambda: reconstruct_contour(fourier_descriptors(circle(16)), -1), ValueError, r"k=\[-1\]"),
        (lambda: reconstruct_contour(fourier_descriptors(circle(16)), [8]), ValueError, "-8 to 7"),
        (lambda: reconstruct_contour(fourier_descriptors(circle(16)), 1.5), ValueError, "whole number"),
        (lambda: reconstruct_contour(np.array(3.0), 1), ValueError, "shape"),
    ],
)
def test_bad_contours_get_a_sentence(call, problem, words):
    with pytest.raises(problem, match=words):
        call()
