"""Forecasting a noisy series, with a band of uncertainty from several networks."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, ClassVar

import numpy as np

from nnlib.clipping import clip_by_norm
from nnlib.datasets import mackey_glass, windows
from nnlib.explorables.activations.functions import line
from nnlib.explorables.recurrent.forecast_panels import AHEAD, FORECAST_PANELS, SEEN
from nnlib.kernels.types import Array
from nnlib.layers import GRU, Dense
from nnlib.live import Explorable, Series, Slider, clean_seed
from nnlib.losses import MeanSquaredError
from nnlib.network import Sequential
from nnlib.optimizers import Adam
from nnlib.threads import limited_blas_threads
from nnlib.training import Step

LENGTH, LEARNT = 800, 600  # values of the series, and those to learn from
WINDOW, HIDDEN, BATCH = 24, 16, 32
MOST_MEMBERS = 8
TEN = 10
WIDE = 2.0  # standard deviations of the band, to each side
STARTS = 40  # places from which the band is tried
GO_ON = 5  # updates between two measurements


class Forecast(Explorable):
    r"""Several GRUs learn the next value of a noisy Mackey-Glass series, each from its own start.

    For a forecast each goes on with what it has predicted itself. Their mean is the forecast, and
    the band is

    .. math:: \bar y \pm 2 \sqrt{\sigma_{\text{members}}^2 + \sigma_{\text{noise}}^2}

    with the spread of the members, and that of the errors one step ahead, which no network can
    foresee.

    Parameters
    ----------
    seed : int
        Of the series, its noise, the first weights and the batches.
    key, **values
        See `Explorable`.

    References
    ----------
    Lakshminarayanan, Pritzel and Blundell (2017), "Simple and scalable predictive uncertainty
    estimation using deep ensembles".

    Examples
    --------
    >>> view = Forecast(members=2)
    >>> view.run(20)
    >>> view.paths().shape  # (members, steps ahead)
    (2, 60)
    """

    title = "A forecast, and how sure it is: several networks, and where they part"
    seeded = True
    pass_label: ClassVar[str] = f"{TEN} updates"
    controls = (
        Slider("origin", "Forecast from step", LEARNT, LENGTH - AHEAD, 640, integer=True),
        Slider("ahead", "Steps ahead", 1, AHEAD, 40, integer=True),
        Slider("noise", "Noise", 0.0, 0.2, 0.05, restarts=True),
        Slider("members", "Networks", 1, MOST_MEMBERS, 5, integer=True, restarts=True),
        Slider("learning_rate", "Learning rate", 0.0005, 0.05, 0.005, log=True),
    )
    speed = replace(Explorable.speed, maximum=1000, value=40)
    presets: ClassVar[Mapping[str, Mapping[str, object]]] = {
        "As it begins": {"noise": 0.05, "members": 5, "origin": 640, "ahead": 40},
        "One network: it knows no doubt": {"members": 1},
        "No noise": {"noise": 0.0, "members": 5},
        "Much noise": {"noise": 0.2, "members": 5},
    }
    panels = FORECAST_PANELS

    def __init__(self, *, seed: int = 0, key: str | None = None, **values: object) -> None:
        self.seed = clean_seed(seed)
        self._curves = Series("test", "same")
        super().__init__(key=key, **values)

    def prepare(self) -> None:
        """Make the series without its noise."""
        self._clean_series = mackey_glass(LENGTH, rng=np.random.default_rng([self.seed, 1]))

    def start(self) -> None:
        """Add the noise, and make the networks anew."""
        noise = np.random.default_rng([self.seed, 2]).normal(size=LENGTH)
        noisy = self._clean_series + self.values["noise"] * noise
        self.series = noisy.astype(np.float32)
        self._x, self._y = windows(self.series[:LEARNT] - 1, WINDOW)  # about 0
        self._test = windows(self.series[LEARNT - WINDOW :] - 1, WINDOW)
        self.networks = [self._network(member) for member in range(self.values["members"])]
        rate = self.values["learning_rate"]
        self.optimizers = [Adam(network.parameters(), rate) for network in self.networks]
        self.updates, self._measured = 0, -GO_ON
        self._tried: Array | None = None  # forecasts from many places, since the last measurement
        self._curves.clear()

    def _network(self, member: int) -> Sequential:
        rng = np.random.default_rng([self.seed, 3, member])
        return Sequential(GRU(1, HIDDEN, rng=rng), Dense(HIDDEN, 1, rng=rng))

    def changed(self, name: str) -> None:
        """Use a new rate from the next update on; the other controls are drawn."""
        for optimizer in self.optimizers:
            optimizer.learning_rate = self.values["learning_rate"]

    # ------------------------------------------------------------------ training

    def steps(self) -> Iterator[Step]:
        """Train every network on windows of its own choice, for as long as somebody looks."""
        while True:
            with limited_blas_threads():
                pairs = enumerate(zip(self.networks, self.optimizers, strict=True))
                losses = [self._update(member, *pair) for member, pair in pairs]
            self.updates += 1
            rate, ends = self.values["learning_rate"], self.updates % TEN == 0
            yield Step(self.updates // TEN, self.updates, float(np.mean(losses)), rate, ends)

    def _update(self, member: int, network: Sequential, optimizer: Adam) -> float:
        """One update of one network."""
        rng = np.random.default_rng([self.seed, 4, member, self.updates])
        rows = rng.integers(len(self._x), size=BATCH)
        prediction = network.forward(self._x[rows], training=True)
        loss, grad = MeanSquaredError().value_and_gradient(prediction, self._y[rows])
        network.backward_parameters(grad)
        clip_by_norm(network.parameters(), 1.0)
        optimizer.step()
        return loss

    def record(self, step: int) -> None:
        """Measure the error one step ahead, of the mean of all networks."""
        if abs(self.updates - self._measured) < GO_ON:
            return
        self._measured, self._tried = self.updates, None
        self._curves.append(step, test=self.error(), same=self.error_of_the_same())

    def error(self) -> float:
        """Return the root of the mean squared error of the mean forecast, one step ahead."""
        x, y = self._test
        with limited_blas_threads():
            mean = np.mean([network.forward(x) for network in self.networks], axis=0)
        return float(np.sqrt(((mean - y) ** 2).mean()))

    def error_of_the_same(self) -> float:
        """Return the same for who always says: the same again."""
        x, y = self._test
        return float(np.sqrt(((x[:, -1] - y) ** 2).mean()))

    def forget_after(self, step: int) -> None:
        """Show the curves up to this step."""
        self._curves.rewind(step)

    def _arrays(self) -> list[Array]:
        """Everything that training changes."""
        learnt = [p.value for network in self.networks for p in network.parameters()]
        return learnt + [array for optimizer in self.optimizers for array in optimizer.memory]

    def save_state(self) -> dict[str, Any]:
        """Return all weights and the memories of the optimizers."""
        return {
            "arrays": np.concatenate([array.ravel() for array in self._arrays()]),
            "updates": self.updates,
        }

    def load_state(self, state: dict[str, Any], step: int) -> None:
        """Go back to a snapshot."""
        start = 0
        for array in self._arrays():
            array[...] = state["arrays"][start : start + array.size].reshape(array.shape)
            start += array.size
        for optimizer in self.optimizers:
            optimizer.iteration = state["updates"]
        self.updates, self._measured, self._tried = state["updates"], -GO_ON, None
        self.forget_after(step)

    def check(self) -> None:
        """Raise FloatingPointError if a weight is NaN or infinite."""
        for network in self.networks:
            if not all(np.isfinite(p.value).all() for p in network.parameters()):
                rate = self.values["learning_rate"]
                raise FloatingPointError(
                    f"A weight is no longer finite. The learning rate {rate:g} is too large here; "
                    f"try about {rate / 10:.2g}"
                )

    # ------------------------------------------------------------------ the forecast

    def run_on(self, origins: Array) -> Array:
        """Let every network go on from some places, each with its own predictions.

        Parameters
        ----------
        origins : int ndarray of shape (n,)
            Numbers of the first values that are foretold.

        Returns
        -------
        ndarray of shape (members, n, steps ahead)
        """
        before = np.stack([self.series[o - WINDOW : o] for o in origins])[:, :, None] - 1
        found = np.empty((len(self.networks), len(origins), AHEAD))
        with limited_blas_threads():
            for member, network in enumerate(self.networks):
                seen = before
                for ahead in range(AHEAD):
                    value = network.forward(np.ascontiguousarray(seen))
                    found[member, :, ahead] = value[:, 0] + 1
                    seen = np.concatenate([seen[:, 1:], value[:, :, None]], axis=1)
        return found

    def paths(self) -> Array:
        """Return what each network foretells from the place that is set, (members, 60)."""
        found: Array = self.run_on(np.array([self.values["origin"]]))[:, 0]
        return found

    def band(self, paths: Array) -> Array:
        """Return the half width of the band for forecasts, from their spread and the noise.

        Parameters
        ----------
        paths : ndarray of shape (members, ...)

        Returns
        -------
        ndarray of shape (...)
        """
        error = self._curves.curve("test")[1][-1]
        half: Array = WIDE * np.sqrt(paths.var(axis=0) + float(error) ** 2)
        return half

    def coverage(self) -> float:
        """Return the share of what came that lies in the band, over 40 places and all steps."""
        paths, truth = self._trial()
        return float((np.abs(truth - paths.mean(axis=0)) <= self.band(paths)).mean())

    def _trial(self) -> tuple[Array, Array]:
        """Forecasts from 40 places, and what came, up to the steps ahead that are set."""
        origins = np.linspace(LEARNT, LENGTH - AHEAD, STARTS).astype(int)
        ahead = self.values["ahead"]
        truth = np.stack([self.series[o : o + ahead] for o in origins])
        if self._tried is None:
            self._tried = self.run_on(origins)
        return self._tried[:, :, :ahead], truth

    # ------------------------------------------------------------------ drawing

    def frame(self) -> dict[str, dict[str, Any]]:
        """Return the forecast with its band, the error, and how both grow."""
        origin, ahead = self.values["origin"], self.values["ahead"]
        paths = self.paths()[:, :ahead]
        mean, half = paths.mean(axis=0), self.band(paths)
        past, future = np.arange(origin - SEEN, origin), np.arange(origin, origin + ahead)
        trial, truth = self._trial()
        width = self.band(trial).mean(axis=0)
        error = WIDE * np.sqrt(((trial.mean(axis=0) - truth) ** 2).mean(axis=0))
        steps = np.arange(1, ahead + 1)
        covered = self.coverage()
        return {
            "series": {
                "seen": line(past, self.series[past]),
                "forecast": line(future, mean),
                "truth": line(future, self.series[future]),
                "band": np.array([future, mean - half, mean + half], dtype=np.float32),
                "x_range": [origin - SEEN, origin + AHEAD],
                "marked_x": origin - 0.5,
                "marked_label": "now",
                "alt": f"A forecast of {ahead} steps from step {origin}; the band is "
                f"{half[0]:.2f} wide to each side at first and {half[-1]:.2f} at the end.",
            },
            "error": {
                "test": self._curves.curve("test"),
                "same": self._curves.curve("same"),
                "alt": f"Error one step ahead {self._curves.curve('test')[1][-1]:.3f}; of the same "
                f"again {self.error_of_the_same():.3f}.",
            },
            "spread": {
                "width": line(steps, width),
                "error": line(steps, error),
                "alt": f"From one step ahead to {ahead} the band grows from {width[0]:.2f} to "
                f"{width[-1]:.2f}, twice the error from {error[0]:.2f} to {error[-1]:.2f}; "
                f"{covered:.0%} of what came lies in the band.",
            },
        }

    def summary(self) -> str:
        """Return how good the forecast and its band are."""
        members = self.values["members"]
        doubt = " One network cannot disagree: its band never grows." if members == 1 else ""
        return (
            f"{self.updates} updates of {members} networks. Error one step ahead "
            f"{self._curves.curve('test')[1][-1]:.3f}; in the band lie {self.coverage():.0%} of "
            f"what came, up to {self.values['ahead']} steps ahead.{doubt}"
        )
