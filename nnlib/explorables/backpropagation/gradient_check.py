"""Is the gradient right? Differences of the loss know, if the step is neither large nor tiny."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, ClassVar

import numpy as np

from nnlib.explorables.backpropagation.rows_network import (
    BUGS,
    NO_BUG,
    PARAMETERS,
    Arrays,
    backward,
    differences,
    loss,
    sample,
)
from nnlib.kernels.types import Array
from nnlib.live import (
    Bars,
    Choice,
    Curves,
    Explorable,
    Graph,
    Handle,
    Panel,
    Series,
    Slider,
    Text,
    clean_seed,
)
from nnlib.training import Step

ALL = "all parameters"
NO_GUESS = "not yet"
TEN = 10
RATE = 0.5  # of the descent
NUDGES = 10.0 ** np.arange(-12, 0.01, 0.25)
_GUESSES = {bug.rule: name for name, bug in BUGS.items()}


class GradientCheck(Explorable):
    r"""The 3-4-1 network trains on a gradient that may have a bug; differences of the loss tell.

    The error of a gradient against differences is

    .. math:: \frac{\max |g - g_h|}{\max(|g|, |g_h|)}, \qquad
              g_h = \frac{L(\theta + h) - L(\theta - h)}{2h}

    Parameters
    ----------
    seed : int
        Of the batch and the first weights.
    key, **values
        See `Explorable`.

    Examples
    --------
    >>> view = GradientCheck()
    >>> bool(view.errors(1e-6)["all parameters"] < 1e-8)
    True
    >>> bool(GradientCheck(bug="case B").errors(1e-6)["b₁"] > 0.1)
    True
    """

    title = "Check the gradient: nudge each weight, and see whether the loss agrees"
    seeded = True
    speed = replace(Explorable.speed, maximum=1000, value=20, top_label="")
    pass_label: ClassVar[str] = f"{TEN} updates"
    controls = (
        Choice("bug", "Code with", (NO_BUG, *BUGS), NO_BUG, restarts=True),
        Choice("part", "Curves for", (ALL, *PARAMETERS), ALL),
        Slider("h", "Nudge h", 1e-12, 1.0, 1e-6, log=True),
        Choice("guess", "The wrong rule is", (NO_GUESS, *_GUESSES), NO_GUESS),
    )
    panels: Sequence[Panel] = (
        Graph(
            name="curves",
            title="Error against differences: as h shrinks, it falls, and rises again",
            x_range=(1e-12, 1.0),
            y_range=(1e-12, 10.0),
            x_label="nudge h",
            y_label="relative error",
            x_scale="log",
            y_scale="log",
            lines=(
                {"name": "central", "label": "central"},
                {"name": "one_sided", "label": "one-sided"},
            ),
            handles=(Handle("h", x="h", on="central"),),
            span=6,
            height=290,
        ),
        Bars(
            name="digits",
            title="Digits that agree, central",
            labels=[f"d{name}" for name in PARAMETERS],
            y_range=(0.0, 12.0),
            value_label="digits",
            smooth=True,
            span=3,
            height=290,
        ),
        Curves(
            name="loss",
            title="Loss, trained with this code",
            series=({"name": "right", "label": "no bug"}, {"name": "this", "label": "this code"}),
            span=3,
            height=290,
        ),
        Text(name="verdict", title="Your diagnosis", span=12, height=58),
    )

    def __init__(self, *, seed: int = 0, key: str | None = None, **values: object) -> None:
        self.seed = clean_seed(seed)
        self._losses = Series("right", "this")
        super().__init__(key=key, **values)

    def start(self) -> None:
        """Draw the batch and the weights anew: two networks with the same."""
        self.x, self.y, self.parameters = sample(6, self.seed)
        self._right = {name: value.copy() for name, value in self.parameters.items()}
        self._losses.clear()

    def steps(self) -> Iterator[Step]:
        """Descend, one network with this code and one with the right one."""
        while True:
            taken = self.player.step + 1
            _descend(self.parameters, self.gradient())
            _descend(self._right, backward(self.x, self.y, self._right))
            yield Step(
                epoch=taken // TEN,
                iteration=taken,
                loss=float(loss(self.x, self.y, self.parameters)),
                learning_rate=RATE,
                ends_epoch=taken % TEN == 0,
            )

    def gradient(self) -> Arrays:
        """Return the gradients as the chosen code computes them."""
        return backward(self.x, self.y, self.parameters, self.values["bug"])

    def errors(self, h: float) -> dict[str, float]:
        """Return the relative error of each gradient against central differences, and of all.

        Parameters
        ----------
        h : float

        Returns
        -------
        dict of str to float
        """
        found = self._errors(np.array([h]), "central")
        return {name: float(values[0]) for name, values in found.items()}

    def curve(self, kind: str) -> Array:
        """Return the error of all parameters together, for each of `NUDGES`.

        Parameters
        ----------
        kind : {"central", "one-sided"}

        Returns
        -------
        ndarray of shape (len(NUDGES),)
        """
        return self._errors(NUDGES, kind)[ALL]

    def losses(self) -> tuple[float, float]:
        """Return the loss of the network without a bug, and of the one with this code."""
        pair = (float(loss(self.x, self.y, p)) for p in (self._right, self.parameters))
        return next(pair), next(pair)

    def _errors(self, h: Array, kind: str) -> dict[str, Array]:
        """The same for several h."""
        gradient = self.gradient()
        measured = differences(self.x, self.y, self.parameters, h)[kind]
        largest = max(float(np.abs(gradient[name]).max()) for name in PARAMETERS)
        found, whole = {}, np.zeros(len(h))
        for name in PARAMETERS:
            away = np.abs(measured[name] - gradient[name]).reshape(len(h), -1).max(axis=1)
            size = np.abs(measured[name]).reshape(len(h), -1).max(axis=1)
            found[name] = away / np.maximum(size, np.abs(gradient[name]).max())
            whole = np.maximum(whole, away)
        found[ALL] = whole / largest
        return found

    def save_state(self) -> dict[str, Any]:
        """Return both networks."""
        kept = {f"this {name}": value.copy() for name, value in self.parameters.items()}
        return kept | {f"right {name}": value.copy() for name, value in self._right.items()}

    def load_state(self, state: dict[str, Any], step: int) -> None:
        """Go back to a snapshot."""
        for name in PARAMETERS:
            self.parameters[name][...] = state[f"this {name}"]
            self._right[name][...] = state[f"right {name}"]
        self._losses.rewind(step)

    def check(self) -> None:
        """Nothing to check: sigmoids and a small rate keep all numbers finite."""

    def record(self, step: int) -> None:
        """Note both losses."""
        right, this = self.losses()
        self._losses.append(step, right=right, this=this)

    def frame(self) -> dict[str, dict[str, Any]]:
        """Return the curves of the error, the digits that agree, the losses and the verdict."""
        part, h = self.values["part"], self.values["h"]
        lines = {
            kind: np.maximum(self._errors(NUDGES, name)[part], 1.2e-12)
            for kind, name in (("central", "central"), ("one_sided", "one-sided"))
        }
        digits = np.array([-np.log10(max(self.errors(h)[name], 1e-12)) for name in PARAMETERS])
        best = {kind: NUDGES[line.argmin()] for kind, line in lines.items()}
        return {
            "curves": {
                **{k: np.stack([NUDGES, line]).astype(np.float32) for k, line in lines.items()},
                "alt": f"Error of the gradient of {part}: least {lines['central'].min():.0e} near "
                f"h = {best['central']:.0e} for central and {lines['one_sided'].min():.0e} near "
                f"{best['one_sided']:.0e} for one-sided differences.",
            },
            "digits": {
                "values": np.maximum(digits, 0.0).astype(np.float32),
                "alt": "Digits that agree: "
                + ", ".join(f"{n} {d:.1f}" for n, d in zip(PARAMETERS, digits, strict=True)),
            },
            "loss": {
                "right": self._losses.curve("right"),
                "this": self._losses.curve("this"),
                "alt": f"Loss without a bug {self._losses.last('right'):.4f}, with this code "
                f"{self._losses.last('this'):.4f}.",
            },
            "verdict": {"text": self.verdict(), "alt": "What is said of your guess."},
        }

    def verdict(self) -> str:
        """Return what the learner's guess deserves."""
        bug, guess = self.values["bug"], self.values["guess"]
        wrong = [name for name, error in self.errors(1e-6).items() if error > 1e-3 and name != ALL]
        flat = _listed(wrong)
        if guess == NO_GUESS:
            if bug == NO_BUG:
                return "This code is right: every curve falls. Choose a case, and find its bug."
            return f"Wrong here: {flat}. Which rule do they, and no others, depend on? Name it."
        if bug == NO_BUG:
            return "There is no bug in this code: all four gradients agree. Choose a case first."
        if _GUESSES[guess] == bug:
            return f"Found. In '{BUGS[bug].rule}' {BUGS[bug].told}."
        spoils = BUGS[_GUESSES[guess]].spoils
        if set(spoils) == set(BUGS[bug].spoils):
            return (
                f"A bug in '{guess}' would spoil the same gradients, but it is not that one. Which "
                "other rule lies on the way to them?"
            )
        return (
            f"No: a bug in '{guess}' would spoil {_listed(spoils)}. What is wrong here is {flat}."
        )

    def summary(self) -> str:
        """Return the least error, and where."""
        h, part = self.values["h"], self.values["part"]
        error = self.errors(h)[part]
        return (
            f"Update {self.player.step:,}: with h = {h:.0e} the error of the gradient of {part} is "
            f"{error:.0e}. Loss {self._losses.last('this'):.4f}, without a bug "
            f"{self._losses.last('right'):.4f}."
        )


def _listed(names: Sequence[str]) -> str:
    """Gradients in words."""
    *first, last = [f"d{name}" for name in names] or ["nothing"]
    return f"{', '.join(first)} and {last}" if first else last


def _descend(parameters: Arrays, gradient: Arrays) -> None:
    """One step of gradient descent, in place."""
    for name, value in parameters.items():
        value -= RATE * gradient[name]
