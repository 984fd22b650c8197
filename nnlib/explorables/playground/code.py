"""The present state of the playground as a program: what a reader would write with nnlib."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from nnlib.explorables.playground.data import (
    CLASSES,
    DIGITS,
    IN_THE_PLANE,
    NUMBERS,
    OWN_POINTS,
    QUASARS,
    STARS,
    Data,
)
from nnlib.explorables.playground.features import chosen_features, features_code
from nnlib.explorables.playground.model import (
    ACTIVATIONS,
    CONSTANT,
    HALVES,
    OPTIMIZERS,
    PENALTIES,
    hidden_sizes,
    make_schedule,
    optimizer_options,
)


def program(
    values: Mapping[str, Any], seed: int, data: Data, *, updates: int, spare: bool = False
) -> str:
    """Return a program that builds and trains the network of the playground.

    After `updates` updates its `network` holds the very weights of the view, if nothing but the
    speed was moved since the start.

    Parameters
    ----------
    values : mapping
        Where the controls stand.
    seed : int
    data : Data
        Made of them.
    updates : int
        After which the program stops.
    spare : bool
        Whether the last training sample is left out; see `Playground`.

    Returns
    -------
    str

    Examples
    --------
    >>> from nnlib.explorables.playground.controls import DEFAULTS
    >>> from nnlib.explorables.playground.data import make_data
    >>> text = program(DEFAULTS, 0, make_data(DEFAULTS, 0), updates=100)
    >>> print(text.splitlines()[-4])
    loss, optimizer = BinaryCrossEntropy(), SGD(network.parameters(), 0.3)
    """
    body = [
        *_data_lines(values, seed),
        *(["y = y.reshape(-1, 1).astype(np.float32)"] if data.outputs == 1 else []),
        *(["x, y = x[:-1], y[:-1]  # no batch of a single sample"] if spare else []),
        f"rng = np.random.default_rng([{seed}, 1])  # weights, order, dropout",
        *_network_lines(values, len(data.inputs), data.outputs),
        f"loss, optimizer = {type(data.loss).__name__}(), {_optimizer(values)}",
        *_training_lines(values, updates),
    ]
    return "\n".join(["import numpy as np", *_imports("\n".join(body)), "", *body])


def _data_lines(values: Mapping[str, Any], seed: int) -> Iterator[str]:
    """Arrays x and y to train on."""
    name, share = values["data"], values["test_share"]
    yield f"rng = np.random.default_rng({seed})  # samples and split"
    cut = f"test_fraction={share}, rng=rng"
    if name == DIGITS:
        yield f"split = load_digits({cut})"
    elif name == STARS:
        arguments = f"{values['samples']}, quasar_fraction={QUASARS}, rng=rng"
        yield f"split = train_test_split(*stars_and_quasars({arguments}), {cut})"
    elif name in CLASSES or name in NUMBERS:
        make = {**CLASSES, **NUMBERS}[name].__name__
        arguments = f"{values['samples']}, noise={values['noise']}, rng=rng"
        yield f"split = train_test_split(*{make}({arguments}), {cut})"
    elif name != OWN_POINTS:
        yield f"table = read_pasted({values['table']!r})"
        yield f"split = train_test_split(table.x, table.labels, {cut})"
    yield from _own_points(values) if name in IN_THE_PLANE else _whole(name)


def _whole(name: str) -> Iterator[str]:
    """The inputs as they are, or centred and scaled."""
    yield "x, y = split.x_train, split.y_train"
    if name != DIGITS:
        yield "mean, spread = x.mean(axis=0, dtype=float), x.std(axis=0, dtype=float) + 1e-6"
        yield "x = ((x - mean) / spread).astype(np.float32)"


def _own_points(values: Mapping[str, Any]) -> Iterator[str]:
    """Points of the plane, and those that were put there by hand, as features."""
    name, own = values["data"], values["points"]
    if own:
        yield f"own = np.array({own}, np.float32)  # x₁, x₂, class"
    targets = "2 * own[:, 2] - 1" if name in NUMBERS else "own[:, 2]"
    if name == OWN_POINTS:
        yield f"x, y = own[:, :2], {targets}"
    elif own:
        yield "x = np.concatenate([split.x_train, own[:, :2]])"
        yield f"y = np.concatenate([split.y_train.ravel(), {targets}])"
    else:
        yield "x, y = split.x_train, split.y_train"
    features = chosen_features(values)
    if features != ["x1", "x2"]:
        yield f"x = {features_code(features)}"


def _network_lines(values: Mapping[str, Any], inputs: int, outputs: int) -> Iterator[str]:
    """The network, a line for each layer."""
    bend, size = ACTIVATIONS[values["activation"]], inputs
    first = ", initializer=he_normal" if values["activation"] in HALVES else ""
    yield "network = Sequential("
    for units in hidden_sizes(values):
        parts = [f"Dense({size}, {units}, rng=rng{first})"]
        parts += [f"BatchNorm({units})"] if values["batch_norm"] else []
        parts += [f"{bend.__name__}()"] if isinstance(bend, type) else []
        parts += [f"Dropout({values['dropout']}, rng=rng)"] if values["dropout"] > 0 else []
        yield f"    {', '.join(parts)},"
        size = units
    yield f"    Dense({size}, {outputs}, rng=rng),"
    yield ")"


def _optimizer(values: Mapping[str, Any]) -> str:
    """The optimizer as it is made."""
    options = "".join(f", {name}={value}" for name, value in optimizer_options(values).items())
    kind = OPTIMIZERS[values["optimizer"]].__name__
    return f"{kind}(network.parameters(), {values['learning_rate']}{options})"


def _training_lines(values: Mapping[str, Any], updates: int) -> Iterator[str]:
    """The loop of updates; the targets become what the loss takes."""
    options = [f"batch_size={values['batch_size']}", "epochs=10**9", "rng=rng"]
    if values["schedule"] != CONSTANT:
        options.append(f"schedule={make_schedule(values)!r}")
    penalty = PENALTIES[values["penalty"]]
    if penalty is not None:
        options.append(f"penalty={penalty.__name__}({values['strength']})")
    if updates == 0:
        yield "# No update has been made yet: press Play, and this ends with the training."
        return
    yield f"for step in fit(network, loss, optimizer, x, y, {', '.join(options)}):"
    yield f"    if step.iteration == {updates}:"
    yield "        break"


#: Where the names of a program come from.
_HOMES = {
    "nnlib": (
        *("AdaGrad", "Adam", "AdamW", "BatchNorm", "BinaryCrossEntropy", "CrossEntropy", "Dense"),
        *("Dropout", "ELU", "GELU", "L1", "L2", "LeakyReLU", "MeanSquaredError", "ReLU", "RMSprop"),
        *("SGD", "Sequential", "Sigmoid", "Softplus", "Tanh", "fit"),
    ),
    "nnlib.datasets": (
        *("circle", "gauss", "load_digits", "moons", "read_pasted", "regression_hills"),
        *("regression_plane", "spiral", "stars_and_quasars", "train_test_split", "xor"),
    ),
    "nnlib.initializers": ("he_normal",),
    "nnlib.schedules": (
        *("ConstantSchedule", "CosineAnnealing", "ExponentialDecay", "LinearDecay"),
        *("StepHalving", "WarmUp"),
    ),
}


def _imports(body: str) -> Iterator[str]:
    """A line for each module that the body needs."""
    for module, names in _HOMES.items():
        used = [name for name in names if re.search(rf"\b{name}\b", body)]
        if used:
            yield f"from {module} import {', '.join(used)}"
