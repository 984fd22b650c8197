"""Four training loops, known by their curves alone: three of them have a mistake."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar

import numpy as np

from nnlib.explorables.regularisation.loops import (
    FORGOTTEN,
    HEALTHY,
    KINDS,
    LEAKY,
    RATE,
    UNSCALED,
    Loop,
    deal,
)
from nnlib.live import (
    Choice,
    Curves,
    Explorable,
    Panel,
    Series,
    Slider,
    Text,
    Toggle,
    clean_seed,
)
from nnlib.threads import limited_blas_threads
from nnlib.training import Step

NAMES = "ABCD"
OPEN = "?"
VERDICT = "Your verdict"
PASS = 50  # steps that the second button makes
SIGNS = {
    HEALTHY: "Frozen, its test loss is a level line; the size of the test batches and the number "
    "of evaluations do not matter to it.",
    FORGOTTEN: "Frozen, its test loss still jumps: new masks and batch statistics at every look. "
    "A network that is evaluated draws no masks.",
    LEAKY: "Frozen, it is level until the size of the test batches changes; then it slides, look "
    "by look, because each look moves the statistics that the next one uses. With all test digits "
    "in one batch it comes to look healthy.",
    UNSCALED: "Frozen, it is level, and the test batches do not matter. But its test loss is too "
    "high, and only as long as there is dropout: at p = 0 nothing is wrong with it.",
}
#: What a learner who chose the second should look at, when the first is true.
HINTS = {
    HEALTHY: "Freeze the weights, and change dropout and the test batches: does any of it harm?",
    FORGOTTEN: "Freeze the weights. Does its curve become a line?",
    LEAKY: "Freeze the weights, then change the size of the test batches. Watch where it goes.",
    UNSCALED: "Set p to 0, then high. Compare its test loss with the others.",
}


class BugHunt(Explorable):
    """Four loops train the same network on the same digits; three of them test or drop wrongly.

    All begin with the same weights and see the same batches. Test digits come sorted, all zeros
    first, as from a folder for each digit. Which loop is which is dealt by the seed.

    Parameters
    ----------
    seed : int
    key, **values
        See `Explorable`.

    Examples
    --------
    >>> view = BugHunt()
    >>> for name, kind in zip("abcd", view.kinds, strict=True):
    ...     view.set(f"loop_{name}", kind)
    >>> view.right()
    4
    """

    title = "Bug hunt: one loop is healthy, three are not"
    seeded = True
    units = ("step", "fifty steps")
    pass_label: ClassVar[str] = f"{PASS} steps"
    speed = replace(Explorable.speed, label="Speed (steps/s)", maximum=500, value=40, top_label="")
    controls = (
        Toggle("frozen", "Freeze the weights", False, group="Experiments"),
        Slider("rate", "Dropout: p", 0.0, 0.8, 0.5, restarts=True, group="Experiments"),
        Slider("every", "Steps between evaluations", 1, 50, 5, integer=True, group="Experiments"),
        Slider("batch", "Test digits in a batch", 10, 359, 20, log=True, integer=True,
               top_label="all 359", group="Experiments"),
        *(
            Choice(f"loop_{name.lower()}", f"Loop {name}", (OPEN, *KINDS), OPEN, group=VERDICT)
            for name in NAMES
        ),
    )  # fmt: skip
    presets: ClassVar[Mapping[str, Mapping[str, object]]] = {
        "As it begins": {"frozen": False, "rate": 0.5, "every": 5, "batch": 20},
        "All test digits in one batch": {"batch": 359},
        "No dropout": {"rate": 0.0},
    }
    panels: Sequence[Panel] = (
        *(
            Curves(
                name=name,
                title=f"Loop {name}: loss",
                series=(
                    {"name": "train", "label": "training batches"},
                    {"name": "test", "label": "test, as it says"},
                ),
                x_label="steps",
                y_scale="log",
                y_range=(0.5, 5.0),
                span=6,
                height=190,
            )
            for name in NAMES
        ),
        Text(
            name="verdict",
            title="What your verdicts deserve",
            empty_text="Choose what is wrong with each loop.",
            span=12,
            height=150,
        ),
    )

    def __init__(self, *, seed: int = 0, key: str | None = None, **values: object) -> None:
        self.seed = clean_seed(seed)
        self._track = Series(*(f"{what}_{name}" for name in NAMES for what in ("train", "test")))
        super().__init__(key=key, **values)

    def start(self) -> None:
        """Begin all four loops from the same weights."""
        self.kinds = deal(self.seed)
        self.loops = [Loop(kind, self.values["rate"], seed=self.seed) for kind in self.kinds]
        for loop in self.loops:
            loop.evaluate(self.values["batch"])
        self.made = 0
        self._track.clear()

    def steps(self) -> Iterator[Step]:
        """Train each loop on a batch, unless frozen, and evaluate now and then."""
        with limited_blas_threads():
            while True:
                for loop in self.loops:
                    if not self.values["frozen"]:
                        loop.update()
                    if (self.made + 1) % self.values["every"] == 0:
                        loop.evaluate(self.values["batch"])
                self.made += 1
                yield Step(self.made // PASS, self.made, 0.0, RATE, self.made % PASS == 0)

    def changed(self, name: str) -> None:
        """Nothing to do: experiments are read at each step, verdicts when they are drawn."""

    def record(self, step: int) -> None:
        """Note the losses as the loops tell them."""
        values: dict[str, float] = {}
        for name, loop in zip(NAMES, self.loops, strict=True):
            values |= {f"train_{name}": loop.train_loss, f"test_{name}": loop.test_loss}
        self._track.append(step, **values)

    def forget_after(self, step: int) -> None:
        """Show the curves up to this step."""
        self._track.rewind(step)

    def save_state(self) -> dict[str, Any]:
        """Return all four networks."""
        flat = [array.ravel() for loop in self.loops for array in loop.arrays()]
        losses = [(loop.train_loss, loop.test_loss) for loop in self.loops]
        trained = self.loops[0].optimizer.iteration
        return {"arrays": np.concatenate(flat), "losses": losses, "made": self.made, "n": trained}

    def load_state(self, state: dict[str, Any], step: int) -> None:
        """Go back to a snapshot."""
        start = 0
        for loop, losses in zip(self.loops, state["losses"], strict=True):
            for array in loop.arrays():
                array[...] = state["arrays"][start : start + array.size].reshape(array.shape)
                start += array.size
            loop.train_loss, loop.test_loss = losses
            loop.optimizer.iteration = state["n"]
        self.made = state["made"]
        self._track.rewind(step)

    def check(self) -> None:
        """Nothing to check: the rate is fixed, and small."""

    # ------------------------------------------------------------------ the verdict

    def verdicts(self) -> list[str]:
        """Return what the learner has chosen for each loop."""
        return [self.values[f"loop_{name.lower()}"] for name in NAMES]

    def right(self) -> int:
        """Return how many loops are judged right."""
        return sum(said == true for said, true in zip(self.verdicts(), self.kinds, strict=True))

    def _replies(self) -> str:
        """A line for each loop that was judged."""
        lines = []
        for name, said, true in zip(NAMES, self.verdicts(), self.kinds, strict=True):
            if said == true:
                lines.append(f"Loop {name}: right. {SIGNS[true]}")
            elif said != OPEN:
                lines.append(f"Loop {name}: not that. {HINTS[said]}")
        return "\n".join(lines)

    def frame(self) -> dict[str, dict[str, Any]]:
        """Return the curves of each loop, and the replies."""
        curves: dict[str, dict[str, Any]] = {}
        for name, loop in zip(NAMES, self.loops, strict=True):
            curves[name] = {
                "train": self._track.curve(f"train_{name}"),
                "test": self._track.curve(f"test_{name}"),
                "alt": f"Loop {name}: loss {loop.train_loss:.3f} on training batches, "
                f"{loop.test_loss:.3f} on test digits.",
            }
        replies = self._replies()
        alt = replies or "Nothing is judged yet."
        return curves | {"verdict": {"text": replies, "fresh": 0, "alt": alt}}

    def summary(self) -> str:
        """Return how far it is, and how many verdicts are right."""
        open_ones = self.verdicts().count(OPEN)
        frozen = " The weights are frozen." if self.values["frozen"] else ""
        told = f"Step {self.made:,}.{frozen} {self.right()} of 4 loops judged right"
        return f"{told}, {open_ones} still open." if open_ones else f"{told}."
