"""Lines with their sides, without a browser: what is refused, what is sent, what is drawn."""

import json

import numpy as np
import pytest
from matplotlib.figure import Figure

from nnlib.explorables.perceptron import OneMistake
from nnlib.live import Handle, Separator
from nnlib.views import draw_heat_map, draw_separator

RANGES = {"x_range": (-1.0, 2.0), "y_range": (-1.0, 2.0)}
PARTS = {
    "lines": [{"name": "now", "label": "now"}, {"name": "before", "label": "before"}],
    "arrows": [{"name": "w", "label": "w"}],
    "paths": [{"name": "way", "label": "way"}],
}


def drawn(data, **spec):
    ax = Figure(figsize=(4, 3)).subplots()
    panel = Separator(name="p", title="P", **RANGES, **PARTS, **spec)
    draw_separator(ax, panel.spec(), data)
    ax.figure.canvas.draw()
    return ax


def test_a_separator_has_two_classes_and_names_of_their_own():
    with pytest.raises(ValueError, match="expects two classes, one for each side of a line, got 3"):
        Separator(name="p", title="P", **RANGES, classes=("a", "b", "c"))
    with pytest.raises(ValueError, match="expects each name once"):
        Separator(name="p", title="P", **RANGES, lines=PARTS["lines"], paths=[{"name": "now"}])


def test_its_spec_is_plain_data():
    panel = Separator(name="p", title="P", **RANGES, **PARTS, handles=[Handle("margin", x="m")])
    spec = json.loads(json.dumps(panel.spec(), allow_nan=False))
    assert (spec["kind"], spec["x_scale"], spec["y_label"]) == ("separator", "linear", "x₂")
    assert spec["handles"][0]["label"] == "margin"


def test_the_picture_has_the_line_where_the_sum_is_zero():
    ax = drawn({"now": [1.0, 1.0, -1.5], "points": [[0, 0], [1, 1]], "labels": [0, 1]})
    line = next(line for line in ax.lines if line.get_linewidth() == 1.8)
    x, y = line.get_xy1()
    assert x + y == pytest.approx(1.5)
    legend = [text.get_text() for text in ax.get_legend().get_texts()]
    assert legend == ["class 0", "class 1", "now", "before", "way"]


@pytest.mark.parametrize("line", [[0, 0, 0], [0, 0, 1], [0, 1e-9, 5], [np.nan, 1, 1]])
def test_weights_that_draw_no_line_in_the_plot_are_drawn_all_the_same(line):
    ax = drawn({"now": line, "band": 0.2, "w": [0, 0, 0, 0], "way": [[0, np.nan, 1], [0, 1, 1]]})
    assert ax.get_xlim() == (-1, 2)
    assert ax.get_ylim() == (-1, 2)


def test_a_band_and_an_arrow_are_drawn():
    plain = drawn({"now": [1, 0, 0]})
    full = drawn({"now": [1, 0, 0], "band": 0.5, "w": [0, 0, 1, 1]})
    assert len(full.lines) == len(plain.lines) + 2
    assert [text.get_text() for text in full.texts] == ["", "w"]
    ends = {round(float(line.get_xy1()[0]), 6) for line in full.lines if hasattr(line, "get_xy1")}
    assert {-0.5, 0.0, 0.5} <= ends


def test_the_picture_of_the_stepper_shows_ring_and_arrows():
    view = OneMistake()
    view.player.advance("mistake")
    assert view.stage.picture().startswith(b"\x89PNG")


def test_a_map_in_its_own_unit_is_drawn_as_one_in_bytes():
    spec = {"x_range": (-1, 1), "y_range": (-1, 1)}
    pictures = []
    for values, scale in (
        (np.float32([[-0.7, 0.35]]), 0.7),
        (np.array([[-127, 64]], dtype=np.int8), 0.7),
    ):
        ax = Figure().subplots()
        draw_heat_map(ax, spec, {"values": values, "scale": scale})
        pictures.append(ax.images[0].get_array().astype(float))
        assert ax.images[0].get_clim() == (-127, 127)
    np.testing.assert_allclose(*pictures, atol=1)
