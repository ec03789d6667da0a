"""The reward curve of a round (Radmanesh 2021, Section 4), in integers only: a contract can equal it to the bit.

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

How exact. For |y| = u/w the arc is cut at nodes k = c·i/32. The addition theorem: arctan z = arctan k + arctan r
with r = (z - k)/(1 + z·k), 0 ≤ r ≤ c/32 < 0.0737, and arctan r is taken as r - r³/3, short by less than r⁵/5 < 4.4e-7.
Divided by 2·arctan c > 2.33 that is an error below 2e-7 of R_max; constants and divisions add less than 1e-11, rounding
down less than one unit. Hence |R - true| < 2e-7 · R_max + 1.

Why monotone. r is one floored quotient that grows with u; r - ⌊r³/3⌋ never falls, as r³/3 grows by less than r itself
does; at a node the table continues above the shortfall of the cubic (at least 4e-11, some 10⁸ units of 2^-64).
"""

from __future__ import annotations

from hanse.errors import InputError

NODES = 32
"""Cuts of the arc; the table has one more entry."""

C_BITS = 40
C = 2590663239268
"""3π/4 in units of 2^-40."""

ARC_BITS = 64
ARC = (
    0, 1355806995395916410, 2697122058332418869, 4010361672930783420, 5283621344084932437, 6507208030326342999,
    7673893372874187624, 8778905722378409474, 9819720206612208987, 10795722965375735252, 11707821716533732655,
    12558058565181766017, 13349260975715125692, 14084748886011614929, 14768102670388994313, 15402988351624456367,
    15993032221212095371, 16541735601552719813, 17052420742916703399, 17528199951496833587, 17971961448618493363,
    18386366855008666648, 18773856427283794403, 19136659193083290472, 19476805936124922419, 19796143597300082703,
    20096350115697483739, 20378949067072313374, 20645323695834343831, 20896730104070038298, 21134309476342331612,
    21359099296501041862, 21572043563330154183,
)  # fmt: skip
"""arctan(C·2^-40 · i/32) in units of 2^-64, rounded to nearest. `tests/market/test_reward.py` recomputes it exactly."""

WIDTH_LIMIT = 2**96
"""|M - B| stays below this, so that every product below fits 256 bits (the largest takes 146 bits and the width's)."""

REWARD_LIMIT = 2**128
"""R_max stays below this, for the same reason."""


def reward(value: int, target: int, baseline: int, most: int) -> int:
    """What a proposal of this value earns, in the unit of `most`, rounded down.

    value: the announced and verified objective. target: B, the value from which everything is paid. baseline: M, the
    value from which nothing is paid; above the target when less is better, below it when more is better. most: R_max,
    0 ≤ most < 2^128. All in one unit, of any sign. Monotone in `value`, `most` at the target, 0 at the baseline, within
    2e-7 · most + 1 of the exact curve. Raises InputError for target = baseline and for numbers beyond the limits.
    """
    if not 0 <= most < REWARD_LIMIT:
        raise InputError(f"{most} is not between 0 and 2^128", where="most")
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
    whole = ARC[NODES]
    arc = _arc(abs(width - 2 * passed), width)
    share = whole + arc if 2 * passed <= width else whole - arc
    return most * share // (2 * whole)


def _arc(u: int, width: int) -> int:
    """arctan(3π/4 · u / width) in units of 2^-64, for 0 ≤ u ≤ width."""
    node = u * NODES // width
    # r = c·(32u - node·w) / (32w + c²·node·u), both sides times 2^80 so that only integers remain.
    above = C * (NODES * u - node * width) << (C_BITS + ARC_BITS)
    below = (NODES * width << (2 * C_BITS)) + C * C * node * u
    r = above // below
    return ARC[node] + r - r * r * r // (3 << (2 * ARC_BITS))
