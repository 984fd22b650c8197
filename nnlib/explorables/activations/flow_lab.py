"""The gradient-flow lab: a deep network that reads digits, and what arrives at each layer."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, ClassVar

import numpy as np

from nnlib.datasets import load_digits
from nnlib.explorables.activations.flow_panels import FLOW_PANELS, MOST_LAYERS, bars_of
from nnlib.explorables.activations.functions import FACTS
from nnlib.initializers import Initializer, glorot_normal, he_normal, normal
from nnlib.layers import Dense, Layer
from nnlib.live import ENDLESS, Choice, Explorable, Series, Slider, clean_seed
from nnlib.losses import CrossEntropy
from nnlib.network import Sequential
from nnlib.optimizers import SGD
from nnlib.probes import LayerFlow, dead_units, gradient_flow
from nnlib.training import Step, evaluate, fit

ACTIVATIONS = tuple(name for name in FACTS if name != "threshold")
INITIAL: dict[str, Initializer] = {
    "small: N(0, 0.05²)": normal(0.05),
    "Glorot: 2 / (n_in + n_out)": glorot_normal,
    "He: 2 / n_in": he_normal,
    "large: N(0, 0.3²)": normal(0.3),
}
SMALL, GLOROT, HE, LARGE = INITIAL
BATCH = 64
PROBED = 64  # digits that are sent through to measure


class GradientFlow(Explorable):
    """A deep network on the digits, with the size of δ, of dL/dW and of a at every layer.

    Parameters
    ----------
    seed : int
        Of the first weights and the shuffling.
    key, **values
        See `Explorable`.

    Examples
    --------
    >>> view = GradientFlow(activation="logistic", depth=20)
    >>> flow = view.flow()
    >>> flow[0].delta < 1e-10 * flow[-1].delta
    True
    """

    title = "Gradient flow: what arrives at each of many layers"
    seeded = True
    controls = (
        Choice("activation", "Activation", ACTIVATIONS, "logistic", restarts=True),
        Choice("initial", "First weights", tuple(INITIAL), GLOROT, restarts=True),
        Slider("depth", "Hidden layers", 1, MOST_LAYERS, 20, integer=True, restarts=True),
        Slider("width", "Units in a layer", 8, 128, 64, integer=True, restarts=True),
        Slider("learning_rate", "Learning rate", 0.0001, 1.0, 0.05, log=True),
    )
    speed = replace(Explorable.speed, maximum=1000, value=40)
    presets: ClassVar[Mapping[str, Mapping[str, object]]] = {
        "Logistic, Glorot": {"activation": "logistic", "initial": GLOROT, "depth": 20},
        "tanh, Glorot": {"activation": "tanh", "initial": GLOROT, "depth": 20},
        "ReLU, Glorot: the ratio lies": {"activation": "ReLU", "initial": GLOROT, "depth": 20},
        "ReLU, He": {"activation": "ReLU", "initial": HE, "depth": 20},
        "ReLU, large: it explodes": {"activation": "ReLU", "initial": LARGE, "depth": 20},
    }
    panels = FLOW_PANELS

    def __init__(self, *, seed: int = 0, key: str | None = None, **values: object) -> None:
        self.seed = clean_seed(seed)
        self._track = Series("loss", "first", "last")
        self.data = load_digits(rng=np.random.default_rng(0))
        super().__init__(key=key, **values)

    def start(self) -> None:
        """Draw the weights of the network anew."""
        self._rng = np.random.default_rng(self.seed)
        initializer, make = INITIAL[self.values["initial"]], FACTS[self.values["activation"]].make
        layers: list[Layer] = []
        size = 64
        for _ in range(self.values["depth"]):
            layers += [
                Dense(size, self.values["width"], rng=self._rng, initializer=initializer),
                make(),
            ]
            size = self.values["width"]
        layers.append(Dense(size, 10, rng=self._rng, initializer=initializer))
        self.network = Sequential(*layers)
        self.optimizer = SGD(self.network.parameters(), self.values["learning_rate"])
        self._track.clear()

    def steps(self) -> Iterator[Step]:
        """Train in mini-batches, for as long as somebody asks."""
        return fit(
            self.network,
            CrossEntropy(),
            self.optimizer,
            self.data.x_train,
            self.data.y_train,
            batch_size=BATCH,
            epochs=ENDLESS,
            rng=self._rng,
        )

    def changed(self, name: str) -> None:
        """Use the new rate from the next update on."""
        if name == "learning_rate":
            self.optimizer.learning_rate = self.values["learning_rate"]

    # ------------------------------------------------------------------ measuring

    def flow(self) -> tuple[LayerFlow, ...]:
        """Return the size of signals and gradients at each layer, over a batch of digits."""
        x, y = self.data.x_train[:PROBED], self.data.y_train[:PROBED]
        with np.errstate(over="ignore", invalid="ignore"):
            return gradient_flow(self.network, CrossEntropy(), x, y)

    def dead_share(self) -> float:
        """Return the share of hidden ReLU units that are off for all digits of the batch."""
        dead = dead_units(self.network, self.data.x_train[:PROBED])
        return float(np.concatenate(dead).mean()) if dead else 0.0

    def record(self, step: int) -> None:
        """Measure the loss, and the gradient of the first and the last layer."""
        flow = self.flow()
        x, y = self.data.x_train[:PROBED], self.data.y_train[:PROBED]
        loss = evaluate(self.network, CrossEntropy(), x, y).loss
        first, last = flow[0].weight_grad, flow[-1].weight_grad
        self._track.append(step, loss=loss, first=max(first, 1e-30), last=max(last, 1e-30))

    def forget_after(self, step: int) -> None:
        """Show the curves up to this step."""
        self._track.rewind(step)

    def accuracy(self) -> float:
        """Return the share of test digits that is read right."""
        data = self.data
        return evaluate(self.network, CrossEntropy(), data.x_test, data.y_test).accuracy or 0.0

    # ------------------------------------------------------------------ drawing

    def frame(self) -> dict[str, dict[str, Any]]:
        """Return the bars of each layer, and the curves."""
        flow = self.flow()
        return bars_of(flow) | {
            "loss": {
                "loss": self._track.curve("loss"),
                "guess": np.array(
                    [[0, max(self.player.step, 1)], [np.log(10)] * 2], dtype=np.float32
                ),
                "alt": f"Loss over the updates: now {self._track.last('loss'):.3f}; guessing has "
                "2.303.",
            },
            "ends": {
                "first": self._track.curve("first"),
                "last": self._track.curve("last"),
                "alt": f"Size of dL/dW over the updates: now {flow[0].weight_grad:.2g} in the "
                f"first layer and {flow[-1].weight_grad:.2g} in the last.",
            },
        }

    def summary(self) -> str:
        """Return the three sizes, the ratio that may lie, and how well it reads."""
        flow = self.flow()
        first, last = flow[0], flow[-1]
        ratio = first.weight_grad / last.weight_grad if last.weight_grad else 0.0
        dead = self.dead_share()
        off = f" {dead:.0%} of the units are off for every digit." if dead else ""
        return (
            f"Update {self.player.step:,}: {self.accuracy():.1%} of test digits right. dL/dW is "
            f"{first.weight_grad:.2g} in the first layer, {last.weight_grad:.2g} in the last: a "
            f"ratio of {ratio:.2g}.{off}"
        )
