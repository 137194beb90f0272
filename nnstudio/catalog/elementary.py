"""Elementary functions for kernels: exact in float64, and in float32 forms that a compiler can turn into vectors."""

# ruff: noqa: FURB136 -- min and max would swallow a NaN, and divergence with it
from __future__ import annotations

import math
from typing import Any

import numpy as np

from nnstudio.catalog.kernel import Block, kernel, single


@kernel
def like(x: Any, value: Any) -> Any:  # noqa: ARG001 (x only lends its type)
    """``value`` in the number type of ``x``, so that float32 arithmetic does not widen to float64."""
    return value


@single(like)
def like_single(x: Any, value: Any) -> Any:  # noqa: ARG001
    """``value`` as float32."""
    return np.float32(value)


@kernel
def unit(x: Any, lanes: int) -> Any:
    """1 in the number type of ``x``, by way of a number that the compiler does not know (there is a lane at least).

    A factor that is 1 here and 0 there then stays a factor. Where the compiler knows better, it stores only what is not
    multiplied by 1, or only what a max changed, through a mask, and some processors take six times as long for that.
    """
    return like(x, min(lanes, 1))


@kernel
def largest(z: Block, t: Block, neurons: int, lanes: int) -> None:
    """Write to the row t the largest number that each lane of the block z holds."""
    one = unit(z[0], lanes)
    for k in range(lanes):
        t[k] = z[k]
    for i in range(1, neurons):
        for k in range(lanes):
            t[k] = max(t[k], z[i * lanes + k]) * one


@kernel
def tanh(x: Any) -> Any:
    """The hyperbolic tangent."""
    return math.tanh(x)


@single(tanh)
def tanh_single(x: Any) -> Any:
    """Tanh in float32 by a rational function, exact to 3e-7: no call, no branch, so that loops become vectors.

    The coefficients are those of Eigen's ``ptanh`` (a minimax fit on |x| < 7.9; beyond, tanh is 1 in float32).
    """
    x = np.float32(-7.90531110763549805) if x < np.float32(-7.90531110763549805) else x
    x = np.float32(7.90531110763549805) if x > np.float32(7.90531110763549805) else x
    q = x * x
    p = np.float32(-2.76076847742355e-16) * q + np.float32(2.00018790482477e-13)
    p = p * q + np.float32(-8.60467152213735e-11)
    p = p * q + np.float32(5.12229709037114e-08)
    p = p * q + np.float32(1.48572235717979e-05)
    p = p * q + np.float32(6.37261928875436e-04)
    p = p * q + np.float32(4.89352455891786e-03)
    r = np.float32(1.19825839466702e-06) * q + np.float32(1.18534705686654e-04)
    r = r * q + np.float32(2.26843463243900e-03)
    r = r * q + np.float32(4.89352518554385e-03)
    return x * p / r


@kernel
def exp(x: Any) -> Any:
    """The exponential function."""
    return math.exp(x)


@single(exp)
def exp_single(x: Any) -> Any:
    """Exp in float32, exact to 2e-7 relative; below -87 it is about 1e-38, above 88 it stays at exp(88).

    x = k ln 2 + r with |r| <= ln 2 / 2; exp(r) by the polynomial of Cephes' ``expf``; 2**k from the exponent's bits.
    """
    x = np.float32(-87.0) if x < np.float32(-87.0) else x
    x = np.float32(88.0) if x > np.float32(88.0) else x
    k = np.floor(x * np.float32(1.44269504088896341) + np.float32(0.5))
    r = x - k * np.float32(0.693359375) - k * np.float32(-2.12194440e-4)
    p = np.float32(1.9875691500e-4) * r + np.float32(1.3981999507e-3)
    p = p * r + np.float32(8.3334519073e-3)
    p = p * r + np.float32(4.1665795894e-2)
    p = p * r + np.float32(1.6666665459e-1)
    p = p * r + np.float32(5.0000001201e-1)
    p = p * r * r + r + np.float32(1.0)
    return p * np.int32((np.int32(k) + np.int32(127)) << np.int32(23)).view(np.float32)  # 2**k, made of its bits


@kernel
def sigmoid(x: Any) -> Any:
    """The logistic function 1 / (1 + exp(-x)), without overflow on either side."""
    e = math.exp(-abs(x))
    return 1.0 / (1.0 + e) if x >= 0 else e / (1.0 + e)


@single(sigmoid)
def sigmoid_single(x: Any) -> Any:
    """The logistic function in float32 (exp_single is clamped, so nothing overflows)."""
    return np.float32(1.0) / (np.float32(1.0) + exp_single(-x))


@kernel
def log(x: Any) -> Any:
    """The natural logarithm."""
    return math.log(x)


