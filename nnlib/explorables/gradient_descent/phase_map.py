"""Every pair of learning rate and momentum at once: where descent converges, and how fast."""

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np

from nnlib.convergence import optimal_momentum, oscillates, spectral_radius
from nnlib.explorables.gradient_descent.descent import Descent
from nnlib.explorables.gradient_descent.racer import Racer
from nnlib.kernels.types import Array
from nnlib.landscapes import Landscape, Quadratic
from nnlib.live import Curves, Handle, Panel, Plane, Slider, freeze
from nnlib.optimizers import SGD

HIGHEST_RATE = 4.2  # times the larger curvature, which is 1
CELLS = 200


class PhaseMap(Descent):
    r"""The long-run factor per step for each learning rate alpha and momentum beta.

    On a quadratic with curvatures 1/kappa and 1, the factor is the largest spectral radius of

    .. math:: \begin{pmatrix} 1 + \beta - \alpha\lambda & -\beta \\ 1 & 0 \end{pmatrix}

    over the two curvatures lambda. It is below 1, and descent converges, where
    alpha lambda < 2 + 2 beta; where a direction oscillates, its radius is sqrt(beta).

    Parameters
    ----------
    key, **values
        See `Explorable`.

    References
    ----------
    Polyak (1964), "Some methods of speeding up the convergence of iteration methods"; Goh (2017),
    "Why momentum really works", Distill.

    Examples
    --------
    >>> view = PhaseMap(alpha=1.0, beta=0.81, kappa=4)
    >>> view.factor()  # both directions oscillate: the root of 0.81
    0.9
    """

    title = "The phase map: which pairs of rate and momentum converge, and how fast"
    controls = (
        Slider("alpha", "Learning rate α", 0.02, 4.18, 1.0),
        Slider("beta", "Momentum β", 0.0, 0.99, 0.0),
        Slider("kappa", "Condition number κ", 1.0, 1000.0, 20.0, log=True, restarts=True),
    )
    panels: Sequence[Panel] = (
        Plane(
            name="phase",
            title="Factor left after each step; right of the strong line descent diverges",
            x_range=(0.0, HIGHEST_RATE),
            y_range=(0.0, 1.0),
            x_label="learning rate α",
            y_label="momentum β",
            handles=(Handle("settings", x="alpha", y="beta"),),
            value_label="factor per step",
            low_label="still",
            high_label="fast",
            mark_label="best",
            span=7,
            height=380,
        ),
        Curves(
            name="distance",
            title="Distance to the minimum, as a share of the first",
            series=(
                {"name": "measured", "label": "measured"},
                {"name": "theory", "label": "factor to the power of n"},
            ),
            x_label="steps n",
            y_scale="log",
            span=5,
            height=380,
        ),
    )

    _drawn_for = 0.0  # the condition number that the map is drawn for

    def land(self) -> Landscape:
        """Return the quadratic, and draw the map of its factors."""
        kappa = self.values["kappa"]
        if kappa != self._drawn_for:  # the pair of settings changes nothing on the map
            self._draw_map(kappa)
        return Quadratic(1.0 / kappa, 1.0)

    def _draw_map(self, kappa: float) -> None:
        """Compute the factor of every pair of settings, and find the best pair."""
        self._drawn_for = kappa
        alpha = (np.arange(CELLS) + 0.5) / CELLS * HIGHEST_RATE
        beta = (np.arange(CELLS) + 0.5) / CELLS
        factors = self._factor(alpha[None, :], beta[:, None])
        best_alpha, best_beta, fastest = optimal_momentum(1.0 / kappa, 1.0)
        self._still = {
            "values": freeze(factors.astype(np.float32)),
            "levels": freeze(np.array([0.2, 0.4, 0.6, 0.8, 0.9, 0.95, 0.98], dtype=np.float32)),
            "bold_level": 1.0,
            "low": 1.0,  # what converges fast is dark
            "high": float(fastest),
            "marks": freeze(np.array([[best_alpha], [best_beta]], dtype=np.float32)),
        }

    def _factor(self, alpha: Any, beta: Any) -> Array:
        """The larger of the spectral radii of the two directions."""
        steep = spectral_radius(alpha, 1.0, beta)
        flat = spectral_radius(alpha, 1.0 / self.values["kappa"], beta)
        return np.maximum(steep, flat)

    def line_up(self) -> list[Racer]:
        """Return the descent at its start."""
        make = partial(SGD, learning_rate=self.values["alpha"], momentum=self.values["beta"])
        return [Racer("The descent", self.landscape, [1.0, 1.0], make, tolerance=1e-9)]

    def changed(self, name: str) -> None:
        """Start anew with other settings, so that the curve belongs to one pair."""
        if name in ("alpha", "beta"):
            playing = self.player.playing
            self.player.reset()
            if playing:
                self.player.play()

    def factor(self) -> float:
        """Return the long-run factor of a step with the present settings."""
        return float(self._factor(self.values["alpha"], self.values["beta"]))

    def regime(self) -> str:
        """Return in words what the two directions do."""
        if self.factor() >= 1:
            return "diverges"
        rate, beta, kappa = (self.values[name] for name in ("alpha", "beta", "kappa"))
        swings = [bool(oscillates(rate, curvature, beta)) for curvature in (1.0, 1.0 / kappa)]
        return {
            (False, False): "converges without oscillating",
            (True, False): "oscillates in the steep direction, creeps in the flat one",
            (True, True): "oscillates in both directions",
            (False, True): "oscillates in the flat direction",
        }[swings[0], swings[1]]

    def frame(self) -> dict[str, dict[str, Any]]:
        """Return the map, and the distance over the steps."""
        racer, factor = self.racers[0], self.factor()
        steps = np.arange(racer.steps + 1)
        distance = np.linalg.norm(racer.path, axis=1) / np.sqrt(2.0)
        # The factor alone, from the first distance on: it tells the slope, not the height.
        theory = np.maximum(factor ** steps.astype(float), 1e-30)
        return {
            "phase": self._still
            | {
                "alt": f"At rate {self.values['alpha']:.3g} and momentum {self.values['beta']:.3g} "
                f"descent {self.regime()}, with a factor of {factor:.3f} per step.",
            },
            "distance": {
                "measured": np.stack([steps, distance]).astype(np.float32),
                "theory": np.stack([steps, theory]).astype(np.float32),
                "alt": f"After {racer.steps} steps {distance[-1]:.3g} of the distance is left.",
            },
        }

    def summary(self) -> str:
        """Return the regime and its factor."""
        racer = self.racers[0]
        left = float(np.linalg.norm(racer.point)) / np.sqrt(2.0)
        return (
            f"κ = {self.values['kappa']:g}: {self.regime()}; each step leaves {self.factor():.3f} "
            f"of the distance. Step {racer.steps}: {left:.3g} is left."
        )
