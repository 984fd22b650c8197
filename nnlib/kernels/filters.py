"""A filter over one image, the way one would do it by hand."""

from nnlib.kernels.compile import kernel
from nnlib.kernels.types import Array


@kernel
def correlate(image: Array, weights: Array, step: int, out: Array) -> None:
    """out[i, j] = the window of the image at (i, j) times the weights, `step` columns apart.

    `step` is the number of channels, where the channels of a pixel lie beside each other.
    """
    for i in range(out.shape[0]):
        target = out[i]
        target[:] = 0
        for ki in range(weights.shape[0]):
            for kj in range(weights.shape[1]):
                weight = weights[ki, kj]
                source = image[i + ki, kj * step :]
                for j in range(target.size):
                    target[j] += weight * source[j]
