"""The panels of one neuron without a browser: what is refused, what is drawn on paper."""

import json
import shutil
import subprocess

import numpy as np
import pytest
from matplotlib.figure import Figure

from nnlib import views
from nnlib.live import Cube, NeuronCell, NeuronPlane, TruthTable
from nnlib.live import stage as stage_module
from nnlib.live.gestures import check_gestures
from nnlib.metrics import Confusion, confusion


def axes():
    return Figure(figsize=(5, 4)).subplots()


# ---------------------------------------------------------------------- declarations


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"sliders": ["w1", "w2"]}, "three names or none"),
        ({"sliders": "abc"}, "three names or none"),
        ({"probe": ["x1", "x2"]}, "beside those of the weights"),
        ({"sliders": ["w1", "w2", "b"], "probe": ["x1"]}, "two sliders"),
    ],
)
@pytest.mark.parametrize("kind", [NeuronPlane, NeuronCell])
def test_sliders_that_do_not_fit_are_refused(kind, settings, message):
    with pytest.raises(ValueError, match=message):
        kind(name="panel", title="Panel", **settings)


@pytest.mark.parametrize("x_range", [(0.0, 1.0), (-3.0, 3.1), (3.0, -3.0)])
def test_an_arrow_needs_axes_of_one_length(x_range):
    with pytest.raises(ValueError, match=r"axes of one length|the smaller"):
        NeuronPlane(name="panel", title="Panel", x_range=x_range)
    if x_range[0] < x_range[1]:
        NeuronPlane(name="panel", title="Panel", x_range=x_range, arrow=False)


def test_the_outputs_of_a_table_need_a_control():
    table = TruthTable(name="table", title="Table", outputs="outputs")
    with pytest.raises(ValueError, match="expects outputs as the name of a Numbers"):
        check_gestures([table], {})


# ---------------------------------------------------------------------- on paper


@pytest.mark.parametrize("neuron", [[1, 2, 0], [0, 0, 1], [0, 0, 0], [1e-9, 0, 5], [200, -90, 3]])
@pytest.mark.parametrize("hard", [False, True])
def test_the_plane_of_any_neuron_is_drawn(neuron, hard):
    ax = axes()
    data = {"neuron": np.array(neuron, dtype=np.float32), "hard": hard, "other": [1, 0, 1]}
    data |= {"points": np.zeros((2, 2), np.float32), "labels": np.array([0, 1], np.uint8)}
    views.draw_neuron_plane(ax, NeuronPlane(name="p", title="P").spec(), data)
    (image,) = ax.images
    answers = image.get_array()
    assert np.isfinite(answers).all()
    expected = neuron[0] * 3 + neuron[1] * 3 + neuron[2]  # at the upper right corner
    corner = float(answers[-1, -1])
    assert np.sign(corner) == (np.sign(expected) if expected else -hard)


def test_the_line_is_where_the_level_says():
    ax = axes()
    views.draw_neuron_plane(
        ax, NeuronPlane(name="p", title="P").spec(), {"neuron": [2.0, 0.0, 1.0], "level": 3.0}
    )
    line = next(line for line in ax.lines if line.get_label().startswith("_"))
    assert line.get_xy1()[0] == pytest.approx(1.0)


def test_the_cell_tells_its_sum():
    ax = axes()
    views.draw_neuron_cell(ax, {}, {"neuron": [1.6, 1.2, 0.8], "probe": [-1.5, 1.5]})
    assert "= 0.20,  ŷ = 0.550" in ax.texts[-1].get_text()


@pytest.mark.parametrize("found", [[], [1.0, 1.0, -1.5]])
def test_the_table_marks_right_and_wrong_answers(found):
    ax = axes()
    inputs = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], dtype=np.float32)
    views.draw_truth_table(ax, {"kernel": [[0, 1, 0, 1]]}, {"inputs": inputs, "found": found})
    words = [text.get_text() for text in ax.texts]
    answers = [word for word in words if word[-1] in "?✓✗"]
    assert answers == (["0 ✓", "0 ✗", "0 ✓", "1 ✓"] if found else ["?"] * 4)


