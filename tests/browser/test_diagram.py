"""Networks, matrices, histograms, timelines and tapes: what is painted, told and typed."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from lab import Lab, View

#: Every panel of this kind, over a small network whose numbers are known.
GALLERY = """
import numpy as np
from nnlib import Dense, Sequential, Tanh
from nnlib.live import (
    Bars, Explorable, Handle, Histogram, Matrix, Network, Slider, Tape, Timeline, cell_centres,
    count_in_bins, quantize, write_parameter,
)
from nnlib.training import Step

TRUE = [0.731, 1.0, 0.731, 1.0, 0.731, 1.0]
WORDS = ["x = 0.731", "w = 1", "0.731 × 1 = 0.731", "1", "0.731 × 1 = 0.731", "1 × 1 = 1"]

class Gallery(Explorable):
    title = "Gallery"
    controls = (Slider("t", "Time", 0, 39, 3, integer=True),)
    panels = (
        Network(name="net", title="Network", height=300, editable=["weight", "bias"],
                edit_range=(-9, 9), input_labels=["x₁", "x₂"], output_labels=["red", "blue"]),
        Network(name="wide", title="Wide network", height=300),
        Matrix(name="product", title="Product", height=240, row_labels=["r₁", "r₂"],
               column_labels=["c₁", "c₂", "c₃"]),
        Histogram(name="spread", title="Spread", height=240, layers=["layer 1", "layer 2"],
                  x_label="weight"),
        Timeline(name="time", title="Time", height=220, span=12,
                 bands=[{"name": "letters", "label": "input"}, {"name": "h", "label": "hidden"},
                        {"name": "y", "label": "output"}], handles=[Handle("time", x="t")]),
        Tape(name="tape", title="Tape", asks=True, nodes=[
            {"name": "x"}, {"name": "w"}, {"name": "z", "op": "x × w", "inputs": ["x", "w"]}]),
        Bars(name="bars", title="Bars", labels=["a", "b", "c"], y_range=(0, 1), smooth=True),
    )

    def start(self):
        rng = np.random.default_rng(1)
        self.network = Sequential(Dense(2, 3, rng=rng), Tanh(), Dense(3, 2, rng=rng))
        self.network.layers[0].weight.value[:] = [[1.5, -1.0, 0.25], [-0.5, 2.0, 0.75]]
        self.network.layers[0].bias.value[:] = [0.5, -0.25, 0.0]
        self.n, self.shown, self.reply = 0, 0, ""

    def steps(self):
        while True:
            self.n += 1
            yield Step(0, self.n, 0.0, 0.1, False)

    def edit(self, panel, what, index, value):
        write_parameter(self.network, what, index, value)

    def answer(self, panel, index, value):
        right = abs(value - TRUE[index]) < 0.0006
        self.reply = "Right." if right else f"{value:g} is not it."
        self.shown += right

    def maps(self):
        x = cell_centres((-2, 2), 24).astype("f4")
        points = np.stack(np.meshgrid(x, x), axis=-1).reshape(-1, 2)
        layers, values = [points], points
        for layer in self.network.layers:
            values = layer.forward(values)
            if not isinstance(layer, Tanh):
                layers.append(values)
        grid = np.concatenate(layers, axis=1).T.reshape(-1, 24, 24)
        return quantize(np.ascontiguousarray(grid), 2.0)

    def frame(self):
        first, _, second = self.network.layers
        rng = np.random.default_rng(self.n)
        time = np.arange(40)
        hidden = np.sin(time / 3 + np.arange(5)[:, None] + self.n).astype("f4")
        edges = np.linspace(-2, 2, 21)
        draws = [np.random.default_rng(seed).normal(size=n) for seed, n in ((0, 500), (1, 80))]
        shares = np.array([0.2, 0.9, 0.5]) if self.n % 2 else np.array([0.9, 0.2, 0.5])
        net = {"sizes": [2, 3, 2], "maps": self.maps(),
               "weights_1": first.weight.value, "biases_1": first.bias.value,
               "weights_2": second.weight.value, "biases_2": second.bias.value}
        wide = {"sizes": [127, 20, 1], "weights_1": rng.normal(size=(127, 20)).astype("f4"),
                "biases_1": rng.normal(size=20).astype("f4"),
                "weights_2": rng.normal(size=(20, 1)).astype("f4"),
                "activations": rng.normal(size=148).astype("f4")}
        left, right = np.array([[1, -2], [0.5, 3]]), np.array([[2, 0, -1], [4, 1, 0.5]])
        return {
            "net": net, "wide": wide,
            "product": {"values": (left @ right).astype("f4"), "left": left.astype("f4"),
                        "right": right.astype("f4")},
            "spread": {"counts": count_in_bins([(1 + self.n) * 0.3 * d for d in draws], edges),
                       "before": count_in_bins(draws, edges), "edges": edges.astype("f4")},
            "time": {"letters": list("the quick brown fox jumps over the dogs."), "h": hidden,
                     "y": hidden[:1] / 2, "cursor": self.values["t"]},
            "tape": {"shown": self.shown, "numbers": np.array(TRUE, "f4"), "words": WORDS,
                     "reply": self.reply},
            "bars": {"values": shares.astype("f4")},
        }

    def save_state(self):
        return {"n": np.array(self.n)}

    def load_state(self, state, step):
        self.n = int(state["n"])

    def check(self):
        pass

