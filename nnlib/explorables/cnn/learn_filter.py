"""Learn a filter from examples: a picture, and what the filter made of it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar

import numpy as np

from nnlib.datasets import photograph
from nnlib.explorables.cnn.descents import Seeker, curvature, windows_of
from nnlib.filters import KERNELS
from nnlib.kernels.types import Array
from nnlib.live import (
    Choice,
    Curves,
    Explorable,
    Images,
    Matrix,
    Panel,
    Series,
    Slider,
    Toggle,
    clean_seed,
    quantize,
)
from nnlib.training import Step

NOISE, TEMPLE, FLOWER = "noise", "temple", "flower"
SIDE = 24  # pixels of the noise, each way
RACERS = {"plain": "gradient descent", "momentum": "with momentum"}
TARGETS = {
    "Sobel x": "sobel x", "Sobel y": "sobel y", "mean of nine": "box", "sharpen": "sharpen",
    "Laplace": "laplacian", "emboss": "emboss",
}  # fmt: skip


class LearnFilter(Explorable):
    """Nine weights are found by gradient descent, from a picture and its filtered copy.

    Parameters
    ----------
    seed : int
        Of the noise.
    key, **values
        See `Explorable`.

    Examples
    --------
    >>> view = LearnFilter()
    >>> view.run(100)
    >>> view.found()["plain"] > 3 * view.found()["momentum"]
    True
    """

    title = "Learn a filter: nine weights from a picture and its filtered copy"
    seeded = True
    pass_label = "10 steps"
    controls = (
        Choice("target", "Filter to find", tuple(TARGETS), "Sobel x", restarts=True),
        Choice("picture", "Picture", (NOISE, TEMPLE, FLOWER), NOISE, restarts=True),
        Toggle("centre", "Subtract the mean from the picture", False, restarts=True),
        Toggle("best", "Best settings for each", True, restarts=True),
        Slider("learning_rate", "Learning rate", 0.001, 10.0, 0.1, log=True),
        Slider("momentum", "Momentum", 0.0, 0.99, 0.5),
    )
    speed = replace(Explorable.speed, label="Speed (steps/s)", maximum=1000, value=12)
    presets: ClassVar[Mapping[str, Mapping[str, object]]] = {
        "Noise": {"picture": NOISE, "centre": False, "best": True},
        "Noise, centred": {"picture": NOISE, "centre": True, "best": True},
        "Photograph": {"picture": TEMPLE, "centre": False, "best": True},
        "Photograph, centred": {"picture": TEMPLE, "centre": True, "best": True},
        "Too large a rate": {
            "picture": NOISE, "centre": False, "best": False, "learning_rate": 0.5,
        },
    }  # fmt: skip
    panels: Sequence[Panel] = (
        *(
            Matrix(name=name, title=title, label="", decimals=2, span=2, height=190)
            for name, title in (
                ("wanted", "Wanted"),
                ("plain", "Gradient descent"),
                ("momentum", "With momentum"),
            )
        ),
        Curves(
            name="distance",
            title="How far the worst weight is off",
            series=tuple({"name": name, "label": label} for name, label in RACERS.items()),
            x_label="steps",
            y_scale="log",
            span=6,
            height=190,
        ),
        Images(
            name="outputs",
            title="The picture, and what the three kernels make of it (0 is neutral)",
            signed=True,
            columns=4,
            span=12,
            height=250,
        ),
    )

    def __init__(self, *, seed: int = 0, key: str | None = None, **values: object) -> None:
        self.seed = clean_seed(seed)
        self._distance = Series(*RACERS)
        super().__init__(key=key, **values)

    # ------------------------------------------------------------------ the run

    def prepare(self) -> None:
        """Compile both descents, so that the view does not stand still when it first plays."""
        for momentum in (0.0, 0.5):
            Seeker(0.1, momentum).step(np.eye(9), np.zeros(9), np.ones((3, 3)))

    def start(self) -> None:
        """Make picture, wanted output and both descents anew; all weights begin at 0."""
        rng = np.random.default_rng(self.seed)
        match self.values["picture"]:
            case "noise":
                self.image = rng.uniform(size=(SIDE, SIDE))
            case "temple":
                self.image = photograph("china").astype(np.float64) / 255
            case _:
                self.image = photograph("flower").astype(np.float64) / 255
        if self.values["centre"]:
            self.image = self.image - self.image.mean()
        self.windows = windows_of(self.image)
        self.wanted = self.windows @ self.target().ravel()
        self.curvature = curvature(self.windows)
        best = self.curvature.plain(), self.curvature.with_momentum()
        if self.values["best"]:
            self.racers = {"plain": Seeker(best[0]), "momentum": Seeker(*best[1])}
        else:
            rate = self.values["learning_rate"]
            self.racers = {
                "plain": Seeker(rate), "momentum": Seeker(rate, self.values["momentum"]),
            }  # fmt: skip
        self._distance.clear()

    def target(self) -> Array:
        """Return the kernel that is to be found, (3, 3)."""
        return KERNELS[TARGETS[self.values["target"]]]

    def steps(self) -> Iterator[Step]:
        """Move both one step down, for as long as somebody looks."""
        step = 0
        while True:
            step += 1
            for racer in self.racers.values():
                racer.step(self.windows, self.wanted, self.target())
            yield Step(step // 10, step, 0.0, 0.0, step % 10 == 0)

    def changed(self, name: str) -> None:
        """Use what was set from the next step on, if the learner's own settings are in use."""
        if not self.values["best"]:
            for racer in self.racers.values():
                racer.optimizer.learning_rate = self.values["learning_rate"]
            self.racers["momentum"].optimizer.momentum = self.values["momentum"]

    def record(self, step: int) -> None:
        """Note how far both still are."""
        target = self.target()
        far = {name: max(racer.distance(target), 1e-9) for name, racer in self.racers.items()}
        self._distance.append(step, **far)

    def check(self) -> None:
        """Raise FloatingPointError if a descent runs away."""
        for name, racer in self.racers.items():
            if not racer.distance(self.target()) < 1e6:
                limit = 2 / self.curvature.high
                raise FloatingPointError(
                    f"{RACERS[name]} runs away: its learning rate of "
                    f"{racer.optimizer.learning_rate:.3g} is too large here. Without momentum "
                    f"the limit is 2/λ = {limit:.3g}"
                )

    def save_state(self) -> dict[str, Any]:
        """Return weights, velocities, and who has arrived."""
        return {
            name: [
                np.concatenate([racer.kernel.value, *(m.ravel() for m in racer.optimizer.memory)]),
                racer.optimizer.iteration,
                racer.found,
            ]
            for name, racer in self.racers.items()
        }

    def load_state(self, state: dict[str, Any], step: int) -> None:
        """Go back to a snapshot."""
        for name, racer in self.racers.items():
            numbers, racer.optimizer.iteration, racer.found = state[name]
            racer.kernel.value[...] = numbers[:9]
            for memory in racer.optimizer.memory:
                memory[...] = numbers[9:].reshape(memory.shape)
        self.forget_after(step)

    def forget_after(self, step: int) -> None:
        """Show the curves up to this step."""
        self._distance.rewind(step)

    # ------------------------------------------------------------------ what is shown

    def found(self) -> dict[str, int]:
        """Return the step at which each had every weight right to 0.01; 0 if it has not yet."""
        return {name: racer.found for name, racer in self.racers.items()}

    def frame(self) -> dict[str, dict[str, Any]]:
        """Return the three kernels, the curves and the outputs."""
        target = self.target()
        kernels = {name: racer.kernel.value.reshape(3, 3) for name, racer in self.racers.items()}
        scale = float(np.abs(target).max()) or 1.0
        rows = self.image.shape[0] - 2
        outputs = [self.windows @ kernel.ravel() for kernel in (target, *kernels.values())]
        most = float(np.abs(outputs[0]).max()) or 1.0
        pictures = [quantize(output.reshape(rows, -1), most) for output in outputs]
        middle = self.image[1:-1, 1:-1] - self.image.mean()
        first = quantize(middle, float(np.abs(middle).max()) or 1.0)
        matrices = {
            name: {
                "values": kernel.astype(np.float32),
                "scale": scale,
                "alt": f"{kernel.round(2).tolist()}",
            }
            for name, kernel in {"wanted": target, **kernels}.items()
        }
        far = {name: racer.distance(target) for name, racer in self.racers.items()}
        return {
            **matrices,
            "distance": {
                **{name: self._distance.curve(name) for name in RACERS},
                "alt": ", ".join(f"{RACERS[name]}: {d:.3g} off" for name, d in far.items()) + ".",
            },
            "outputs": {
                "images": np.stack([first, *pictures]),
                "captions": ["picture − mean", "wanted", *RACERS.values()],
                "scale": most,
                "alt": "The picture and the outputs of the wanted kernel and of both descents.",
            },
        }

    def summary(self) -> str:
        """Return the condition number, and who has found the filter when."""
        kappa = self.curvature.kappa
        parts = [f"Step {self.player.step:,}. κ = {kappa:,.{0 if kappa > 99 else 1}f}."]
        for name, step in self.found().items():
            label = RACERS[name][0].upper() + RACERS[name][1:]
            rate = self.racers[name].optimizer.learning_rate
            state = f"found it at step {step:,}" if step else "is on its way"
            parts.append(f"{label} (η = {rate:.3g}) {state}.")
        return " ".join(parts)
