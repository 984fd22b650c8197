"""Planes, graphs and handles: what is painted, and what dragging a point does."""

from typing import Any

import pytest
from hands import Grip
from lab import Lab, View

#: Gradient descent on a bowl: a plane, a graph and a logarithmic map, each with a handle.
DESCENT = """
import numpy as np
from nnlib.live import Explorable, Graph, Handle, Plane, Slider, cell_centres, freeze
from nnlib.training import Step

class Descent(Explorable):
    title = "Descent"
    controls = (
        Slider("x", "Start across", -2, 2, 1.5),
        Slider("y", "Start up", -1, 1, 0.75),
        Slider("b", "b", -2, 2, 1.0),
        Slider("rate", "Rate", 0.01, 10, 0.1, log=True),
    )
    panels = (
        Plane(name="plane", title="Plane", x_range=(-2, 2), y_range=(-1, 1), height=240,
              paths=[{"name": "slow", "label": "slow"}, {"name": "fast", "label": "fast"}],
              handles=[Handle("start", x="x", y="y")], value_label="f"),
        Graph(name="graph", title="Graph", x_range=(-2, 2), y_range=(-1, 4), height=240,
              x_label="b", lines=[{"name": "f", "label": "f"}, {"name": "t", "label": "tangent"}],
              trails=[{"name": "steps", "label": "steps"}],
              handles=[Handle("point", x="b", on="f")]),
        Plane(name="map", title="Map", x_range=(0.01, 10), y_range=(0, 1), x_scale="log",
              height=200, handles=[Handle("setting", x="rate")], classes=("left", "right")),
    )

    def start(self):
        self.n = 0
        x, y = cell_centres((-2, 2), 60), cell_centres((-1, 1), 40)[:, None]
        self.bowl = freeze((x**2 + 4 * y**2).astype(np.float32))
        self.levels = freeze(np.arange(1, 8, dtype=np.float32))
        self.arrows = freeze(np.array([[-1.5], [-0.5], [0.5], [0.4]], dtype=np.float32))
        sides = cell_centres((0.01, 10), 40, "log") > 1
        self.sides = freeze(np.tile(sides, (20, 1)).astype(np.uint8))

    def steps(self):
        while True:
            self.n += 1
            yield Step(0, self.n, 0.0, 0.1, False)

    def path(self, rate):
        start = np.array([[self.values["x"]], [self.values["y"]]])
        return (start * (1 - rate * np.array([[2], [8]])) ** np.arange(self.n + 8)).astype("f4")

    def frame(self):
        x, b = np.linspace(-2, 2, 81), self.values["b"]
        line = np.array([-2.0, 2.0])
        trail = b * 0.8 ** np.arange(self.n + 8)
        return {
            "plane": {"values": self.bowl, "low": 0.0, "high": 8.0, "levels": self.levels,
                      "bold_level": 2.0, "arrows": self.arrows, "slow": self.path(0.02),
                      "fast": self.path(0.2), "marks": np.zeros((2, 1), "f4")},
            "graph": {"f": np.array([x, x**2], "f4"), "steps": np.array([trail, trail**2], "f4"),
                      "t": np.array([line, b * b + 2 * b * (line - b)], "f4")},
            "map": {"values": self.sides},
        }

    def save_state(self):
        return {"n": np.array(self.n)}

    def load_state(self, state, step):
        self.n = int(state["n"])

    def check(self):
        pass

    def summary(self):
        return f"{self.n} steps from {self.values['x']:g}, {self.values['y']:g}"

view = Descent()
view
"""


@pytest.fixture
def descent(lab: Lab) -> View:
    view = lab.show(DESCENT)
    lab.page.wait_for_timeout(500)  # the page finds its size
    return view


def values(view: View) -> dict[str, Any]:
    """Where the kernel says the controls stand, once it has heard of all moves."""
    view.settle()
    return view.values()


def tones(view: View) -> list[int]:
    """Of the plane: tones in a column of it, grey at a corner of the bowl and near its middle."""
    found: list[int] = view.locator.locator("canvas[data-panel=plane]").evaluate(
        """canvas => {
          const { width, height } = canvas, context = canvas.getContext('2d');
          const { data } = context.getImageData(0, 0, width, height);
          const grey = (x, y) => data[4 * (Math.round(y * height) * width + Math.round(x * width))];
          const column = [...Array(60).keys()].map(i => grey(0.45, 0.2 + i / 100));
          return [new Set(column).size, grey(0.94, 0.15), grey(0.7, 0.48)];
        }"""
    )
    return found


def has_shade(view: View) -> bool:
    """Whether the plane has its background, the frozen part of the frame."""
    count, corner, middle = tones(view)
    return count > 8 and corner < middle - 20


