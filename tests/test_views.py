"""Each view draws what it is given on the axes it is given, empty and broken data included."""

from __future__ import annotations

import itertools
import re
import subprocess
import sys
import warnings
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import Collection
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from nnlib import views
from nnlib.views import palette

Draw = Callable[[Axes, Mapping[str, Any], Mapping[str, Any]], None]

RANGES = {"x_range": (-2.0, 2.0), "y_range": (-2.0, 2.0), "classes": ["cat", "dog"]}
CURVES = {"series": [{"name": "training", "label": "training"}, {"name": "test", "label": "test"}]}

LINES = RANGES | {"lines": [{"name": "f", "label": "f"}], "trails": [{"name": "t", "label": "t"}]}
PATHS = RANGES | {"classes": [], "paths": [{"name": "p", "label": "SGD"}]}

EMPTY: list[tuple[Draw, dict[str, Any], dict[str, Any]]] = [
    (views.draw_curves, CURVES, {"training": np.empty((2, 0)), "test": np.empty((2, 0))}),
    (views.draw_heat_map, RANGES, {"values": np.empty((0, 0), dtype=np.int8)}),
    (views.draw_scatter, RANGES, {"points": np.empty((0, 2)), "labels": np.empty(0, np.uint8)}),
    (views.draw_images, {"empty_text": "no mistakes"}, {"images": np.empty((0, 8, 8), np.uint8)}),
    (views.draw_bars, {"labels": []}, {"values": np.empty(0)}),
    (views.draw_graph, LINES, {"f": np.empty((2, 0)), "t": np.empty((2, 0))}),
    (views.draw_plane, PATHS, {"values": np.empty((0, 0)), "p": np.empty((2, 0))}),
    (views.draw_network, {}, {"sizes": []}),
    (views.draw_matrix, {}, {"values": np.empty((0, 3))}),
    (views.draw_histogram, {"layers": []}, {"counts": np.empty((0, 4)), "edges": np.arange(5)}),
    (views.draw_timeline, {"bands": [{"name": "h"}]}, {"h": np.empty((0, 0))}),
    (views.draw_tape, {"nodes": [], "places": [], "steps": []}, {"shown": 0}),
]


@pytest.fixture
def ax() -> Axes:
    """Return axes of the size that a live view leaves behind."""
    axes: Axes = Figure(figsize=(4, 3), dpi=100, layout="constrained").subplots()
    return axes


@pytest.fixture(autouse=True)
def no_warnings() -> Iterator[None]:
    """Turn every warning into a failure."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def render(ax: Axes) -> np.ndarray:
    """Return the figure's pixels, of shape (height, width, 4)."""
    canvas = FigureCanvasAgg(ax.figure)  # type: ignore[arg-type]
    canvas.draw()  # type: ignore[no-untyped-call]
    return np.asarray(canvas.buffer_rgba())  # type: ignore[no-untyped-call]


def vertices(artist: Collection) -> np.ndarray:
    """Return the corners of a collection's first path, of shape (n, 2)."""
    return np.asarray(artist.get_paths()[0].vertices)


def legend_texts(ax: Axes) -> list[str]:
    legend = ax.get_legend()
    assert legend is not None
    return [text.get_text() for text in legend.get_texts()]


def two_classes(n: int) -> dict[str, Any]:
    points = np.random.default_rng(0).uniform(-1, 1, (n, 2)).astype(np.float32)
    return {"points": points, "labels": (points[:, 0] > 0).astype(np.uint8)}


def signed_map(n: int) -> np.ndarray:
    row = np.linspace(-127, 127, n).astype(np.int8)
    return np.tile(row, (n, 1))


@pytest.mark.parametrize(
    ("draw", "spec", "data"), EMPTY, ids=lambda value: getattr(value, "__name__", "")
)
def test_empty_data_draws(draw: Draw, spec: dict[str, Any], data: dict[str, Any], ax: Axes) -> None:
    draw(ax, spec, data)
    assert render(ax).shape == (300, 400, 4)


