"""What can be set: controls, presets, seed, data set, and the line of text that holds them."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from nnlib.live.controls import Control, Slider
from nnlib.live.player import Player
from nnlib.live.settings import clean_presets, clean_seed, read_state, write_state
from nnlib.live.values import short


class Settable:
    """The part of an explorable that takes in what a learner sets.

    Everything that comes in is checked before anything changes, so that a refusal leaves all as it
    was.

    Parameters
    ----------
    values : mapping
        First values of the controls, by name.
    """

    controls: ClassVar[Sequence[Control]]
    speed: ClassVar[Slider] = Slider(
        "speed", "Speed (updates/s)", 1, 10_000, 100, log=True, top_label="as fast as it can"
    )
    #: Settings to try, by name: values of some of the controls.
    presets: ClassVar[Mapping[str, Mapping[str, object]]] = {}
    #: Names of the data sets that it can train on; empty where there is no choice.
    datasets: ClassVar[Sequence[str]] = ()
    #: Whether something here is random: then it takes a seed, and the view has a box for it.
    seeded: ClassVar[bool] = False
    seed: int = 0
    dataset: str = ""
    player: Player

    def __init__(self, values: Mapping[str, object]) -> None:
        self._controls = {control.name: control for control in (*self.controls, self.speed)}
        self.values: dict[str, Any] = {n: c.clean(c.value) for n, c in self._controls.items()}
        self.values.update(self._clean(values))
        self._presets = clean_presets(self.presets, self._controls)

    # ------------------------------------------------------------------ for a subclass to define

    def changed(self, name: str) -> None:
        """Bring what trains in line with the control that moved."""

    def prepare(self) -> None:
        """Make what depends on `seed` and `dataset` only; called before `start`, if they change."""

    def missing(self, dataset: str) -> str:
        """Return what there is to do before this data set can be used; empty if nothing."""
        return ""

    # ------------------------------------------------------------------ what a learner does

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
            self._move(cleaned, anew=False)

    def choose(self, preset: str) -> None:
        """Move all controls of a preset.

        Parameters
        ----------
        preset : str

        Raises
        ------
        ValueError
            If there is no such preset; nothing has changed then.
        """
        if not isinstance(preset, str) or preset not in self._presets:
            raise ValueError(
                f"{type(self).__name__} expects a preset among {', '.join(self._presets)}, "
                f"got {short(preset)}; nothing has changed"
            )
        self._move(self._presets[preset], anew=False)

    def reseed(self, seed: int) -> None:
        """Start anew with another seed.

        Parameters
        ----------
        seed : int
            From 0 to 4,294,967,295.

        Raises
        ------
        ValueError
            If this is no seed, or nothing here is random; nothing has changed then.
        """
        self._move({}, anew=self._adopt({"seed": seed}))

    def settings(self) -> dict[str, Any]:
        """Return what makes the run what it is, besides the controls: seed and data set."""
        seed = {"seed": self.seed} if self.seeded else {}
        return seed | ({"data": self.dataset} if self.dataset else {})

    @property
    def state(self) -> str:
        """Controls, seed and data set, as one line of JSON."""
        return write_state(type(self).__name__, self.values, self.settings())

    def restore(self, state: str) -> None:
        """Put everything where a state string says; start anew if the network changes.

        Parameters
        ----------
        state : str
            Made by `state`.

        Raises
        ------
        ValueError
            If the text is no such state; nothing has changed then.
        """
        values, settings = read_state(type(self).__name__, state)
        cleaned = self._clean(values)
        self._move(cleaned, anew=self._adopt(settings))

    # ------------------------------------------------------------------ how it is taken in

    def _move(self, values: Mapping[str, Any], *, anew: bool) -> None:
        """Take values that are known to be good, and let the subclass follow those that moved."""
        moved = [name for name in values if values[name] != self.values[name]]
        self.values.update(values)
        if anew or any(self._controls[name].restarts for name in moved):
            playing = self.player.playing
            self.player.reset()
            if playing:
                self.player.play()
        else:
            for name in moved:
                self.changed(name)
        self.player.redraw()

    def _adopt(self, settings: Mapping[str, object]) -> bool:
        """Take seed and data set; whether they are others than before."""
        before, kind = self.settings(), type(self).__name__
        for name in settings.keys() - before.keys():
            raise ValueError(f"{kind} has no {name} to choose; nothing has changed")
        now = {**before, **settings}
        if "seed" in now:
            clean_seed(now["seed"])
        if "data" in now and now["data"] not in self.datasets:
            raise ValueError(
                f"{kind} expects data to be one of {', '.join(self.datasets)}, "
                f"got {short(now['data'])}; nothing has changed"
            )
        if now == before:
            return False
        todo = self.missing(now.get("data", ""))
        if todo:
            raise ValueError(f"{todo}; nothing has changed")
        try:
            self.seed, self.dataset = now.get("seed", 0), now.get("data", "")
            self.prepare()
        except BaseException:
            self.seed, self.dataset = before.get("seed", 0), before.get("data", "")
            raise
        return True

    def _clean(self, values: Mapping[str, object]) -> dict[str, Any]:
        """Every value checked by its control, before any is used."""
        unknown = [name for name in values if name not in self._controls]
        if unknown:
            raise ValueError(
                f"{type(self).__name__} expects controls among {', '.join(self._controls)}, "
                f"got {str(unknown[0])[:40]!r}"
            )
        return {name: self._controls[name].clean(value) for name, value in values.items()}