view = Gallery()
view
"""


@pytest.fixture
def gallery(lab: Lab) -> View:
    view = lab.show(GALLERY)
    lab.page.wait_for_timeout(500)  # the page finds its size
    return view


class Canvas:
    """A panel of a view, and where on the page its points are."""

    def __init__(self, view: View, panel: str) -> None:
        self.view, self.page = view, view.page
        self.element = view.locator.locator(f"canvas[data-panel={panel}]")
        self.element.scroll_into_view_if_needed()
        box = self.element.bounding_box()
        self.x, self.y = box["x"], box["y"]
        self.width, self.height = box["width"], box["height"]

    def told(self, x: float, y: float) -> str:
        """What the tooltip says at a place in pixels of the canvas."""
        self.page.mouse.move(self.x + x, self.y + y)
        tip = self.view.locator.locator(".nn-tooltip")
        return str(tip.text_content()) if tip.is_visible() else ""

    def click(self, x: float, y: float) -> None:
        self.page.mouse.click(self.x + x, self.y + y)


class Diagram(Canvas):
    """The network of the gallery, and where its units and lines are."""

    sizes = (2, 3, 2)

    def unit(self, column: int, number: int) -> tuple[float, float]:
        gap = (self.width - 52 - 62) / 3
        step = (self.height - 28) / 3
        top = 22 + (self.height - 28 - self.sizes[column] * step) / 2
        return 52 + (column + 0.5) * gap, top + (number + 0.5) * step

    def line(self, layer: int, i: int, j: int, along: float = 0.3) -> tuple[float, float]:
        """A place on a line, at a share of the way between the edges of its units."""
        (x0, y0), (x1, y1) = self.unit(layer - 1, i), self.unit(layer, j)
        x0, x1 = x0 + 23, x1 - 23
        return x0 + along * (x1 - x0), y0 + along * (y1 - y0)

    @property
    def editor(self) -> Any:
        return self.view.locator.locator(".nn-editor:visible")

    @property
    def said(self) -> str:
        return str(self.view.locator.locator(".nn-said").first.text_content())


@pytest.fixture
def weight(lab: Lab) -> Iterator[Callable[[int, int, int], float]]:
    """Ask the kernel for a weight of the gallery's network."""
    code = "print(float(view.network.layers[{}].weight.value[{}, {}]))"
    return lambda layer, i, j: float(lab.execute(code.format(2 * (layer - 1), i, j)))


def wait_for(view: View, text: str, selector: str) -> None:
    view.wait(f"stage.querySelector('{selector}').textContent.includes('{text}')")


def test_everything_is_painted_in_both_themes_and_told_in_words(lab: Lab, gallery: View) -> None:
    panels = ("net", "wide", "product", "spread", "time", "tape", "bars")
    assert not any(map(gallery.blank, panels))
    gallery.keep("wide")
    gallery.press("step")
    gallery.wait("stage.dataset.step === '1'")
    assert gallery.difference("wide") > 0.01
    lab.theme("JupyterLab Dark")
    lab.page.wait_for_timeout(1500)
    assert not any(map(gallery.blank, panels))
    net = gallery.locator.locator("canvas[data-panel=net]")
    assert net.get_attribute("role") == "application"
    assert net.get_attribute("tabindex") == "0"
    assert net.get_attribute("aria-label").startswith("Network")