@pytest.mark.parametrize(
    ("draw", "spec", "data"), EMPTY, ids=lambda value: getattr(value, "__name__", "")
)
def test_absent_data_draws(
    draw: Draw, spec: dict[str, Any], data: dict[str, Any], ax: Axes
) -> None:
    draw(ax, spec, {})
    render(ax)


@pytest.mark.parametrize(
    ("draw", "spec", "data"), EMPTY, ids=lambda value: getattr(value, "__name__", "")
)
def test_only_the_given_axes_are_drawn_on(
    draw: Draw, spec: dict[str, Any], data: dict[str, Any]
) -> None:
    figure = Figure()
    left, right = figure.subplots(1, 2)
    before = len(right.get_children())
    draw(left, spec, data)
    assert figure.axes == [left, right]
    assert len(right.get_children()) == before


def test_curves_draw_each_series_with_its_own_dash_and_latest_value(ax: Axes) -> None:
    x = np.arange(5.0)
    data = {"training": np.stack([x, 1 / (x + 1)]), "test": np.stack([x, 2 / (x + 1)])}
    views.draw_curves(ax, CURVES | {"x_label": "step", "title": "Loss"}, data)
    render(ax)
    assert legend_texts(ax) == ["training 0.2", "test 0.4"]
    lines = [line for line in ax.lines if len(np.atleast_1d(line.get_xdata())) == 5]
    assert len({line.get_color() for line in lines}) == 2
    assert len({str(line.get_linestyle()) for line in lines}) == 2
    assert ax.get_xlim() == (0.0, 4.0)
    assert ax.get_title(loc="left") == "Loss"


@pytest.mark.parametrize("scale", ["linear", "log"])
def test_curves_leave_a_gap_where_a_value_is_not_finite(scale: str, ax: Axes) -> None:
    y = np.array([1.0, 2.0, np.nan, np.inf, 3.0, 4.0])
    spec = {"series": [{"name": "a", "label": "a"}], "y_scale": scale}
    views.draw_curves(ax, spec, {"a": np.stack([np.arange(6.0), y])})
    render(ax)
    drawn = np.asarray(ax.lines[0].get_ydata())
    np.testing.assert_allclose(drawn, [1, 2, np.nan, 3, 4])


def test_curves_of_nothing_but_nan_draw(ax: Axes) -> None:
    views.draw_curves(ax, CURVES, {"training": np.full((2, 3), np.nan), "test": np.ones((2, 1))})
    render(ax)
    assert legend_texts(ax) == ["training nan", "test 1"]


def test_log_curves_skip_what_is_not_positive(ax: Axes) -> None:
    spec = {"series": [{"name": "a", "label": "a"}], "y_scale": "log"}
    views.draw_curves(ax, spec, {"a": np.array([[0.0, 1, 2, 3], [1.0, 0.0, -1.0, 0.1]])})
    render(ax)
    np.testing.assert_allclose(np.asarray(ax.lines[0].get_ydata()), [1, np.nan, 0.1])


def test_crowded_curves_keep_their_extremes_in_a_band(ax: Axes) -> None:
    x = np.arange(30_000.0)
    y = np.random.default_rng(1).normal(size=x.size)
    y[12_345] = 50.0
    views.draw_curves(ax, {"series": [{"name": "a", "label": "a"}]}, {"a": np.stack([x, y])})
    render(ax)
    assert len(np.asarray(ax.lines[0].get_xdata())) <= 301
    (band,) = ax.collections
    assert vertices(band)[:, 1].max() == 50.0


def test_heat_map_puts_row_zero_at_the_bottom(ax: Axes) -> None:
    values = np.zeros((40, 40), dtype=np.uint8)
    values[0] = 255
    views.draw_heat_map(ax, RANGES, {"values": values})
    pixels = render(ax)
    (image,) = ax.images
    assert image.origin == "lower"
    box = ax.get_window_extent()
    middle = int((box.x0 + box.x1) / 2)
    assert pixels[300 - int(box.y0) - 3, middle, 0] < 100
    assert pixels[300 - int(box.y1) + 5, middle, 0] > 250


