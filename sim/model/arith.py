"""exp, log and their kin in float32, built from IEEE basic operations alone.

Every machine and every compiler mode gives the same bits (no libm, no fused multiply-add), and each function is one
expression, so that loops calling it vectorise. Arguments beyond ±87 are clamped, where float32 ends.
"""

from __future__ import annotations

import numpy as np

from sim.model.compiled import f32, rule

_ZERO, _HALF, _ONE, _TWO, _FOUR, _ROOT2 = f32(0), f32(0.5), f32(1), f32(2), f32(4), f32(2**0.5)
_END = f32(87.0)
_LOG2E, _LN2_HIGH, _LN2_LOW = f32(1.4426950408889634), f32(0.693359375), f32(-2.12194440e-4)
_ROUND = f32(12582912.0)  # adding and taking away 1.5·2^23 rounds a float32 to a whole number
_BIAS, _MANTISSA = np.int32(127), np.int32(23)
_T3, _T4, _T5, _T6, _T7 = f32(1 / 6), f32(1 / 24), f32(1 / 120), f32(1 / 720), f32(1 / 5040)
_S3, _S5, _S7, _S9 = f32(2 / 3), f32(2 / 5), f32(2 / 7), f32(2 / 9)
_ROOT_HALF_BITS = np.int32(0x3F3504F3)
_TINY = f32(1e-12)


@rule
def expm1(x: f32) -> f32:
    """e^x − 1, accurate near 0 too (relative error below 3e-7).

    x = n·ln2 + r with |r| ≤ ln2/2; Taylor in r; scaled by 2^n through the exponent bits.
    """
    x = min(max(x, -_END), _END)
    n = (x * _LOG2E + _ROUND) - _ROUND
    r = (x - n * _LN2_HIGH) - n * _LN2_LOW
    p = r + r * r * (_HALF + r * (_T3 + r * (_T4 + r * (_T5 + r * (_T6 + r * _T7)))))
    scale = np.int32((np.int32(n) + _BIAS) << _MANTISSA).view(np.float32)
    return scale * p + (scale - _ONE)


@rule
def exp(x: f32) -> f32:
    """e^x (relative error below 3e-7)."""
    x = min(max(x, -_END), _END)
    n = (x * _LOG2E + _ROUND) - _ROUND
    r = (x - n * _LN2_HIGH) - n * _LN2_LOW
    p = _ONE + (r + r * r * (_HALF + r * (_T3 + r * (_T4 + r * (_T5 + r * (_T6 + r * _T7))))))
    return np.int32((np.int32(n) + _BIAS) << _MANTISSA).view(np.float32) * p


@rule
def log(x: f32) -> f32:
    """Natural logarithm of a normal x > 0 (relative error below 2e-7, near 1 too).

    x = m·2^n with m in [√½, √2); log m by the odd series in s = (m−1)/(m+1).
    """
    bits = np.float32(x).view(np.int32)
    n = np.int32(bits - _ROOT_HALF_BITS) >> _MANTISSA
    f = np.int32(bits - (n << _MANTISSA)).view(np.float32) - _ONE
    s = f / (_TWO + f)
    t = s * s
    return f32(n) * _LN2_HIGH + (f32(n) * _LN2_LOW + (_TWO * s + s * t * (_S3 + t * (_S5 + t * (_S7 + t * _S9)))))


@rule
def logistic(x: f32) -> f32:
    """1/(1 + e^(−x))."""
    return _ONE / (_ONE + exp(-x))


@rule
def normal(u: f32) -> f32:
    """Standard normal quantile of u in (0, 1), √2·erfinv(2u−1) by the polynomials of Giles (2010); error below 3e-6."""
    w = -log(_FOUR * u * (_ONE - u))
    a = w - f32(2.5)
    middle = f32(1.50140941) + a * (f32(0.246640727) + a * (f32(-0.00417768164) + a * (f32(-0.00125372503) + a * (
        f32(0.00021858087) + a * (f32(-4.39150654e-06) + a * (f32(-3.5233877e-06) + a * (
            f32(3.43273939e-07) + a * f32(2.81022636e-08))))))))  # fmt: skip
    b = np.sqrt(max(w, _ZERO)) - f32(3)
    tail = f32(2.83297682) + b * (f32(1.00167406) + b * (f32(0.00943887047) + b * (f32(-0.0076224613) + b * (
        f32(0.00573950773) + b * (f32(-0.00367342844) + b * (f32(0.00134934322) + b * (
            f32(0.000100950558) + b * f32(-0.000200214257))))))))  # fmt: skip
    return _ROOT2 * (_TWO * u - _ONE) * (middle if w < f32(5) else tail)


@rule
def fades(x: f32, share: f32) -> f32:
    """What is left of a decaying state; 0 once below 1e-12, because denormal numbers halve the speed."""
    left = x * share
    return left if left > _TINY else _ZERO


@rule
def approaches(x: f32, goal: f32, share: f32) -> f32:
    """x moved towards a goal by a share of the distance."""
    return x + share * (goal - x)


@rule
def chance(rate_dt: f32) -> f32:
    """Probability of at least one event of a Poisson process with rate·dt expected events: 1 − e^(−rate·dt)."""
    return -expm1(-rate_dt)
