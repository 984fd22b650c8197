"""Stars and quasars by their colours: synthetic, made after published tables."""

from numbers import Real

import numpy as np
import numpy.typing as npt

from nnlib.datasets._checks import check_points
from nnlib.datasets._colour_tables import (
    A_STARS,
    QUASAR_COLOURS,
    STELLAR_LOCUS,
    WHITE_DWARFS,
)

Points = npt.NDArray[np.float32]
Labels = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

#: The columns of `stars_and_quasars`: differences of magnitudes in neighbouring bands.
COLOURS = ("u-g", "g-r", "r-i", "i-z")


def stars_and_quasars(
    n: int, *, quasar_fraction: float = 0.08, rng: np.random.Generator
) -> tuple[Points, Labels]:
    """Four colours of point sources on the sky; class 1 are quasars, class 0 are stars.

    **Synthetic data**: no object here exists. Stars are drawn along the stellar locus of Covey and
    others (2007), quasars around the median colours by redshift, 0.1 to 3, of Richards and others
    (2001), each colour with the published scatter and independent of the others. One star in a
    hundred is a white dwarf and one an A star, in boxes of colour that are approximate. How many
    stars there are along the locus is rough, and the share of quasars is a choice: among all bright
    stars they are far rarer. The tables, with what is published and what is not, are in
    `_colour_tables.py`.

    Most quasars have a u-g below that of nearly all stars. Between redshifts 2.5 and 3 their
    colours come close to those of A and F stars, and no method tells all of these apart.

    Parameters
    ----------
    n : int
        Number of objects, at least 2.
    quasar_fraction : float
        Share of quasars, between 0 and 1; 0.5 makes the classes balanced.
    rng : np.random.Generator
        Source of the random numbers.

    Returns
    -------
    x : float32 array of shape (n, 4)
        The colours u-g, g-r, r-i and i-z, in magnitudes.
    labels : int64 array of shape (n,)
        1 for `round(n * quasar_fraction)` of them, but for at least one of each class.

    Raises
    ------
    ValueError
        If `n` < 2 or `quasar_fraction` is not between 0 and 1.
    TypeError
        If `n` is not an int, or `rng` missing or not a generator.

    References
    ----------
    Covey and others (2007), "Stellar SEDs from 0.3 to 2.5 µm", The Astronomical Journal 134, 2398,
    table 1. Richards and others (2001), "Colors of 2625 quasars at 0 < z < 5 measured in the Sloan
    Digital Sky Survey photometric system", The Astronomical Journal 121, 2308.

    Examples
    --------
    >>> x, labels = stars_and_quasars(1000, rng=np.random.default_rng(0))
    >>> x.shape, int(labels.sum())
    ((1000, 4), 80)
    >>> u_minus_g = x[:, 0]
    >>> bool(np.median(u_minus_g[labels == 1]) < 0.5 < 1.0 < np.median(u_minus_g[labels == 0]))
    True
    """
    check_points("stars_and_quasars", n, 0.0, rng)
    if not isinstance(quasar_fraction, Real) or not 0 < float(quasar_fraction) < 1:
        raise ValueError(
            "stars_and_quasars expects quasar_fraction between 0 and 1, got "
            f"{quasar_fraction!r}; use 0.5 for as many quasars as stars"
        )
    quasars = min(max(round(n * quasar_fraction), 1), n - 1)
    colours = np.concatenate([_stars(n - quasars, rng), _quasars(quasars, rng)])
    labels = (np.arange(n) >= n - quasars).astype(np.int64)
    order = rng.permutation(n)
    return colours[order].astype(np.float32), labels[order]


def _stars(count: int, rng: np.random.Generator) -> Floats:
    """Colours of stars: most on the locus, a few hot ones beside it."""
    colours = _along(STELLAR_LOCUS, count, rng)
    kind = rng.uniform(size=count)
    for box, low in ((WHITE_DWARFS, 0.0), (A_STARS, 0.01)):
        chosen = (kind >= low) & (kind < low + 0.01)
        shape = (np.count_nonzero(chosen), 4)
        colours[chosen] = box[::2] + box[1::2] * rng.standard_normal(shape)
    return colours


def _quasars(count: int, rng: np.random.Generator) -> Floats:
    """Colours of quasars, at redshifts as frequent as in the table."""
    return _along(QUASAR_COLOURS, count, rng)


def _along(table: Floats, count: int, rng: np.random.Generator) -> Floats:
    """Places along a table's first column, as frequent as its last says, and colours there."""
    place, columns, frequency = table[:, 0], table[:, 1:-1], table[:, -1]
    # Each row stands for the stretch to halfway between its neighbours.
    edges = np.concatenate([place[:1], (place[1:] + place[:-1]) / 2, place[-1:]])
    row = rng.choice(len(table), size=count, p=frequency / frequency.sum())
    where = rng.uniform(edges[row], edges[row + 1])
    values = np.column_stack([np.interp(where, place, column) for column in columns.T])
    return values[:, ::2] + values[:, 1::2] * rng.standard_normal((count, 4))
