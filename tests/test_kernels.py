"""Every kernel computes what its slow twin in reference.py computes."""

import ast
import importlib
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

import reference
from nnlib.kernels import activations, dense, losses, optimizers, recurrent, sequences

ROOT = Path(__file__).resolve().parents[1]
DTYPES = [np.float32, np.float64]
TOLERANCE = {np.float32: 2e-6, np.float64: 2e-14}  # relative to the largest number


@dataclass(frozen=True)
class Row:
    """A kernel under test.

    `inputs` draws its arguments for a shape (batch, in, out). `fills` gives the shapes of the
    arrays for its results, which come after them; `changes` the inputs that it changes. A kernel
    with neither returns a number.
    """

    kernel: Callable
    inputs: Callable
    fills: Callable = lambda batch, n_in, n_out: []
    changes: tuple[int, ...] = ()


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

    def labels(self, batch, classes):
        return self.rng.integers(classes, size=batch)

    def scale(self):
        return self.dtype(0.37)

    def mask(self, *shape):
        return self.rng.uniform(size=shape) < 0.4


STEP, STEPS, NONE = np.int64(1), 3, 0


def flat(batch, n_in, n_out):
    return [(batch * n_in,)]


KERNELS = [
    Row(activations.relu_forward, lambda d, b, i, o: [d.normal(b * i)], flat),
    Row(activations.relu_backward, lambda d, b, i, o: [d.normal(b * i), d.normal(b * i)], flat),
    Row(activations.tanh_backward, lambda d, b, i, o: [d.normal(b * i), d.normal(b * i)], flat),
    Row(activations.sigmoid_backward, lambda d, b, i, o: [d.share(b * i), d.normal(b * i)], flat),
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
    Row(losses.squared_error, lambda d, b, i, o: [d.normal(b * i), d.normal(b * i)]),
    Row(
        losses.squared_error_gradient,
        lambda d, b, i, o: [d.normal(b * i), d.normal(b * i), d.scale()],
        flat,
    ),
    Row(losses.logistic_loss, lambda d, b, i, o: [3 * d.normal(b * i), d.share(b * i)]),
    Row(
        losses.logistic_loss_gradient,
        lambda d, b, i, o: [3 * d.normal(b * i), d.share(b * i), d.scale()],
        flat,
    ),
    Row(losses.softmax_loss, lambda d, b, i, o: [3 * d.normal(b, o), d.labels(b, o)]),
    Row(
        losses.softmax_loss_gradient,
        lambda d, b, i, o: [3 * d.normal(b, o), d.labels(b, o), d.scale()],
        lambda b, i, o: [(b, o)],
    ),
    Row(losses._largest, lambda d, b, i, o: [d.normal(i)]),
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
    # Recurrent layers: `out` is the size of the state. Masks and gradients may have no steps.
    *(
        Row(
            recurrent.rnn_forward,
            lambda d, b, i, o, n=n: [d.normal(o, o), d.mask(n, b), d.normal(STEPS + 1, b, o)],
            changes=(2,),
        )
        for n in (STEPS, NONE)
    ),
    *(
        Row(
            recurrent.rnn_backward,
            lambda d, b, i, o, n=n: [
                *(d.normal(o, o), d.share(STEPS + 1, b, o), d.mask(n, b), d.mask(n, b)),
                *(d.normal(n, b, o), d.normal(b, o)),
            ],
            lambda b, i, o: [(STEPS, b, o)],
            changes=(5,),
        )
        for n in (STEPS, NONE)
    ),
    *(
        Row(
            recurrent.lstm_forward,
            lambda d, b, i, o, n=n: [
                *(d.normal(4, o, o), d.mask(n, b), d.normal(STEPS + 1, b, o)),
                *(d.normal(STEPS + 1, b, o), d.normal(4, STEPS, b, o)),
            ],
            lambda b, i, o: [(STEPS, b, o)],
            changes=(2, 3, 4),
        )
        for n in (STEPS, NONE)
    ),
    *(
        Row(
            recurrent.lstm_backward,
            lambda d, b, i, o, n=n: [
                *(d.normal(4, o, o), d.normal(STEPS + 1, b, o), d.share(4, STEPS, b, o)),
                *(d.share(STEPS, b, o), d.mask(n, b), d.mask(n, b)),
                *(d.normal(n, b, o), d.normal(b, o), d.normal(b, o)),
            ],
            lambda b, i, o: [(4, STEPS, b, o)],
            changes=(7, 8),
        )
        for n in (STEPS, NONE)
    ),
    *(
        Row(
            recurrent.gru_forward,
            lambda d, b, i, o, n=n: [
                *(d.normal(3, o, o), d.mask(n, b)),
                *(d.normal(STEPS + 1, b, o), d.normal(3, STEPS, b, o)),
            ],
            lambda b, i, o: [(STEPS, b, o)],
            changes=(2, 3),
        )
        for n in (STEPS, NONE)
    ),
    *(
        Row(
            recurrent.gru_backward,
            lambda d, b, i, o, n=n: [
                *(d.normal(3, o, o), d.normal(STEPS + 1, b, o), d.share(3, STEPS, b, o)),
                *(d.normal(STEPS, b, o), d.mask(n, b), d.normal(n, b, o), d.normal(b, o)),
            ],
            lambda b, i, o: [(3, STEPS, b, o), (STEPS, b, o)],
            changes=(6,),
        )
        for n in (STEPS, NONE)
    ),
    Row(recurrent._tanh, lambda d, b, i, o: [9 * d.normal(b * i)], changes=(0,)),
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
    Row(recurrent._add, lambda d, b, i, o: [d.normal(b * i), d.normal(b * i)], changes=(1,)),
    Row(recurrent._copy, lambda d, b, i, o: [d.normal(b * i), d.normal(b * i)], changes=(1,)),
    *(
        Row(
            recurrent._add_step,
            lambda d, b, i, o, n=n: [d.normal(n, b, i), STEP, d.normal(b * i)],
            changes=(2,),
        )
        for n in (STEPS, NONE)
    ),
    *(
        Row(
            recurrent._set_rows,
            lambda d, b, i, o, n=n: [d.mask(n, b), STEP, 0.5, d.normal(b, o)],
            changes=(3,),
        )
        for n in (STEPS, NONE)
    ),
    *(
        Row(
            recurrent._copy_rows,
            lambda d, b, i, o, n=n: [d.mask(n, b), STEP, d.normal(b, o), d.normal(b, o)],
            changes=(3,),
        )
        for n in (STEPS, NONE)
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
SHAPES = [(1, 1, 1), (1, 5, 1), (1, 1, 3), (2, 1, 2), (4, 3, 2), (3, 17, 16), (33, 8, 9)]


def name_of(value):
    return value.kernel.__name__ if isinstance(value, Row) else None


def as_float64(argument):
    return argument.astype(float) if getattr(argument, "dtype", None) != np.int64 else argument


def assert_close(got, expected, dtype):
    np.testing.assert_allclose(
        got, expected, rtol=0, atol=TOLERANCE[dtype] * max(1.0, np.abs(expected).max())
    )


@pytest.mark.parametrize("dtype", DTYPES, ids=lambda dtype: dtype.__name__)
@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("row", KERNELS, ids=name_of)
def test_kernel_agrees_with_its_twin(row, shape, dtype):
    arguments = row.inputs(Draw(dtype, seed=sum(shape)), *shape)
    before = [np.copy(argument) for argument in arguments]
    plain = [
        as_float64(a) if isinstance(a, np.ndarray | np.generic) else float(a) for a in arguments
    ]
    expected = getattr(reference, row.kernel.__name__)(*plain)

    filled = [np.full(size, np.nan, dtype) for size in row.fills(*shape)]
    returned = row.kernel(*arguments, *filled)

    got = [*filled, *(arguments[i] for i in row.changes)] or [returned]
    expected = expected if isinstance(expected, tuple) else (expected,)
    assert len(got) == len(expected)
    for one, other in zip(got, expected, strict=True):
        assert np.shape(one) == np.shape(other)
        assert_close(one, other, dtype)
    for i, (argument, copy) in enumerate(zip(arguments, before, strict=True)):
        assert i in row.changes or np.array_equal(argument, copy), f"argument {i} was changed"


# ---------------------------------------------------------------- the table is whole


def decorated() -> set[tuple[str, str]]:
    """Module and name of every function in nnlib/kernels under @kernel."""
    return {
        (path.stem, node.name)
        for path in (ROOT / "nnlib" / "kernels").glob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef)
        and "kernel" in [getattr(decorator, "id", None) for decorator in node.decorator_list]
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
    assert not np.isfinite(losses.logistic_loss(bad_row, zeros))
    assert not np.isfinite(losses.softmax_loss(x, labels))
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
        assert np.isnan(losses.squared_error(x, np.zeros(100, dtype)))
        assert np.isnan(losses.logistic_loss(x, np.zeros(100, dtype)))
        assert np.isnan(losses.softmax_loss(x.reshape(1, 100), np.array([3])))


@pytest.mark.parametrize("dtype", DTYPES)
def test_tanh_is_right_to_the_last_digits(dtype):
    # Relative to each number, so that small ones are not lost, and past the end of the curve.
    x = np.concatenate([np.linspace(-30, 30, 100_001), np.logspace(-30, 1.5, 20_001)])
    x = np.concatenate([x[x != 0], -np.logspace(-30, 1.5, 20_001)]).astype(dtype)
    z = x.copy()
    recurrent._tanh(z)
    exact = np.tanh(x.astype(np.longdouble))
    assert np.abs((z - exact) / exact).max() <= 3 * np.finfo(dtype).eps
    edge = np.tile([np.nan, np.inf, -np.inf, 0.0, 1e30], 8).astype(dtype)
    recurrent._tanh(edge)
    np.testing.assert_array_equal(edge, np.tile([np.nan, 1.0, -1.0, 0.0, 1.0], 8))


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("label", [-1, 3, -(2**63), 2**62])
def test_a_label_without_column_is_reported_not_read(dtype, label):
    logits, labels = np.zeros((2, 3), dtype), np.array([0, label])
    assert losses.softmax_loss(logits, labels) == -1.0
    assert losses.softmax_loss_gradient(logits, labels, dtype(1), np.empty_like(logits)) == -1
    good = np.array([0, 2])
    assert losses.softmax_loss_gradient(logits, good, dtype(1), np.empty_like(logits)) == 0


# ---------------------------------------------------------------- the same tests, compiled anew


@pytest.mark.parametrize("variable", ["NUMBA_BOUNDSCHECK", "NUMBA_DISABLE_JIT"])
@pytest.mark.skipif("NNLIB_INNER_RUN" in os.environ, reason="this is the run inside")
def test_these_tests_pass_with(variable, tmp_path):
    environment = os.environ | {
        variable: "1",
        "NUMBA_CACHE_DIR": str(tmp_path),  # the ordinary cache holds code without the checks
        "NNLIB_INNER_RUN": "1",
    }
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider"]
    command += ["-k", "not float64", __file__]  # half the time to compile, the same indices
    run = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout[-3000:]
    assert " passed" in run.stdout


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
