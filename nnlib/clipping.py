"""Gradient clipping: no step longer than a cliff allows."""

import math
from collections.abc import Sequence

from nnlib.checks import check_number
from nnlib.kernels.penalties import sum_of_squares
from nnlib.layers import Parameter


def clip_by_norm(parameters: Sequence[Parameter], most: float) -> float:
    r"""Shorten all gradients together, where their common length is more than `most`.

    .. math:: g \leftarrow g \min\Big(1, \frac{m}{\lVert g \rVert}\Big), \qquad
              \lVert g \rVert = \sqrt{\textstyle\sum_k g_k^2}

    The sum is over every entry of every parameter, so the direction of the step stays as it was.
    Call it between `backward` and `step`; `fit(..., clip_norm=most)` does.

    Parameters
    ----------
    parameters : sequence of Parameter
        Their gradients are scaled in place. One of NaN or infinity is left as it is: there is
        nothing to save, and the next loss shows it.
    most : float
        m, more than 0.

    Returns
    -------
    float
        The norm before clipping.

    Raises
    ------
    ValueError
        If `most` is not a finite number above 0.

    References
    ----------
    Pascanu, Mikolov and Bengio (2013), "On the difficulty of training recurrent neural networks",
    algorithm 1.

    Examples
    --------
    >>> import numpy as np
    >>> point = Parameter(np.zeros(2))
    >>> point.grad[:] = [3.0, 4.0]
    >>> clip_by_norm([point], 1.0), point.grad.round(3).tolist()
    (5.0, [0.6, 0.8])
    """
    check_number("clip_by_norm", "most", most, above=0.0)
    norm = math.sqrt(sum(sum_of_squares(p.grad.reshape(-1)) for p in parameters))
    if most < norm < math.inf:
        for parameter in parameters:
            parameter.grad *= most / norm
    return norm
