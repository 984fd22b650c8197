"""Boolean functions that one neuron can do, found by trying every small whole weight."""

from functools import cache
from itertools import product

import numpy as np

from nnlib.checks import check_count
from nnlib.kernels.types import Array
from nnlib.neurons import boolean_function

LARGEST_WEIGHT = 2  # enough for three inputs: x1 or (x2 and x3) needs weights 2, 1, 1


@cache
def neurons_by_function(inputs: int) -> dict[int, Array]:
    """Return a neuron with small whole weights for each Boolean function that it can do.

    Parameters
    ----------
    inputs : int
        2 or 3.

    Returns
    -------
    dict
        Number of the function, as in `boolean_function`, to a float64 array of shape
        (inputs + 1,): weights from -2 to 2, and a bias that ends in .5, so that no sum is 0. Of
        all such neurons it is one with the least sum of sizes.

    Raises
    ------
    ValueError
        If there are not 2 or 3 inputs.

    Examples
    --------
    >>> found = neurons_by_function(2)
    >>> len(found), len(neurons_by_function(3))
    (14, 104)
    >>> found[0b1000]  # AND: only row 3, both inputs 1
    array([ 1. ,  1. , -1.5])
    """
    check_count("neurons_by_function", "inputs", inputs)
    if inputs not in (2, 3):
        raise ValueError(f"neurons_by_function expects 2 or 3 inputs, got {inputs}")
    x, _ = boolean_function(inputs, 0)
    sizes = range(-LARGEST_WEIGHT, LARGEST_WEIGHT + 1)
    most = LARGEST_WEIGHT * inputs
    neurons = [
        np.array([*weights, bias - 0.5])
        for weights in product(sizes, repeat=inputs)
        for bias in range(-most, most + 2)
    ]
    neurons.sort(key=lambda neuron: float(np.abs(neuron).sum()))
    found: dict[int, Array] = {}
    for neuron in neurons:
        answers = x @ neuron[:-1] + neuron[-1] > 0
        found.setdefault(int(answers @ (1 << np.arange(len(x)))), neuron)
    return found
