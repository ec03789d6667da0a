// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title RewardCurve: what a value between target and baseline earns
/// @notice What it is: a pure function, the twin of `hanse.market.reward`, equal to the last bit. Everything at the
/// target B or better, nothing at the baseline M or worse, half in the middle, and between them a falling S-curve
/// (Radmanesh 2021): with c = 3π/4 and y = 2(value - B)/(M - B) - 1, R = most · (1 - arctan(c·y)/arctan(c)) / 2.
///
/// For y in [0, 1] and t = y², arctan(c·y)/arctan(c) is taken as f(y) = y·P(t)/Q(t), P and Q of degree four with P(1) =
/// Q(1): less than 3.5e-9 of `most` away, exact at 0, 1/2 and 1.
///
/// Why monotone: y is cut to 2^-64 and never falls as |2(value - B) - (M - B)| grows. f' > 0.3 on [0, 1] (proved in
/// exact fractions by `tests/market/test_reward.py`), so one step of y lifts f by more than 0.3 · 2^32 units of its
/// last place, 2^-96. Rounding moves it by less than two: P and Q, both at least 1, are short by less than four units
/// of 2^-120 each, and one quotient is rounded down.
///
/// Why unchecked: P, Q < 2^6, in units of 2^-120, times t ≤ 2^128 stays below 2^254; y·P·2^32 below 2^222; most·share
/// at most 2^225; the difference of two int128 fits an int256.
library RewardCurve {
    /// @notice Target and baseline must differ, by less than 2^96.
    error NoWidth(int256 target, int256 baseline);
    /// @notice The maximum must be below 2^128.
    error TooMuch(uint256 most);

    /// @param value What was reached.
    /// @param target From here on everything is paid.
    /// @param baseline From here on nothing is paid; above the target when less is better, below it when more is
    /// better.
    /// @param most What is paid at the target, below 2^128.
    /// @return What the value earns, rounded down.
    function reward(int128 value, int128 target, int128 baseline, uint256 most) internal pure returns (uint256) {
        if (most >= 1 << 128) revert TooMuch(most);
        unchecked {
            int256 span = int256(baseline) - target;
            int256 way = int256(value) - target;
            // More is better: the same curve seen in a mirror.
            if (span < 0) (span, way) = (-span, -way);
            if (span == 0 || span >= 1 << 96) revert NoWidth(target, baseline);
            if (way <= 0) return most;
            if (way >= span) return 0;
            // Both are positive here.
            // forge-lint: disable-next-line(unsafe-typecast)
            (uint256 width, uint256 twice) = (uint256(span), 2 * uint256(way));
            if (twice <= width) return (most * ((1 << 96) + _arc(width - twice, width))) >> 97;
            return (most * ((1 << 96) - _arc(twice - width, width))) >> 97;
        }
    }

    // y is meant to be cut to 2^-64 before it is used; the proof above counts on it.
    // slither-disable-start divide-before-multiply
    /// @dev f(u/width) in units of 2^-96, for u ≤ width < 2^96. Coefficients are in units of 2^-48.
    function _arc(uint256 u, uint256 width) private pure returns (uint256) {
        unchecked {
            uint256 y = (u << 64) / width;
            uint256 t = y * y;
            uint256 above = 163655734922854 << 72;
            above = ((above * t) >> 128) + (3220229418676077 << 72);
            above = ((above * t) >> 128) + (7096513515611243 << 72);
            above = ((above * t) >> 128) + (3909355514514663 << 72);
            above = ((above * t) >> 128) + (567125681849321 << 72);
            uint256 below = 834203605298739 << 72;
            below = ((below * t) >> 128) + (5038224488359973 << 72);
            below = ((below * t) >> 128) + (6341812695812840 << 72);
            below = ((below * t) >> 128) + (2461164099391950 << 72);
            below = ((below * t) >> 128) + (281474976710656 << 72);
            return ((y * above) << 32) / below;
        }
    }
    // slither-disable-end divide-before-multiply
}
