"""Activation functions, element by element on flattened arrays.

The derivative of each is written with the layer's own output where that is shorter, so the
forward pass keeps its output and no second array.
"""

import math
from typing import Any

import numpy as np

from nnlib.kernels.compile import kernel
from nnlib.kernels.types import Array

_LOG_2 = math.log(2.0)
_ROOT_HALF = math.sqrt(0.5)
_BELL_TOP = 1.0 / math.sqrt(2.0 * math.pi)  # the density of the normal distribution at 0


@kernel
def relu_forward(x: Array, out: Array) -> None:
    """out = max(x, 0); a NaN in x stays NaN, so that a broken run is seen."""
    zero = x.dtype.type(0)
    for i in range(x.size):
        out[i] = zero if x[i] <= 0 else x[i]


@kernel
def relu_backward(output: Array, grad: Array, out: Array) -> None:
    """out = grad where the output is positive, else 0."""
    zero = grad.dtype.type(0)
    for i in range(output.size):
        out[i] = grad[i] if output[i] > 0 else zero


@kernel
def tanh_forward(x: Array, out: Array) -> None:
    """out = tanh(x), within 2 units in the last place: a loop that the compiler vectorises."""
    for i in range(x.size):
        out[i] = tanh_of(x[i], x.dtype.type)


@kernel
def tanh_of(x: float, real: Any) -> float:
    """tanh of one number, of the type `real`.

    With |x| = n log(2) + h, exp(2|x|) = 4^n exp(2h). 4^n is made of its bits, and
    exp(2h) = (k + h/2) / (k - h/2) with 2k = h coth(h), a series in h^2 that ends soon. That leaves
    one division in tanh |x| = 1 - 2 / (exp(2|x|) + 1). n is 0 up to |x| = 0.55, where 1 - 2 / ...
    would lose digits, and where it is h / 2k.
    """
    half, one = real(0.5), real(1)
    a = abs(x)
    a = real(22) if a > 22 else a  # tanh is 1 beyond 22, in float64 too; NaN stays
    above = a * real(1 / _LOG_2) + real(0.2)  # n and a part to cut off
    n = np.int32(above if above > 0 else real(0))
    h = a - real(n) * real(_LOG_2)
    q = h * h
    if one + real(1e-9) > one:  # the compiler knows, and leaves this out in float32
        c = real(-349222 / 1531329465290625) + q * real(310732 / 13447856940643125)
        c = real(-3617 / 162820783125) + q * (real(87734 / 38979295480125) + q * c)
        c = real(-1382 / 638512875) + q * (real(4 / 18243225) + q * c)
        c = real(2 / 945) + q * (real(-1 / 4725) + q * (real(2 / 93555) + q * c))
        k = half + half * q * (real(1 / 3) + q * (real(-1 / 45) + q * c))
    else:  # fitted to the series up to q = 0.31: off by 1e-8
        k = half + q * (real(0.16666613) + q * (real(-0.011100575) + q * real(0.000998365)))
    # The exponent of a float32 begins at bit 23 and is counted from -127.
    power = real(np.int32((n + n + np.int32(127)) << np.int32(23)).view(np.float32))
    two = real(2) if n > 0 else real(0)
    size: float = half * two + (h - two * k) / (power * (k + half * h) + (k - half * h))
    return math.copysign(size, x)


@kernel
def sigmoid_forward(x: Array, smallest: float, out: Array) -> None:
    """out = 1 / (1 + exp(-x)), within 2 units in the last place; 0 for x below `smallest`.

    Much as in `tanh_of`, exp(-|x|) = 2^n (c + r) / (c - r). `smallest` is the x at which the
    result is still an ordinary number of the dtype: -87.3 in float32, -708 in float64.
    """
    real, wide = x.dtype.type, np.float64
    least, two = real(smallest), real(2)
    c2, c4, c6 = real(1 / 6), real(-1 / 360), real(1 / 15120)
    c8, c10, c12 = real(-1 / 604800), real(1 / 23950080), real(-691 / 653837184000)
    for i in range(x.size):
        y = -abs(x[i])
        y = least if y < least else y
        above = y * real(1 / _LOG_2) + real(1022.5)  # n + 1022 and a part to cut off
        whole = np.int32(above if above > 0 else real(0))
        r = wide(y) - wide(np.int32(whole - 1022)) * _LOG_2
        q = real(r * r)
        c = wide(two + q * (c2 + q * (c4 + q * (c6 + q * (c8 + q * (c10 + q * c12))))))
        power = np.int64((np.int64(whole) + 1) << 52).view(wide)
        near, far = c - r, power * (c + r)
        share = (near if x[i] > 0 else far) / (near + far)
        out[i] = 0.0 if x[i] < least else share


@kernel
def tanh_backward(output: Array, grad: Array, out: Array) -> None:
    """out = grad * (1 - output^2)."""
    for i in range(output.size):
        out[i] = grad[i] - grad[i] * output[i] * output[i]


@kernel
def sigmoid_backward(output: Array, grad: Array, out: Array) -> None:
    """out = grad * output * (1 - output)."""
    for i in range(output.size):
        out[i] = grad[i] * (output[i] - output[i] * output[i])


@kernel
def threshold_forward(x: Array, out: Array) -> None:
    """out = 1 where x > 0, else 0; a NaN in x stays NaN."""
    zero, one = x.dtype.type(0), x.dtype.type(1)
    for i in range(x.size):
        if x[i] > 0:
            out[i] = one
        elif x[i] <= 0:
            out[i] = zero
        else:
            out[i] = x[i]


@kernel
def leaky_relu_forward(x: Array, slope: float, out: Array) -> None:
    """out = x where x is positive, else slope * x; a NaN in x stays NaN."""
    leak = x.dtype.type(slope)
    for i in range(x.size):
        out[i] = x[i] if x[i] > 0 else leak * x[i]


@kernel
def leaky_relu_backward(output: Array, grad: Array, slope: float, out: Array) -> None:
    """out = grad where the output is positive, else slope * grad."""
    leak = grad.dtype.type(slope)
    for i in range(output.size):
        out[i] = grad[i] if output[i] > 0 else leak * grad[i]


@kernel
def elu_backward(output: Array, grad: Array, alpha: float, out: Array) -> None:
    """out = grad where the output is positive, else grad * (output + alpha)."""
    a = grad.dtype.type(alpha)
    for i in range(output.size):
        out[i] = grad[i] if output[i] > 0 else grad[i] * (output[i] + a)


@kernel
def gelu_forward(x: Array, out: Array) -> None:
    """out = x * Phi(x), with the distribution function Phi(x) = erfc(-x / sqrt(2)) / 2."""
    half, root = x.dtype.type(0.5), x.dtype.type(_ROOT_HALF)
    for i in range(x.size):
        out[i] = half * x[i] * math.erfc(-root * x[i])


@kernel
def gelu_backward(x: Array, grad: Array, out: Array) -> None:
    """out = grad * (Phi(x) + x * phi(x)), with the density phi."""
    half, root, top = x.dtype.type(0.5), x.dtype.type(_ROOT_HALF), x.dtype.type(_BELL_TOP)
    for i in range(x.size):
        slope = half * math.erfc(-root * x[i]) + top * x[i] * math.exp(-half * x[i] * x[i])
        out[i] = grad[i] * slope
