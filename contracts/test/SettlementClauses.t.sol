// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Deal} from "../src/interfaces/Deal.sol";
import {IAgreements} from "../src/interfaces/IAgreements.sol";
import {ISettlement} from "../src/interfaces/ISettlement.sol";
import {DealStories} from "./DealStories.sol";

/// @notice Where all have signed who bears what, an arbiter finds a cause, and the clause says what follows.
contract SettlementClausesTest is DealStories {
    uint256[5] private _before;

    /// @dev The member bears all of bad quality, 0.4 of a breakdown, 0.25 of transport.
    function aDisputeUnderAClause() private returns (uint256 number, Deal memory deal) {
        deal = dealFor(aPlannedOrder());
        deal.conditions.liability = clause(WHOLE, 400_000, 250_000);
        number = proposed(deal);
        activated(number, deal);
        started(number, deal, 0);
        delivered(number, deal, 0);
        _before = purses(deal);
        disputed(number, deal, 0);
    }

    function clauseStands(uint256 number) private {
        refused(abi.encodeWithSelector(ISettlement.ClauseStands.selector, number, 0));
    }

    function endsAfter(ISettlement.Cause cause, uint32 share) private {
        (uint256 number, Deal memory deal) = aDisputeUnderAClause();
        vm.expectEmit(address(settlement));
        emit ISettlement.CauseFound(number, 0, cause);
        vm.expectEmit(address(settlement));
        emit ISettlement.RuledOn(number, 0, share, REASON);
        ruledByCause(arbiter, number, deal, 0, cause);
        vm.warp(block.timestamp + deal.conditions.appeal);
        settled(number, deal, 0);
        assertPaid(_before, deal, settlement.split(deal, 0, share, 0));
    }

    function test_the_clause_makes_a_share_of_every_cause() public {
        endsAfter(ISettlement.Cause.Quality, 0);
        endsAfter(ISettlement.Cause.Breakdown, 600_000);
        endsAfter(ISettlement.Cause.Transport, 750_000);
        endsAfter(ISettlement.Cause.None, WHOLE);
    }

    function test_an_arbiter_cannot_rule_by_share_against_a_clause_nor_the_second_one() public {
        (uint256 number, Deal memory deal) = aDisputeUnderAClause();
        clauseStands(number);
        ruled(arbiter, number, deal, 0, 999_999);
        ruledByCause(arbiter, number, deal, 0, ISettlement.Cause.Quality);
        appealed(deal.milestones[0].member, number, deal, 0);
        clauseStands(number);
        ruled(secondArbiter, number, deal, 0, WHOLE);
        ruledByCause(secondArbiter, number, deal, 0, ISettlement.Cause.Transport);
        assertPaid(_before, deal, settlement.split(deal, 0, 750_000, 0));
    }

    function test_a_share_counts_once_both_have_waived_the_clause_and_one_alone_waives_nothing() public {
        (uint256 number, Deal memory deal) = aDisputeUnderAClause();
        vm.expectEmit(address(settlement));
        emit ISettlement.ClauseWaived(number, 0, customer);
        waived(customer, number, deal, 0);
        waived(customer, number, deal, 0);
        clauseStands(number);
        ruled(arbiter, number, deal, 0, 500_001);
        waived(deal.milestones[0].member, number, deal, 0);
        ruled(arbiter, number, deal, 0, 500_001);
        assertEq(settlement.progressOf(number, 0).share, 500_001, "by share");
        // By cause still, if that is what the second one finds right.
        appealed(customer, number, deal, 0);
        ruledByCause(secondArbiter, number, deal, 0, ISettlement.Cause.Breakdown);
        assertPaid(_before, deal, settlement.split(deal, 0, 600_000, 0));
    }

    function test_only_its_parties_waive_and_only_in_a_dispute_of_their_own() public {
        (uint256 number, Deal memory deal) = aDisputeUnderAClause();
        address other = deal.milestones[1].member;
        refused(abi.encodeWithSelector(ISettlement.NoParty.selector, other));
        waived(other, number, deal, 0);
        refused(abi.encodeWithSelector(ISettlement.NoParty.selector, arbiter));
        waived(arbiter, number, deal, 0);
        wrongStage(number, 1, ISettlement.Stage.Agreed);
        waived(customer, number, deal, 1);
        accepted(number, deal, 0, UNRATED);
        wrongStage(number, 0, ISettlement.Stage.Settled);
        waived(customer, number, deal, 0);
    }

    function test_without_a_clause_there_is_no_cause_and_nothing_to_waive() public {
        (uint256 number, Deal memory deal) = aDelivery();
        disputed(number, deal, 0);
        refused(abi.encodeWithSelector(ISettlement.NoClause.selector, number));
        ruledByCause(arbiter, number, deal, 0, ISettlement.Cause.Quality);
        refused(abi.encodeWithSelector(ISettlement.NoClause.selector, number));
        waived(customer, number, deal, 0);
        ruled(arbiter, number, deal, 0, 123_456);
    }

    function test_nobody_brings_another_clause_than_was_signed() public {
        (uint256 number, Deal memory deal) = aDisputeUnderAClause();
        bytes32 signed = settlement.digestOf(number);
        deal.conditions.liability = clause(0, 0, 0);
        bytes32 given = keccak256(abi.encode(number, deal));
        refused(abi.encodeWithSelector(ISettlement.WrongDeal.selector, number, given, signed));
        ruledByCause(arbiter, number, deal, 0, ISettlement.Cause.Quality);
        deal.conditions.liability = 0;
        given = keccak256(abi.encode(number, deal));
        refused(abi.encodeWithSelector(ISettlement.WrongDeal.selector, number, given, signed));
        ruled(arbiter, number, deal, 0, WHOLE);
    }

    function test_only_the_named_arbiter_rules_by_cause_and_in_time() public {
        (uint256 number, Deal memory deal) = aDisputeUnderAClause();
        refusedWithout(settlement.ARBITER_ROLE(), customer);
        ruledByCause(customer, number, deal, 0, ISettlement.Cause.None);
        notYours(secondArbiter, arbiter);
        ruledByCause(secondArbiter, number, deal, 0, ISettlement.Cause.None);
        uint256 silent = block.timestamp + deal.conditions.ruling;
        vm.warp(silent);
        refused(abi.encodeWithSignature("NotNow(uint256,uint256,uint256)", silent, 0, silent));
        ruledByCause(arbiter, number, deal, 0, ISettlement.Cause.None);
    }

    function test_what_is_no_clause_is_no_deal(uint128 word) public {
        Deal memory deal = dealFor(aPlannedOrder());
        deal.conditions.liability = word;
        bool parts = uint32(word >> 64) <= WHOLE && uint32(word >> 32) <= WHOLE && uint32(word) <= WHOLE;
        if (word != 0 && (word >> 96 != 1 || !parts)) {
            refused(abi.encodeWithSelector(IAgreements.NotAClause.selector, word));
        }
        vm.prank(coordinator);
        agreements.propose(deal);
    }
}
