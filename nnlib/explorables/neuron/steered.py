"""What the explorables of this lesson share: a run that moves sliders, until the learner does."""

from typing import Any, ClassVar

import numpy as np

from nnlib.kernels.types import Array
from nnlib.live import Explorable


class Steered(Explorable):
    """Base class of explorables whose steps move their own controls.

    The controls named in `steered` belong to both: a step writes them with `steer`, and as soon as
    the learner moves one the run stands still. A reset brings them back to where the learner last
    put them.
    """

    steered: ClassVar[tuple[str, ...]] = ()

    def __init__(self, *, key: str | None = None, **values: object) -> None:
        self._home: dict[str, Any] = {}
        self._written: dict[str, Any] = {}
        super().__init__(key=key, **values)

    def start(self) -> None:
        """Bring the controls back to where the learner put them."""
        nothing = object()
        for name in self.steered:
            if self.values[name] != self._written.get(name, nothing):
                self._home[name] = self.values[name]
        self.steer(**self._home)

    def steer(self, **values: object) -> None:
        """Move controls as a step does, without taking the learner's hand off."""
        cleaned = self._clean(values)
        self.values.update(cleaned)
        self._written.update(cleaned)

    def changed(self, name: str) -> None:
        """Stand still if the learner takes over."""
        if name in self.steered:
            self._home = {name: self.values[name] for name in self.steered}
            self._written = dict(self._home)
            self.player.pause()

    def save_state(self) -> dict[str, Any]:
        """Return where the controls stand."""
        return {name: self.values[name] for name in self.steered}

    def load_state(self, state: dict[str, Any], step: int) -> None:
        """Go back to a snapshot."""
        self.steer(**{name: state[name] for name in self.steered})
        self.player.renew_steps()

    def check(self) -> None:
        """Nothing to check: a control is always in range."""

    def neuron(self) -> Array:
        """Return w1, w2 and b as float32, where the sliders have these names."""
        return np.array([self.values[name] for name in ("w1", "w2", "b")], dtype=np.float32)
