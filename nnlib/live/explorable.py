"""An explorable: one thing to train, the panels that show it, and the controls that steer it."""

import math
from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

import numpy as np

from nnlib.frontend import attended, cell_key
from nnlib.kernels.types import Array
from nnlib.live.panels import Panel
from nnlib.live.picture import still
from nnlib.live.player import Player
from nnlib.live.settable import Settable
from nnlib.live.stage import Stage
from nnlib.network import Sequential
from nnlib.optimizers import Optimizer
from nnlib.training import Step

ENDLESS = 10**9  # epochs: the learner says when it is enough


class Explorable(Settable):
    """Base class of everything that lives in a notebook.

    A subclass names its `title`, `controls` and `panels`, and defines

    - `prepare()`: make what depends on seed and data set only;
    - `start()`: make `self.network` and `self.optimizer` anew;
    - `steps()`: return an iterator that trains them, one update for each item;
    - `changed(name)`: a control moved; bring what trains in line with `self.values`;
    - `record(step)`: append to the curves;
    - `frame()`: the data of every panel;
    - `summary()`: the present picture in one line of text.

    Show it by putting it on the last line of a cell. Headless, in a test or a cell that proves a
    number, call `run`.

    Parameters
    ----------
    key : str, optional
        One view on the page for each key; the class and the cell that makes it by default.
    **values
        First values of the controls, by name.

    Attributes
    ----------
    values : dict
        Where the controls stand.
    seed : int
        Of all that is random. A subclass that says `seeded` sets it first of all.
    dataset : str
        Which of `datasets` it trains on; empty where there is no choice.
    state : str
        Everything that the learner set, as one line of text; `restore` reads it.
    player : Player

    Raises
    ------
    ValueError
        If a value is out of range or of no control.
    """

    title: ClassVar[str]
    panels: Sequence[Panel]
    #: Whether it plays by itself when it first comes into view.
    autoplay: ClassVar[bool] = False
    #: What can be stepped by, the smallest first: that one is a single item of `steps()`.
    units: Sequence[str] = ("batch", "epoch")
    #: What the button for the last unit is called where a run has no epochs.
    pass_label: ClassVar[str] = ""
    #: What the view says when there are no steps left; never empty.
    end_text: str = "This run is over. Reset begins anew."
    network: Sequential
    optimizer: Optimizer

    def __init__(self, *, key: str | None = None, **values: object) -> None:
        super().__init__(values)
        self.prepare()
        self.player = Player(self)
        self._key = key or cell_key(type(self).__name__)
        self._stage: Stage | None = None

    # ------------------------------------------------------------------ for a subclass to define

    def start(self) -> None:
        """Make the network and the optimizer anew."""
        raise NotImplementedError

    def steps(self) -> Iterator[Step]:
        """Return an iterator that trains on, one update for each item."""
        raise NotImplementedError

    def record(self, step: int) -> None:
        """Note how training goes after this many updates."""

    def frame(self) -> dict[str, dict[str, Any]]:
        """Return the data of every panel."""
        raise NotImplementedError

    def edit(self, panel: str, what: str, index: tuple[int, ...], value: float) -> None:
        """Write what a learner typed into a panel; all has been checked (see `nnlib.live.edits`).

        A subclass whose panel is `editable` calls `write_parameter` here. `what` is "weight", with
        `index` (layer, input, output), or "bias", with (layer, unit); layers count from 1.
        """
        raise ValueError(f"{self.title!r} does not let its {what} be edited; nothing has changed")

    def answer(self, panel: str, index: int, value: float) -> None:
        """Judge what a learner typed as the number of step `index` of a tape that asks."""
        raise ValueError(f"{self.title!r} expects no answer; nothing has changed")

    def take_file(self, panel: str, name: str, content: bytes, size: int) -> None:
        """Take a learner's file of so many bytes, of which `content` may be only the beginning.

        All has been checked (see `nnlib.live.files`) but what is in it: raise ValueError, and
        change nothing, where that is of no use.
        """
        raise ValueError(f"{self.title!r} takes no file")

    def give_back(self, panel: str) -> None:
        """Forget the learner's file, and use again what was there before it."""
        raise ValueError(f"{self.title!r} takes no file; nothing has changed")

    def ends_unit(self, unit: str, item: Step) -> bool:
        """Whether a unit is complete with this step: the smallest always is."""
        return unit == self.units[0] or item.ends_epoch

    def forget_after(self, step: int) -> None:
        """Show the curves up to this step; what lies ahead is forgotten once training goes on."""

    def summary(self) -> str:
        """Return the present picture in one line."""
        return self.title

    # ------------------------------------------------------------------ the same for all

    def run(self, steps: int) -> None:
        """Make a number of steps at once; see `Player.run`."""
        self.player.run(steps)

    def pace(self) -> float:
        """Return the steps in a second that the speed slider allows."""
        speed = float(self.values["speed"])
        return speed if speed < self.speed.maximum else math.inf

    def save_state(self) -> dict[str, Any]:
        """Return parameters, buffers and the optimizer's memory, for a snapshot."""
        arrays = self._learnt() + self.optimizer.memory
        return {
            "arrays": np.concatenate([a.ravel() for a in arrays]),
            "n": self.optimizer.iteration,
            "optimizer": type(self.optimizer),
        }

    def load_state(self, state: dict[str, Any], step: int) -> None:
        """Go back to a snapshot; another optimizer than the snapshot's starts with empty memory."""
        start, saved = 0, state["arrays"]
        remembers = type(self.optimizer) is state["optimizer"]
        learnt = self._learnt()
        for array in learnt + self.optimizer.memory if remembers else learnt:
            array[...] = saved[start : start + array.size].reshape(array.shape)
            start += array.size
        if not remembers:
            for array in self.optimizer.memory:
                array[...] = 0
        self.optimizer.iteration = state["n"] if remembers else 0
        self.forget_after(step)

    def _learnt(self) -> list[Array]:
        """All that training changes in the network: parameters, and running means of layers."""
        return [*(p.value for p in self.network.parameters()), *self.network.buffers()]

    def check(self) -> None:
        """Raise FloatingPointError if a parameter is NaN or infinite."""
        for index, layer in enumerate(self.network.layers, start=1):
            if not all(np.isfinite(p.value).all() for p in layer.parameters()):
                rate = self.optimizer.learning_rate
                raise FloatingPointError(
                    f"A weight of layer {index}, {layer!r}, is no longer finite at step "
                    f"{self.player.step}. The learning rate {rate:g} is too large here; "
                    f"try about {rate / 10:.2g}"
                )

    # ------------------------------------------------------------------ in a notebook

    @property
    def stage(self) -> Stage:
        """The widget; made when it is first shown."""
        if self._stage is None:
            if self._key is not None:
                self.player.claim(self._key)
            self._stage = Stage(self)
        return self._stage

    def _repr_mimebundle_(self, **options: Any) -> Any:
        return self.stage._repr_mimebundle_(**options) if attended() else still(self)

    def __repr__(self) -> str:
        return self.summary()