@pytest.mark.parametrize(
    ("found", "corners"), [([2, 2, -3], 2), ([1, 1, 1, -0.5], 3), ([1, 1, 1, -1.5], 6), ([], 0)]
)
def test_the_cut_through_a_cube_has_as_many_corners_as_edges_it_crosses(found, corners):
    n = len(found) - 1 if found else 3
    inputs = (np.arange(2**n)[:, None] >> np.arange(n)[::-1]) & 1
    ax = axes()
    labels = np.zeros(2**n, np.uint8)
    data = {"inputs": inputs, "labels": labels, "found": found}
    views.draw_cube(ax, Cube(name="c", title="C").spec(), data)
    assert len(ax.patches) == bool(corners)
    if corners:
        polygon = ax.patches[0].get_xy()
        assert len(np.unique(polygon.round(9), axis=0)) == corners


# ---------------------------------------------------------------------- in the browser's module

ASK = """
const axes = { plot: { x: 40, y: 10, w: 300, h: 300 },
               fromX: (p) => (p - 190) / 50, fromY: (p) => (160 - p) / 50,
               toX: (v) => 190 + 50 * v, toY: (v) => 160 - 50 * v };
const sum = sumOnScreen(axes, { w1: 1.6, w2: 1.2, b: 0.8, level: 0 });
const back = ([px, py]) => 1.6 * axes.fromX(px) + 1.2 * axes.fromY(py) + 0.8;
const at = (z) => back(sum.place(z));
const cube = cutThrough([1, 1, 1, -1.5], 3, ([a, b, c]) => [a + 0.46 * c, b + 0.34 * c]);
const data = { points: { values: [1, 1, -1, -1], shape: [2, 2] }, labels: { values: [0, 0] } };
console.log(JSON.stringify({
  levels: [-2, 0, 0.7].map(at), cube: cube.length,
  flat: sumOnScreen(axes, { w1: 0, w2: 0, b: 3 }).flat,
  wrong: wrongPoints(data, { w1: 1, w2: 0, b: 0, level: 0 }).length,
  text: sumText([1.6, -1.2, 0.8], [-1.5, 1.5]), zero: plainText(-0.001), answer: squashed(-800),
}));
"""


@pytest.mark.skipif(not shutil.which("node"), reason="node is not installed")
def test_the_browser_works_out_the_same():
    code = stage_module.canvas_module().replace("export default", "const stageModule =") + ASK
    run = subprocess.run(
        ["node", "--input-type=module", "-"], input=code, capture_output=True, text=True, check=True
    )
    said = json.loads(run.stdout)
    np.testing.assert_allclose(said["levels"], [-2, 0, 0.7], atol=1e-9)
    assert said["flat"] is True
    assert said["cube"] == 6
    assert said["wrong"] == 1
    assert said["text"] == "1.60 × (−1.50) − 1.20 × 1.50 + 0.80"
    assert said["zero"] == "0.00"
    assert said["answer"] == 0


# ---------------------------------------------------------------------- precision and recall


def test_counts_agree_with_counting_one_by_one():
    rng = np.random.default_rng(0)
    probabilities, labels = rng.uniform(size=200), rng.integers(0, 2, size=200)
    for threshold in (0.0, 0.3, 0.5, 1.0):
        counts = confusion(probabilities, labels, threshold=threshold)
        slow = {"tp": 0, "fp": 0, "fn": 0, "tn": 0}
        for probability, label in zip(probabilities, labels, strict=True):
            called = probability > threshold
            slow[("t" if called == (label == 1) else "f") + ("p" if called else "n")] += 1
        assert counts == Confusion(slow["tp"], slow["fp"], slow["fn"], slow["tn"])
        assert counts.accuracy == (slow["tp"] + slow["tn"]) / 200


def test_a_share_of_nothing_is_nan():
    nothing = confusion(np.array([0.1, 0.2]), np.array([0, 0]))
    assert np.isnan([nothing.precision, nothing.recall]).all()
    assert nothing.accuracy == 1


@pytest.mark.parametrize(
    ("probabilities", "labels", "message"),
    [
        (np.zeros((3, 1)), np.zeros(3), "one shape"),
        (np.zeros(3), np.zeros(4), "one shape"),
        (np.zeros(3), np.array([0, 1, 2]), "labels of 0 and 1"),
    ],
)
def test_what_cannot_be_counted_is_refused(probabilities, labels, message):
    with pytest.raises(ValueError, match=message):
        confusion(probabilities, labels)