def test_hovering_tells_exact_numbers(gallery: View) -> None:
    net = Diagram(gallery, "net")
    assert net.told(*net.line(1, 0, 0)) == "x₁ → unit 1 of layer 1: weight 1.5"
    assert net.told(*net.line(1, 1, 2)) == "x₂ → unit 3 of layer 1: weight 0.75"
    assert net.told(*net.unit(1, 1)) == "unit 2 of layer 1: bias −0.25"
    assert net.told(*net.unit(2, 0)) == "red: bias 0"
    assert net.told(2, 2) == ""
    wide = Canvas(gallery, "wide")
    gap = (wide.width - 16 - 22) / 3
    assert wide.told(16 + gap / 2, 22 + 272 / 32).startswith("input 1: activation ")
    product = Canvas(gallery, "product")
    gallery.keep("product")
    cell = (64 * 5 + 14) / 2
    x = (product.width - cell * 2) / 2 + 64 * 2 + 14 + 32 + 9  # the first column of C
    found = [product.told(x, y) for y in range(100, 230, 6)]
    first = "C, row 1, column 1 (r₁, c₁): −6\nrow 1 of A, column 1 of B:\n1 × 2 + −2 × 4 = −6"
    assert first in found
    product.told(x, found.index(first) * 6 + 100)
    assert gallery.difference("product") > 0.005
    spread = Canvas(gallery, "spread")
    told = spread.told(0.3 * spread.width, 150)
    assert told.startswith("layer 1, ")
    assert " of 500, " in told
    assert "before: " in told
    time = Canvas(gallery, "time")
    assert time.told(time.width - 14, 14) == "step 39, input: ."
    assert time.told(time.width - 14, 100).startswith("step 39, hidden ")


def test_a_weight_is_edited_with_the_mouse(
    lab: Lab, gallery: View, weight: Callable[[int, int, int], float]
) -> None:
    net = Diagram(gallery, "net")
    gallery.keep("net")
    net.click(*net.line(1, 0, 0))
    field = net.editor.locator("input")
    assert field.input_value() == "1.5"
    assert field.get_attribute("aria-label") == "x₁ → unit 1 of layer 1: weight 1.5"
    field.fill("-3.25")
    net.editor.locator("button").click()
    gallery.page.wait_for_timeout(300)
    assert net.editor.count() == 0
    assert weight(1, 0, 0) == -3.25
    assert net.told(*net.line(1, 0, 0)) == "x₁ → unit 1 of layer 1: weight −3.25"
    assert gallery.difference("net") > 0.005
    # A value out of range is answered, and changes nothing.
    net.click(*net.line(1, 0, 0))
    net.editor.locator("input").fill("20")
    lab.page.keyboard.press("Enter")
    wait_for(gallery, "a number from -9 to 9, got 20", ".nn-message")
    assert weight(1, 0, 0) == -3.25
    # A bias of a unit, and nothing where nothing can be edited.
    net = Diagram(gallery, "net")  # the message has moved it down
    net.click(*net.unit(1, 2))
    net.editor.locator("input").fill("1.75")
    lab.page.keyboard.press("Enter")
    gallery.wait("stage.querySelector('.nn-message').hidden")
    net = Diagram(gallery, "net")
    assert net.told(*net.unit(1, 2)) == "unit 3 of layer 1: bias 1.75"
    net.click(*net.unit(0, 0))
    assert net.editor.count() == 0


