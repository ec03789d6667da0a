"""Points of the reward curve for the Solidity tests: `python -m tests.market.reward_fixtures` writes them anew."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from hanse.market.reward import VALUE_LIMIT, WIDTH_LIMIT, reward

FILE = Path(__file__).parents[2] / "contracts" / "test" / "RewardFixtures.sol"

CURVES = (
    (58_205_00, 59_888_00, 465_64),  # the paper's, in cents
    (-(10**12), -(10**12) - 3, 2**128 - 1),  # more is better, three units wide
    (VALUE_LIMIT - WIDTH_LIMIT, VALUE_LIMIT - 1, 2**128 - 1),  # the widest, at the end of the numbers
    (7, -(10**18), 8_000_00),
)
"""Target, baseline, most."""

POINTS = 20
"""Of each curve, from better to worse: outside, at the ends, around the middle, and between."""


def points() -> Iterator[tuple[int, int, int, int, int]]:
    """Value, target, baseline, most, reward; values of one curve from better to worse."""
    for target, baseline, most in CURVES:
        width = baseline - target
        sign = 1 if width > 0 else -1
        half = abs(width) // 2
        passed = {-1, 0, 1, 2, half - 1, half, half + 1, abs(width) - 1, abs(width), abs(width) + 1}
        steps = iter(range(1, 64))
        while len(passed) < POINTS:
            passed.add(abs(width) * next(steps) // 23 if abs(width) > 100 else max(passed) + 1)
        for p in sorted(passed):
            value = min(target + sign * p, VALUE_LIMIT - 1)
            yield value, target, baseline, most, reward(value, target, baseline, most)


def source() -> str:
    """The Solidity file."""
    rows = ["".join((number % 2**256).to_bytes(32, "big").hex() for number in point) for point in points()]
    lines = "\n".join(f'    hex"{row}"' for row in rows)
    return f"""// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

// Written by tests/market/reward_fixtures.py from hanse.market.reward; do not edit. Each row is five words: value,
// target, baseline, most, reward. {POINTS} rows of each curve, from better values to worse.

uint256 constant REWARD_POINTS = {POINTS};
uint256 constant REWARD_CURVES = {len(CURVES)};

bytes constant REWARD_ROWS =
{lines};
"""


if __name__ == "__main__":
    FILE.write_text(source(), encoding="utf-8")
