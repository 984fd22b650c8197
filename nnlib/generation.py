"""Let a character model write."""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from numbers import Real

import numpy as np

from nnlib.checks import check_count, check_rng
from nnlib.datasets.text import Vocabulary
from nnlib.kernels.types import Array
from nnlib.layers import Layer, Recurrent
from nnlib.network import Sequential
from nnlib.threads import limited_blas_threads


def generate(
    network: Layer,
    vocabulary: Vocabulary,
    prompt: str,
    length: int,
    *,
    temperature: float = 1.0,
    rng: np.random.Generator,
) -> str:
    r"""Go on with a text: draw a character, read it, draw the next.

    .. math:: p_k = \frac{e^{z_k / \tau}}{\sum_j e^{z_j / \tau}}

    with the logits z of the last step and the temperature :math:`\tau`. Near 0 the likeliest
    character always wins, 1 gives what was learnt, and above 1 surprises grow.

    Parameters
    ----------
    network : Layer
        From numbers of characters, (batch, time), to logits, (batch, time, len(vocabulary)) or
        (batch, len(vocabulary)): an `Embedding`, recurrent layers, a `Dense`.
    vocabulary : Vocabulary
        With which the network was trained.
    prompt : str
        What the network reads first; one character or more.
    length : int
        How many characters to write.
    temperature : float
        0 or more; 0 takes the likeliest character without a draw.
    rng : numpy.random.Generator
        Draws the characters.

    Returns
    -------
    str
        The new characters, without the prompt. The network's states are as they were before.

    Raises
    ------
    ValueError
        If the prompt is empty or holds an unknown character, a number is out of range, or the
        network does not give a logit for each character.
    TypeError
        If `rng` is no generator.

    References
    ----------
    Sutskever, Martens and Hinton (2011), "Generating text with recurrent neural networks".

    Examples
    --------
    >>> from nnlib import Dense, Embedding, GRU
    >>> rng, vocabulary = np.random.default_rng(0), Vocabulary("abc")
    >>> network = Sequential(
    ...     Embedding(3, 4, rng=rng), GRU(4, 8, rng=rng, returns="all"), Dense(8, 3, rng=rng)
    ... )
    >>> len(generate(network, vocabulary, "ab", 5, rng=rng))
    5
    """
    check_count("generate", "length", length)
    check_rng("generate", rng)
    if not isinstance(temperature, Real) or not (0 <= temperature < math.inf):
        raise ValueError(
            f"generate expects a temperature of 0 or more, got {temperature!r}; "
            "1.0 writes as learnt"
        )
    if not prompt:
        raise ValueError("generate expects a prompt of one character or more, got ''")
    read, written = vocabulary.encode(prompt)[None], []  # (1, time)
    with limited_blas_threads(), _carrying_on(network):
        for _ in range(length):
            logits = _last_logits(network.forward(read), vocabulary)
            read = np.array([[_draw(logits, temperature, rng)]])
            written.append(int(read[0, 0]))
    return vocabulary.decode(np.array(written))


def _last_logits(prediction: Array, vocabulary: Vocabulary) -> Array:
    """What the network says of the next character, (characters,) in float64."""
    if prediction.ndim not in (2, 3) or prediction.shape[-1] != len(vocabulary):
        raise ValueError(
            f"generate expects {len(vocabulary)} logits at a step, one for each character, got a "
            f"prediction of shape {prediction.shape}; end the network with "
            f"Dense(hidden, {len(vocabulary)})"
        )
    logits: Array = prediction.reshape(-1, len(vocabulary))[-1].astype(np.float64)
    return logits


def _draw(logits: Array, temperature: float, rng: np.random.Generator) -> int:
    """One character, drawn from the softmax of the logits over the temperature."""
    if not np.isfinite(logits).all():
        raise ValueError(
            "generate expects finite logits, got NaN or infinity; the network has diverged, "
            "go back to an earlier one"
        )
    above = logits - logits.max()  # 0 for the likeliest, so that nothing overflows
    if temperature < 1e-6:
        return int(above.argmax())
    weights = np.exp(above / temperature)
    return int(rng.choice(len(weights), p=weights / weights.sum()))


@contextmanager
def _carrying_on(network: Layer) -> Iterator[None]:
    """Let recurrent layers carry their state from call to call, from zeros; then as before."""
    layers = [layer for layer in _leaves(network) if isinstance(layer, Recurrent)]
    kept = [(layer.stateful, layer.state) for layer in layers]
    try:
        for layer in layers:
            layer.stateful, layer.state = True, None
        yield
    finally:
        for layer, (stateful, state) in zip(layers, kept, strict=True):
            layer.stateful, layer.state = stateful, state


def _leaves(network: Layer) -> Iterator[Layer]:
    """The layers that hold no others."""
    if isinstance(network, Sequential):
        for layer in network.layers:
            yield from _leaves(layer)
    else:
        yield network
