"""What holds for every explorable of every lesson; each lesson's own file tests what is special."""

import importlib
import json
import math
import pkgutil
import re
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import numpy as np
import pytest

import nnlib.explorables
from nnlib.live import Choice, Drawing, Explorable, Slider, Toggle
from nnlib.live.pasted import Table
from nnlib.live.tables import Numbers, Points

LESSONS = [m.name for m in pkgutil.iter_modules(nnlib.explorables.__path__) if m.ispkg]
#: What a view keeps on purpose when it goes back, by panel and name: what was tried, and which
#: characters are new.
KEPT = {("tried", "values"), ("tried", "alt"), ("text", "fresh")}
REFUSED = {"A batch of one"}  # presets that show what is refused
HOSTILE = (None, math.nan, math.inf, -1e9, 10**400, "x" * 50, "<b>", [1], {"a": 1})


def kinds() -> dict[str, Callable[..., Explorable]]:
    """All explorables, by lesson and name; on the small digits, which are everywhere."""
    found: dict[str, Callable[..., Explorable]] = {}
    for lesson in LESSONS:
        live = importlib.import_module(f"nnlib.explorables.{lesson}")
        for name in live.__all__:
            kind = getattr(live, name)
            if isinstance(kind, type) and issubclass(kind, Explorable):
                found[f"{lesson}: {name}"] = kind
    return found


KINDS = kinds()
each_kind = pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)


@pytest.fixture(autouse=True)
def _without_mnist(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    """MNIST is not everywhere, and slow to learn."""
    monkeypatch.setenv("NNLIB_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))


def other_value(control: Any, value: Any) -> Any:
    """A value that the control takes and does not have."""
    match control:
        case Toggle():
            return not value
        case Choice():
            return next(option for option in control.options if option != value)
        case Points():
            return [[-1.0, 0.0, 0], [1.0, 0.5, 1]]
        case Table():
            return control.clean("a;b;kind\n" + "1;2;x\n3;4;y\n5;7;x\n2;2;y\n" * 5)
        case Drawing():
            pixels = np.arange(control.rows * control.columns) * 7 % 251
            return control.clean(pixels.reshape(control.rows, -1))
        case Numbers():
            if value:
                return control.clean([[1 - cell for cell in row] for row in value])
            cells = 0.1 * np.arange(control.rows * control.columns)
            return control.clean(cells.reshape(control.rows, -1))
        case Slider(log=True):
            return control.clean(math.sqrt(control.minimum * control.maximum) * 1.1)
    near = control.clean(control.minimum + 0.37 * (control.maximum - control.minimum))
    return near if near != value else control.clean(control.minimum)


def same(frame: Any, other: Any) -> None:
    assert frame.keys() == other.keys()
    for name, data in frame.items():
        for key, value in data.items():
            if (name, key) not in KEPT:
                np.testing.assert_array_equal(value, other[name][key], err_msg=f"{name} {key}")


@each_kind
def test_frames_hold_what_the_panels_declare(kind):
    view = kind()
    for steps in (0, 1, 7):
        view.run(steps)
        frame = view.frame()
        assert set(frame) == {panel.name for panel in view.panels}
        for panel in view.panels:
            data = frame[panel.name]
            for part in ("series", "paths", "lines", "trails"):
                for line in getattr(panel, part, ()):
                    assert line["name"] not in data or data[line["name"]].dtype == np.float32
            assert len(data["alt"]) > 10
        for text in (view.summary(), *(data["alt"] for data in frame.values())):
            assert not re.search(r"\b(nan|inf|None)\b", text), text
    assert view.stage.picture().startswith(b"\x89PNG")
    json.dumps([view.values, view.state])


@each_kind
def test_the_speed_names_what_is_counted(kind):
    """While it plays, the view says how many of these it makes in a second."""
    speed = kind.speed if isinstance(kind, type) else kind().speed
    assert re.fullmatch(r"\w+ \(\w+/s\)", speed.label)


@each_kind
def test_every_control_takes_another_value_and_keeps_it(kind):
    for control in (*kind.controls, kind.speed):
        view = kind()
        wanted = other_value(control, view.values[control.name])
        assert wanted != view.values[control.name]
        view.set(control.name, wanted)
        assert view.values[control.name] == wanted
        view.run(2)
        view.frame()


@each_kind
def test_a_state_string_restores_every_control(kind):
    view, other = kind(), kind()
    for control in view.controls:
        with suppress(ValueError):  # a few settings exclude each other
            view.set(control.name, other_value(control, view.values[control.name]))
    assert view.values != other.values or not view.controls
    other.restore(view.state)
    assert other.values == view.values
    assert other.state == view.state
    for lesson in (view, other):
        lesson.player.reset()
        lesson.run(3)
    same(view.frame(), other.frame())


@each_kind
def test_going_back_leads_to_the_same_picture_and_one_can_go_on(kind):
    view = kind()
    view.run(2)
    before = view.frame()
    view.run(1)
    view.player.back()
    assert view.player.step == 2
    same(view.frame(), before)
    view.run(1)
    assert view.player.step == 3
    view.player.reset()
    assert view.player.step == 0


@each_kind
def test_hostile_values_are_refused_and_change_nothing(kind):
    view = kind()
    view.run(2)
    before, summary = view.state, view.summary()
    for control in view.controls:
        for value in HOSTILE:
            with pytest.raises(ValueError, match=r"expects|stays as it was"):
                view.set(control.name, value)
            with pytest.raises(ValueError, match=r"expects|stays as it was"):
                kind(**{control.name: value})
    for text in ("", "[]", "{}", '{"explorable": "Other", "values": {}}', "[" * 9000, None):
        with pytest.raises(ValueError, match="nothing has changed"):
            view.restore(text)
    assert (view.state, view.summary()) == (before, summary)
    assert view.player.step == 2


@each_kind
def test_every_preset_can_be_chosen_and_goes_on(kind):
    view = kind()
    for name in kind.presets:
        view.choose(name)
        if name not in REFUSED:
            view.run(1)
        view.frame()
