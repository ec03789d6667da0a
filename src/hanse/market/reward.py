"""The reward curve of a round (Radmanesh 2021, Section 4), in integers only.

`contracts/src/RewardCurve.sol` is its twin, equal to the last bit.

A proposal announces an objective value. At the *target* B or better it earns the maximum, at the *baseline* M or worse
nothing, and between them a falling S-curve. With x = (value - B) / (M - B) and arccot z = π/2 - arctan z,

    g(x) = arccot(3π/2 · x - 3π/4),        R = R_max · (g(x) - g(1)) / (g(0) - g(1))        for 0 < x < 1.

Because arccot and arctan add up to π/2 this is, with c = 3π/4 and y = 2x - 1 in [-1, 1],

    R = R_max · (arctan c - arctan(c·y)) / (2 · arctan c),

which is odd around the middle: at x = 1/2 exactly half is paid.

What differs from the paper, and why. As printed, R = -(R_max/π)·arccot(0.0028·OF - 165.33) above B = 58205:

* *sign*: with arccot in (0, π) the printed minus makes every reward above B negative (a solver would pay);
* *branch*: with arccot in (-π/2, π/2) it starts at 59.5 instead of 465.64, rises to 232.8 and turns negative at 59046;
* *jump*: with sign and branch corrected it drops by 12.8 % at B itself (406.14 just above B), and it is never zero.

The constants satisfy 165.33 = 0.0028·B + 3π/4 to the printed digits, so the general form behind them is an argument
3π/2·(OF - B)/(M - B) - 3π/4, with M about 59888 here, 2.9 % above B. Subtracting g(1) and dividing by g(0) - g(1) makes
it continuous: our choice. The paper also uses one B for two sub-problems of different size; set B and M for each.

How it is computed. The middle is y = 0; for y in [0, 1], with t = y²,

    arctan(c·y) / arctan(c)  ≈  f(y) = y · P(t) / Q(t),        share = (1 ± f) / 2,

P and Q of degree four with positive coefficients, fitted so that the largest error is least, P(1) = Q(1). So the ends
and the middle are exact, and nothing is looked up.

How exact. |share - true| < 3.5e-9; y is cut to 2^-64, and everything after it loses less than 2^-95. So
|R - true| < 4e-9 · R_max + 1.

Why monotone. y, cut to 2^-64, never falls as |2·passed - width| grows. f' > 0.3 on [0, 1] (the test proves it in exact
fractions), so one step of y lifts f by more than 0.3 · 2^-64 = 0.3 · 2^32 units of its last place, 2^-96; its roundings
move it by less than two of them. Then f is added to or taken from the half, and the product is rounded down once.
"""

from __future__ import annotations

from hanse.errors import InputError

COEFFICIENT_BITS = 48

ABOVE = (567125681849321, 3909355514514663, 7096513515611243, 3220229418676077, 163655734922854)
"""P: coefficients of t⁰ to t⁴ in units of 2^-48."""

BELOW = (281474976710656, 2461164099391950, 6341812695812840, 5038224488359973, 834203605298739)
"""Q. The two sums are equal, so f(1) = 1."""

Y_BITS = 64
POLYNOMIAL_BITS = 120
"""P and Q are below 2^6, so that with these bits their product with t, of 128 bits, fits 256."""

SHARE_BITS = 96
"""f in units of 2^-96: y (64 bits) · P (126) · 2^32 ÷ Q."""

VALUE_LIMIT = 2**127
"""Values, targets and baselines lie within ± this: Solidity's int128."""

WIDTH_LIMIT = 2**96
"""|M - B| stays below this."""

REWARD_LIMIT = 2**128
"""R_max stays below this: the product with a share takes 225 bits."""


def reward(value: int, target: int, baseline: int, most: int) -> int:
    """What a proposal of this value earns, in the unit of `most`, rounded down.

    value: the announced and verified objective. target: B, the value from which everything is paid. baseline: M, the
    value from which nothing is paid; above the target when less is better, below it when more is better. most: R_max,
    0 ≤ most < 2^128. The first three in one unit, from -2^127 to 2^127 - 1. Monotone in `value`, `most` at the target,
    half in the middle, 0 at the baseline, within 4e-9 · most + 1 of the exact curve. Raises InputError for target =
    baseline and for numbers beyond the limits.
    """
    if not 0 <= most < REWARD_LIMIT:
        raise InputError(f"{most} is not between 0 and 2^128", where="most")
    for where, number in (("value", value), ("target", target), ("baseline", baseline)):
        if not -VALUE_LIMIT <= number < VALUE_LIMIT:
            raise InputError(f"{number} is not between -2^127 and 2^127", where=where, hint="use a coarser unit")
    width, passed = baseline - target, value - target
    if width < 0:  # more is better: the same curve seen in a mirror
        width, passed = -width, -passed
    if not 0 < width < WIDTH_LIMIT:
        raise InputError(
            f"target {target} and baseline {baseline} must differ, by less than 2^96",
            where="baseline",
            hint="set the baseline to the best value known before the round",
        )
    if passed <= 0:
        return most
    if passed >= width:
        return 0
    half, f = 1 << SHARE_BITS, _arc(abs(width - 2 * passed), width)
    share = half + f if 2 * passed <= width else half - f
    return most * share >> (SHARE_BITS + 1)


def _arc(u: int, width: int) -> int:
    """f(u / width) = arctan(c · u/width) ÷ arctan(c) in units of 2^-96, for 0 ≤ u ≤ width."""
    y = (u << Y_BITS) // width
    t = y * y  # in units of 2^-128
    return (y * _polynomial(ABOVE, t) << (SHARE_BITS - Y_BITS)) // _polynomial(BELOW, t)


def _polynomial(coefficients: tuple[int, ...], t: int) -> int:
    """Horner's scheme in units of 2^-120."""
    result = 0
    for coefficient in reversed(coefficients):
        result = (result * t >> (2 * Y_BITS)) + (coefficient << (POLYNOMIAL_BITS - COEFFICIENT_BITS))
    return result