@single(log)
def log_single(x: Any) -> Any:
    """Ln in float32 for ordinary positive numbers, exact to 2e-7 (the polynomial of Cephes' ``logf``).

    x = m 2**k with m in [sqrt(1/2), sqrt(2)), taken from the number's bits.
    """
    bits = np.int32(np.float32(x).view(np.int32))
    k = np.int32((bits - np.int32(0x3F3504F3)) >> np.int32(23))
    m = np.int32(bits - np.int32(k << np.int32(23))).view(np.float32) - np.float32(1.0)
    q = m * m
    p = np.float32(7.0376836292e-2) * m + np.float32(-1.1514610310e-1)
    p = p * m + np.float32(1.1676998740e-1)
    p = p * m + np.float32(-1.2420140846e-1)
    p = p * m + np.float32(1.4249322787e-1)
    p = p * m + np.float32(-1.6668057665e-1)
    p = p * m + np.float32(2.0000714765e-1)
    p = p * m + np.float32(-2.4999993993e-1)
    p = p * m + np.float32(3.3333331174e-1)
    e = np.float32(k)
    return e * np.float32(0.693359375) + (e * np.float32(-2.12194440e-4) + p * m * q - np.float32(0.5) * q + m)


@kernel
def softplus(x: Any) -> Any:
    """ln(1 + exp(x)), without overflow."""
    return max(x, 0.0) + math.log1p(math.exp(-abs(x)))


@single(softplus)
def softplus_single(x: Any) -> Any:
    """The same in float32: the logarithm is of a number between 1 and 2."""
    return max(x, np.float32(0.0)) + log_single(np.float32(1.0) + exp_single(-abs(x)))


@kernel
def expm1(x: Any) -> Any:
    """exp(x) - 1, exact near 0."""
    return math.expm1(x)


@single(expm1)
def expm1_single(x: Any) -> Any:
    """exp(x) - 1 in float32, relative error under 3e-7: as ``exp_single``, with the 1 taken off 2**k instead."""
    x = np.float32(-87.0) if x < np.float32(-87.0) else x
    x = np.float32(88.0) if x > np.float32(88.0) else x
    k = np.floor(x * np.float32(1.44269504088896341) + np.float32(0.5))
    r = x - k * np.float32(0.693359375) - k * np.float32(-2.12194440e-4)
    p = np.float32(1.9875691500e-4) * r + np.float32(1.3981999507e-3)
    p = p * r + np.float32(8.3334519073e-3)
    p = p * r + np.float32(4.1665795894e-2)
    p = p * r + np.float32(1.6666665459e-1)
    p = p * r + np.float32(5.0000001201e-1)
    power = np.int32((np.int32(k) + np.int32(127)) << np.int32(23)).view(np.float32)
    return (p * r * r + r) * power + (power - np.float32(1.0))


@kernel
def sin(x: Any) -> Any:
    """The sine."""
    return math.sin(x)


@single(sin)
def sin_single(x: Any) -> Any:
    """The sine in float32, exact to 2e-7: reduced by whole multiples of pi in float64, then a Taylor polynomial."""
    wide = np.float64(x)
    k = np.floor(wide * 0.3183098861837907 + 0.5)
    odd = k - 2.0 * np.floor(k * 0.5)
    r = np.float32((wide - k * 3.141592653589793) * (1.0 - 2.0 * odd))
    q = r * r
    p = np.float32(-2.5052108e-8) * q + np.float32(2.7557319e-6)
    p = p * q + np.float32(-1.9841270e-4)
    p = p * q + np.float32(8.3333333e-3)
    p = p * q + np.float32(-1.6666667e-1)
    return p * q * r + r


@kernel
def cos(x: Any) -> Any:
    """The cosine."""
    return math.cos(x)


@single(cos)
def cos_single(x: Any) -> Any:
    """The cosine in float32, as ``sin_single`` of x + pi/2, added in float64."""
    wide = np.float64(x) + 1.5707963267948966
    k = np.floor(wide * 0.3183098861837907 + 0.5)
    odd = k - 2.0 * np.floor(k * 0.5)
    r = np.float32((wide - k * 3.141592653589793) * (1.0 - 2.0 * odd))
    q = r * r
    p = np.float32(-2.5052108e-8) * q + np.float32(2.7557319e-6)
    p = p * q + np.float32(-1.9841270e-4)
    p = p * q + np.float32(8.3333333e-3)
    p = p * q + np.float32(-1.6666667e-1)
    return p * q * r + r


@kernel
def bell_area(x: Any) -> Any:
    """The area under the standard bell curve left of x, Phi(x) = erfc(-x / sqrt 2) / 2, exact in both tails."""
    return 0.5 * math.erfc(-0.7071067811865476 * x)


@single(bell_area)
def bell_area_single(x: Any) -> Any:
    """Phi(x) in float32, exact to 3e-7: Abramowitz and Stegun (1964), 7.1.26, short enough to become vectors."""
    z = np.float32(0.7071067811865476) * abs(x)
    t = np.float32(1.0) / (np.float32(1.0) + np.float32(0.3275911) * z)
    p = np.float32(0.5307027145) * t + np.float32(-0.7265760135)
    p = p * t + np.float32(0.7107068705)
    p = p * t + np.float32(-0.1422483680)
    p = p * t + np.float32(0.1274147960)
    tail = p * t * exp_single(-z * z)
    return tail if x < np.float32(0.0) else np.float32(1.0) - tail
