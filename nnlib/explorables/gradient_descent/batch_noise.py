"""How noisy the gradient of a mini-batch is, and what that noise does to training."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from nnlib.checks import check_count
from nnlib.datasets import load_digits
from nnlib.explorables.gradient_descent.batch_panels import (
    PANELS,
    affordable,
    angle_data,
    noise_data,
)
from nnlib.explorables.gradient_descent.mini_batches import (
    angles,
    batch_gradients,
    full_gradient,
    scatter,
)
from nnlib.kernels.types import Array, Labels
from nnlib.layers import Dense
from nnlib.live import Choice, Explorable, Series, Slider, clean_seed
from nnlib.losses import CrossEntropy
from nnlib.network import Sequential
from nnlib.optimizers import SGD
from nnlib.schedules import ConstantSchedule, LinearDecay, StepHalving
from nnlib.threads import limited_blas_threads
from nnlib.training import Step, evaluate

SCHEDULES = ("constant", "linear decay", "halving")
DECAY = 2000  # updates from the first learning rate down to a hundredth of it
HALVING = 400  # updates between two halvings
SAMPLES = 1438  # training digits


class BatchNoise(Explorable):
    r"""Softmax regression on the 8x8 digits, and the noise in its mini-batch gradients.

    The gradient of a mini-batch of B digits is the full gradient and noise. Its size is

    .. math:: \sqrt{E\,|g_B - \nabla L|^2} = \frac{\sigma}{\sqrt B} \sqrt{\frac{N - B}{N - 1}}

    where sigma is the spread of the gradients of single digits: four times the batch halves the
    noise. The second factor is near 1 as long as B is a small part of all N digits.

    Parameters
    ----------
    seed : int
        Of the split, the first weights, the wrong labels and the shuffling.
    key, **values
        See `Explorable`.

    References
    ----------
    Goodfellow, Bengio and Courville (2016), "Deep Learning", sections 8.1.3 and 8.3.1.

    Examples
    --------
    >>> lesson = BatchNoise()
    >>> lesson.run(100)
    >>> ratio = lesson.gradient_noise(16) / lesson.gradient_noise(4)
    >>> 0.45 < ratio < 0.55
    True
    """

    title = "Noise and batch size, on real digits"
    speed = replace(Explorable.speed, value=200)
    controls = (
        Slider("learning_rate", "Learning rate", 0.001, 10.0, 0.5, log=True),
        Slider(
            "batch_size", "Batch size", 1, SAMPLES, 4, log=True, integer=True, top_label="all 1,438"
        ),
        Choice("schedule", "Schedule", SCHEDULES, "constant"),
        Slider("momentum", "Momentum", 0.0, 0.99, 0.0),
        Slider("wrong", "Wrong labels (share)", 0.0, 0.5, 0.2),
    )
    panels = PANELS
    seeded = True

    def __init__(self, *, seed: int = 0, key: str | None = None, **values: object) -> None:
        self.seed = clean_seed(seed)
        self._batch_losses = Series("batch")
        self._track = Series("loss", "passes")
        self._before = {name: np.empty((2, 0), np.float32) for name in ("updates", "passes")}
        super().__init__(key=key, **values)

    def prepare(self) -> None:
        """Load the digits, and split them by the seed."""
        self.data = load_digits(rng=np.random.default_rng(self.seed))
        self._x = self.data.x_train
        self._x1 = np.column_stack([self._x, np.ones(len(self._x), np.float32)])  # 1 for the bias

    def start(self) -> None:
        """Make the network anew, and keep the curves of the last run for comparison."""
        if self._track.curve("loss").shape[1] > 1:
            self._before = {name: self._against(name) for name in self._before}
        rng = np.random.default_rng(self.seed)
        self.network = Sequential(Dense(64, 10, rng=rng))
        self.optimizer = SGD(
            self.network.parameters(),
            self.values["learning_rate"],
            momentum=self.values["momentum"],
        )
        self._samples = self._since = 0
        self._shuffled: tuple[int, Labels] = (-1, np.empty(0, np.int64))
        self._label()
        self._batch_losses.clear()
        self._track.clear()

    def _label(self) -> None:
        """Give a share of the training digits a wrong label, always the same digits first."""
        # Not the stream that shuffles: else the wrong ones would come first in the first pass.
        rng = np.random.default_rng([self.seed, 0, 1])
        order, shift = rng.permutation(SAMPLES), rng.integers(1, 10, SAMPLES)
        chosen = order[: round(self.values["wrong"] * SAMPLES)]
        self._y: Labels = self.data.y_train.copy()
        self._y[chosen] = (self._y[chosen] + shift[chosen]) % 10

    # ------------------------------------------------------------------ training

    def steps(self) -> Iterator[Step]:
        """Train in mini-batches, for as long as somebody asks."""
        with limited_blas_threads():
            while True:
                yield self._update()

    def _update(self) -> Step:
        """Take the next mini-batch of this pass, of the size that the slider says now."""
        epoch, place = divmod(self._samples, SAMPLES)
        chosen = self._order(epoch)[place : place + self.values["batch_size"]]
        inputs, labels = self._x[chosen], self._y[chosen]
        self.optimizer.learning_rate = self.rate()
        prediction = self.network.forward(inputs, training=True)
        batch_loss = CrossEntropy().value(prediction, labels)
        self.network.backward_parameters(CrossEntropy().gradient(prediction, labels))
        self.optimizer.step()
        self._samples += len(chosen)
        iteration = self.optimizer.iteration
        self._batch_losses.append(iteration, batch=batch_loss)
        ends = place + len(chosen) == SAMPLES
        return Step(epoch, iteration, batch_loss, self.optimizer.learning_rate, ends)

    def _order(self, epoch: int) -> Labels:
        """The order of the digits in a pass: a matter of the seed, so that it can be repeated."""
        if self._shuffled[0] != epoch:
            order = np.random.default_rng([self.seed, epoch]).permutation(SAMPLES)
            self._shuffled = (epoch, order)
        return self._shuffled[1]

    def rate(self) -> float:
        """Return the learning rate of the next update; a schedule begins when it is chosen."""
        first, t = self.values["learning_rate"], self.optimizer.iteration - self._since
        match self.values["schedule"]:
            case "halving":
                return StepHalving(first, every=HALVING)(t)
            case "constant":
                return ConstantSchedule(first)(t)
            case _:
                return LinearDecay(first, first / 100, iterations=DECAY)(t)

    def changed(self, name: str) -> None:
        """Use the new setting from the next update on; rate and batch size are read there."""
        if name == "momentum":
            self.optimizer.momentum = self.values["momentum"]  # type: ignore[attr-defined]
        elif name == "schedule":
            self._since = self.optimizer.iteration
        elif name == "wrong":
            self._label()
            self.record(self.player.step)  # what was measured at this step was on other labels

    def save_state(self) -> dict[str, Any]:
        """Return the weights, and how far the pass and the schedule have come."""
        place = {"samples": self._samples, "since": self._since}
        return super().save_state() | place | {"schedule": self.values["schedule"]}

    def load_state(self, state: dict[str, Any], step: int) -> None:
        """Go back to a snapshot; a schedule that was chosen later begins here."""
        super().load_state(state, step)
        self._samples = state["samples"]
        same = state["schedule"] == self.values["schedule"]
        self._since = state["since"] if same else self.optimizer.iteration

    # ------------------------------------------------------------------ measuring

    def record(self, step: int) -> None:
        """Measure the loss on all training digits."""
        self._track.append(step, loss=self.train_loss(), passes=self._samples / SAMPLES)

    def forget_after(self, step: int) -> None:
        """Show the curves up to this step."""
        self._track.rewind(step)
        self._batch_losses.rewind(step)

    def train_loss(self) -> float:
        """Return the loss on all training digits, with their wrong labels."""
        return evaluate(self.network, CrossEntropy(), self._x, self._y).loss

    def test_accuracy(self) -> float:
        """Return the share of test digits that is read right; their labels are all right."""
        test = evaluate(self.network, CrossEntropy(), self.data.x_test, self.data.y_test)
        return test.accuracy or 0.0

    def gradient_noise(self, batch_size: int, *, batches: int = 400) -> float:
        """Measure how far mini-batch gradients lie from the full gradient, at the present weights.

        Parameters
        ----------
        batch_size : int
            Digits in a batch, 1 to 1438.
        batches : int
            How many are drawn; the same ones each time at the same update.

        Returns
        -------
        float
            Root of the mean squared distance.

        Raises
        ------
        ValueError
            If a number is not an integer in its range.
        """
        check_count("gradient_noise", "batch_size", batch_size)
        check_count("gradient_noise", "batches", batches)
        if batch_size > SAMPLES:
            raise ValueError(
                f"gradient_noise expects batch_size up to {SAMPLES}, all training digits, "
                f"got {batch_size}"
            )
        rng = np.random.default_rng([self.seed, self.optimizer.iteration])
        deltas = self._deltas()
        drawn = batch_gradients(self._x1, deltas, batch_size, batches, rng=rng)
        return scatter(drawn, full_gradient(self._x1, deltas))

    def _deltas(self) -> Array:
        """Gradient of each digit's own loss with respect to its ten logits, (digit, class)."""
        logits = self.network.forward(self._x)
        return CrossEntropy().gradient(logits, self._y) * np.float32(SAMPLES)

    def _against(self, axis: str) -> Array:
        """The loss curve over updates or over passes, (2, points)."""
        curve = self._track.curve("loss")
        if axis == "passes":
            curve[0] = self._track.curve("passes")[1]
        return curve

    # ------------------------------------------------------------------ drawing

    def frame(self) -> dict[str, dict[str, Any]]:
        """Return the curves, and the noise at the present weights."""
        rng = np.random.default_rng([self.seed, self.optimizer.iteration])
        deltas, size = self._deltas(), self.values["batch_size"]
        full = full_gradient(self._x1, deltas)
        drawn = batch_gradients(self._x1, deltas, size, affordable(size, 4096), rng=rng)
        return {
            "batch": {
                "batch": self._batch_losses.curve("batch"),
                "all": self._against("updates"),
                "alt": f"Loss of single mini-batches of {size}, scattered about the loss on all "
                f"training digits, now {self._track.last('loss'):.3f}.",
            },
            "updates": self._compare("updates"),
            "passes": self._compare("passes"),
            "noise": noise_data(self._x1, deltas, full, drawn, size, rng=rng),
            "angles": angle_data(angles(drawn, full), size),
        }

    def _compare(self, axis: str) -> dict[str, Any]:
        now, before = self._against(axis), self._before[axis]
        other = f"; before the reset it ended at {before[1, -1]:.3f}" if before.size else ""
        return {
            "now": now,
            "before": before,
            "alt": f"Loss on all training digits over the {axis}: "
            f"{now[1, -1]:.3f} at {now[0, -1]:,.4g}{other}.",
        }

    def summary(self) -> str:
        """Return how far training is, and how well it reads."""
        return (
            f"Update {self.player.step:,}, {self._samples / SAMPLES:.2f} passes, next learning "
            f"rate {self.rate():.3g}: loss {self.train_loss():.3f} on all training digits; "
            f"{self.test_accuracy():.1%} of {len(self.data.y_test)} test digits read right."
        )
