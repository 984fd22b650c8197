"""Few labels: a classifier on raw pixels against the same on features learnt without labels."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

import numpy as np

from nnlib.explorables.autoencoders.digits import pictures, split_of
from nnlib.explorables.autoencoders.features import (
    KINDS,
    choose_labelled,
    features_of,
    read_with,
)
from nnlib.live import Bars, Curves, Explorable, Images, Panel, Slider, clean_seed
from nnlib.training import Step

MOST_DRAWS = 60


class FewLabels(Explorable):
    """The same softmax classifier on four kinds of features, for many draws of labelled digits.

    A step trains one classifier; four of them, on the same labelled digits, make a draw.

    Parameters
    ----------
    seed : int
        Of the split, the training without labels and the draws.
    key, **values
        See `Explorable`.

    Attributes
    ----------
    shares : list of list of float
        For each kind of features the accuracy in each draw.

    Examples
    --------
    >>> view = FewLabels(each=1)
    >>> view.run(4)
    >>> [len(shares) for shares in view.shares]
    [1, 1, 1, 1]
    """

    title = "Few labels: are features learnt without labels worth more than pixels?"
    seeded = True
    units = ("classifier", "draw")
    pass_label = "Draw"
    end_text = f"{MOST_DRAWS} draws are enough to tell."
    controls = (
        Slider("each", "Labelled digits of each kind", 1, 20, 1, integer=True, restarts=True),
    )
    speed: ClassVar[Slider] = Slider(
        "speed", "Speed (classifiers/s)", 1, 60, 12, log=True, top_label="as fast as it can"
    )
    presets: ClassVar[Mapping[str, Mapping[str, object]]] = {
        f"{each} of each kind": {"each": each} for each in (1, 2, 5, 10, 20)
    }
    panels: Sequence[Panel] = (
        Images(
            name="labelled",
            title="All the labels that it gets in this draw",
            columns=10,
            image_label="digit",
            span=12,
            height=130,
        ),
        Bars(
            name="means",
            title="Share of test digits read right, mean over the draws",
            labels=KINDS,
            y_range=(0.0, 1.0),
            value_label="read right",
            smooth=True,
            span=6,
            height=260,
        ),
        Curves(
            name="draws",
            title="The mean after so many draws",
            series=[{"name": f"kind_{index}", "label": kind} for index, kind in enumerate(KINDS)],
            x_label="draws",
            span=6,
            height=260,
        ),
    )

    def __init__(self, *, seed: int = 0, key: str | None = None, **values: object) -> None:
        self.seed = clean_seed(seed)
        super().__init__(key=key, **values)

    def prepare(self) -> None:
        """Load the digits, and learn features without labels; that takes a second or two."""
        self.data = split_of(self.seed)
        self.features = features_of(self.seed)

    def start(self) -> None:
        """Forget all draws."""
        self.shares: list[list[float]] = [[] for _ in KINDS]

    @property
    def done(self) -> int:
        """How many classifiers have been trained."""
        return sum(map(len, self.shares))

    def chosen(self, draw: int) -> Any:
        """Return which digits have labels in a draw, the same for every kind of features."""
        rng = np.random.default_rng([self.seed, draw])
        return choose_labelled(self.data.y_train, int(self.values["each"]), rng)

    def steps(self) -> Iterator[Step]:
        """Train one classifier after the other."""
        while self.done < MOST_DRAWS * len(KINDS):
            draw, kind = divmod(self.done, len(KINDS))
            rng = np.random.default_rng([self.seed, draw, 1])
            share = read_with(self.features[KINDS[kind]], self.seed, self.chosen(draw), rng)
            self.shares[kind].append(share)
            yield Step(draw, self.done, 1.0 - share, 0.02, kind == len(KINDS) - 1)

    def save_state(self) -> dict[str, Any]:
        """Return what has been measured so far."""
        return {"shares": [list(shares) for shares in self.shares]}

    def load_state(self, state: dict[str, Any], step: int) -> None:
        """Go back to a snapshot."""
        self.shares = [list(shares) for shares in state["shares"]]

    def check(self) -> None:
        """Nothing here can become infinite."""

    def means(self) -> list[float]:
        """Return the mean accuracy of each kind of features; 0 before the first draw."""
        return [float(np.mean(shares)) if shares else 0.0 for shares in self.shares]

    def error_of_gain(self, kind: int) -> tuple[float, float]:
        """Return by how much a kind is better than pixels, mean over draws, and the standard error.

        Draws are compared one by one, as both had the same labels.
        """
        pairs = list(zip(self.shares[kind], self.shares[0], strict=False))
        if len(pairs) < 2:
            return 0.0, 0.0
        gains = np.array([share - pixels for share, pixels in pairs])
        return float(gains.mean()), float(gains.std(ddof=1) / np.sqrt(len(gains)))

    def frame(self) -> dict[str, dict[str, Any]]:
        """Return the labelled digits, and how well they serve."""
        draw = max(self.done - 1, 0) // len(KINDS)
        chosen = self.chosen(draw)
        each = int(self.values["each"])
        shown = chosen.reshape(10, each)[:, :2].T.ravel()  # two rows at most
        means = self.means()
        curves = {}
        for index, shares in enumerate(self.shares):
            count = np.arange(1, len(shares) + 1)
            curves[f"kind_{index}"] = np.stack([count, np.cumsum(shares) / count]).astype(
                np.float32
            )
        told = ", ".join(f"{kind} {mean:.1%}" for kind, mean in zip(KINDS, means, strict=True))
        more = f", of which {min(each, 2)} are shown" if each > 2 else ""
        return {
            "labelled": {
                "images": pictures(self.data.x_train[shown]),
                "captions": [str(label) for label in self.data.y_train[shown]],
                "alt": f"{each} labelled digits of each kind{more}.",
            },
            "means": {
                "values": np.array(means, dtype=np.float32),
                "alt": f"Share of test digits read right: {told}.",
            },
            "draws": {**curves, "alt": f"The means after {len(self.shares[-1])} draws: {told}."},
        }

    def summary(self) -> str:
        """Return the means, and whether the difference is more than chance."""
        draws = len(self.shares[-1])
        if draws < 2:
            return f"{10 * int(self.values['each'])} labels in each draw. Press Play."
        parts = []
        for index, kind in enumerate(KINDS[1:], start=1):
            gain, error = self.error_of_gain(index)
            parts.append(f"{kind}: {100 * gain:+.1f} ± {100 * error:.1f}")
        pixels = self.means()[0]
        return (
            f"{draws} draws of {10 * int(self.values['each'])} labels. Pixels {pixels:.1%}; "
            f"points more or less: {'; '.join(parts)}."
        )
