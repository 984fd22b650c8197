"""An explorable: one thing to train, the panels that show it, and the controls that steer it."""

import json
import math
from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

import numpy as np

from nnlib.kernels.types import Array
from nnlib.live.controls import Control, Slider
from nnlib.live.panels import Panel
from nnlib.live.player import Player
from nnlib.live.stage import Stage
from nnlib.network import Sequential
from nnlib.optimizers import Optimizer
from nnlib.training import Step

MOST_STATE = 10_000  # characters of a state string that are read at all
ENDLESS = 10**9  # epochs: the learner says when it is enough


class Explorable:
    """Base class of everything that lives in a notebook.

    A subclass names its `title`, `controls` and `panels`, and defines

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
    player : Player
    state : str
        Everything that the learner set, as one line of text; `restore` reads it.

    Raises
    ------
    ValueError
        If a value is out of range or of no control.
    """

    title: ClassVar[str]
    controls: ClassVar[Sequence[Control]]
    panels: Sequence[Panel]
    #: Whether it plays by itself when it first comes into view.
    autoplay: ClassVar[bool] = False
    #: What the button "Epoch" is called where a run has no epochs.
    pass_label: ClassVar[str] = ""
    speed: ClassVar[Slider] = Slider(
        "speed", "Speed (updates/s)", 1, 10_000, 100, log=True, top_label="full speed"
    )
    network: Sequential
    optimizer: Optimizer

    def __init__(self, *, key: str | None = None, **values: object) -> None:
        self._controls = {control.name: control for control in (*self.controls, self.speed)}
        self.values: dict[str, Any] = {n: c.clean(c.value) for n, c in self._controls.items()}
        self.values.update(self._clean(values))
        self.player = Player(self)
        self._key = key or _key_of_cell(type(self).__name__)
        self._stage: Stage | None = None

    # ------------------------------------------------------------------ for a subclass to define

    def start(self) -> None:
        """Make the network and the optimizer anew."""
        raise NotImplementedError

    def steps(self) -> Iterator[Step]:
        """Return an iterator that trains on, one update for each item."""
        raise NotImplementedError

    def changed(self, name: str) -> None:
        """Bring what trains in line with the control that moved."""

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

    def forget_after(self, step: int) -> None:
        """Cut the curves off after this step."""

    def summary(self) -> str:
        """Return the present picture in one line."""
        return self.title

    # ------------------------------------------------------------------ the same for all

    def run(self, steps: int) -> None:
        """Make a number of steps at once; see `Player.run`."""
        self.player.run(steps)

    def set(self, name: str, value: object) -> None:
        """Move a control, as a learner would.

        Parameters
        ----------
        name : str
        value : object
            Checked by the control.

        Raises
        ------
        ValueError
            If there is no such control or it refuses the value; nothing has changed then.
        """
        cleaned = self._clean({name: value})
        if cleaned[name] != self.values[name]:
            self.values.update(cleaned)
            self._apply([name])

    @property
    def state(self) -> str:
        """Where the controls stand, as one line of JSON."""
        return json.dumps({"explorable": type(self).__name__, "values": self.values})

    def restore(self, state: str) -> None:
        """Put every control where a state string says; start anew if the network changes.

        Parameters
        ----------
        state : str
            Made by `state`.

        Raises
        ------
        ValueError
            If the text is no such state; nothing has changed then.
        """
        values = self._clean(self._read(state))
        moved = [name for name in values if values[name] != self.values[name]]
        self.values.update(values)
        self._apply(moved)

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

    def _apply(self, names: list[str]) -> None:
        """Let the subclass follow the controls that moved."""
        if any(self._controls[name].restarts for name in names):
            playing = self.player.playing
            self.player.reset()
            if playing:
                self.player.play()
        else:
            for name in names:
                self.changed(name)
        self.player.redraw()

    def _clean(self, values: dict[str, object]) -> dict[str, Any]:
        """Every value checked by its control, before any is used."""
        unknown = [name for name in values if name not in self._controls]
        if unknown:
            raise ValueError(
                f"{type(self).__name__} expects controls among {', '.join(self._controls)}, "
                f"got {str(unknown[0])[:40]!r}"
            )
        return {name: self._controls[name].clean(value) for name, value in values.items()}

    def _read(self, state: str) -> dict[str, object]:
        """The values in a state string, if it is one of this explorable's."""
        kind = type(self).__name__
        try:
            if not isinstance(state, str) or len(state) > MOST_STATE:
                raise ValueError("too long, or no text")
            data = json.loads(state)
            if data["explorable"] != kind:
                raise ValueError(f"it belongs to {str(data['explorable'])[:40]}")
            return dict(data["values"])
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise ValueError(
                f"This is not a state of {kind} ({str(error)[:100]}); nothing has changed. "
                "Copy the whole line, from { to }"
            ) from error

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
        return self.stage._repr_mimebundle_(**options)

    def __repr__(self) -> str:
        return self.summary()


def _key_of_cell(name: str) -> str | None:
    """The class and the notebook cell that is running, None outside a notebook."""
    try:
        from IPython import get_ipython
    except ImportError:
        return None
    shell = get_ipython()
    try:
        return f"{name} {shell.kernel.get_parent('shell')['metadata']['cellId']}"
    except (AttributeError, KeyError, TypeError):
        return None


def quantize(values: Array, scale: float) -> Any:
    """Turn signed numbers into int8 for a panel: `scale` and above is 127, zero is 0.

    Parameters
    ----------
    values : ndarray
    scale : float
        The size of full colour, more than 0.

    Returns
    -------
    ndarray of int8, same shape

    Examples
    --------
    >>> quantize(np.array([-3.0, 0.0, 1.0]), 2.0).tolist()
    [-127, 0, 64]
    """
    return np.clip(np.round(values * (127.0 / scale)), -127, 127).astype(np.int8)