def test_a_handle_is_dragged_with_the_mouse(descent: View) -> None:
    assert has_shade(descent)
    assert not any(map(descent.blank, ("plane", "graph", "map")))
    grip = Grip(descent, "start", "plane")
    before = values(descent)
    assert (before["x"], before["y"]) == (1.5, 0.75)
    x, y = grip.place()
    descent.keep("plane")
    grip.drag(-120, 60)
    assert grip.place() == (pytest.approx(x - 120, abs=1.5), pytest.approx(y + 60, abs=1.5))
    after = values(descent)
    assert -2 < after["x"] < 1.2
    assert -1 < after["y"] < 0.6
    assert (grip.shown("x"), grip.shown("y")) == (after["x"], after["y"])
    assert descent.difference("plane") > 0.002
    one_message_for_each_control_and_turn(descent, grip)
    # It stands where the sliders say, and another drag goes on from there.
    descent.slide("x", 0.875)
    assert grip.place()[0] == pytest.approx(x, abs=1.5)
    assert values(descent)["x"] == 1.5


def one_message_for_each_control_and_turn(view: View, grip: Grip) -> None:
    """However fast the pointer moves."""
    grip.drag(-20, 10, drop=False)
    view.settle()
    sent = grip.button.evaluate(
        """async button => {
          const stage = button.closest('.nn-stage'), before = Number(stage.dataset.asked);
          const box = button.getBoundingClientRect();
          for (let i = 0; i < 50; i++) {
            const at = { clientX: box.x - i, clientY: box.y + i, pointerId: 1 };
            button.dispatchEvent(new PointerEvent('pointermove', at));
          }
          for (let i = 0; i < 3; i++) await new Promise(requestAnimationFrame);
          return Number(stage.dataset.asked) - before;
        }"""
    )
    grip.mouse.up()
    assert sent == 2


def test_a_handle_follows_while_the_kernel_is_busy_and_stays_in_the_plot(
    lab: Lab, descent: View
) -> None:
    grip = Grip(descent, "start", "plane")
    x, y = grip.place()
    kernel = lab.kernel()
    lab.page.evaluate(
        """id => {
          const kernels = window.jupyterapp.serviceManager.kernels;
          const kernel = kernels.connectTo({ model: { id, name: 'python3' } });
          kernel.requestExecute({ code: 'import time; time.sleep(2)', store_history: false });
        }""",
        kernel,
    )
    lab.page.wait_for_timeout(200)
    grip.drag(-150, 30, drop=False)
    assert grip.place() == (pytest.approx(x - 150, abs=1.5), pytest.approx(y + 30, abs=1.5))
    assert grip.shown("x") < 1.2
    assert descent.values()["x"] == 1.5  # the kernel has not heard yet
    assert not descent.locator.locator(".nn-tooltip").is_visible()
    grip.mouse.move(x + 2000, y - 2000, steps=4)
    grip.mouse.up()
    descent.wait("Number(stage.dataset.applied) >= Number(stage.dataset.asked)")
    assert (values(descent)["x"], values(descent)["y"]) == (2.0, 1.0)
    box = grip.canvas.bounding_box()
    assert grip.place()[0] < box["x"] + box["width"]


def test_a_handle_moves_with_the_arrow_keys(lab: Lab, descent: View) -> None:
    grip = Grip(descent, "start", "plane")
    grip.button.focus()
    lab.page.keyboard.press("ArrowLeft")
    assert values(descent)["x"] == pytest.approx(1.46, abs=0.001)  # 1 % of the axis
    lab.page.keyboard.press("Shift+ArrowLeft")
    lab.page.keyboard.press("Shift+ArrowDown")
    lab.page.keyboard.press("ArrowUp")
    after = values(descent)
    assert after["x"] == pytest.approx(1.26, abs=0.001)
    assert after["y"] == pytest.approx(0.67, abs=0.001)
    assert "start: x₁ 1.26, x₂ 0.67; drag, or arrow keys" in grip.button.get_attribute("aria-label")
    assert grip.button.evaluate("button => getComputedStyle(button).outlineStyle") == "solid"
    lab.page.keyboard.press(".")  # the keys of the view work on
    descent.wait("stage.dataset.step === '1'")
    assert lab.page.locator(".jp-Cell").count() == 1


