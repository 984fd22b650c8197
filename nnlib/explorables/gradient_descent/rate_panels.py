"""The panels of `RateChoice`, and what they show of a search."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from nnlib.explorables.gradient_descent.rate_search import RATES, RateSearch, Trial
from nnlib.live import Bars, Curves, Panel, Scatter

TOP = 2.6  # nats: the upper edge of the picture of losses, a little above guessing
SHOWN = (0.001, 0.01, 0.1, 1.0, 10.0)  # rates whose curves are always drawn
#: Kinds of points, each drawn over those before it.
POINTS = ("one fold", "in the race", "best so far", "diverged", "dropped")

PANELS: Sequence[Panel] = (
    Curves(
        name="curves",
        title="Training loss of a few of the rates",
        series=(
            {"name": "best", "label": "best so far"},
            {"name": "now", "label": "in training"},
            *({"name": f"{rate:g}", "label": f"{rate:g}"} for rate in SHOWN),
        ),
        y_scale="log",
        y_range=(0.02, 6.0),
        height=290,
    ),
    Scatter(
        name="scores",
        title="Loss on held-out digits, rate by rate",
        x_range=(RATES[0] / 1.6, RATES[-1] * 1.6),
        x_scale="log",
        y_range=(0.0, TOP + 0.1),
        classes=POINTS,
        x_label="learning rate",
        y_label="loss, in nats",
        height=290,
    ),
    Bars(
        name="spent",
        title="Updates spent on each rate",
        labels=[f"{rate:g}" for rate in RATES],
        value_label="updates",
        span=12,
        height=150,
    ),
)


def curves_data(search: RateSearch) -> dict[str, Any]:
    """Return the training loss of a readable handful: the best, the one in training, some others.

    Parameters
    ----------
    search : RateSearch

    Returns
    -------
    dict
    """
    best, now = search.best(), search.trials[search.latest]
    nothing, over = np.empty((2, 0), np.float32), search.next() is None
    state = "the search is over" if over else f"rate {now.rate:g} is in training"
    return {
        "best": best.line if best else nothing,
        "now": nothing if over else now.line,
        **{f"{trial.rate:g}": trial.line for trial in search.trials if trial.rate in SHOWN},
        "alt": f"Training loss over the updates; {state}, {best_in_words(search)}.",
    }


def scores_data(search: RateSearch) -> dict[str, Any]:
    """Return a point for each rate at its held-out loss, and one for each of several folds.

    Parameters
    ----------
    search : RateSearch

    Returns
    -------
    dict
    """
    best, points, labels = search.best(), [], []
    for trial in (trial for trial in search.trials if trial.scores):
        folds = () if trial.diverged or len(trial.scores) == 1 else trial.scores
        points += [(trial.rate, min(score, TOP)) for score in (*folds, trial.score)]
        labels += ["one fold"] * len(folds) + [_kind(trial, best)]
    diverged = [f"{trial.rate:g}" for trial in search.trials if trial.diverged]
    return {
        "points": np.array(points, np.float32).reshape(-1, 2),
        "labels": np.array([POINTS.index(label) for label in labels], np.uint8),
        "alt": f"Loss on held-out digits against the learning rate: {best_in_words(search)}; "
        f"diverged: {', '.join(diverged) or 'none'}.",
    }


def spent_data(search: RateSearch, folds: int) -> dict[str, Any]:
    """Return the updates spent on each rate, in all folds.

    The rate in training is marked, and at the end the best.

    Parameters
    ----------
    search : RateSearch
    folds : int

    Returns
    -------
    dict
    """
    spent = np.array([trial.iteration for trial in search.trials], np.float32) * folds
    most, marked, best = int(spent.argmax()), search.latest, search.best()
    if best is not None and search.next() is None:
        marked = search.trials.index(best)
    return {
        "values": spent,
        "marked": marked,
        "alt": f"Updates spent on each rate: {spent.sum():,.0f} in all, most on "
        f"{RATES[most]:g} with {spent[most]:,.0f}.",
    }


def best_in_words(search: RateSearch) -> str:
    """Return the best rate so far and its loss, as a part of a sentence.

    Parameters
    ----------
    search : RateSearch

    Returns
    -------
    str

    Examples
    --------
    >>> search = RateSearch([Trial(0.1, (), 5, scores=(0.5,))], updates=5, rounds=1)
    >>> best_in_words(search)
    'the best so far is 0.1 with a held-out loss of 0.500'
    """
    best = search.best()
    if best is None:
        return "no rate is trained to the end yet"
    spread = f" ± {best.spread:.3f}" if len(best.scores) > 1 else ""
    return f"the best so far is {best.rate:g} with a held-out loss of {best.score:.3f}{spread}"


def _kind(trial: Trial, best: Trial | None) -> str:
    """What the picture calls a trial."""
    if trial is best:
        return "best so far"
    if trial.diverged:
        return "diverged"
    return "dropped" if trial.dropped else "in the race"
