"""The map of the field: nothing overlaps, nothing is tiny, nothing is told by colour alone."""

from __future__ import annotations

import itertools
import json
import re
from pathlib import Path

import pytest
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.patches import Circle, FancyBboxPatch
from matplotlib.transforms import Bbox

from nnlib.views import FIELD_SIZE, draw_field_map
from nnlib.views.field_map import FIELD, Topic
from nnlib.views.palette import SERIES, contrast_on_white

NOTEBOOK = Path(__file__).resolve().parents[1] / "notebooks" / "00-start-here.ipynb"
TOPICS = [topic for group in FIELD.values() for topic in group.topics]


@pytest.fixture(scope="module")
def ax() -> Axes:
    """Return the map, drawn at its size."""
    figure = Figure(figsize=FIELD_SIZE, dpi=100)
    axes: Axes = figure.add_axes((0, 0, 1, 1))
    draw_field_map(axes)
    FigureCanvasAgg(figure).draw()  # type: ignore[no-untyped-call]
    return axes


def boxes(ax: Axes) -> list[Bbox]:
    """Return the place of each text on the screen."""
    return [text.get_window_extent() for text in ax.texts]


def outlines(ax: Axes) -> list[Bbox]:
    """Return the place of each rounded box on the screen."""
    return [p.get_window_extent() for p in ax.patches if isinstance(p, FancyBboxPatch)]


def inside(inner: Bbox, outer: Bbox) -> bool:
    """Tell whether a box lies in another."""
    return bool(
        outer.x0 <= inner.x0
        and inner.x1 <= outer.x1
        and outer.y0 <= inner.y0
        and inner.y1 <= outer.y1
    )


def apart(a: Bbox, b: Bbox) -> bool:
    """Tell whether two boxes share no point."""
    return a.x1 <= b.x0 or b.x1 <= a.x0 or a.y1 <= b.y0 or b.y1 <= a.y0


def test_every_topic_is_on_the_map(ax: Axes) -> None:
    words = [text.get_text() for text in ax.texts]
    assert {topic.name for topic in TOPICS} | {group.name for group in FIELD.values()} <= set(words)


def test_no_words_overlap(ax: Axes) -> None:
    places = zip(boxes(ax), ax.texts, strict=True)
    for (a, first), (b, second) in itertools.combinations(places, 2):
        assert apart(a, b), (first.get_text(), second.get_text())


def test_no_badge_covers_words(ax: Axes) -> None:
    badges = [p.get_window_extent() for p in ax.patches if isinstance(p, Circle)]
    for place, text in zip(boxes(ax), ax.texts, strict=True):
        if not text.get_text().isdigit():
            assert all(apart(badge, place) for badge in badges), text.get_text()


def test_boxes_nest_or_lie_apart(ax: Axes) -> None:
    for a, b in itertools.combinations(outlines(ax), 2):
        assert apart(a, b) or inside(a, b) or inside(b, a), (a, b)


def test_words_stay_in_their_box(ax: Axes) -> None:
    frames = outlines(ax)
    for place, text in zip(boxes(ax), ax.texts, strict=True):
        touched = [frame for frame in frames if not apart(frame, place)]
        assert all(inside(place, box) for box in touched), text.get_text()


def test_words_can_be_read(ax: Axes) -> None:
    assert min(text.get_fontsize() for text in ax.texts) >= 9.5
    for text in ax.texts:
        assert text.get_color() == "white" or contrast_on_white(text.get_color()) >= 4.5


def test_colours_are_of_the_palette(ax: Axes) -> None:
    discs = [patch for patch in ax.patches if isinstance(patch, Circle)]
    fills = {to_hex(disc.get_facecolor()) for disc in discs}
    assert fills == {to_hex(SERIES[0]), "#ffffff"}


def test_dashes_and_badges_are_the_second_cue(ax: Axes) -> None:
    chips = [patch for patch in ax.patches if isinstance(patch, FancyBboxPatch)]
    dashed = [chip for chip in chips if chip.get_linestyle() not in ("-", "solid")]
    absent = [topic for topic in TOPICS if topic.lesson is None]
    assert len(dashed) == len(absent) + 1  # and one in the legend
    badges = [text.get_text() for text in ax.texts if text.get_text().isdigit()]
    met = [str(topic.lesson) for topic in TOPICS if topic.lesson is not None]
    assert sorted(badges) == sorted([*met, "4", "8", "10"])  # the last three in the legend


def test_every_lesson_that_teaches_is_on_the_map() -> None:
    assert {t.lesson for t in TOPICS if t.taught and t.lesson is not None} == set(range(1, 10))


def test_it_draws_on_the_axes_it_is_given_and_nowhere_else() -> None:
    figure = Figure(figsize=(6, 4))
    left, right = figure.subplots(1, 2)
    draw_field_map(left)
    assert len(left.texts) > 30
    assert len(right.texts) == len(right.patches) == 0


def plain(topic: Topic) -> str:
    """Return a topic's name as the list below the picture has it."""
    name = topic.name.replace("-\n", "").replace("\n", " ")
    return re.split(r":| \(", name)[0]


@pytest.mark.skipif(not NOTEBOOK.exists(), reason="the notebook is not here")
@pytest.mark.parametrize("topic", TOPICS, ids=plain)
def test_the_notebook_says_it_in_words(topic: Topic) -> None:
    cells = json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]
    texts = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown"]
    (words,) = [" ".join(text.split()) for text in texts if "The map in words" in text]
    # What follows the name, up to the next one.
    followed_by = re.findall(re.escape(plain(topic)) + r"([^;]*)", words)
    assert followed_by
    if topic.lesson is not None:
        assert any(re.search(rf"\b{topic.lesson}\)", rest) for rest in followed_by)