def test_a_click_in_the_plot_brings_the_handle_and_dragging_goes_on(descent: View) -> None:
    grip = Grip(descent, "start", "plane")
    box = grip.canvas.bounding_box()
    x, y = box["x"] + 0.4 * box["width"], box["y"] + 0.6 * box["height"]
    grip.mouse.move(x, y)
    descent.page.wait_for_timeout(50)
    assert "f " in descent.locator.locator(".nn-tooltip").text_content()
    grip.mouse.down()
    assert grip.place() == (pytest.approx(x, abs=1.5), pytest.approx(y, abs=1.5))
    assert not descent.locator.locator(".nn-tooltip").is_visible()
    grip.mouse.move(x + 50, y - 20, steps=4)
    assert grip.place() == (pytest.approx(x + 50, abs=1.5), pytest.approx(y - 20, abs=1.5))
    grip.mouse.up()
    moved = values(descent)
    grip.mouse.move(x + 80, y, steps=3)  # let go of, it stays
    assert values(descent) == moved
    # Outside the plot a click does nothing.
    grip.mouse.click(box["x"] + 5, box["y"] + box["height"] - 5)
    assert values(descent) == moved


def test_a_handle_without_a_height_moves_across_only(lab: Lab, descent: View) -> None:
    grip = Grip(descent, "point", "graph")
    descent.keep("graph")
    x, y = grip.place()
    grip.drag(30, -200)  # up is not asked for
    right, up = grip.place()
    assert right == pytest.approx(x + 30, abs=1.5)
    b = values(descent)["b"]
    assert 1 < b < 2
    # Heights go with b squared: 0 lies as far below (1, 1) as that ends up above it, in units.
    lab.page.keyboard.press("ArrowUp")
    assert values(descent)["b"] == b
    descent.slide("b", 0.5)
    bottom = grip.place()[1]
    assert (bottom - up) / (bottom - y) == pytest.approx(b * b, rel=0.03)
    descent.settle()
    assert descent.difference("graph") > 0.001  # the tangent has turned

    # On a logarithmic axis equal ways are equal factors.
    grip = Grip(descent, "setting", "map")
    assert values(descent)["rate"] == 0.1
    before = grip.place()[0]
    grip.drag(60, 0)
    factor = values(descent)["rate"] / 0.1
    grip.drag(60, 0)
    assert values(descent)["rate"] / 0.1 == pytest.approx(factor**2, rel=0.05)
    assert grip.place()[0] == pytest.approx(before + 120, abs=2)
    rate = values(descent)["rate"]
    grip.button.focus()
    lab.page.keyboard.press("ArrowRight")
    assert values(descent)["rate"] == pytest.approx(rate * 1000**0.01, rel=0.01)


def test_a_finger_drags_and_taps(lab: Lab, descent: View) -> None:
    session = lab.context.new_cdp_session(lab.page)

    def touch(kind: str, *point: float) -> None:
        points = [{"x": point[0], "y": point[1]}] if point else []
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    grip = Grip(descent, "start", "plane")
    x, y = grip.place()
    touch("touchStart", x, y)
    for part in range(1, 6):
        touch("touchMove", x - 20 * part, y + 10 * part)
    touch("touchEnd")
    assert grip.place() == (pytest.approx(x - 100, abs=2), pytest.approx(y + 50, abs=2))
    assert values(descent)["y"] < 0.7
    touch("touchStart", x - 40, y + 20)
    touch("touchEnd")
    assert grip.place() == (pytest.approx(x - 40, abs=2), pytest.approx(y + 20, abs=2))


def test_a_frozen_background_survives_a_second_view_and_a_reload(lab: Lab, descent: View) -> None:
    for _ in range(3):
        descent.press("step")
    descent.wait("stage.dataset.step === '3'")
    descent.page.mouse.move(0, 0)
    descent.keep("plane")
    lab.execute("descent = view")
    lab.run_cell(0)  # a new run with arrays of its own takes the place of the first
    lab.page.wait_for_timeout(1500)
    again = lab.view()
    assert has_shade(again)
    for _ in range(3):
        again.press("step")
    again.wait("stage.dataset.step === '3'")
    assert again.difference("plane") < 0.001
    lab.page.evaluate("() => window.jupyterapp.commands.execute('notebook:create-output-view')")
    second = lab.view(1)  # of the same widget, while the kernel takes the background for sent
    lab.page.wait_for_timeout(500)
    assert has_shade(second)
    second.press("step")
    for view in (again, second):
        view.wait("stage.dataset.step === '4'")
        assert has_shade(view)
    lab.page.evaluate("() => window.jupyterapp.commands.execute('docmanager:save')")
    lab.page.wait_for_timeout(1500)
    lab.page.reload()
    reloaded = lab.view()
    assert reloaded.step == 4
    reloaded.press("back")
    reloaded.wait("stage.dataset.step === '3'")
    lab.page.wait_for_timeout(500)
    assert has_shade(reloaded)
