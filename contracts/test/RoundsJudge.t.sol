// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IClaims} from "../src/interfaces/IClaims.sol";
import {IRounds} from "../src/interfaces/IRounds.sol";
import {RoundsStories} from "./RoundsStories.sol";

/// @notice The challenge window: lies, conflicts, dismissals. The judge here is an account; what it may show is not this
/// contract's matter.
contract RoundsJudgeTest is RoundsStories {
    uint256 internal id;

    /// @dev Claims 0, 1, 2 over demands {0}, {1}, {2}, improving by 40, 30, 20.
    function setUp() public override {
        super.setUp();
        id = aRound();
        challenged(id, words3(1, 2, 4), values3(60, 70, 80));
    }

    // ── Lies ──

    function test_half_of_a_liars_bond_goes_to_the_challenger_and_the_rest_to_the_sponsor() public {
        uint256 sponsors = rounds.free(coordinator);
        uint256 solvers = rounds.free(solver) + rounds.free(otherSolver);
        vm.expectEmit();
        emit IRounds.Struck(id, 0, stranger, 7);
        struck(id, 0, stranger);
        assertStatus(id, 0, IRounds.Status.Struck, "stands no more");
        assertEq(rounds.claimOf(id, 0).digest, bytes32(0), "nobody asks for it again");
        assertEq(rounds.free(stranger), 0, "not before the end");
        vm.warp(1_000_220);
        rounds.award(id, set(1, 2));
        rounds.finalise(id);
        assertEq(rounds.free(stranger), 500, "challenger");
        assertEq(rounds.claimOf(id, 0).solver, stranger, "in the liar's place");
        uint256 rest = rounds.roundOf(id).pot - rounds.roundOf(id).paid;
        assertEq(rounds.free(coordinator), sponsors + rest + 501, "sponsor, with the odd cent");
        solvers += rounds.roundOf(id).paid + 2 * BOND;
        assertEq(rounds.free(solver) + rounds.free(otherSolver), solvers, "those of the two other claims, and no liar");
    }

    function test_a_liar_that_refutes_itself_still_loses_half() public {
        uint256 before = rounds.free(solver) + rounds.free(otherSolver);
        struck(id, 0, solver);
        vm.warp(1_000_220);
        rounds.award(id, set(1, 2));
        rounds.finalise(id);
        before += rounds.roundOf(id).paid + 2 * BOND;
        assertEq(rounds.free(solver) + rounds.free(otherSolver), before + BOND / 2, "half of its own bond");
    }

    function test_only_the_judge_strikes_and_tells_conflicts() public {
        refused(abi.encodeWithSelector(IRounds.NotTheJudge.selector, otherSolver, judge));
        vm.prank(otherSolver);
        rounds.strike(id, 0, digests[id][0], otherSolver, 1);
        refused(abi.encodeWithSelector(IRounds.NotTheJudge.selector, coordinator, judge));
        vm.prank(coordinator);
        rounds.conflict(id, set(0, 1), digestsOf(id, set(0, 1)));
    }

    function test_a_round_keeps_the_judge_it_was_opened_with() public {
        vm.expectEmit();
        emit IRounds.Appointed(admin);
        vm.prank(admin);
        rounds.appoint(admin);
        assertEq(rounds.judge(), admin, "of later rounds");
        refused(abi.encodeWithSelector(IRounds.NotTheJudge.selector, admin, judge));
        vm.prank(admin);
        rounds.strike(id, 0, digests[id][0], admin, 1);
        struck(id, 0, stranger);
        assertEq(rounds.roundOf(aRound()).judge, admin, "a later round");
    }

    function test_only_the_admin_appoints_a_judge() public {
        refusedWithout(rounds.DEFAULT_ADMIN_ROLE(), judge);
        vm.prank(judge);
        rounds.appoint(stranger);
    }

    function test_a_round_without_a_judge_strikes_nothing() public {
        vm.prank(admin);
        rounds.appoint(address(0));
        uint256 other = aRound();
        challenged(other, words3(1, 2, 4), values3(60, 70, 80));
        refused(abi.encodeWithSelector(IRounds.NotTheJudge.selector, judge, address(0)));
        struck(other, 0, stranger);
    }

    function test_only_the_very_claim_that_was_judged_is_struck() public {
        refused(abi.encodeWithSelector(IClaims.NotTheClaim.selector, digests[id][0], digests[id][1]));
        vm.prank(judge);
        rounds.strike(id, 0, digests[id][1], stranger, 7);
        assertStatus(id, 0, IRounds.Status.Standing, "another claim was judged");
    }

    function test_a_conflict_is_between_the_very_claims_that_were_judged() public {
        bytes32[] memory judged = digestsOf(id, set(0, 2));
        refused(abi.encodeWithSelector(IClaims.NotTheClaim.selector, digests[id][1], digests[id][2]));
        vm.prank(judge);
        rounds.conflict(id, set(0, 1), judged);
        refused(abi.encodeWithSelector(IRounds.NoConflict.selector));
        vm.prank(judge);
        rounds.conflict(id, set(0, 1, 2), judged);
    }

    function test_nothing_is_struck_twice_or_dismissed_after() public {
        struck(id, 0, stranger);
        notStanding(0, IRounds.Status.Struck);
        struck(id, 0, stranger);
        digests[id][0] = 0;
        notStanding(0, IRounds.Status.Struck);
        struck(id, 0, stranger);
        notStanding(0, IRounds.Status.Struck);
        vm.prank(coordinator);
        rounds.dismiss(id, 0, "reason");
        notStanding(9, IRounds.Status.Sealed);
        struck(id, 9, stranger);
    }

    function test_claims_are_judged_in_the_window_alone() public {
        vm.warp(1_000_149);
        tooEarlyOrLate(1_000_150, 1_000_220);
        struck(id, 0, stranger);
        tooEarlyOrLate(1_000_150, 1_000_220);
        conflicting(id, set(0, 1));
        tooEarlyOrLate(1_000_150, 1_000_220);
        vm.prank(coordinator);
        rounds.dismiss(id, 0, "reason");
        vm.warp(1_000_220);
        tooEarlyOrLate(1_000_150, 1_000_220);
        struck(id, 0, stranger);
        tooEarlyOrLate(1_000_150, 1_000_220);
        conflicting(id, set(0, 1));
        tooEarlyOrLate(1_000_150, 1_000_220);
        vm.prank(coordinator);
        rounds.dismiss(id, 0, "reason");
    }

    function test_a_sealed_claim_cannot_be_struck() public {
        uint256 other = aRound();
        committed(other, solver, 1, 60);
        // Who commits to the bare hash of a lie cannot have it struck instead of losing the bond for silence.
        digests[other][1] = keccak256(bytesOf(draft(1, 60)));
        vm.prank(solver);
        rounds.commit(other, digests[other][1]);
        untilChallenge(other);
        digests[other][0] = rounds.claimOf(other, 0).digest;
        for (uint8 i = 0; i < 2; ++i) {
            notStanding(i, IRounds.Status.Sealed);
            struck(other, i, solver);
        }
    }

    // ── Dismissals ──

    function test_a_dismissed_claim_has_its_whole_bond_back() public {
        uint256 before = rounds.free(solver);
        vm.expectEmit();
        emit IRounds.Dismissed(id, 0, "reason");
        vm.prank(coordinator);
        rounds.dismiss(id, 0, "reason");
        assertEq(rounds.free(solver), before + BOND, "bond");
        untilAward(id);
        notStanding(0, IRounds.Status.Dismissed);
        awarded(id, set(0, 1, 2));
        awarded(id, set(1, 2));
        rounds.finalise(id);
    }

    function test_nobody_but_the_sponsor_dismisses() public {
        refused(abi.encodeWithSelector(IRounds.NotTheSponsor.selector, otherSolver, coordinator));
        vm.prank(otherSolver);
        rounds.dismiss(id, 0, "reason");
        bytes32 role = rounds.COORDINATOR_ROLE();
        vm.prank(admin);
        rounds.grantRole(role, stranger);
        refused(abi.encodeWithSelector(IRounds.NotTheSponsor.selector, stranger, coordinator));
        vm.prank(stranger);
        rounds.dismiss(id, 0, "reason");
    }

    // ── Conflicts ──

    function test_a_conflict_is_kept_with_the_claim_that_ranks_last() public {
        vm.expectEmit();
        emit IRounds.Conflicting(id, 2, 3);
        conflicting(id, set(2, 0, 1));
        assertEq(rounds.conflictsOf(id, 2).length, 1, "one");
        assertEq(rounds.conflictsOf(id, 2)[0], 3, "the others, as bits");
        untilAward(id);
        uint256 before = rounds.free(solver);
        awarded(id, set(0, 1, 2));
        assertStatus(id, 1, IRounds.Status.Accepted, "not all others were accepted before it");
        assertStatus(id, 2, IRounds.Status.Skipped, "all others are");
        assertTrue(rounds.free(solver) >= before + 2 * BOND, "and nobody was slashed");
    }

    function test_in_a_round_where_the_first_wins_the_latest_commitment_ranks_last() public {
        uint256 other = aFirstWinsRound();
        challenged(other, words3(1, 2, 4), values3(80, 70, 60));
        conflicting(other, set(0, 2));
        assertEq(rounds.conflictsOf(other, 2)[0], 1, "by number");
        untilAward(other);
        awarded(other, set(0, 1, 2));
        assertStatus(other, 2, IRounds.Status.Skipped, "the best, but the last");
    }

    function test_a_conflict_with_a_struck_claim_holds_nobody_back() public {
        conflicting(id, set(0, 1));
        struck(id, 0, stranger);
        untilAward(id);
        awarded(id, set(1, 2));
        assertStatus(id, 1, IRounds.Status.Accepted, "the other is gone");
    }

    function test_a_conflict_needs_two_different_standing_claims_of_different_demands() public {
        refused(abi.encodeWithSelector(IRounds.NoConflict.selector));
        conflicting(id, set(0));
        refused(abi.encodeWithSelector(IRounds.NoConflict.selector));
        conflicting(id, set(0, 1, 0));
        notStanding(3, IRounds.Status.Sealed);
        conflicting(id, set(0, 3));
        struck(id, 1, stranger);
        notStanding(1, IRounds.Status.Struck);
        conflicting(id, set(0, 1));

        uint256 other = aRound();
        challenged(other, words3(1, 3, 4), values3(60, 70, 80));
        refused(abi.encodeWithSelector(IRounds.SharedDemands.selector, uint8(1)));
        conflicting(other, set(0, 1));
    }

    function test_demands_are_compared_in_every_word() public {
        IRounds.Terms memory some = terms();
        some.demands = 512;
        uint256 other = opened(some);
        uint256[][2] memory covers = [list(1, 8), list(2, 8)];
        bytes[2] memory claims;
        for (uint256 i = 0; i < 2; ++i) {
            Draft memory one = draft(5, 100);
            one.cover = hashOf(covers[i]);
            claims[i] = bytesOf(one);
            committed(other, solver, claims[i]);
        }
        untilReveal(other);
        revealed(other, 0, solver, claims[0], covers[0]);
        revealed(other, 1, solver, claims[1], covers[1]);
        untilChallenge(other);
        refused(abi.encodeWithSelector(IRounds.SharedDemands.selector, uint8(1)));
        conflicting(other, set(0, 1));
        untilAward(other);
        awarded(other, set(0, 1));
        assertStatus(other, 1, IRounds.Status.Skipped, "it shares a demand of the second word");
    }

    function test_a_conflict_that_says_nothing_new_is_refused_and_a_sharper_one_replaces() public {
        conflicting(id, set(0, 1, 2));
        refused(abi.encodeWithSelector(IRounds.NothingNew.selector, uint8(2)));
        conflicting(id, set(2, 1, 0));
        conflicting(id, set(1, 2));
        assertEq(rounds.conflictsOf(id, 2).length, 1, "in the place of the weaker one");
        assertEq(rounds.conflictsOf(id, 2)[0], 2, "the sharper");
        refused(abi.encodeWithSelector(IRounds.NothingNew.selector, uint8(2)));
        conflicting(id, set(0, 1, 2));
        conflicting(id, set(0, 2));
        assertEq(rounds.conflictsOf(id, 2).length, 2, "neither is part of the other");
    }

    function test_a_flood_of_conflicts_ends_at_sixteen_and_their_claim_is_skipped() public {
        IRounds.Terms memory some = terms();
        some.demands = 18;
        uint256 other = opened(some);
        for (uint256 i = 0; i < 18; ++i) {
            committed(other, solver, 1 << i, uint64(60 + i));
        }
        untilReveal(other);
        for (uint8 i = 0; i < 18; ++i) {
            revealed(other, i, solver, 1 << i, 60 + i);
        }
        untilChallenge(other);
        for (uint8 i = 0; i < 16; ++i) {
            conflicting(other, set(i, 17));
        }
        refused(abi.encodeWithSelector(IRounds.NothingNew.selector, uint8(17)));
        conflicting(other, set(16, 17));
        for (uint8 i = 0; i < 16; ++i) {
            struck(other, i, stranger);
        }
        untilAward(other);
        awarded(other, set(16, 17));
        assertStatus(other, 17, IRounds.Status.Skipped, "fail safe, although none of the others was accepted");
        assertStatus(other, 16, IRounds.Status.Accepted, "another is not touched");
    }
}
