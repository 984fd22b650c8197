"""Every kernel computes what its slow twin in reference.py computes."""

import ast
import importlib
import math
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

import reference
from nnlib.kernels import (
    activations,
    batch_norm,
    convolution,
    dense,
    filters,
    fused,
    landscapes,
    losses,
    neurons,
    optimizers,
    penalties,
    pooling,
    products,
    recurrent,
    runs,
    sequences,
    softmax,
    winograd,
)
from nnlib.kernels import lines as lines_of_pixels

ROOT = Path(__file__).resolve().parents[1]
DTYPES = [np.float32, np.float64]
TOLERANCE = {np.float32: 2e-6, np.float64: 2e-14}  # relative to the largest number


@dataclass(frozen=True)
class Row:
    """A kernel under test.

    `inputs` draws its arguments for a shape (batch, in, out). `fills` gives the shapes of the
    arrays for its results, which come after them; `changes` the inputs that it changes. A kernel
    with neither returns what it has computed. `told` is what the twin must be told in addition,
    where the kernel sees it from the array for its results.
    """

    kernel: Callable
    inputs: Callable
    fills: Callable = lambda batch, n_in, n_out: []
    changes: tuple[int, ...] = ()
    told: Callable = lambda batch, n_in, n_out: []


class Draw:
    """Random arguments of one dtype."""

    def __init__(self, dtype, seed):
        self.dtype, self.rng = dtype, np.random.default_rng(seed)

    def normal(self, *shape):
        return self.rng.normal(size=shape).astype(self.dtype)

    def positive(self, *shape):
        return self.rng.uniform(0.1, 2.0, shape).astype(self.dtype)

    def share(self, *shape):
        return self.rng.uniform(size=shape).astype(self.dtype)

    def bits(self, *shape):
        return self.rng.integers(2, size=shape).astype(self.dtype)

    def labels(self, batch, classes):
        return self.rng.integers(classes, size=batch)

    def scale(self):
        return self.dtype(0.37)

    def mask(self, *shape):
        return self.rng.uniform(size=shape) < 0.4


STEP, TIME, NONE = np.int64(1), 3, 0


def flat(batch, n_in, n_out):
    return [(batch * n_in,)]


# Stride, padding and dilation, for images of 5 x 7 pixels under filters of 3 x 2.
STEPS = [
    ((1, 1), (0, 0), (1, 1)),
    ((2, 1), (1, 0), (1, 2)),
    ((1, 3), (2, 0), (2, 1)),  # 7 columns do not make whole strides
]
# Height, width and padding for filters of 3 x 3: tiles that fit, and that reach beyond the image.
TILED = [(4, 6, (0, 0)), (5, 4, (1, 1)), (3, 3, (0, 2)), (4, 5, (2, 1))]
POOLS = [((2, 2), (2, 2)), ((2, 2), (1, 3)), ((3, 2), (1, 2))]  # size and stride