def test_signed_heat_map_has_a_zero_line_white_at_zero_and_points_on_top(ax: Axes) -> None:
    data = {"values": signed_map(100)} | two_classes(20)
    data |= {"test_points": data["points"][:5], "test_labels": data["labels"][:5]}
    spec = RANGES | {"low_label": "cat", "high_label": "dog"}
    views.draw_heat_map(ax, spec, data)
    render(ax)
    (image,) = ax.images
    assert to_hex(image.cmap(0.5)) == "#ffffff"
    (contour,) = ax.collections
    np.testing.assert_allclose(vertices(contour)[:, 0], 0.0, atol=0.03)
    assert legend_texts(ax) == ["cat", "dog", "cat", "dog", "test"]
    assert len(ax.lines) >= 3


@pytest.mark.parametrize("value", [0, 127, -127])
def test_constant_heat_map_has_no_zero_line(value: int, ax: Axes) -> None:
    views.draw_heat_map(ax, RANGES, {"values": np.full((50, 50), value, dtype=np.int8)})
    render(ax)
    assert len(ax.collections) == 0


def test_heat_map_is_square_only_when_the_spans_are_equal(ax: Axes) -> None:
    views.draw_heat_map(ax, RANGES, {"values": signed_map(10)})
    assert ax.get_aspect() == 1.0
    views.draw_heat_map(ax, RANGES | {"y_range": (0.0, 9.0)}, {"values": signed_map(10)})
    assert ax.get_aspect() == "auto"


def test_scatter_tells_classes_apart_by_colour_and_shape(ax: Axes) -> None:
    data = two_classes(30)
    data |= {"test_points": data["points"][:6], "test_labels": data["labels"][:6]}
    views.draw_scatter(ax, RANGES, data)
    render(ax)
    filled = [line for line in ax.lines if line.get_markerfacecolor() != "none"]
    hollow = [line for line in ax.lines if line.get_markerfacecolor() == "none"]
    assert {line.get_marker() for line in filled} == {"o", "s"}
    assert len({line.get_markerfacecolor() for line in filled}) == 2
    assert sum(len(np.asarray(line.get_xdata())) for line in filled) == 30
    assert sum(len(np.asarray(line.get_xdata())) for line in hollow) == 6


def test_scatter_survives_points_that_are_not_finite(ax: Axes) -> None:
    data = two_classes(4)
    data["points"][0] = np.nan
    data["points"][1] = np.inf
    views.draw_scatter(ax, RANGES, data)
    render(ax)


@pytest.mark.parametrize("dtype", [np.uint8, np.int8])
@pytest.mark.parametrize("columns", [None, 4])
def test_images_lie_in_a_grid_without_overlap(
    dtype: type[np.generic], columns: int | None, ax: Axes
) -> None:
    images = np.arange(10 * 8 * 6).reshape(10, 8, 6).astype(dtype)
    captions = [f"{i} \N{RIGHTWARDS ARROW} {i + 1}" for i in range(10)]
    views.draw_images(ax, {"columns": columns}, {"images": images, "captions": captions})
    render(ax)
    assert len(ax.images) == 10
    assert [text.get_text() for text in ax.texts] == captions
    boxes = [image.get_extent() for image in ax.images]
    lefts = sorted({box[0] for box in boxes})
    assert columns is None or len(lefts) == columns
    width = boxes[0][1] - boxes[0][0]
    assert all(b - a > width for a, b in itertools.pairwise(lefts))
    left, right = ax.get_xlim()
    assert all(left <= box[0] and box[1] <= right for box in boxes)


def test_no_images_show_the_empty_text(ax: Axes) -> None:
    views.draw_images(ax, {"empty_text": "no mistakes"}, {})
    assert [text.get_text() for text in ax.texts] == ["no mistakes"]


