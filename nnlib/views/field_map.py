"""The map of the field: what machine learning holds, and where each lesson stands on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from matplotlib.axes import Axes
from matplotlib.patches import Circle, FancyArrowPatch, FancyBboxPatch

from nnlib.views.palette import INK, SERIES

__all__ = ["FIELD", "FIELD_SIZE", "Group", "Topic", "draw_field_map"]

#: Width and height in inches at which the map is laid out.
FIELD_SIZE = (9.6, 7.6)

_WIDTH, _HEIGHT = (10 * side for side in FIELD_SIZE)  # one unit is a tenth of an inch
_BLUE = SERIES[0]
_QUIET = "#4a4d55"  # 8 to 1 on white
_LINE = "#c8ccd4"
_CHIP, _STEP = 4.4, 5.5  # height of a chip, and from one to the next
_BADGE = 1.3  # radius
_HALF_CAPITAL = 0.05  # half the height of a capital letter, in units for each point of its size


@dataclass(frozen=True)
class Topic:
    """One chip of the map.

    Parameters
    ----------
    name : str
    lesson : int or None
        The lesson that meets it; None where this course does not go.
    taught : bool
        False where the lesson only meets it in passing.
    """

    name: str
    lesson: int | None = None
    taught: bool = True


@dataclass(frozen=True)
class Group:
    """A heading, a line below it (or none), and the topics that belong together."""

    name: str
    line: str
    topics: tuple[Topic, ...]


#: The map as data: three ways to learn, what networks share, and their families.
FIELD = {
    "supervised": Group(
        "Supervised",
        "examples come with their answers",
        (
            Topic("k nearest neighbours"),
            Topic("linear regression"),
            Topic("logistic regression", 1),
            Topic("support vector machine"),
            Topic("decision tree"),
            Topic("random forest"),
            Topic("neural network: see below", 4),
        ),
    ),
    "unsupervised": Group(
        "Unsupervised",
        "examples without answers",
        (
            Topic("clustering"),
            Topic("anomaly detection"),
            Topic("dimensionality reduction", 8),
            Topic("association rules"),
        ),
    ),
    "reinforcement": Group(
        "Reinforcement",
        "tries and rewards",
        (Topic("Q-learning"), Topic("policy gradients")),
    ),
    "shared": Group(
        "What neural networks share",
        "",
        (
            Topic("neuron", 1),
            Topic("perceptron\nlearning", 2),
            Topic("gradient\ndescent", 3),
            Topic("back-\npropagation", 4),
            Topic("activation\nfunctions", 5),
            Topic("batch norm,\ndropout", 7),
        ),
    ),
    "answers": Group(
        "Families, mostly supervised",
        "",
        (Topic("dense (DNN)", 4), Topic("convolutional (CNN)", 6), Topic("recurrent (RNN)", 9)),
    ),
    "no answers": Group(
        "Families, mostly unsupervised",
        "",
        (
            Topic("autoencoder", 8),
            Topic("restricted Boltzmann machine (RBM)", 8, taught=False),
            Topic("deep belief network (DBN)", 8, taught=False),
        ),
    ),
    "mixed": Group(
        "Families, mixed",
        "",
        (Topic("rarer hybrids:\nconvolutional\nautoencoder,\nCNN + RNN", 8, taught=False),),
    ),
}


def draw_field_map(ax: Axes) -> None:
    """Draw the map of the field: three ways to learn, and the networks in full.

    A filled badge is a lesson that teaches the topic, a ring one that meets it in passing; a dashed
    chip is not in this course. The map brings a white card of its own, and so reads on any page.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        The axes to draw on; laid out for axes of `FIELD_SIZE` inches that fill their figure.

    References
    ----------
    Goodfellow, Bengio and Courville (2016), "Deep Learning", sections 5.7 and 5.8 (supervised and
    unsupervised learning) and chapters 6, 9, 10, 14 and 20 (the families).

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> ax = Figure(figsize=FIELD_SIZE).add_axes((0, 0, 1, 1))
    >>> draw_field_map(ax)
    >>> any(text.get_text() == "autoencoder" for text in ax.texts)
    True
    """
    ax.set_axis_off()
    ax.set_xlim(0, _WIDTH)
    ax.set_ylim(0, _HEIGHT)
    ax.set_aspect("equal")
    _box(ax, (0.4, 0.4, _WIDTH - 0.8, _HEIGHT - 0.8), face="white", edge="white")
    _write(ax, 3.0, 72.0, "Machine learning", size=15, bold=True)
    _write(ax, 27.0, 71.9, "programs that improve with examples", size=11, color=_QUIET)
    _draw_ways(ax)
    _draw_networks(ax)
    _draw_legend(ax)


def _draw_ways(ax: Axes) -> None:
    """Draw the three ways to learn, side by side."""
    for name, left, width in (
        ("supervised", 2.5, 44.4),
        ("unsupervised", 48.3, 27.2),
        ("reinforcement", 76.9, 16.6),
    ):
        _box(ax, (left, 39.0, width, 29.8), face="#f7f7f8", edge=_LINE)
        _write(ax, left + 1.7, 66.3, FIELD[name].name, size=11, bold=True)
        _write(ax, left + 1.7, 63.8, FIELD[name].line, color=_QUIET)
    *methods, networks = FIELD["supervised"].topics
    for index, topic in enumerate(methods):
        _chip(ax, topic, (4.2 + index % 2 * 20.9, 57.5 - index // 2 * _STEP, 20.1, _CHIP))
    _chip(ax, networks, (4.2, 41.0, 41.0, _CHIP))
    _arrow(ax, (24.7, 41.0), (24.7, 37.2), _BLUE)
    for index, topic in enumerate(FIELD["unsupervised"].topics):
        _chip(ax, topic, (50.0, 57.5 - index * _STEP, 23.8, _CHIP))
    for index, topic in enumerate(FIELD["reinforcement"].topics):
        _chip(ax, topic, (78.6, 57.5 - index * _STEP, 13.2, _CHIP))


def _draw_networks(ax: Axes) -> None:
    """Draw what networks share, and their families."""
    _box(ax, (2.5, 6.0, 91.0, 31.0), face="#eff5fa", edge=_BLUE)
    _write(ax, 4.2, 34.6, FIELD["shared"].name, size=11, bold=True)
    for index, topic in enumerate(FIELD["shared"].topics):
        left = 4.2 + index * 14.88
        _chip(ax, topic, (left, 26.2, 13.2, 6.4))
        if index:
            _arrow(ax, (left - 1.68, 29.4), (left, 29.4), _QUIET)
    for name, left, width in (
        ("answers", 4.2, 25.4),
        ("no answers", 31.2, 39.8),
        ("mixed", 72.6, 19.2),
    ):
        topics = FIELD[name].topics
        _write(ax, left, 23.2, FIELD[name].name, size=11, bold=True)
        height = _CHIP if len(topics) > 1 else 2 * 4.9 + _CHIP
        for index, topic in enumerate(topics):
            _chip(ax, topic, (left, 17.0 - index * 4.9 + _CHIP - height, width, height))


def _draw_legend(ax: Axes) -> None:
    """Say what disc, ring and dashes mean."""
    for left, number, filled, words in (
        (4.4, "4", True, "lesson 4 teaches it"),
        (26.0, "8", False, "lesson 8, in passing"),
        (68.4, "10", True, "the playground: all of it"),
    ):
        _badge(ax, left, 3.3, number, filled=filled)
        _write(ax, left + 2.1, 3.3, words)
    _box(ax, (46.0, 2.1, 4.4, 2.4), face="white", edge=_QUIET, dashed=True)
    _write(ax, 51.4, 3.3, "not in this course")


def _chip(ax: Axes, topic: Topic, place: tuple[float, float, float, float]) -> None:
    """Draw a topic: its name, and the badge of its lesson if there is one."""
    left, bottom, width, height = place
    middle = bottom + height / 2
    here = topic.lesson is not None
    _box(ax, place, face="white", edge=_BLUE if here else _QUIET, dashed=not here)
    _write(ax, left + 1.0, middle, topic.name, size=10, color=INK if here else _QUIET)
    if here:
        _badge(ax, left + width - 1.9, middle, str(topic.lesson), filled=topic.taught)


def _badge(ax: Axes, x: float, y: float, number: str, *, filled: bool) -> None:
    """Draw the number of a lesson in a disc, or in a ring."""
    disc = Circle((x, y), _BADGE, facecolor=_BLUE if filled else "white", edgecolor=_BLUE, lw=1.4)
    ax.add_patch(disc)
    _write(ax, x, y, number, bold=True, color="white" if filled else _BLUE, align="center")


def _write(
    ax: Axes,
    x: float,
    y: float,
    words: str,
    *,
    size: float = 9.5,
    bold: bool = False,
    color: str = INK,
    align: Literal["left", "center", "right"] = "left",
) -> None:
    """Write words whose middle is at the height y."""
    weight = "bold" if bold else "normal"
    style = {"fontsize": size, "weight": weight, "color": color, "linespacing": 1.15}
    if "\n" in words:
        ax.text(x, y, words, style, ha=align, va="center")
    else:  # on one baseline with its neighbours, whatever hangs below it
        ax.text(x, y - _HALF_CAPITAL * size, words, style, ha=align, va="baseline")


def _arrow(ax: Axes, start: tuple[float, float], end: tuple[float, float], color: str) -> None:
    """Draw an arrow between two chips."""
    arrow = FancyArrowPatch(
        start, end, arrowstyle="-|>", color=color, lw=1.2, shrinkA=0.5, shrinkB=0.5
    )
    arrow.set_mutation_scale(11)
    ax.add_patch(arrow)


def _box(
    ax: Axes,
    place: tuple[float, float, float, float],
    *,
    face: str,
    edge: str,
    dashed: bool = False,
) -> None:
    """Draw a rounded box; place is left, bottom, width, height."""
    left, bottom, width, height = place
    box = FancyBboxPatch(
        (left, bottom),
        width,
        height,
        boxstyle="round,pad=0,rounding_size=0.9",
        facecolor=face,
        edgecolor=edge,
        lw=1.1,
        ls=(0, (4, 2.5)) if dashed else "-",
    )
    ax.add_patch(box)
