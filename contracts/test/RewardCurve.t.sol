// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {RewardCurve} from "../src/RewardCurve.sol";
import {REWARD_CURVES, REWARD_POINTS, REWARD_ROWS} from "./RewardFixtures.sol";
import {LeagueTest} from "./LeagueTest.sol";

contract RewardCurveTest is LeagueTest {
    struct Point {
        int128 value;
        int128 target;
        int128 baseline;
        uint256 most;
        uint256 reward;
    }

    function point(uint256 row) private pure returns (Point memory) {
        bytes memory rows = REWARD_ROWS;
        bytes memory words = new bytes(160);
        for (uint256 i = 0; i < 160; ++i) {
            words[i] = rows[row * 160 + i];
        }
        return abi.decode(words, (Point));
    }

    function rewardOf(int128 value, Point memory curve) private pure returns (uint256) {
        return RewardCurve.reward(value, curve.target, curve.baseline, curve.most);
    }

    function test_it_is_the_python_twin_at_every_fixture() public pure {
        uint256 rows = REWARD_CURVES * REWARD_POINTS;
        assertEq(REWARD_ROWS.length, rows * 160, "rows");
        for (uint256 row = 0; row < rows; ++row) {
            Point memory one = point(row);
            assertEq(rewardOf(one.value, one), one.reward, "reward");
        }
    }

    function testFuzz_between_two_fixtures_it_lies_between_their_rewards(uint256 row, uint128 step) public pure {
        row = bound(row, 0, REWARD_CURVES * REWARD_POINTS - 2);
        if ((row + 1) % REWARD_POINTS == 0) --row;
        (Point memory better, Point memory worse) = (point(row), point(row + 1));
        int256 way = int256(worse.value) - better.value;
        int256 size = way < 0 ? -way : way;
        int256 part = int256(uint256(step)) % (size + 1);
        int128 value = int128(better.value + (way < 0 ? -part : part));
        uint256 earned = rewardOf(value, better);
        assertLe(earned, better.reward, "not more than the better one");
        assertLe(worse.reward, earned, "not less than the worse one");
    }

    function testFuzz_it_never_rises_as_values_get_worse_by_one(int128 value, int96 target, uint96 width, uint128 most)
        public
        pure
    {
        if (width == 0) width = 1;
        Point memory curve = Point(0, target, int128(int256(target) + int256(uint256(width))), most, 0);
        // Around the curve, where something happens.
        value = int128(int256(target) + int256(value) % (int256(uint256(width)) + 2));
        uint256 here = rewardOf(value, curve);
        assertLe(rewardOf(value + 1, curve), here, "one unit worse");
        assertLe(here, most, "never above the most");
    }

    function testFuzz_more_is_better_is_the_curve_in_a_mirror(int96 value, int96 target, int96 baseline, uint128 most)
        public
        pure
    {
        if (target == baseline) return;
        if (target > baseline ? int256(target) - baseline >= 1 << 96 : int256(baseline) - target >= 1 << 96) return;
        uint256 one = RewardCurve.reward(value, target, baseline, most);
        assertEq(one, RewardCurve.reward(-int128(value), -int128(target), -int128(baseline), most), "mirror");
    }

    function test_what_it_cannot_take_is_refused() public {
        refused(abi.encodeWithSelector(RewardCurve.NoWidth.selector, int256(5), int256(5)));
        rounds.reward(0, 5, 5, 10);
        refused(abi.encodeWithSelector(RewardCurve.NoWidth.selector, int256(0), int256(1 << 96)));
        rounds.reward(0, 0, 1 << 96, 10);
        (int256 top, int256 bottom) = (type(int128).max, type(int128).min);
        refused(abi.encodeWithSelector(RewardCurve.NoWidth.selector, top, bottom));
        rounds.reward(0, type(int128).max, type(int128).min, 10);
        refused(abi.encodeWithSelector(RewardCurve.TooMuch.selector, uint256(1 << 128)));
        rounds.reward(0, 0, 1, 1 << 128);
        assertEq(rounds.reward(type(int128).min, 0, (1 << 96) - 1, 10), 10, "the farthest value is still a value");
        assertEq(rounds.reward(type(int128).max, 0, (1 << 96) - 1, 10), 0, "on the other side as well");
    }
}
