"""The playground: every choice of the course in one view."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar

import numpy as np

from nnlib.explorables.playground.code import program
from nnlib.explorables.playground.controls import CONTROLS, idle_controls, objection
from nnlib.explorables.playground.data import make_data
from nnlib.explorables.playground.model import MOVING
from nnlib.explorables.playground.panels import PANELS, points_data
from nnlib.explorables.playground.picture import (
    answers,
    grid,
    look_words,
    map_data,
    network_data,
    responses,
)
from nnlib.explorables.playground.presets import PRESETS
from nnlib.explorables.playground.trainer import Trainer
from nnlib.live import Explorable, Panel, Series, clean_seed, write_parameter
from nnlib.threads import limited_blas_threads
from nnlib.training import Evaluation, Step, evaluate

#: Controls that make the data anew while the network trains on.
OF_THE_DATA = ("samples", "noise", "test_share", "points")


class Playground(Explorable):
    """A network of up to six hidden layers, its data, its training, and all that can be chosen.

    Parameters
    ----------
    seed : int
        Of samples, first weights, order and dropout.
    only : sequence of str, optional
        Names of the controls to show; all of them by default.
    key, **values
        See `Explorable`.

    Attributes
    ----------
    data : Data
        What it trains on.
    trainer : Trainer
        The network on its way.

    Raises
    ------
    ValueError
        If a value is out of range, or values do not go together.

    Examples
    --------
    >>> view = Playground()
    >>> view.run(1000)
    >>> view.test().accuracy > 0.95
    True
    """

    title = "The playground: build a network, and watch it learn"
    speed = replace(Explorable.speed, maximum=5000, value=100)
    controls = CONTROLS
    presets: ClassVar[Mapping[str, Mapping[str, object]]] = PRESETS
    units = ("sample", "batch", "epoch")
    end_text = "There are no points yet: click into the map to put some there."
    seeded = True
    autoplay = True
    #: First values of a subclass, and the controls that it shows; all if it names none.
    first: ClassVar[Mapping[str, object]] = {}
    only: ClassVar[Sequence[str]] = ()
    panels: Sequence[Panel] = PANELS

    def __init__(self, *, seed: int = 0, key: str | None = None, **values: object) -> None:
        self.seed = clean_seed(seed)
        self._loss = Series("train", "test", "updates")
        self._by_sample = False
        super().__init__(key=key, **{**self.first, **values})

    # ------------------------------------------------------------------ what is set

    def _clean(self, values: Mapping[str, object]) -> dict[str, Any]:
        """Each value checked by its control, and then all of them together."""
        cleaned = super()._clean(values)
        wrong = objection({**self.values, **cleaned})
        if wrong:
            raise ValueError(f"{wrong}; nothing has changed")
        return cleaned

    def idle(self) -> list[str]:
        """Return the names of controls and panels that have nothing to say at present."""
        idle = idle_controls(self.values)
        if self.only:
            idle += [c.name for c in self.controls if c.name not in self.only]
        return idle if self.values["show_code"] else [*idle, "code"]

    def start(self) -> None:
        """Make data and network anew, and forget the curves."""
        self._make_data()
        self._use(Trainer(self.values, self.data, self.seed))
        self._loss.clear()
        # What was moved since the start: settings, and at which step a number by hand.
        self._moved: dict[str, int | None] = {}

    def _use(self, trainer: Trainer) -> None:
        self.trainer, self.network, self.optimizer = trainer, trainer.network, trainer.optimizer

    def _make_data(self) -> None:
        self.data = make_data(self.values, self.seed)
        self._grid = self.data.to_inputs(grid(self.data))
        self._shown = points_data(self.data, self.values)

    def changed(self, name: str) -> None:
        """Use the new setting from the next update on."""
        if name in ("discretise", "show_code", "speed"):
            return
        if name == "show_test":
            self._shown = points_data(self.data, self.values)
            return
        if not self.trainer.is_fresh:
            self._moved[self._controls[name].label] = None
        if name in OF_THE_DATA:
            self._make_data()
            self.player.renew_steps()
        self.trainer.use(self.values, self.data)
        if name == "optimizer":
            self.trainer.change_optimizer()
            self.optimizer = self.trainer.optimizer
        elif name == "momentum" and self.values["optimizer"] in MOVING:
            self.optimizer.momentum = self.values["momentum"]  # type: ignore[attr-defined]
        if len(self.data.split.x_train):
            self.record(self.player.step)

    def edit(self, panel: str, what: str, index: tuple[int, ...], value: float) -> None:
        """Write a weight or a bias that was typed into the diagram."""
        write_parameter(self.network, what, index, value)
        self._moved[f"a {what} by hand"] = self.player.step
        self.record(self.player.step)

    # ------------------------------------------------------------------ training

    def steps(self) -> Iterator[Step]:
        """Train for as long as somebody asks; by single samples where those are asked for."""
        with limited_blas_threads():
            while len(self.trainer.x):
                by_sample, self._by_sample = self._by_sample, False
                yield self.trainer.look() if by_sample else self.trainer.update()

    def begin_unit(self, unit: str) -> None:
        """Take note that only a sample is asked for."""
        self._by_sample = unit == "sample"

    def ends_unit(self, unit: str, item: Step) -> bool:
        """A sample and a batch end with each item; an epoch with the last batch."""
        return unit != "epoch" or item.ends_epoch

    def record(self, step: int) -> None:
        """Measure the loss on training and test samples."""
        if len(self.trainer.x):
            train, test = self.train().loss, self.test().loss
            self._loss.append(step, train=train, test=test, updates=self.trainer.iteration)

    def train(self) -> Evaluation:
        """Return loss and share of right answers on the training samples."""
        split = self.data.split
        return evaluate(self.network, self.data.loss, split.x_train, split.y_train)

    def test(self) -> Evaluation:
        """Return loss and share of right answers on the test samples; NaN if there are none."""
        split = self.data.split
        if not len(split.x_test):
            return Evaluation(np.nan, None)
        return evaluate(self.network, self.data.loss, split.x_test, split.y_test)

    def save_state(self) -> dict[str, Any]:
        """Return weights, the optimizer's memory, and the place in the data."""
        return super().save_state() | self.trainer.save()

    def load_state(self, state: dict[str, Any], step: int) -> None:
        """Go back to a snapshot."""
        super().load_state(state, step)
        self.trainer.load(state)
        fresh = self.trainer.is_fresh
        self._moved = {
            label: at
            for label, at in self._moved.items()
            if (not fresh if at is None else at <= step)
        }

    def forget_after(self, step: int) -> None:
        """Show the curves up to this step."""
        self._loss.rewind(step)

    def code(self) -> str:
        """Return the program that builds and trains the network as it stands."""
        text = program(
            self.values,
            self.seed,
            self.data,
            updates=self.trainer.iteration,
            spare=self.trainer.spare,
        )
        if not self._moved:
            return text
        names = ", ".join(self._moved)
        return f"# Moved on the way: {names}. This trains anew, as things stand now.\n{text}"

    # ------------------------------------------------------------------ drawing

    def _curve(self, name: str) -> Any:
        """A curve over the updates; steps by sample are no updates."""
        curve = self._loss.curve(name)
        curve[0] = self._loss.curve("updates")[1]
        return curve if np.isfinite(curve[1]).all() else np.empty((2, 0), np.float32)

    def frame(self) -> dict[str, dict[str, Any]]:
        """Return the network, the map, the curves, and the program if it is asked for."""
        columns = responses(self.network, self._grid)
        said = answers(self.data, columns[-1])
        sizes = "-".join(str(column.shape[1]) for column in columns)
        looked_at = self.trainer.sample()
        ring = {}
        if looked_at is not None and looked_at[2] < len(self.data.train_points):
            ring = {"ring": self.data.train_points[looked_at[2]].tolist()}
        show_code = self.values["show_code"]
        return {
            "network": network_data(self.trainer, columns, said)
            | {"alt": f"A network of {sizes} units; thick lines are large weights."},
            "map": map_data(self.data, said, discretise=self.values["discretise"])
            | {"scale": 1.0, "alt": f"The plane coloured by answer. {self.words()}"}
            | self._shown
            | ring,
            "loss": {name: self._curve(name) for name in ("train", "test")}
            | {"alt": f"Loss over the updates. {self.words()}"},
            "code": {"text": self.code() if show_code else "", "alt": "A program in Python."},
        }

    def words(self) -> str:
        """Return how well it does, in a sentence or two."""
        train, test = self._loss.last("train"), self._loss.last("test")
        if not len(self.trainer.x):
            return self.end_text
        words = f"Loss {train:.3f} on training"
        if not len(self.data.split.x_test):
            return f"{words} samples."
        share = self.test().accuracy
        count = len(self.data.split.x_test)
        right = "" if share is None else f"; {share:.1%} of {count} test samples right"
        return f"{words}, {test:.3f} on test samples{right}."

    def summary(self) -> str:
        """Return how far the training is, and how well it does."""
        look = look_words(self.trainer)
        return f"Update {self.trainer.iteration:,}. {self.words()} {look}".rstrip()