def convolution_rows(stride, padding, dilation):
    """Rows for the kernels of a convolution; a batch of b images, i channels in, o channels out."""
    steps = (stride, padding, dilation)
    height, width = (
        (pixels + 2 * padding[axis] - dilation[axis] * (k - 1) - 1) // stride[axis] + 1
        for axis, (pixels, k) in enumerate([(5, 3), (7, 2)])
    )
    across = (stride[1], padding[1], dilation[1])
    lines = math.ceil((5 + 2 * padding[0]) / dilation[0]) * dilation[0]

    def images(d, b, i):
        return d.normal(5, i, 7, b)

    def grads(d, b, o):
        return d.normal(height, o, width, b)

    return [
        Row(
            convolution.conv2d_forward,
            lambda d, b, i, o: [images(d, b, i), d.normal(o, i, 3, 2), d.normal(o), *steps],
            lambda b, i, o: [(height, o, width, b)],
        ),
        *(
            Row(
                convolution.conv2d_backward_parameters,
                lambda d, b, i, o: [images(d, b, i), grads(d, b, o), *steps],
                lambda b, i, o, n=n: [(o, i, 3, 2), (n * o,)],
                told=lambda b, i, o, n=n: [(o, i, 3, 2), n * o],
            )
            for n in (0, 1)
        ),
        Row(
            convolution.conv2d_backward_input,
            lambda d, b, i, o: [grads(d, b, o), d.normal(o, i, 3, 2), *steps],
            lambda b, i, o: [(5, i, 7, b)],
            told=lambda b, i, o: [(5, i, 7, b)],
        ),
        *(
            Row(  # all images at once, and some of them
                lines_of_pixels.make_line,
                lambda d, b, i, o, more=more: [
                    *(d.normal(i, 7, b + more), more // 2, b, 2, across),
                    d.normal(2 * i, width * b),
                ],
                changes=(5,),
            )
            for more in (0, 2)
        ),
        *(
            Row(
                lines_of_pixels.add_line,
                lambda d, b, i, o, more=more: [
                    *(d.normal(2 * i, width * b), more // 2, b, 2, across),
                    d.normal(i, 7, b + more),
                ],
                changes=(5,),
            )
            for more in (0, 2)
        ),
        Row(
            convolution._make_lines,
            lambda d, b, i, o: [
                *(images(d, b + 2, i), 1, b, i % 3, lines - b % 3, 2, stride, padding, dilation),
                np.zeros((lines, 2 * i, width * b), d.dtype),
            ],
            changes=(9,),
        ),
        Row(
            convolution._window_lines,
            lambda d, b, i, o: [
                *(d.normal(lines, 2 * i, width * b), height - 1, 3, stride, dilation),
            ],
        ),
    ]


def winograd_rows(height, width, padding):
    """Rows for filters of 3 x 3 over images of such a size; b images, i channels in, o out."""
    ph, pw = padding
    out_height, out_width = height + 2 * ph - 2, width + 2 * pw - 2
    down, across = math.ceil(out_height / 2), math.ceil(out_width / 2)

    def images(d, b, i):
        return d.normal(height, i, width, b)

    def grads(d, b, o):
        return d.normal(out_height, o, out_width, b)

    def lines(d, b, i):
        return d.normal(i, 4, 2 * (across + 1) * (b + 2))

    return [
        Row(
            winograd.winograd_forward,
            lambda d, b, i, o: [images(d, b, i), d.normal(o, i, 3, 3), d.normal(o), padding],
            lambda b, i, o: [(out_height, o, out_width, b)],
        ),
        *(
            Row(
                winograd.winograd_backward_parameters,
                lambda d, b, i, o: [images(d, b, i), grads(d, b, o), padding],
                lambda b, i, o, n=n: [(o, i, 3, 3), (n * o,)],
                told=lambda b, i, o, n=n: [(o, i, 3, 3), n * o],
            )
            for n in (0, 1)
        ),
        *(
            Row(
                winograd._pack_lines,
                lambda d, b, i, o, t=t: [
                    *(images(d, b + 2, i), 1, b, padding, t, across * b, lines(d, b, i))
                ],
                changes=(6,),
            )
            for t in (0, down - 1)
        ),
        Row(
            winograd._tile_points,
            lambda d, b, i, o: [lines(d, b, i), down - 1, b],
            lambda b, i, o: [(16, i, across * b)],
            told=lambda b, i, o: [(16, i, across * b)],
        ),
        Row(
            winograd._write_rows,
            lambda d, b, i, o: [
                *(d.normal(16, o, across * b), d.normal(o), i, 1, b, down - 1),
                grads(d, b + 2, o + i),
            ],
            changes=(6,),
        ),
        Row(
            winograd._pack_blocks,
            lambda d, b, i, o: [grads(d, b + 2, o + i), i, 1, b, down - 1],
            lambda b, i, o: [(4, o, across * b)],
            told=lambda b, i, o: [(4, o, across * b)],
        ),
    ]


def pooling_rows(size, stride):
    """Rows for pools over b images of i channels of 5 x 7 pixels."""
    height, width = ((n - k) // s + 1 for n, k, s in zip((5, 7), size, stride, strict=True))
    return [
        Row(
            pooling.max_pool_forward,
            lambda d, b, i, o: [d.normal(5, i, 7, b), size, stride],
            lambda b, i, o: [np.full((height, i, width, b), -1), (height, i, width, b)],
        ),
        Row(
            pooling.max_pool_backward,
            lambda d, b, i, o: [
                *(d.normal(height, i, width, b), size, stride),
                d.rng.integers(size[0] * size[1], size=(height, i, width, b)),
            ],
            lambda b, i, o: [(5, i, 7, b)],
            told=lambda b, i, o: [(5, i, 7, b)],
        ),
        Row(
            pooling.sum_pool,
            lambda d, b, i, o: [d.normal(5, i, 7, b), size, stride, 0.37],
            lambda b, i, o: [(height, i, width, b)],
        ),
        Row(
            pooling.spread,
            lambda d, b, i, o: [d.normal(height, i, width, b), size, stride, 0.37],
            lambda b, i, o: [(5, i, 7, b)],
            told=lambda b, i, o: [(5, i, 7, b)],
        ),
        Row(
            pooling._fills,
            lambda d, b, i, o: [
                *(d.normal(height, i, width, b), size, stride, d.normal(b * size[0], i, 7, b)),
            ],
        ),
    ]


KERNELS = [
    Row(activations.relu_forward, lambda d, b, i, o: [d.normal(b * i)], flat),
    Row(activations.relu_backward, lambda d, b, i, o: [d.normal(b * i), d.normal(b * i)], flat),
    Row(activations.tanh_forward, lambda d, b, i, o: [3 * d.normal(b * i)], flat),
    Row(activations.tanh_of, lambda d, b, i, o: [x := d.scale(), type(x)]),
    Row(activations.sigmoid_forward, lambda d, b, i, o: [3 * d.normal(b * i), -87.3], flat),
    Row(fused._matrix, lambda d, b, i, o: [d.normal(b * i + 3), 2, b, i]),
    Row(
        fused._gather,
        lambda d, b, i, o: [d.normal(b + 2, i), d.normal((b + 2) * o), d.rng.permutation(b + 2), 1],
        lambda b, i, o: [(b, i), (b * o,)],
        told=lambda b, i, o: [b, o],
    ),
    Row(activations.tanh_backward, lambda d, b, i, o: [d.normal(b * i), d.normal(b * i)], flat),
    Row(activations.sigmoid_backward, lambda d, b, i, o: [d.share(b * i), d.normal(b * i)], flat),
    Row(activations.threshold_forward, lambda d, b, i, o: [d.normal(b * i)], flat),
    Row(activations.leaky_relu_forward, lambda d, b, i, o: [d.normal(b * i), 0.1], flat),
    Row(
        activations.leaky_relu_backward,
        lambda d, b, i, o: [d.normal(b * i), d.normal(b * i), 0.1],
        flat,
    ),
    Row(activations.elu_backward, lambda d, b, i, o: [d.normal(b * i), d.normal(b * i), 0.7], flat),
    Row(activations.gelu_forward, lambda d, b, i, o: [d.normal(b * i)], flat),
    Row(activations.gelu_backward, lambda d, b, i, o: [d.normal(b * i), d.normal(b * i)], flat),
    Row(softmax.softmax_forward, lambda d, b, i, o: [3 * d.normal(b, o)], lambda b, i, o: [(b, o)]),
    Row(
        softmax.softmax_backward,
        lambda d, b, i, o: [d.share(b, o), d.normal(b, o)],
        lambda b, i, o: [(b, o)],
    ),
    Row(batch_norm.row_moments, lambda d, b, i, o: [d.normal(b, i)], lambda b, i, o: [(i,), (i,)]),
    Row(
        batch_norm.row_normalize,
        lambda d, b, i, o: [d.normal(b, i), *(d.normal(i) for _ in range(4))],
        lambda b, i, o: [(b, i), (b, i)],
    ),
    Row(
        batch_norm.row_backward,
        lambda d, b, i, o: [d.normal(b, i), d.normal(b, i), d.normal(i), 0.3],
        lambda b, i, o: [(i,), (i,), (b, i)],
    ),
    Row(
        batch_norm.image_moments,
        lambda d, b, i, o: [d.normal(3, i, b * o)],
        lambda b, i, o: [(i,), (i,)],
    ),
    Row(
        batch_norm.image_normalize,
        lambda d, b, i, o: [d.normal(3, i, b * o), *(d.normal(i) for _ in range(4))],
        lambda b, i, o: [(3, i, b * o), (3, i, b * o)],
    ),
    Row(
        batch_norm.image_backward,
        lambda d, b, i, o: [d.normal(3, i, b * o), d.normal(3, i, b * o), d.normal(i), 0.3],
        lambda b, i, o: [(i,), (i,), (3, i, b * o)],
    ),
    Row(
        dense.dense_forward,
        lambda d, b, i, o: [d.normal(b, i), d.normal(i, o), d.normal(o)],
        lambda b, i, o: [(b, o)],
    ),
    Row(
        dense.dense_backward_parameters,
        lambda d, b, i, o: [d.normal(b, i), d.normal(b, o)],
        lambda b, i, o: [(i, o), (o,)],
    ),
    Row(
        dense.dense_backward_input,
        lambda d, b, i, o: [d.normal(b, o), d.normal(i, o)],
        lambda b, i, o: [(b, i)],
    ),
    Row(
        dense._forward_one,
        lambda d, b, i, o: [d.normal(1, i), d.normal(i, o), d.normal(o)],
        lambda b, i, o: [(1, o)],
    ),
    Row(
        dense._backward_parameters_one,
        lambda d, b, i, o: [d.normal(1, i), d.normal(1, o)],
        lambda b, i, o: [(i, o), (o,)],
    ),
    Row(
        dense._backward_input_one,
        lambda d, b, i, o: [d.normal(1, o), d.normal(i, o)],
        lambda b, i, o: [(1, i)],
    ),
    *(row for steps in STEPS for row in convolution_rows(*steps)),
    Row(
        convolution.sum_channels, lambda d, b, i, o: [d.normal(3, i, o, b)], lambda b, i, o: [(i,)]
    ),
    Row(
        lines_of_pixels.pack_row,
        lambda d, b, i, o: [d.normal(i, o, b + 2), 1, b],
        lambda b, i, o: [(i, o * b)],
    ),
    Row(
        lines_of_pixels.unpack_row,
        lambda d, b, i, o: [d.normal(i, o * b), 1, b, d.normal(i, o, b + 2)],
        changes=(3,),
    ),
    Row(
        lines_of_pixels.group_size,
        lambda d, b, i, o: [d.normal(5 * o, 1, 1, 60 * b), (3, i, 3, o), (1, 0), 40 * i],
    ),
    *(
        Row(
            lines_of_pixels.columns_seen,
            lambda d, b, i, o, across=across: [b - 1, across, i, o],
        )
        for across in [(1, 0, 1), (1, 2, 1), (2, 3, 2), (3, 9, 1)]
    ),
    *(
        Row(
            run,
            lambda d, b, i, o: [d.normal(b), d.normal(b + i)],
            changes=(1,),
        )
        for run in (runs.copy_run, runs.add_run)
    ),
    Row(runs.add_sums, lambda d, b, i, o: [d.normal(i + 1, b), d.normal(i)], changes=(1,)),
    Row(runs.add_to_rows, lambda d, b, i, o: [d.normal(i), d.normal(i, b)], changes=(1,)),
    Row(
        runs.lines_to_rows,
        lambda d, b, i, o: [d.normal(3, i, o, b)],
        lambda b, i, o: [(b, 3 * i * o)],
    ),
    Row(lines_of_pixels.round_up, lambda d, b, i, o: [i, b]),
    Row(lines_of_pixels.place, lambda d, b, i, o: [min(i, o) * b - 1, b, o * b]),
    Row(
        convolution._weights_to_lines,
        lambda d, b, i, o: [d.normal(o, i, 3, 2)],
        lambda b, i, o: [(o, 6 * i)],
    ),
    *(
        Row(
            products.product,
            lambda d, b, i, o, n=n: [d.normal(n + i, 5), d.normal(5, n + o)],
            lambda b, i, o, n=n: [(n + i, n + o)],
        )
        for n in (0, 500)  # in one block, and in several
    ),
    Row(  # too large for blocks of four rows
        products.product,
        lambda d, b, i, o: [d.normal(9, 5), d.normal(5, 60_000)],
        lambda b, i, o: [(9, 60_000)],
    ),
    *(
        Row(
            products.product_of_rows,
            lambda d, b, i, o, m=m: [d.normal(m + i, 5), d.normal(o, 5)],
            lambda b, i, o, m=m: [(m + i, o)],
        )
        for m in (0, 1500)
    ),
    Row(convolution._turned_weights, lambda d, b, i, o: [d.normal(o, i, 3, 2), 1 + i % 4]),
    *(
        Row(
            convolution._rows_that_see,
            lambda d, b, i, o, line=line, s=s: [line, o, 3, s, 1 + b % 4],
        )
        for line in (0, 3, 4, 7)
        for s in (1, 2, 4)
    ),
    *(row for sizes in TILED for row in winograd_rows(*sizes)),
    Row(winograd._part, lambda d, b, i, o: [d.normal(4 * b * i * o), 3, i, o]),
    Row(winograd._images_at_once, lambda d, b, i, o: [40 * i, 30 * o, 8 * b]),
    Row(
        winograd._combine,
        lambda d, b, i, o: [d.normal(i), -1.0, d.normal(i)],
        lambda b, i, o: [(i,)],
    ),
    Row(
        winograd._combine_three,
        lambda d, b, i, o: [d.normal(i), -1.0, d.normal(i), d.normal(i)],
        lambda b, i, o: [(i,)],
    ),
    Row(
        winograd._filter_points,
        lambda d, b, i, o: [d.normal(o, i, 3, 3)],
        lambda b, i, o: [(16, o, i)],
    ),
    Row(
        winograd._filter_gradient,
        lambda d, b, i, o: [d.normal(16, o, i)],
        lambda b, i, o: [(o, i, 3, 3)],
        told=lambda b, i, o: [(o, i, 3, 3)],
    ),
    Row(winograd._block_points, lambda d, b, i, o: [d.normal(4, i)], lambda b, i, o: [(16, i)]),
    *(
        Row(
            winograd._back_to_point,
            lambda d, b, i, o, a=a: [a, d.normal(i), d.normal(i)],
            lambda b, i, o: [(i,)],
        )
        for a in range(4)
    ),
    *(row for size, stride in POOLS for row in pooling_rows(size, stride)),
    Row(
        pooling.spread,  # images of which no pixel is left out
        lambda d, b, i, o: [d.normal(b, i, o, 3), (2, 2), (2, 2), 0.37],
        lambda b, i, o: [(2 * b, i, 2 * o, 3)],
        told=lambda b, i, o: [(2 * b, i, 2 * o, 3)],
    ),
    Row(
        filters.correlate,
        lambda d, b, i, o: [d.normal(b + 1, (i + 2) * 3), d.normal(2, 3), (1, 3), 0],
        lambda b, i, o: [(b, i * 3)],
    ),
    Row(  # 25 weights: eight at a time, and one
        filters.correlate,
        lambda d, b, i, o: [d.normal(b + 8, i + 4), d.normal(5, 5), (2, 1), 0],
        lambda b, i, o: [(b, i)],
    ),
    *(
        Row(
            filters.correlate_padded,
            lambda d, b, i, o, edge=edge: [
                *(d.normal(b + 1, i * o), d.normal(3, 4), o, (1, 2), edge, 0.7),
            ],
            lambda b, i, o: [(b + 1, i * o)],
        )
        for edge in (False, True)
    ),
    *(
        Row(
            filters._rows,
            lambda d, b, i, o, edge=edge, first=first: [
                *(d.normal(b + 3, i * o), d.normal(3, 2), o, (1, 1), edge, 0.7, first),
            ],
            lambda b, i, o: [(2, i * o)],
            told=lambda b, i, o: [2],
        )
        for edge in (False, True)
        for first in (0, 2)
    ),
    *(
        Row(
            filters._columns,
            lambda d, b, i, o, edge=edge, last=last: [
                *(d.normal(b + 2, i * o), d.normal(3, 2), o, (1, 1), edge, 0.7),
                *(((i - 1) * o, i * o) if last else (0, o)),
                d.normal(b, i * o),
            ],
            changes=(8,),
        )
        for edge in (False, True)
        for last in (False, True)
    ),
    *(Row(filters._nearest, lambda d, b, i, o, c=c: [c, i * o, o]) for c in (-2, 0, 100)),
    Row(
        neurons.perceptron_epoch,
        lambda d, b, i, o: [
            *(d.normal(b, i), d.bits(b).astype(np.int64), 0.1, 1e-9),
            *(d.normal(i), d.normal(1)),
        ],
        changes=(4, 5),
    ),
    Row(losses.squared_error, lambda d, b, i, o: [d.normal(b * i), d.normal(b * i)]),
    Row(
        losses.squared_error_gradient,
        lambda d, b, i, o: [d.normal(b * i), d.normal(b * i), d.scale()],
        flat,
    ),
    Row(
        losses.logistic_loss,
        lambda d, b, i, o: [3 * d.normal(b * i), d.share(b * i), d.scale()],
        flat,
    ),
    Row(
        losses.hinge_loss,
        lambda d, b, i, o: [2 * d.normal(b * i), d.bits(b * i), d.scale()],
        flat,
    ),
    Row(
        losses.softmax_loss,
        lambda d, b, i, o: [3 * d.normal(b, o), d.labels(b, o), d.scale()],
        lambda b, i, o: [(b, o)],
    ),
    Row(  # several logarithms
        losses.softmax_loss,
        lambda d, b, i, o: [d.normal(1_000, 9), d.labels(1_000, 9), d.scale()],
        lambda b, i, o: [(1_000, 9)],
    ),
    Row(optimizers.sgd_step, lambda d, b, i, o: [d.normal(i), d.normal(i), 0.3], changes=(0,)),
    Row(
        optimizers.momentum_step,
        lambda d, b, i, o: [d.normal(i), d.normal(i), d.normal(i), 0.3, 0.9],
        changes=(0, 2),
    ),
    Row(
        optimizers.nesterov_step,
        lambda d, b, i, o: [d.normal(i), d.normal(i), d.normal(i), 0.3, 0.9],
        changes=(0, 2),
    ),
    Row(
        optimizers.adagrad_step,
        lambda d, b, i, o: [d.normal(i), d.normal(i), d.positive(i), 0.3, 1e-3],
        changes=(0, 2),
    ),
    Row(
        optimizers.rmsprop_step,
        lambda d, b, i, o: [d.normal(i), d.normal(i), d.positive(i), 0.3, 0.8, 1e-3],
        changes=(0, 2),
    ),
    Row(
        optimizers.adam_step,
        lambda d, b, i, o: [
            *(d.normal(i), d.normal(i), d.normal(i), d.positive(i)),
            *(0.3, 0.8, 0.95, 1e-3, 7),
        ],
        changes=(0, 2, 3),
    ),
    Row(optimizers.shrink, lambda d, b, i, o: [d.normal(i), 0.3], changes=(0,)),
    Row(penalties.sum_of_squares, lambda d, b, i, o: [d.normal(b * i)]),
    Row(penalties.sum_of_sizes, lambda d, b, i, o: [d.normal(b * i)]),
    Row(
        penalties.add_scaled,
        lambda d, b, i, o: [d.normal(b * i), 0.3, d.normal(b * i)],
        changes=(2,),
    ),
    Row(
        penalties.add_signs,
        lambda d, b, i, o: [d.normal(b * i).round(), 0.3, d.normal(b * i)],
        changes=(2,),
    ),
    *(
        Row(
            slope,
            lambda d, b, i, o: [*d.positive(3), *d.normal(2)],
        )
        for slope in (
            *(landscapes._quadratic, landscapes._rosenbrock),
            *(landscapes._himmelblau, landscapes._beale),
        )
    ),
    Row(
        landscapes._moved,
        lambda d, b, i, o: [*(tuple(d.normal(2)) for _ in range(3)), 0.1, 0.9, 1e6],
    ),
    *(
        Row(
            landscapes.descend_many,
            lambda d, b, i, o, kind=kind: [
                *(kind, d.positive(3), 1e-3 * d.share(b * i), d.share(b * i), 3, 1e3),
                *(d.share(2, b * i), d.normal(2, b * i)),
            ],
            changes=(6, 7),
        )
        for kind in range(4)
    ),
    # Recurrent layers: `out` is the size of the state. Masks and gradients may have no steps.
    *(
        Row(
            recurrent.rnn_forward,
            lambda d, b, i, o, n=n: [d.normal(o, o), d.mask(n, b), d.normal(TIME + 1, b, o)],
            changes=(2,),
        )
        for n in (TIME, NONE)
    ),
    *(
        Row(
            recurrent.rnn_backward,
            lambda d, b, i, o, n=n: [
                *(d.normal(o, o), d.share(TIME + 1, b, o), d.mask(n, b), d.mask(n, b)),
                *(d.normal(n, b, o), d.normal(b, o)),
            ],
            lambda b, i, o: [(TIME, b, o)],
            changes=(5,),
        )
        for n in (TIME, NONE)
    ),
    *(
        Row(
            recurrent.lstm_forward,
            lambda d, b, i, o, n=n: [
                *(d.normal(4, o, o), d.mask(n, b), d.normal(TIME + 1, b, o)),
                *(d.normal(TIME + 1, b, o), d.normal(4, TIME, b, o)),
            ],
            lambda b, i, o: [(TIME, b, o)],
            changes=(2, 3, 4),
        )
        for n in (TIME, NONE)
    ),
    *(
        Row(
            recurrent.lstm_backward,
            lambda d, b, i, o, n=n: [
                *(d.normal(4, o, o), d.normal(TIME + 1, b, o), d.share(4, TIME, b, o)),
                *(d.share(TIME, b, o), d.mask(n, b), d.mask(n, b)),
                *(d.normal(n, b, o), d.normal(b, o), d.normal(b, o)),
            ],
            lambda b, i, o: [(4, TIME, b, o)],
            changes=(7, 8),
        )
        for n in (TIME, NONE)
    ),
    *(
        Row(
            recurrent.gru_forward,
            lambda d, b, i, o, n=n: [
                *(d.normal(3, o, o), d.mask(n, b)),
                *(d.normal(TIME + 1, b, o), d.normal(3, TIME, b, o)),
            ],
            lambda b, i, o: [(TIME, b, o)],
            changes=(2, 3),
        )
        for n in (TIME, NONE)
    ),
    *(
        Row(
            recurrent.gru_backward,
            lambda d, b, i, o, n=n: [
                *(d.normal(3, o, o), d.normal(TIME + 1, b, o), d.share(3, TIME, b, o)),
                *(d.normal(TIME, b, o), d.mask(n, b), d.normal(n, b, o), d.normal(b, o)),
            ],
            lambda b, i, o: [(3, TIME, b, o), (TIME, b, o)],
            changes=(6,),
        )
        for n in (TIME, NONE)
    ),
    Row(
        recurrent._tanh_of_sum,
        lambda d, b, i, o: [d.normal(b * i), d.normal(b * i)],
        changes=(1,),
    ),
    Row(
        recurrent._sigmoid_of_sum,
        lambda d, b, i, o: [3 * d.normal(b * i), d.normal(b * i)],
        changes=(1,),
    ),
    *(
        Row(
            recurrent._add_step,
            lambda d, b, i, o, n=n: [d.normal(n, b, i), STEP, d.normal(b * i)],
            changes=(2,),
        )
        for n in (TIME, NONE)
    ),
    *(
        Row(
            recurrent._set_rows,
            lambda d, b, i, o, n=n: [d.mask(n, b), STEP, 0.5, d.normal(b, o)],
            changes=(3,),
        )
        for n in (TIME, NONE)
    ),
    *(
        Row(
            recurrent._copy_rows,
            lambda d, b, i, o, n=n: [d.mask(n, b), STEP, d.normal(b, o), d.normal(b, o)],
            changes=(3,),
        )
        for n in (TIME, NONE)
    ),
    Row(
        sequences.gates_forward,
        lambda d, b, i, o: [d.normal(b, i), d.normal(2, i, o), d.normal(2, o)],
        lambda b, i, o: [(2, b, o)],
    ),
    Row(
        sequences.gates_backward_weight,
        lambda d, b, i, o: [d.normal(b, i), d.normal(2, b, o)],
        lambda b, i, o: [(2, i, o)],
    ),
    Row(
        sequences.gates_backward_bias,
        lambda d, b, i, o: [d.normal(2, b, o)],
        lambda b, i, o: [(2, o)],
    ),
    Row(
        sequences.gates_backward_input,
        lambda d, b, i, o: [d.normal(2, b, o), d.normal(2, i, o)],
        lambda b, i, o: [(b, i)],
    ),
    Row(
        sequences.embedding_forward,
        lambda d, b, i, o: [d.labels(b, i + 1) - 1, d.normal(i, o)],
        lambda b, i, o: [(b, o + 1)],
    ),
    Row(
        sequences.embedding_backward,
        lambda d, b, i, o: [np.append(d.labels(b, i + 1) - 1, i - 1), d.normal(b + 1, o)],
        lambda b, i, o: [(i, o)],
    ),
    Row(sequences._block, lambda d, b, i, o: [np.int64(100 * i), np.int64(o)]),
]
# (batch, in, out): ones, sizes around the width of a vector register, and tall and wide products.
SHAPES = [
    (1, 1, 1),
    (1, 5, 1),
    (1, 1, 3),
    (1, 33, 17),
    (2, 1, 2),
    (4, 3, 2),
    (3, 17, 16),
    (33, 8, 9),
]


def name_of(value):
    return value.kernel.__name__ if isinstance(value, Row) else None


def as_float64(argument):
    return argument.astype(float) if getattr(argument, "dtype", None) != np.int64 else argument


def assert_close(got, expected, dtype):
    np.testing.assert_allclose(
        got, expected, rtol=0, atol=TOLERANCE[dtype] * np.abs(expected).max(initial=1.0)
    )


@pytest.mark.parametrize("dtype", DTYPES, ids=lambda dtype: dtype.__name__)
@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("row", KERNELS, ids=name_of)
def test_kernel_agrees_with_its_twin(row, shape, dtype):
    arguments = row.inputs(Draw(dtype, seed=sum(shape)), *shape)
    before = [np.copy(argument) for argument in arguments]
    plain = [as_float64(a) if isinstance(a, np.ndarray | np.generic) else a for a in arguments]
    expected = getattr(reference, row.kernel.__name__)(*plain, *row.told(*shape))

    filled = [
        # Integers come as an array; what is to be floats, as a shape.
        np.full(fill, np.nan, dtype) if isinstance(fill, tuple) else fill
        for fill in row.fills(*shape)
    ]
    returned = row.kernel(*arguments, *filled)

    got = [*filled, *(arguments[i] for i in row.changes)]
    got += [] if returned is None else [returned]
    expected = expected if isinstance(expected, tuple) else (expected,)
    assert len(got) == len(expected)
    for one, other in zip(got, expected, strict=True):
        assert np.shape(one) == np.shape(other)
        assert_close(one, other, dtype)
    for i, (argument, copy) in enumerate(zip(arguments, before, strict=True)):
        assert i in row.changes or np.array_equal(argument, copy), f"argument {i} was changed"


# ---------------------------------------------------------------- the table is whole


def decorated() -> set[tuple[str, str]]:
    """Module and name of every function in nnlib/kernels under @kernel or @chain."""
    return {
        (path.stem, node.name)
        for path in (ROOT / "nnlib" / "kernels").glob("*.py")
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef)
        and {"kernel", "chain"} & {getattr(made, "id", None) for made in node.decorator_list}
    }


def test_every_kernel_has_a_row_and_a_twin():
    rows = {(row.kernel.__module__.split(".")[-1], row.kernel.__name__) for row in KERNELS}
    assert decorated() == rows
    assert [name for _, name in sorted(decorated()) if not hasattr(reference, name)] == []


def test_every_kernel_is_compiled_alike():
    # error_model and fastmath decide speed and the fate of NaN; nogil the live views.
    if os.environ.get("NUMBA_DISABLE_JIT") == "1":
        pytest.skip("NUMBA_DISABLE_JIT is set")
    for module, name in decorated():
        options = getattr(importlib.import_module(f"nnlib.kernels.{module}"), name).targetoptions
        assert options["nogil"]
        assert options["error_model"] == "numpy"
        assert options["fastmath"] == {"contract", "nsz", "arcp", "reassoc"}
        assert not options.get("parallel")


# ---------------------------------------------------------------- NaN and infinity


@pytest.mark.parametrize("dtype", DTYPES)
def test_relu_passes_nan_and_infinity_on(dtype):
    # 40 numbers, so that the vectorised loop and its rest are both met.
    x = np.tile([np.nan, np.inf, -np.inf, -0.0, 1.0], 8).astype(dtype)
    out = np.empty_like(x)
    activations.relu_forward(x, out)
    np.testing.assert_array_equal(out, np.tile([np.nan, np.inf, 0.0, 0.0, 1.0], 8))


@pytest.mark.parametrize("dtype", DTYPES)
def test_relu_backward_keeps_what_the_gradient_holds(dtype):
    output = np.tile([2.0, 0.0, 2.0, 0.0, np.inf], 8).astype(dtype)
    grad = np.tile([np.nan, np.nan, -np.inf, np.inf, 3.0], 8).astype(dtype)
    out = np.empty_like(grad)
    activations.relu_backward(output, grad, out)
    np.testing.assert_array_equal(out, np.tile([np.nan, 0.0, -np.inf, 0.0, 3.0], 8))


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_no_kernel_hides_a_bad_number(dtype, bad):
    x = np.full((2, 3), bad, dtype)
    out = np.zeros((2, 3), dtype)
    dense.dense_forward(x, np.eye(3, dtype=dtype) + 1, np.zeros(3, dtype), out)
    assert not np.isfinite(out).any()
    bad_row, zeros, labels = x.ravel(), np.zeros(6, dtype), np.array([0, 2])
    assert not np.isfinite(losses.squared_error(bad_row, zeros))
    one, spare = dtype(1), np.empty_like(zeros)
    assert not np.isfinite(losses.logistic_loss(bad_row, zeros, one, spare))
    assert not np.isfinite(losses.hinge_loss(bad_row, zeros + (bad < 0), one, spare))
    assert not np.isfinite(losses.softmax_loss(x, labels, one, np.empty_like(x)))
    value = np.zeros(6, dtype)
    optimizers.sgd_step(value, bad_row, 0.1)
    assert not np.isfinite(value).any()
    value = np.zeros(6, dtype)
    optimizers.adagrad_step(value, bad_row, zeros.copy(), 0.1, 1e-8)
    assert not np.isfinite(value).any()


@pytest.mark.parametrize("dtype", DTYPES)
def test_one_bad_number_in_a_long_sum_is_seen(dtype):
    # Sums may be reordered by the compiler; they must not lose a NaN on the way.
    for place in (0, 1, 15, 16, 63, 99):
        x = np.ones(100, dtype)
        x[place] = np.nan
        zeros, one, out = np.zeros(100, dtype), dtype(1), np.empty_like(x)
        assert np.isnan(losses.squared_error(x, zeros))
        assert np.isnan(losses.logistic_loss(x, zeros, one, out))
        assert np.isnan(losses.hinge_loss(x, zeros, one, out))
        rows = x.reshape(1, 100), np.array([3])
        assert np.isnan(losses.softmax_loss(*rows, one, out.reshape(1, 100)))


def tanh(x):
    out = np.empty_like(x)
    activations.tanh_forward(x, out)
    return out


@pytest.mark.parametrize("dtype", DTYPES)
def test_tanh_is_right_to_the_last_digits(dtype):
    # Relative to each number, so that small ones are not lost, and past the end of the curve.
    x = np.concatenate([np.linspace(-30, 30, 100_001), np.logspace(-30, 1.5, 20_001)])
    x = np.concatenate([x[x != 0], -np.logspace(-30, 1.5, 20_001)]).astype(dtype)
    exact = np.tanh(x.astype(np.longdouble))
    assert np.abs((tanh(x) - exact) / exact).max() <= 3 * np.finfo(dtype).eps
    edge = np.tile([np.nan, np.inf, -np.inf, 0.0, 1e30], 8).astype(dtype)
    np.testing.assert_array_equal(tanh(edge), np.tile([np.nan, 1.0, -1.0, 0.0, 1.0], 8))


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("label", [-1, 3, -(2**63), 2**62])
def test_a_label_without_column_is_reported_not_read(dtype, label):
    logits, labels = np.zeros((2, 3), dtype), np.array([0, label])
    assert losses.softmax_loss(logits, labels, dtype(1), np.empty_like(logits)) == -1.0
    good = np.array([0, 2])
    assert losses.softmax_loss(logits, good, dtype(1), np.empty_like(logits)) > 0


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("bad", [-0.5, 2.0, np.nan, np.inf])
def test_a_target_outside_is_reported(dtype, bad):
    z, target = np.zeros(3, dtype), np.array([0, 1, bad], dtype)
    for kernel in (losses.logistic_loss, losses.hinge_loss):
        assert kernel(z, target, dtype(1), np.empty_like(z)) == -1.0


def test_a_trajectory_that_left_stays_away_and_the_others_go_on():
    # On f = (x^2 + y^2) / 2 the distance is multiplied by 1 - rate: by -9, by 1/2, by NaN.
    n = 40  # the vectorised loop and its rest
    rate, keep = np.tile([10.0, 0.5, np.nan, 0.5], n // 4), np.zeros(n)
    points, velocity = np.full((2, n), 8.0), np.zeros((2, n))
    points[0, 3::4] = np.nan
    bowl = landscapes.QUADRATIC, np.array([1.0, 0.0, 1.0])
    landscapes.descend_many(*bowl, rate, keep, 1, 1e3, points, velocity)
    np.testing.assert_array_equal(points[1], np.tile([-72.0, 4.0, np.inf, np.inf], n // 4))
    landscapes.descend_many(*bowl, rate, keep, 2, 1e3, points, velocity)
    np.testing.assert_array_equal(points, np.tile([np.inf, 1.0, np.inf, np.inf], (2, n // 4)))
    rate[:] = 1e-3  # what is at infinity does not come back
    landscapes.descend_many(*bowl, rate, keep, 50, 1e3, points, velocity)
    np.testing.assert_array_equal(points[:, ::4], np.inf)


# ---------------------------------------------------------------- the same tests, compiled anew


VARIABLES = ["NUMBA_BOUNDSCHECK", "NUMBA_DISABLE_JIT"]


def start_inner_run(variable, folder):
    """Start these tests in a process of their own, with the variable set."""
    environment = os.environ | {
        variable: "1",
        "NUMBA_CACHE_DIR": str(folder),  # the ordinary cache holds code without the checks
        "NUMBA_OPT": "0",  # compiles faster, and checks the same
        "NNLIB_INNER_RUN": "1",
    }
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider"]
    command += ["-k", "not float64", __file__]  # half the time to compile, the same indices
    with open(folder / "output", "wb") as output:
        return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=output, stderr=output)


@pytest.fixture(scope="module", autouse=True)
def inner_runs(request, tmp_path_factory):
    """The inner runs, if they are asked for; they go on beside the tests above."""
    wanted = {getattr(item, "originalname", None) for item in request.session.items}
    runs = {}
    if "test_these_tests_pass_with" in wanted and "NNLIB_INNER_RUN" not in os.environ:
        for variable in VARIABLES:
            folder = tmp_path_factory.mktemp(variable)
            runs[variable] = start_inner_run(variable, folder), folder / "output"
    yield runs
    for process, _ in runs.values():
        process.kill()
        process.wait()


@pytest.mark.parametrize("variable", VARIABLES)
@pytest.mark.skipif("NNLIB_INNER_RUN" in os.environ, reason="this is the run inside")
def test_these_tests_pass_with(variable, inner_runs):
    process, output = inner_runs[variable]
    status = process.wait()
    said = output.read_text(encoding="utf-8", errors="replace")
    assert status == 0, said[-3000:]
    assert " passed" in said


@pytest.mark.skipif("NNLIB_INNER_RUN" in os.environ, reason="this is the run inside")
def test_bounds_are_checked_when_asked_for(tmp_path):
    """The run above means something: an index out of bounds does raise there."""
    script = (
        "import numpy as np; from nnlib.kernels.activations import relu_forward\n"
        "relu_forward(np.zeros(5), np.zeros(4))"
    )
    environment = os.environ | {"NUMBA_BOUNDSCHECK": "1", "NUMBA_CACHE_DIR": str(tmp_path)}
    environment.pop("NUMBA_DISABLE_JIT", None)
    run = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    assert "IndexError" in run.stderr
