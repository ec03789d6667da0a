// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IRounds} from "../src/interfaces/IRounds.sol";
import {RewardCurve} from "../src/RewardCurve.sol";
import {Measured} from "./Measured.sol";
import {RoundsStories} from "./RoundsStories.sol";

/// @notice What the steps of a round cost, as whole transactions, like GasTest.
contract RoundsGasTest is RoundsStories, Measured {
    function test_evaluate_the_reward_curve() public view {
        int128[4] memory values = [int128(1), 499_999_999_999_999, 500_000_000_000_001, 999_999_999_999_999];
        uint256 worst = 0;
        for (uint256 i = 0; i < values.length; ++i) {
            uint256 before = gasleft();
            RewardCurve.reward(values[i], 0, 1_000_000_000_000_000, type(uint96).max);
            uint256 used = before - gasleft();
            if (used > worst) worst = used;
        }
        report("evaluate the reward curve (inside a transaction)", worst, 2_000);
    }

    function test_open_commit_reveal_strike_and_conflict() public {
        uint256 id = aRound();
        measured("open a round", 0);
        bytes32 sealed_ = rounds.seal(id, solver, keccak256(bytesOf(dense(1, 60))), EVIDENCE, SALT);
        vm.prank(solver);
        rounds.commit(id, sealed_);
        measured("commit a claim", 60_000);
        for (uint256 i = 1; i < 4; ++i) {
            committed(id, solver, bytesOf(dense(1 << i, uint64(60 + i))));
        }
        untilReveal(id);
        for (uint8 i = 0; i < 4; ++i) {
            revealed(id, i, solver, bytesOf(dense(1 << i, 60 + i)), cover(1 << i));
            if (i == 0) measured("reveal a claim (one word of demands)", 120_000);
        }
        untilChallenge(id);
        struck(id, 0, stranger);
        measured("strike a claim", 0);
        conflicting(id, set(1, 2, 3));
        measured("tell a conflict of three claims", 0);
        vm.prank(coordinator);
        rounds.dismiss(id, 1, "reason");
        measured("dismiss a claim", 0);
    }

    /// @dev Each claim by another solver, who has nothing else put down: every stake is a slot that was zero.
    function test_award_and_finalise() public {
        IRounds.Terms memory some = terms();
        (some.demands, some.baseline, some.target) = (64, 64 * M, 64 * B);
        uint256 id = opened(some);
        uint8[] memory order = new uint8[](64);
        for (uint8 i = 0; i < 64; ++i) {
            order[i] = i;
            address one = solverNumber(i);
            staked(one, BOND);
            committed(id, one, bytesOf(dense(1 << i, 60)));
        }
        untilReveal(id);
        for (uint8 i = 0; i < 64; ++i) {
            revealed(id, i, solverNumber(i), bytesOf(dense(1 << i, 60)), cover(1 << i));
        }
        untilAward(id);
        awarded(id, order);
        uint256 gas = vm.lastCallGas().gasTotalUsed;
        report("award, per claim, of 64 that are all accepted", gas / 64, 60_000);
        rounds.finalise(id);
        measured("finalise a round of 64 claims", 0);
    }

    function test_award_what_is_skipped() public {
        uint256 id = aRound();
        uint8[] memory order = new uint8[](64);
        for (uint8 i = 0; i < 64; ++i) {
            order[i] = i;
            address one = solverNumber(i);
            staked(one, BOND);
            committed(id, one, bytesOf(dense(1, 60)));
        }
        untilReveal(id);
        for (uint8 i = 0; i < 64; ++i) {
            revealed(id, i, solverNumber(i), bytesOf(dense(1, 60)), cover(1));
        }
        untilAward(id);
        awarded(id, order);
        report("award, per claim, of 64 of which one is accepted", vm.lastCallGas().gasTotalUsed / 64, 60_000);
    }

    /// @dev A full round over the most demands, every claim covering some in each word and blocked by no conflict.
    function test_the_largest_award_fits_a_block() public {
        IRounds.Terms memory some = terms();
        (some.demands, some.baseline, some.target) = (4096, 4096 * M, 4096 * B);
        uint256 id = opened(some);
        uint8[] memory order = new uint8[](64);
        for (uint8 i = 0; i < 64; ++i) {
            order[i] = i;
            committed(id, solver, wide(i));
        }
        untilReveal(id);
        for (uint8 i = 0; i < 64; ++i) {
            revealed(id, i, solver, wide(i), inEveryWord(i));
            if (i == 0) measured("reveal a claim (sixteen words of demands)", 0);
        }
        untilAward(id);
        awarded(id, order);
        measured("award 64 claims over 4096 demands", 15_000_000);
    }

    function solverNumber(uint256 number) private pure returns (address) {
        return vm.addr(0xE000 + number);
    }

    /// @dev As dear as a claim can be to send: no byte of its numbers is zero.
    function dense(uint256 word, uint64 value) private pure returns (Draft memory one) {
        one = draft(word, value);
        uint64 high = 0x1111111111111100;
        (one.bounds, one.prices, one.bound) = (high << 1, high, high >> 16);
        one.scale = 0x1111;
    }

    function inEveryWord(uint8 bit) private pure returns (uint256[] memory words) {
        words = new uint256[](16);
        for (uint256 i = 0; i < 16; ++i) {
            words[i] = 1 << bit;
        }
    }

    function wide(uint8 bit) private pure returns (bytes memory) {
        Draft memory one = draft(0xFFFF, 1_000);
        one.cover = hashOf(inEveryWord(bit));
        return bytesOf(one);
    }
}
