"""The unrolled cell, bands on a graph and names of bars, without a browser."""

import numpy as np
import pytest
from matplotlib.figure import Figure

from nnlib import views
from nnlib.live import Graph, Handle, Unrolled

STATES = np.linspace(-1, 1, 12).reshape(3, 4)


def axes():
    return Figure(figsize=(5, 3)).subplots()


def test_handles_move_across_only():
    Unrolled(name="u", title="U", handles=[Handle("step", x="t")])
    with pytest.raises(ValueError, match="'U' expects handles that move across only"):
        Unrolled(name="u", title="U", handles=[Handle("step", x="t", y="v")])


def test_folded_there_is_one_copy_and_unfolded_one_for_each_step():
    data = {"inputs": list("BTXE"), "outputs": ["T", "", "", ""], "states": STATES, "cursor": 1}
    counts = {}
    for unfold in (0.0, 1.0):
        ax = axes()
        views.draw_unrolled(ax, {"title": "U"}, data | {"unfold": unfold})
        counts[unfold] = [text.get_text() for text in ax.texts if text.get_text()]
    assert counts == {0.0: ["T"], 1.0: ["B", "T", "T", "X", "E"]}


def test_what_lies_ahead_is_not_seen_and_the_gradient_is_as_wide_as_it_is_large():
    data = {"inputs": list("BTXE"), "states": STATES, "cursor": 2, "unfold": 1.0}
    ax, bare = axes(), axes()
    views.draw_unrolled(ax, {}, data | {"gradient": np.array([0.1, 0.9, 1.0, 0.0])})
    views.draw_unrolled(bare, {}, data)
    filled = [patch for patch in bare.patches if patch.get_fill()]
    assert len(filled) == 3 * len(STATES)
    widths = [note.arrowprops["lw"] for note in ax.texts if getattr(note, "arrowprops", None)]
    back = [width for width in widths if width not in (0.9, 1.4)]
    assert len(back) == 2
    assert back[0] < back[1]
    views.draw_unrolled(axes(), {}, {"inputs": [], "states": STATES[:, :0]})


def test_a_band_has_the_colour_of_its_line():
    graph = Graph(
        name="g",
        title="G",
        x_range=(0, 3),
        y_range=(0, 2),
        lines=[{"name": "a", "label": "a"}, {"name": "b", "label": "b"}],
        bands=[{"name": "band", "label": "± 2 σ", "line": "b"}],
    )
    x = np.arange(4.0)
    ax = axes()
    data = {"a": [x, x], "b": [x, x / 2], "band": np.array([x, x / 2 - 0.2, x / 2 + 0.2])}
    views.draw_graph(ax, graph.spec(), data)
    (band,) = ax.collections
    second = ax.lines[1].get_color()
    np.testing.assert_allclose(band.get_facecolor()[0, :3], _rgb(second), atol=1e-6)
    assert "± 2 σ" in [text.get_text() for text in ax.get_legend().get_texts()]


def _rgb(color):
    from matplotlib.colors import to_rgb

    return to_rgb(color)


def test_a_frame_may_name_the_bars():
    ax = axes()
    views.draw_bars(ax, {"labels": ["x", "y"]}, {"values": [0.2, 0.8], "labels": ["yes", "no"]})
    assert [tick.get_text() for tick in ax.get_xticklabels()] == ["yes", "no"]