def test_bars_show_heights_values_and_the_marked_bar(ax: Axes) -> None:
    spec = {"labels": ["cat", "dog", "emu"], "y_label": "probability", "y_range": (0, 1)}
    views.draw_bars(ax, spec, {"values": np.array([0.7, 0.25, 0.05]), "marked": 1})
    render(ax)
    heights = [bar.get_height() for bar in ax.patches if isinstance(bar, Rectangle)]
    assert heights == [0.7, 0.25, 0.05]
    texts = [text.get_text() for text in ax.texts]
    assert texts == ["0.70", "0.25", "0.05", "\N{BLACK DOWN-POINTING TRIANGLE}"]
    assert to_hex(ax.patches[1].get_edgecolor()) == palette.INK
    assert ax.get_ylim() == (0.0, 1.0)


def test_bars_survive_values_that_are_not_finite(ax: Axes) -> None:
    spec = {"labels": ["a", "b", "c"]}
    views.draw_bars(ax, spec, {"values": np.array([-0.5, np.nan, np.inf]), "marked": 1})
    render(ax)
    texts = [text.get_text() for text in ax.texts[:3]]
    assert texts == ["\N{MINUS SIGN}0.50", "nan", "inf"]


def bowl(n: int) -> np.ndarray:
    x = views.cell_centres((-2, 2), n)
    values: np.ndarray = (x**2 + x[:, None] ** 2).astype(np.float32)
    return values


def test_plane_draws_shade_contours_arrows_path_mark_and_handle(ax: Axes) -> None:
    spec = PATHS | {"low_label": "low", "mark_label": "minimum"}
    spec |= {"handles": [{"label": "start", "x": "a", "y": "b", "on": "", "at": [1.5, -0.5]}]}
    data = {"values": bowl(48), "low": 0.0, "high": 8.0, "levels": np.float32([1, 4, 900])}
    data |= {"bold_level": 2.25, "marks": np.zeros((2, 1)), "p": np.array([[1, 0.5], [1, 0.5]])}
    data |= {"arrows": np.array([[1.0, 0], [0, 1], [-0.5, 0], [0, -0.5]])}
    views.draw_plane(ax, spec, data)
    render(ax)
    assert legend_texts(ax) == ["low", "SGD", "minimum"]
    thin, bold = (found for found in ax.collections if hasattr(found, "levels"))
    assert thin.levels.tolist() == [1, 4]  # the third is nowhere reached
    radius = np.hypot(*vertices(bold)[1:-1].T)
    np.testing.assert_allclose(radius[radius > 0], 1.5, atol=0.02)
    (arrows,) = (found for found in ax.collections if type(found).__name__ == "Quiver")
    assert arrows.N == 2
    (ring,) = (line for line in ax.lines if line.get_label() == "start")
    assert (ring.get_xdata()[0], ring.get_ydata()[0]) == (1.5, -0.5)


def test_plane_puts_cells_in_the_scale_of_the_axis(ax: Axes) -> None:
    spec = {"x_range": (0.01, 100), "y_range": (0, 1), "x_scale": "log"}
    x = views.cell_centres((0.01, 100), 40, "log")
    values = np.tile(np.log10(x), (10, 1)).astype(np.float32)
    views.draw_plane(ax, spec, {"values": values, "low": -2, "high": 2, "bold_level": 0.0})
    render(ax)
    (line,) = (found for found in ax.collections if hasattr(found, "levels"))
    np.testing.assert_allclose(vertices(line)[:, 0], 1.0, rtol=0.02)
    # The line reaches both ends of the other axis, past the middles of the outermost cells.
    assert {vertices(line)[:, 1].min(), vertices(line)[:, 1].max()} == {0.0, 1.0}