def test_a_weight_is_edited_with_the_keyboard(
    lab: Lab, gallery: View, weight: Callable[[int, int, int], float]
) -> None:
    net, press = Diagram(gallery, "net"), lab.page.keyboard.press
    net.element.focus()
    press("ArrowRight")
    assert net.said == "x₁"
    press("ArrowRight")
    press("ArrowDown")
    assert net.said == "x₁ → unit 2 of layer 1: weight −1; Enter to change"
    press("Enter")
    lab.page.keyboard.type("0.5")  # what was there is selected; the full stop is no button here
    press("Enter")
    gallery.page.wait_for_timeout(300)
    assert weight(1, 0, 1) == 0.5
    assert gallery.step == 0
    assert net.element.evaluate("canvas => canvas === document.activeElement")
    for key in ("ArrowRight", "ArrowUp", "ArrowRight"):
        press(key)
    assert net.said.startswith("unit 1 of layer 1 → red: weight ")
    press("Enter")
    lab.page.keyboard.type("7")
    press("Escape")
    assert net.editor.count() == 0
    assert weight(2, 0, 0) != 7
    press(".")  # the keys of the view work on
    gallery.wait("stage.dataset.step === '1'")


def test_numbers_of_a_tape_are_typed_before_they_are_shown(lab: Lab, gallery: View) -> None:
    form = gallery.locator.locator(".nn-question")
    field, reply = form.locator("input"), form.locator("output")

    def answer(text: str, reaction: str) -> None:
        field.fill(text)
        lab.page.keyboard.press("Enter")
        gallery.page.wait_for_function(
            "([output, text]) => output.textContent === text",
            arg=[reply.element_handle(), reaction],
        )

    tape = Canvas(gallery, "tape")
    gallery.keep("tape")
    assert "value of x is" in form.text_content()
    assert "value: not yet" in tape.told(0.25 * tape.width, 60)
    answer("0.5", "0.5 is not it.")
    assert "value of x is" in form.text_content()
    assert gallery.difference("tape") < 0.001
    answer("0.731", "Right.")
    assert "value of w is" in form.text_content()
    assert field.input_value() == ""
    assert gallery.difference("tape") > 0.001
    assert tape.told(0.25 * tape.width, 60) == "x\nvalue 0.731\ngradient: not yet"
    for text in ("1", "0.731", "1", "0.731", "1"):
        before = form.locator("span").text_content()
        field.fill(text)
        form.locator("button").click()
        gallery.page.wait_for_function(
            "([span, before]) => span.textContent !== before",
            arg=[form.locator("span").element_handle(), before],
        )
    assert "That was the last step." in form.text_content()
    assert not field.is_visible()


def test_a_handle_moves_the_cursor_of_the_timeline(lab: Lab, gallery: View) -> None:
    handle = gallery.locator.locator(".nn-handle[data-handle=time]")
    gallery.keep("time")
    handle.focus()
    lab.page.keyboard.press("ArrowRight")
    gallery.settle()
    assert gallery.values()["t"] == 4
    lab.page.wait_for_timeout(200)
    assert gallery.difference("time") > 0.001
    assert handle.get_attribute("aria-label").startswith("time: step 4")


HEIGHTS = """canvas => new Promise(resolve => {
  const context = canvas.getContext('2d', { willReadFrequently: true }), seen = [];
  const start = performance.now();
  const look = () => {
    const { data } = context.getImageData(Math.round(canvas.width * 0.25), 0, 1, canvas.height);
    const blue = i => data[4 * i + 2] > data[4 * i] + 80;
    seen.push([...Array(canvas.height).keys()].filter(blue).length);
    if (performance.now() - start < 2500) requestAnimationFrame(look);
    else resolve([...new Set(seen)]);
  };
  canvas.closest('.nn-stage').querySelector('[data-button=step]').click();
  look();
})"""


@pytest.mark.parametrize("reduced", [False, True])
def test_bars_glide_unless_less_motion_is_wanted(lab: Lab, gallery: View, reduced: bool) -> None:
    if reduced:
        lab.page.emulate_media(reduced_motion="reduce")
    bars = gallery.locator.locator("canvas[data-panel=bars]")
    bars.scroll_into_view_if_needed()
    for _ in range(3):
        heights = bars.evaluate(HEIGHTS)
        if reduced:
            assert len(heights) == 2
        elif len(heights) > 2:  # a busy machine may paint nothing in between
            low, high = sorted((heights[0], heights[-1]))
            assert all(low <= height <= high for height in heights)
            return
    assert reduced, "no bar was ever seen on its way"
