"""Six optimizers on one landscape, each with settings of its own."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from nnlib.convergence import optimal_gradient_descent, optimal_momentum
from nnlib.explorables.gradient_descent.descent import Descent, path_data, picture
from nnlib.explorables.gradient_descent.racer import MakeOptimizer, Racer
from nnlib.landscapes import Beale, Himmelblau, Landscape, Quadratic, Rosenbrock
from nnlib.live import Choice, Curves, Handle, Panel, Plane, Slider, Toggle
from nnlib.optimizers import SGD, AdaGrad, Adam, RMSprop

QUADRATIC = "quadratic"
LANDSCAPES = {"Rosenbrock": Rosenbrock, "Himmelblau": Himmelblau, "Beale": Beale}

#: Key of each racer's controls, and its name.
RACERS = {
    "sgd": "SGD",
    "momentum": "Momentum",
    "nesterov": "Nesterov",
    "adagrad": "AdaGrad",
    "rmsprop": "RMSprop",
    "adam": "Adam",
}
#: Settings that the toggle "best" takes over.
BEST = ("sgd_rate", "momentum_rate", "momentum_gamma")
_SERIES = tuple({"name": key, "label": name} for key, name in RACERS.items())


def _rate(key: str, value: float) -> Slider:
    return Slider(f"{key}_rate", "rate η", 0.0001, 10.0, value, log=True, group=RACERS[key])


def _runs(key: str) -> Toggle:
    return Toggle(f"{key}_runs", "in the race", True, restarts=True, group=RACERS[key])


class OptimizerRace(Descent):
    """SGD, momentum, Nesterov, AdaGrad, RMSprop and Adam from one start.

    A racer has arrived when it is within a thousandth of its first distance to a minimum.

    Parameters
    ----------
    key, **values
        See `Explorable`.

    Examples
    --------
    >>> race = OptimizerRace(kappa=100.0, best=True)
    >>> race.run(400)
    >>> arrived = race.arrivals()
    >>> arrived["Momentum"] < arrived["SGD"] / 5
    True
    """

    title = "The race: six ways to use the same gradient"
    alone = False
    controls = (
        Choice("landscape", "Landscape", (QUADRATIC, *LANDSCAPES), QUADRATIC, restarts=True),
        Slider("kappa", "κ", 1.0, 1000.0, 20.0, log=True, restarts=True),
        Slider("angle", "Rotation, in °", 0.0, 90.0, 30.0, restarts=True),
        Slider("start_1", "Start x₁", -5.0, 5.0, -3.5, restarts=True),
        Slider("start_2", "Start x₂", -5.0, 5.0, 3.0, restarts=True),
        Toggle("best", "Best for κ: SGD, momentum", False, restarts=True),
        _runs("sgd"),
        _rate("sgd", 0.5),
        _runs("momentum"),
        _rate("momentum", 0.5),
        Slider("momentum_gamma", "γ", 0.0, 0.99, 0.8, group="Momentum"),
        _runs("nesterov"),
        _rate("nesterov", 0.5),
        Slider("nesterov_gamma", "γ", 0.0, 0.99, 0.8, group="Nesterov"),
        _runs("adagrad"),
        _rate("adagrad", 1.0),
        _runs("rmsprop"),
        _rate("rmsprop", 0.1),
        Slider("rmsprop_decay", "decay", 0.0, 0.999, 0.9, group="RMSprop"),
        _runs("adam"),
        _rate("adam", 0.3),
        Slider("adam_beta1", "β₁", 0.0, 0.99, 0.9, group="Adam"),
        Slider("adam_beta2", "β₂", 0.0, 0.999, 0.99, group="Adam"),
    )
    panels: Sequence[Panel] = (
        Plane(
            name="map",
            title="Seen from above; click to place the start",
            x_range=(-5.0, 5.0),
            y_range=(-5.0, 5.0),
            paths=_SERIES,
            handles=(Handle("start", x="start_1", y="start_2"),),
            value_label="f",
            low_label="low",
            high_label="high",
            height=440,
        ),
        Curves(
            name="heights",
            title="f after each step",
            series=_SERIES,
            x_label="steps",
            y_scale="log",
            height=440,
        ),
    )

    def land(self) -> Landscape:
        """Return the landscape that was chosen."""
        name = self.values["landscape"]
        if name == QUADRATIC:
            angle = self.values["angle"] * 3.141592653589793 / 180.0
            landscape: Landscape = Quadratic(1.0 / self.values["kappa"], 1.0, angle=angle)
        else:
            landscape = LANDSCAPES[name]()
        self._still = picture(landscape)
        return landscape

    def line_up(self) -> list[Racer]:
        """Return those that take part, at the start."""
        if self.values["best"] and self.values["landscape"] == QUADRATIC:
            self.values.update(self._best())
        start = [self.values["start_1"], self.values["start_2"]]
        return [
            Racer(name, self.landscape, start, self._make(key))
            for key, name in RACERS.items()
            if self.values[f"{key}_runs"]
        ]

    def _best(self) -> dict[str, float]:
        """Settings of SGD and momentum that theory says are fastest."""
        kappa = self.values["kappa"]
        rate, _ = optimal_gradient_descent(1.0 / kappa, 1.0)
        fast, gamma, _ = optimal_momentum(1.0 / kappa, 1.0)
        return dict(zip(BEST, (float(rate), float(fast), float(gamma)), strict=True))

    def _make(self, key: str) -> MakeOptimizer:
        """The optimizer of a racer, with its present settings."""
        v = self.values
        rate = v[f"{key}_rate"]
        makers: dict[str, MakeOptimizer] = {
            "sgd": partial(SGD, learning_rate=rate),
            "momentum": partial(SGD, learning_rate=rate, momentum=v["momentum_gamma"]),
            "nesterov": partial(
                SGD, learning_rate=rate, momentum=v["nesterov_gamma"], nesterov=True
            ),
            "adagrad": partial(AdaGrad, learning_rate=rate),
            "rmsprop": partial(RMSprop, learning_rate=rate, decay=v["rmsprop_decay"]),
            "adam": partial(Adam, learning_rate=rate, beta1=v["adam_beta1"], beta2=v["adam_beta2"]),
        }
        return makers[key]

    def changed(self, name: str) -> None:
        """Give a racer its new setting, from its next step on."""
        if name in BEST and self.values["best"]:
            best = self._best()[name]
            # A slider has three digits, and a state string is read as one: that is no other value.
            same = self.values[name] == self._controls[name].clean(best)
            self.values.update({name: best} if same else {"best": False})
        key, _, setting = name.partition("_")
        racer = next((r for r in self.racers if RACERS.get(key) == r.name), None)
        attribute = {"rate": "learning_rate", "gamma": "momentum"}.get(setting, setting)
        if racer is not None and hasattr(racer.optimizer, attribute):
            setattr(racer.optimizer, attribute, self.values[name])

    def arrivals(self) -> dict[str, int | None]:
        """Return for each racer the steps until it arrived, None if it has not."""
        return {racer.name: racer.steps if racer.arrived else None for racer in self.racers}

    def frame(self) -> dict[str, dict[str, Any]]:
        """Return the map with every path, and the heights."""
        keys = {name: key for key, name in RACERS.items()}
        paths: dict[str, Any] = {}
        for racer in self.racers:
            paths |= path_data(keys[racer.name], racer)
        heights = {keys[racer.name]: self.heights_of(racer) for racer in self.racers}
        return {
            "map": self._still | paths | {"alt": f"Paths over the landscape. {self._standings()}"},
            "heights": heights | {"alt": f"f over the steps. {self._standings()}"},
        }

    def _standings(self) -> str:
        """Who arrived when, who is on the way, who left the map."""
        words = []
        for racer in self.racers:
            if racer.broke:
                words.append(f"{racer.name} left the map at step {racer.steps + 1}")
            elif racer.arrived:
                words.append(f"{racer.name} arrived at step {racer.steps}")
            elif racer.moving:
                words.append(f"{racer.name} on its way")
            else:
                words.append(f"{racer.name} gave up after {racer.steps:,} steps")
        return "; ".join(words) + "."

    def summary(self) -> str:
        """Return the standings."""
        if not self.racers:
            return "Nobody is in the race: tick one of the optimizers."
        return f"Step {max(racer.steps for racer in self.racers)}: {self._standings()}"