@pytest.mark.parametrize("broken", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("where", [np.s_[:], np.s_[3:5, 2:9]])
def test_plane_survives_what_is_not_known(broken: float, where: Any, ax: Axes) -> None:
    values = bowl(20)
    values[where] = broken
    data = {"values": values, "low": 0, "high": 8, "levels": [1, 2], "bold_level": 3.0}
    path = np.array([[0.0, np.nan, 1e30, np.inf], [0.0, 1.0, -1e30, 1.0]])
    arrows = np.array([[0.0, np.nan], [0, 0], [np.inf, 1], [1e30, 1]])
    views.draw_plane(ax, PATHS, data | {"p": path, "arrows": arrows, "marks": path[:, :2]})
    render(ax)


def test_plane_of_classes_tells_them_apart_by_hue_and_hatch(ax: Axes) -> None:
    values = np.array([[0, 1], [2, 255]], dtype=np.uint8)
    spec = RANGES | {"classes": ["a", "b", "c"]}
    views.draw_plane(ax, spec, {"values": values})
    pixels = render(ax)
    assert legend_texts(ax) == ["a", "b", "c"]
    legend = ax.get_legend()
    assert legend is not None
    assert len({patch.get_hatch() for patch in legend.get_patches()}) == 3
    box = ax.get_window_extent()
    corners = [
        pixels[int(300 - box.y0 - up * box.height), int(box.x0 + right * box.width), :3].tolist()
        for up, right in ((0.25, 0.25), (0.24, 0.77), (0.77, 0.24))
    ]
    assert len({tuple(corner) for corner in corners}) == 3


def test_graph_draws_lines_trails_marks_and_a_handle_on_its_line(ax: Axes) -> None:
    x = np.linspace(-2, 2, 5)
    handle = {"label": "b", "x": "b", "y": "", "on": "f", "at": [0.5]}
    data = {"f": np.stack([x, x**2]), "t": np.array([[1.5, 1.0], [2.25, 1.0]])}
    data |= {"marks": np.zeros((2, 1)), "marked_x": 1.0, "marked_label": "limit"}
    views.draw_graph(ax, LINES | {"handles": [handle]}, data)
    render(ax)
    assert legend_texts(ax) == ["f", "t"]
    assert ax.get_xlim() == (-2.0, 2.0)
    (ring,) = (line for line in ax.lines if line.get_label() == "b")
    assert (ring.get_xdata()[0], ring.get_ydata()[0]) == (0.5, 0.5)  # halfway from (0, 0) to (1, 1)
    assert [text.get_text() for text in ax.texts] == ["limit"]


@pytest.mark.parametrize("on", ["", "f", "none"])
def test_a_handle_without_a_line_under_it_sits_on_the_axis(on: str, ax: Axes) -> None:
    handle = {"label": "b", "x": "b", "y": "", "on": on, "at": [1.5]}
    views.draw_graph(ax, LINES | {"handles": [handle]}, {"f": np.array([[0, 1], [1, 2]])})
    (ring,) = (line for line in ax.lines if line.get_label() == "b")
    assert ring.get_ydata()[0] == -2.0


def test_log_graph_survives_what_is_not_positive(ax: Axes) -> None:
    spec = LINES | {"x_range": (0.1, 10), "y_range": (0.1, 10), "x_scale": "log", "y_scale": "log"}
    values = np.array([[-1.0, 0, 1, 2, np.nan], [1.0, 1, 0, np.inf, 1]])
    views.draw_graph(ax, spec, {"f": values, "t": values, "marks": values})
    render(ax)
    assert (ax.get_xscale(), ax.get_yscale()) == ("log", "log")


def test_every_series_colour_stands_out_on_white() -> None:
    assert min(palette.contrast_on_white(color) for color in palette.SERIES) >= 3.0
    assert len(set(palette.SERIES)) == len(palette.OKABE_ITO)


def test_palette_is_that_of_the_canvas() -> None:
    root = Path(views.__file__).parent.parent
    source = (root / "live" / "canvas" / "theme.js").read_text(encoding="utf-8")
    found = re.search(r"OKABE_ITO = \[([^\]]*)\]", source)
    assert found is not None
    assert tuple(re.findall(r"#[0-9A-F]{6}", found[1])) == palette.OKABE_ITO


def test_pyplot_is_not_imported() -> None:
    code = "import sys, nnlib.views; print('matplotlib.pyplot' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
