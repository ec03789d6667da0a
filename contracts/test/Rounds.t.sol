// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IRounds} from "../src/interfaces/IRounds.sol";
import {IStakes} from "../src/interfaces/IStakes.sol";
import {Rounds} from "../src/Rounds.sol";
import {RoundsStories} from "./RoundsStories.sol";

/// @notice Stakes, opening, committing and revealing: what works, and beside it who is refused.
contract RoundsTest is RoundsStories {
    // ── Stakes ──

    function test_whoputs_money_down_can_take_it_back() public {
        uint256 before = token.balanceOf(solver);
        vm.expectEmit();
        emit IStakes.Withdrawn(solver, 40_000);
        vm.prank(solver);
        rounds.withdraw(40_000);
        assertEq(rounds.free(solver), 60_000, "free");
        assertEq(token.balanceOf(solver), before + 40_000, "in hand");
    }

    function test_nobody_takes_more_than_its_own_free_money() public {
        refused(abi.encodeWithSelector(IStakes.StakeTooSmall.selector, solver, 100_000, 100_001));
        vm.prank(solver);
        rounds.withdraw(100_001);
        refused(abi.encodeWithSelector(IStakes.StakeTooSmall.selector, stranger, 0, 1));
        vm.prank(stranger);
        rounds.withdraw(1);
    }

    function test_a_locked_bond_cannot_be_taken_back() public {
        committed(aRound(), solver, 1, 60);
        refused(abi.encodeWithSelector(IStakes.StakeTooSmall.selector, solver, 100_000 - BOND, 100_000));
        vm.prank(solver);
        rounds.withdraw(100_000);
    }

    function test_a_token_that_says_no_puts_nothing_down() public {
        Rounds other = new Rounds(admin, IERC20(address(new Refusing())));
        refused(abi.encodeWithSelector(IStakes.TransferRefused.selector));
        other.deposit(5);
        assertEq(other.free(address(this)), 0, "nothing");
    }

    function test_a_token_that_calls_back_is_paid_out_once() public {
        Greedy greedy = new Greedy();
        Rounds other = new Rounds(admin, IERC20(address(greedy)));
        greedy.attack(other);
        assertEq(greedy.out(), 10, "what was put down, not more");
        assertEq(other.free(address(greedy)), 0, "nothing left");
    }

    // ── Opening ──

    function test_opening_locks_the_pot_and_says_when_phases_end() public {
        vm.expectEmit();
        emit IRounds.Opened(1, coordinator, terms(), 1_000_100, 1_000_150, 1_000_220);
        uint256 id = aRound();
        assertEq(rounds.free(coordinator), 100_000 - POT, "free");
        assertEq(rounds.roundOf(id).pot, POT, "pot");
        assertEq(rounds.roundOf(id).least, 1, "an improvement is at least one");
        assertEq(rounds.count(), 1, "count");
    }

    function test_only_a_coordinator_opens_and_only_with_its_own_money() public {
        IRounds.Terms memory some = terms();
        refusedWithout(rounds.COORDINATOR_ROLE(), solver);
        vm.prank(solver);
        rounds.open(some);
        some.pot = 100_001;
        refused(abi.encodeWithSelector(IStakes.StakeTooSmall.selector, coordinator, 100_000, 100_001));
        opened(some);
    }

    function test_terms_without_commitments_are_refused() public {
        for (uint256 i = 0; i < 3; ++i) {
            IRounds.Terms memory some = terms();
            if (i == 0) some.problem = 0;
            if (i == 1) some.targets = 0;
            if (i == 2) some.document = 0;
            refused(abi.encodeWithSelector(IRounds.NoCommitment.selector));
            opened(some);
        }
    }

    function test_every_number_of_the_terms_has_its_range() public {
        IRounds.Terms memory some = terms();
        some.demands = 0;
        outOfRange(some, "demands", 0, 1, 4096);
        some = terms();
        some.demands = 4097;
        outOfRange(some, "demands", 4097, 1, 4096);
        some = terms();
        some.most = 0;
        outOfRange(some, "most", 0, 1, 64);
        some = terms();
        some.most = 65;
        outOfRange(some, "most", 65, 1, 64);
        some = terms();
        some.pot = 0;
        outOfRange(some, "pot", 0, 1, type(uint96).max);
        some = terms();
        some.bond = 1;
        outOfRange(some, "bond", 1, 2, type(uint96).max);
        some = terms();
        some.commitSeconds = 0;
        outOfRange(some, "commitSeconds", 0, 1, 30 days);
        some = terms();
        some.revealSeconds = 0;
        outOfRange(some, "revealSeconds", 0, 1, 30 days);
        some = terms();
        some.challengeSeconds = 30 days + 1;
        outOfRange(some, "challengeSeconds", 30 days + 1, 0, 30 days);
        some = terms();
        some.baseline = 0;
        some.target = 0;
        outOfRange(some, "baseline", 0, 1, type(uint64).max);
        some = terms();
        some.target = some.baseline;
        outOfRange(some, "target", some.target, 0, some.baseline - 1);
        some = terms();
        some.least = some.baseline + 1;
        outOfRange(some, "least", some.least, 0, some.baseline);
    }

    function outOfRange(IRounds.Terms memory some, string memory term, uint256 given, uint256 least, uint256 most)
        private
    {
        refused(abi.encodeWithSelector(IRounds.TermOutOfRange.selector, term, given, least, most));
        opened(some);
    }

    // ── Committing ──

    function test_a_commitment_locks_a_bond_and_tells_only_the_seal() public {
        uint256 id = aRound();
        bytes32 sealed_ = rounds.seal(id, solver, keccak256("claim"), EVIDENCE, SALT);
        vm.expectEmit();
        emit IRounds.Committed(id, solver, 0, sealed_);
        vm.prank(solver);
        rounds.commit(id, sealed_);
        assertEq(rounds.free(solver), 100_000 - BOND, "free");
        assertEq(committed(id, solver, 1, 60), 1, "one solver may commit several");
        assertEq(rounds.roundOf(id).claims, 2, "claims");
    }

    function test_commitments_come_in_their_time_to_a_round_that_exists() public {
        uint256 id = aRound();
        refused(abi.encodeWithSelector(IRounds.NoSuchRound.selector, id + 1));
        vm.prank(solver);
        rounds.commit(id + 1, "seal");
        vm.warp(1_000_099);
        committed(id, solver, 1, 60);
        vm.warp(1_000_100);
        tooEarlyOrLate(0, 1_000_100);
        vm.prank(solver);
        rounds.commit(id, "seal");
    }

    function test_an_empty_seal_an_empty_purse_and_a_full_round_are_refused() public {
        IRounds.Terms memory some = terms();
        some.most = 1;
        uint256 id = opened(some);
        refused(abi.encodeWithSelector(IRounds.NoCommitment.selector));
        vm.prank(solver);
        rounds.commit(id, 0);
        refused(abi.encodeWithSelector(IStakes.StakeTooSmall.selector, stranger, 0, BOND));
        vm.prank(stranger);
        rounds.commit(id, "seal");
        committed(id, solver, 1, 60);
        refused(abi.encodeWithSelector(IRounds.RoundFull.selector, id, 1));
        vm.prank(solver);
        rounds.commit(id, "seal");
    }

    function test_a_pause_stops_opening_and_committing_and_nothing_else() public {
        uint256 id = aRound();
        committed(id, solver, 1, 60);
        committed(id, otherSolver, 2, 70);
        committed(id, otherSolver, 4, 70);
        vm.prank(pauser);
        rounds.pause();
        IRounds.Terms memory some = terms();
        refusedWhilePaused();
        opened(some);
        refusedWhilePaused();
        vm.prank(solver);
        rounds.commit(id, "seal");

        untilReveal(id);
        revealed(id, 0, solver, 1, 60);
        revealed(id, 1, otherSolver, 2, 70);
        revealed(id, 2, otherSolver, 4, 70);
        untilChallenge(id);
        struck(id, 0, stranger);
        vm.prank(coordinator);
        rounds.dismiss(id, 1, "reason");
        untilAward(id);
        awarded(id, set(2));
        rounds.finalise(id);
        vm.prank(stranger);
        rounds.withdraw(BOND / 2);
        assertEq(token.balanceOf(stranger), BOND / 2, "paid while paused");
    }

    // ── Revealing ──

    function test_a_revealed_claim_stands_with_what_it_says() public {
        uint256 id = aRound();
        bytes memory claim = bytesOf(draft(5, 150));
        committed(id, solver, claim);
        untilReveal(id);
        vm.expectEmit();
        emit IRounds.Revealed(id, 0, solver, claim, cover(5), EVIDENCE);
        revealed(id, 0, solver, claim, cover(5));
        IRounds.Claim memory one = rounds.claimOf(id, 0);
        assertEq(one.digest, keccak256(claim), "digest");
        assertEq(one.solver, solver, "solver");
        assertEq(one.improvement, 50, "improvement");
        assertEq(one.value, 150, "value");
        assertEq(one.baseline, 200, "baseline");
        assertEq(one.target, 120, "target");
        assertStatus(id, 0, IRounds.Status.Standing, "status");
        assertEq(rounds.coveredWord(id, 0, 0), 5, "covered");
    }

    function test_a_copied_seal_is_worth_nothing() public {
        uint256 id = aRound();
        bytes memory claim = bytesOf(draft(5, 150));
        bytes32 sealed_ = rounds.seal(id, solver, keccak256(claim), EVIDENCE, SALT);
        vm.prank(otherSolver);
        rounds.commit(id, sealed_); // seen in the pool of transactions, and sent first
        committed(id, solver, claim);
        untilReveal(id);
        revealed(id, 1, solver, claim, cover(5));
        // Now the copier knows all that was sealed.
        wrongSeal(id, 0, otherSolver, claim, EVIDENCE, SALT);
        // Nor can it pass for the other's: the sender is in the seal, so this one is the solver's own to open.
        wrongSeal(id, 0, stranger, claim, EVIDENCE, SALT);
    }

    function test_a_seal_is_for_one_contract_and_one_chain() public {
        bytes32 here = rounds.seal(1, solver, METADATA, EVIDENCE, SALT);
        Rounds other = new Rounds(admin, token);
        assertTrue(here != other.seal(1, solver, METADATA, EVIDENCE, SALT), "contract");
        vm.chainId(7);
        assertTrue(here != rounds.seal(1, solver, METADATA, EVIDENCE, SALT), "chain");
    }

    function test_another_claim_salt_evidence_index_or_round_does_not_open_a_seal() public {
        uint256 id = aRound();
        uint256 twin = aRound();
        bytes memory claim = bytesOf(draft(5, 150));
        committed(id, solver, claim);
        committed(id, solver, bytesOf(draft(2, 50)));
        bytes32 sealed_ = rounds.seal(id, solver, keccak256(claim), EVIDENCE, SALT);
        vm.prank(solver);
        rounds.commit(twin, sealed_);
        untilReveal(id);
        wrongSeal(id, 0, solver, bytesOf(draft(5, 149)), EVIDENCE, SALT);
        wrongSeal(id, 0, solver, claim, EVIDENCE, "salt");
        wrongSeal(id, 0, solver, claim, "evidence", SALT);
        wrongSeal(id, 1, solver, claim, EVIDENCE, SALT);
        wrongSeal(id, 2, solver, claim, EVIDENCE, SALT);
        wrongSeal(twin, 0, solver, claim, EVIDENCE, SALT);
        revealed(id, 0, solver, claim, cover(5));
        wrongSeal(id, 0, solver, claim, EVIDENCE, SALT); // only once
    }

    function wrongSeal(uint256 id, uint8 index, address who, bytes memory claim, bytes32 evidence, bytes32 salt)
        private
    {
        bytes32 there = rounds.claimOf(id, index).digest;
        bytes32 said = rounds.seal(id, who, keccak256(claim), evidence, salt);
        refused(abi.encodeWithSelector(IRounds.WrongSeal.selector, there, said));
        vm.prank(who);
        rounds.reveal(id, index, salt, claim, cover(5), evidence);
    }

    function test_seals_open_in_their_window_alone() public {
        uint256 id = aRound();
        committed(id, solver, 1, 60);
        committed(id, solver, 2, 60);
        vm.warp(1_000_099);
        tooEarlyOrLate(1_000_100, 1_000_150);
        revealed(id, 0, solver, 1, 60);
        vm.warp(1_000_100);
        revealed(id, 0, solver, 1, 60);
        vm.warp(1_000_150);
        tooEarlyOrLate(1_000_100, 1_000_150);
        revealed(id, 1, solver, 2, 60);
    }

    function test_a_claim_of_another_form_problem_or_measure_is_refused() public {
        uint256 id = aRound();
        Draft memory one = draft(5, 150);
        one.version = 2;
        refusedClaim(id, bytesOf(one), abi.encodeWithSelector(IRounds.NotAClaim.selector, 305));
        bytes memory longer = abi.encodePacked(bytesOf(draft(5, 150)), uint8(0));
        refusedClaim(id, longer, abi.encodeWithSelector(IRounds.NotAClaim.selector, 306));
        refusedClaim(id, "", abi.encodeWithSelector(IRounds.NotAClaim.selector, 0));
        one = draft(5, 150);
        one.problem = "another";
        refusedClaim(id, bytesOf(one), anotherProblem(one));
        one = draft(5, 150);
        one.targets = 0;
        refusedClaim(id, bytesOf(one), anotherProblem(one));
    }

    function anotherProblem(Draft memory one) private pure returns (bytes memory) {
        bytes32 expected = keccak256(abi.encodePacked(PROBLEM, TARGETS));
        bytes32 said = keccak256(abi.encodePacked(one.problem, one.targets));
        return abi.encodeWithSelector(IRounds.AnotherProblem.selector, said, expected);
    }

    function test_a_bound_that_its_sums_do_not_prove_is_refused() public {
        uint256 id = aRound();
        Draft memory one = draft(5, 150);
        one.bound = 3; // (2000 - 500) / 1000 = 1.5, rounded up 2
        refusedClaim(id, bytesOf(one), abi.encodeWithSelector(IRounds.BoundNotProved.selector, uint64(3), 2));
        one = draft(5, 150);
        (one.scale, one.bound) = (0, 0);
        refusedClaim(id, bytesOf(one), abi.encodeWithSelector(IRounds.BoundNotProved.selector, uint64(0), 0));
        one = draft(5, 150);
        (one.prices, one.bound) = (type(uint64).max, 1);
        refusedClaim(id, bytesOf(one), abi.encodeWithSelector(IRounds.BoundNotProved.selector, uint64(1), 0));
        one.bound = 0;
        acceptedClaim(id, bytesOf(one), cover(5));
    }

    function test_a_bitmap_covers_something_and_nothing_that_is_no_demand() public {
        uint256 id = aRound();
        Draft memory one = draft(5, 150);
        wrongCover(id, one, cover(4)); // not the one it names
        uint256[][4] memory wrong =
            [cover(0), cover(1 << 8), list(5, 0), new uint256[](0)]; // nothing; a ninth demand; two words; none
        for (uint256 i = 0; i < wrong.length; ++i) {
            one.cover = hashOf(wrong[i]);
            wrongCover(id, one, wrong[i]);
        }
        one.cover = hashOf(cover(0xFF));
        acceptedClaim(id, bytesOf(one), cover(0xFF));
    }

    function test_a_bitmap_of_many_words_is_kept_word_by_word() public {
        IRounds.Terms memory some = terms();
        some.demands = 512;
        uint256 id = opened(some);
        Draft memory one = draft(5, 150);
        one.cover = hashOf(list(0, type(uint256).max));
        acceptedClaim(id, bytesOf(one), list(0, type(uint256).max));
        assertEq(rounds.coveredWord(id, 0, 0), 0, "first");
        assertEq(rounds.coveredWord(id, 0, 1), type(uint256).max, "second, full to the last bit");
    }

    function test_what_does_not_improve_enough_is_no_claim() public {
        IRounds.Terms memory some = terms();
        some.least = 10;
        uint256 id = opened(some);
        refusedClaim(id, bytesOf(draft(5, 191)), tooLittle(191, 10));
        refusedClaim(id, bytesOf(draft(5, 500)), tooLittle(500, 10));
        acceptedClaim(id, bytesOf(draft(5, 190)), cover(5));
        id = aRound();
        refusedClaim(id, bytesOf(draft(5, 200)), tooLittle(200, 1));
        acceptedClaim(id, bytesOf(draft(5, 199)), cover(5));
    }

    function tooLittle(uint256 value, uint64 least) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IRounds.TooLittle.selector, uint64(200), value, least);
    }

    function test_the_largest_numbers_neither_overflow_nor_pass() public {
        uint256 id = aRound();
        Draft memory one = draft(5, 150);
        (one.work, one.transport) = (type(uint64).max, type(uint64).max);
        uint256 value = 2 * uint256(type(uint64).max);
        refusedClaim(id, bytesOf(one), tooLittle(value, 1));
        (one.work, one.transport, one.baseline) = (0, 0, type(uint64).max);
        acceptedClaim(id, bytesOf(one), cover(5));
        assertEq(rounds.claimOf(id, 1).improvement, type(uint64).max, "as it says; a lie for the judge");
    }

    function test_a_part_whose_target_is_not_below_its_baseline_earns_nothing_so_it_is_refused() public {
        uint256 id = aRound();
        Draft memory one = draft(5, 150);
        one.target = 200;
        bytes memory error = abi.encodeWithSelector(IRounds.NothingToGain.selector, uint64(200), uint64(200));
        refusedClaim(id, bytesOf(one), error);
    }

    /// @dev All of these share a moment: commit, look, reveal, and back to the time of commitments.
    function refusedClaim(uint256 id, bytes memory claim, bytes memory error) private {
        revealRefused(id, claim, cover(5), error);
    }

    function wrongCover(uint256 id, Draft memory one, uint256[] memory words) private {
        revealRefused(id, bytesOf(one), words, abi.encodeWithSelector(IRounds.WrongCover.selector));
    }

    function revealRefused(uint256 id, bytes memory claim, uint256[] memory words, bytes memory error) private {
        uint256 time = block.timestamp;
        uint8 index = committed(id, solver, claim);
        untilReveal(id);
        refused(error);
        revealed(id, index, solver, claim, words);
        vm.warp(time);
    }

    function acceptedClaim(uint256 id, bytes memory claim, uint256[] memory words) private {
        uint8 index = committed(id, solver, claim);
        untilReveal(id);
        revealed(id, index, solver, claim, words);
        assertStatus(id, index, IRounds.Status.Standing, "accepted");
    }
}

/// @notice A token that moves nothing and says so.
contract Refusing {
    function balanceOf(address) external pure returns (uint256) {
        return 0;
    }

    function transferFrom(address, address, uint256) external pure returns (bool) {
        return false;
    }
}

/// @notice A token whose `transfer` asks for the same money again.
contract Greedy {
    Rounds private _rounds;
    uint256 public out;
    mapping(address holder => uint256) public balanceOf;

    function attack(Rounds rounds) external {
        _rounds = rounds;
        rounds.deposit(10);
        rounds.withdraw(10);
    }

    function transferFrom(address, address to, uint256 amount) external returns (bool) {
        balanceOf[to] += amount;
        return true;
    }

    function transfer(address, uint256 amount) external returns (bool) {
        out += amount;
        try _rounds.withdraw(amount) {} catch {}
        return true;
    }
}
