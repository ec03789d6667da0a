// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IRounds} from "../src/interfaces/IRounds.sol";
import {RoundsStories} from "./RoundsStories.sol";

/// @notice Who wins, what is paid, and that every round ends.
contract RoundsAwardTest is RoundsStories {
    function test_the_largest_improvement_is_taken_first_and_what_overlaps_is_skipped() public {
        uint256 id = aRound();
        challenged(id, words3(3, 6, 4), values3(190, 120, 60));
        untilAward(id);
        vm.expectEmit();
        emit IRounds.Accepted(id, 1, otherSolver, 2000); // at the target: all of its share, 8000 · 80 / 320
        awarded(id, set(1, 2, 0));
        assertStatus(id, 0, IRounds.Status.Skipped, "demand 1 is taken");
        assertStatus(id, 2, IRounds.Status.Skipped, "demand 2 is taken");
    }

    function test_or_the_first_commitment_whatever_the_improvement() public {
        uint256 id = aFirstWinsRound();
        challenged(id, words3(3, 6, 4), values3(199, 120, 60));
        untilAward(id);
        awarded(id, set(0, 1, 2));
        assertStatus(id, 0, IRounds.Status.Accepted, "first");
        assertStatus(id, 1, IRounds.Status.Skipped, "it overlaps");
        assertStatus(id, 2, IRounds.Status.Accepted, "it fits");
    }

    function test_rewards_follow_the_curve_and_bonds_come_back() public {
        uint256 id = aRound();
        challenged(id, words3(1, 2, 4), values3(60, 80, 99));
        uint256 solvers = rounds.free(solver);
        uint256 others = rounds.free(otherSolver);
        untilAward(id);
        awarded(id, set(0, 1, 2));
        uint256 tiny = rounds.reward(99, 60, 100, 1000);
        assertTrue(tiny > 0 && tiny < 50, "little for little");
        assertEq(rounds.free(solver), solvers + 2 * BOND + 1000 + tiny, "a third of the demands, all of its share");
        assertEq(rounds.free(otherSolver), others + BOND + 500, "half way, half of its share");
        assertEq(rounds.roundOf(id).paid, 1500 + tiny, "paid");
    }

    function test_a_tie_goes_to_the_earlier_commitment() public {
        uint256 id = aRound();
        challenged(id, words3(1, 1, 1), values3(70, 60, 60));
        untilAward(id);
        refused(abi.encodeWithSelector(IRounds.NotInOrder.selector, uint8(1)));
        awarded(id, set(2, 1, 0));
        awarded(id, set(1, 2, 0));
        assertStatus(id, 1, IRounds.Status.Accepted, "first among equals");
    }

    function test_an_award_out_of_order_with_gaps_or_twice_is_refused() public {
        uint256 id = aRound();
        challenged(id, words3(1, 2, 4), values3(60, 70, 80));
        untilAward(id);
        refused(abi.encodeWithSelector(IRounds.NotInOrder.selector, uint8(0)));
        awarded(id, set(1, 0, 2));
        refused(abi.encodeWithSelector(IRounds.NotInOrder.selector, uint8(1)));
        awarded(id, set(0, 2)); // 1 is left out
        notStanding(0, IRounds.Status.Accepted);
        awarded(id, set(0, 0));
        notStanding(5, IRounds.Status.Sealed);
        awarded(id, set(5));
        refused(abi.encodeWithSelector(IRounds.NotInOrder.selector, uint8(0)));
        awarded(id, set(1));
    }

    function test_batches_lead_to_the_same_award() public {
        uint256 id = aRound();
        challenged(id, words3(1, 2, 4), values3(60, 70, 80));
        untilAward(id);
        awarded(id, set(0));
        refused(abi.encodeWithSelector(IRounds.NotAllAwarded.selector, uint8(1)));
        rounds.finalise(id);
        refused(abi.encodeWithSelector(IRounds.NotInOrder.selector, uint8(1)));
        awarded(id, set(2));
        awarded(id, new uint8[](0));
        awarded(id, set(1));
        awarded(id, set(2));
        assertEq(rounds.roundOf(id).accepted, 7, "all");
        notStanding(2, IRounds.Status.Accepted);
        awarded(id, set(2));
    }

    function test_nothing_is_awarded_or_finalised_before_the_last_window_has_ended() public {
        uint256 id = aRound();
        challenged(id, words3(1, 2, 4), values3(60, 70, 80));
        vm.warp(1_000_219);
        tooEarlyOrLate(1_000_220, type(uint256).max);
        awarded(id, set(0, 1, 2));
        tooEarlyOrLate(1_000_220, type(uint256).max);
        rounds.finalise(id);
        refused(abi.encodeWithSelector(IRounds.NoSuchRound.selector, id + 1));
        rounds.finalise(id + 1);
        vm.warp(1_000_220);
        awarded(id, set(0, 1, 2));
    }

    function test_without_a_challenge_window_the_award_follows_the_reveals() public {
        IRounds.Terms memory some = terms();
        some.challengeSeconds = 0;
        uint256 id = opened(some);
        challenged(id, words3(1, 2, 4), values3(60, 70, 80));
        tooEarlyOrLate(1_000_150, 1_000_150);
        struck(id, 0, stranger);
        awarded(id, set(0, 1, 2));
        rounds.finalise(id);
    }

    function test_silence_costs_the_bond_and_the_rest_of_the_pot_goes_home() public {
        uint256 id = aRound();
        committed(id, solver, 1, 60);
        committed(id, otherSolver, 2, 70);
        committed(id, otherSolver, 4, 70);
        untilReveal(id);
        revealed(id, 0, solver, 1, 60);
        untilAward(id);
        awarded(id, set(0));
        uint256 before = rounds.free(coordinator);
        vm.expectEmit();
        emit IRounds.Finalised(id, 7000, 2 * BOND);
        vm.prank(stranger);
        rounds.finalise(id);
        assertEq(rounds.free(coordinator), before + 7000 + 2 * BOND, "sponsor");
        assertEq(rounds.free(otherSolver), 100_000 - 2 * BOND, "the silent one");
    }

    function test_a_round_is_finalised_once() public {
        uint256 id = aRound();
        untilAward(id);
        rounds.finalise(id);
        refused(abi.encodeWithSelector(IRounds.Over.selector, id));
        rounds.finalise(id);
        refused(abi.encodeWithSelector(IRounds.Over.selector, id));
        awarded(id, new uint8[](0));
    }

    function test_a_round_without_claims_gives_the_pot_back() public {
        uint256 id = aRound();
        untilAward(id);
        rounds.finalise(id);
        assertEq(rounds.free(coordinator), 100_000, "all of it");
    }

    function test_sums_that_nobody_refuted_cannot_take_more_than_the_pot() public {
        uint256 id = aRound();
        Draft memory greedy = draft(1, 60);
        (greedy.baseline, greedy.target) = (type(uint64).max, 61); // its share would be 2^57 pots
        Draft memory second = draft(2, 60);
        (second.baseline, second.target) = (type(uint64).max - 1, 61);
        committed(id, solver, bytesOf(greedy));
        committed(id, otherSolver, bytesOf(second));
        untilReveal(id);
        revealed(id, 0, solver, bytesOf(greedy), cover(1));
        revealed(id, 1, otherSolver, bytesOf(second), cover(2));
        untilAward(id);
        awarded(id, set(0, 1));
        assertEq(rounds.roundOf(id).paid, POT, "no more than there is");
        assertStatus(id, 1, IRounds.Status.Accepted, "for nothing");
        rounds.finalise(id);
        assertEq(rounds.free(coordinator), 100_000 - POT, "nothing left");
    }

    function test_the_widest_pot_with_the_widest_lie_does_not_hang() public {
        IRounds.Terms memory some = terms();
        (some.pot, some.baseline, some.target) = (type(uint96).max, 1, 0);
        staked(coordinator, type(uint96).max);
        uint256 id = opened(some);
        Draft memory greedy = draft(1, 0);
        (greedy.baseline, greedy.target) = (type(uint64).max, 0);
        committed(id, solver, bytesOf(greedy));
        untilReveal(id);
        revealed(id, 0, solver, bytesOf(greedy), cover(1));
        untilAward(id);
        awarded(id, set(0));
        assertEq(rounds.roundOf(id).paid, type(uint96).max, "the whole pot, once");
    }

    /// @dev Parts of one plan, each at any place of its curve: shares are rounded down, so they never add up to more
    /// than the pot.
    function testFuzz_honest_parts_never_earn_more_than_the_pot(uint256 cuts, uint96 pot, uint64[3] memory values)
        public
    {
        IRounds.Terms memory some = terms();
        some.pot = uint96(bound(pot, 1, 90_000));
        uint256 id = opened(some);
        uint256 first = bound(cuts, 1, 0xFE);
        uint256[3] memory words = [first & 0x55, first & 0xAA, 0xFF ^ first];
        uint64[3] memory reached;
        uint8 index;
        for (uint256 i = 0; i < 3; ++i) {
            if (words[i] == 0) continue;
            reached[i] = uint64(bound(values[i], 0, draft(words[i], 0).baseline - 1));
            committed(id, solver, words[i], reached[i]);
        }
        untilReveal(id);
        for (uint256 i = 0; i < 3; ++i) {
            if (words[i] != 0) revealed(id, index++, solver, words[i], reached[i]);
        }
        untilAward(id);
        // In the order of rank, by selection.
        uint256 taken;
        for (uint8 place = 0; place < index; ++place) {
            uint256 best = 0;
            uint8 chosen;
            for (uint8 i = 0; i < index; ++i) {
                uint256 improvement = rounds.claimOf(id, i).improvement;
                if (taken & (1 << i) == 0 && improvement > best) (best, chosen) = (improvement, i);
            }
            taken |= 1 << chosen;
            awarded(id, set(chosen));
        }
        assertLe(rounds.roundOf(id).paid, some.pot, "pot");
        rounds.finalise(id);
        assertEq(rounds.free(solver) + rounds.free(coordinator), 200_000, "no cent is lost");
    }
}
