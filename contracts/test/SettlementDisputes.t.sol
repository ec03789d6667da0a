// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Deal} from "../src/interfaces/Deal.sol";
import {ISettlement} from "../src/interfaces/ISettlement.sol";
import {SettlementRule} from "../src/SettlementRule.sol";
import {DealStories} from "./DealStories.sol";

/// @notice Disputes, from the customer's evidence to the last word, and silence at every step.
contract SettlementDisputesTest is DealStories {
    uint256[5] private _before;

    function notNow(uint256 until) internal {
        notNow(0, until);
    }

    function notNow(uint256 from, uint256 until) internal {
        refused(abi.encodeWithSignature("NotNow(uint256,uint256,uint256)", block.timestamp, from, until));
    }

    function aDispute() internal returns (uint256 number, Deal memory deal) {
        (number, deal) = aDelivery();
        _before = purses(deal);
        disputed(number, deal, 0);
    }

    /// @dev The member got this share of the first milestone, and everybody what follows from it.
    function assertShared(Deal memory deal, uint32 share) internal view {
        SettlementRule.Parts memory parts = settlement.split(deal, 0, share, 0);
        assertEq(parts.member, uint256(PRICE) * share / WHOLE + uint256(40_00) * share / WHOLE + uint256(SUBSIDY) * share / WHOLE, "by hand");
        assertPaid(_before, deal, parts);
    }

    function test_a_ruling_moves_nothing_before_it_can_no_longer_be_appealed() public {
        (uint256 number, Deal memory deal) = aDispute();
        vm.expectEmit(address(settlement));
        emit ISettlement.RuledOn(number, 0, 300_000, REASON);
        ruled(arbiter, number, deal, 0, 300_000);
        vm.warp(block.timestamp + deal.conditions.appeal - 1);
        notYet(number, 0, ISettlement.Stage.Ruled);
        settled(number, deal, 0);
        vm.warp(block.timestamp + 1);
        address one = deal.milestones[0].member;
        notNow(block.timestamp - deal.conditions.appeal, block.timestamp);
        appealed(one, number, deal, 0);
        settled(number, deal, 0);
        assertShared(deal, 300_000);
    }

    function test_the_second_arbiter_has_the_last_word() public {
        (uint256 number, Deal memory deal) = aDispute();
        ruled(arbiter, number, deal, 0, 0);
        address one = deal.milestones[0].member;
        vm.expectEmit(address(settlement));
        emit ISettlement.Appealed(number, 0, one, 0, EVIDENCE);
        appealed(one, number, deal, 0);
        wrongStage(number, 0, ISettlement.Stage.Appealed);
        appealed(customer, number, deal, 0);
        notYours(arbiter, secondArbiter);
        ruled(arbiter, number, deal, 0, 0);
        vm.expectEmit(address(settlement));
        emit ISettlement.FinallyRuled(number, 0, 900_000, REASON);
        ruled(secondArbiter, number, deal, 0, 900_000);
        assertShared(deal, 900_000);
        wrongStage(number, 0, ISettlement.Stage.Settled);
        ruled(secondArbiter, number, deal, 0, 0);
    }

    function test_if_the_arbiter_is_silent_the_deal_decides_after_a_time() public {
        (uint256 number, Deal memory deal) = aDispute();
        uint256 silent = block.timestamp + deal.conditions.ruling;
        vm.warp(silent);
        notNow(silent);
        ruled(arbiter, number, deal, 0, 0);
        vm.warp(silent + deal.conditions.appeal - 1);
        notYet(number, 0, ISettlement.Stage.Disputed);
        settled(number, deal, 0);
        vm.warp(silent + deal.conditions.appeal);
        settled(number, deal, 0);
        assertShared(deal, 500_000);
    }

    function test_what_silence_decides_can_be_appealed_too_but_not_before() public {
        (uint256 number, Deal memory deal) = aDispute();
        uint256 silent = block.timestamp + deal.conditions.ruling;
        notNow(silent, silent + deal.conditions.appeal);
        appealed(customer, number, deal, 0);
        vm.warp(silent);
        appealed(customer, number, deal, 0);
        ruled(secondArbiter, number, deal, 0, 100_000);
        assertShared(deal, 100_000);
    }

    function test_if_the_second_arbiter_is_silent_the_first_ruling_stands() public {
        (uint256 number, Deal memory deal) = aDispute();
        ruled(arbiter, number, deal, 0, 700_000);
        appealed(customer, number, deal, 0);
        uint256 silent = block.timestamp + deal.conditions.ruling;
        vm.warp(silent - 1);
        notYet(number, 0, ISettlement.Stage.Appealed);
        settled(number, deal, 0);
        vm.warp(silent);
        notNow(silent);
        ruled(secondArbiter, number, deal, 0, 0);
        endsAs(number, deal, ISettlement.Ending.Ruled, 700_000);
        settled(number, deal, 0);
        assertShared(deal, 700_000);
    }

    function endsAs(uint256 number, Deal memory deal, ISettlement.Ending ending, uint32 share) internal {
        SettlementRule.Parts memory parts = settlement.split(deal, 0, share, 0);
        address one = deal.milestones[0].member;
        uint40 time = uint40(block.timestamp);
        vm.expectEmit(address(settlement));
        emit ISettlement.Settled(
            number, customer, one, deal.order, 0, ending, true, share, UNRATED, 0, PRICE, parts, time
        );
    }

    function test_if_both_are_silent_the_deal_decides_and_nobody_has_ruled() public {
        (uint256 number, Deal memory deal) = aDispute();
        vm.warp(block.timestamp + deal.conditions.ruling);
        appealed(deal.milestones[0].member, number, deal, 0);
        vm.warp(block.timestamp + deal.conditions.ruling);
        endsAs(number, deal, ISettlement.Ending.Undecided, 500_000);
        settled(number, deal, 0);
        assertShared(deal, 500_000);
    }

    function test_either_side_may_yield_while_it_is_disputed() public {
        (uint256 number, Deal memory deal) = aDispute();
        vm.expectEmit(address(settlement));
        emit ISettlement.Settled(
            number,
            customer,
            deal.milestones[0].member,
            deal.order,
            0,
            ISettlement.Ending.Accepted,
            true,
            WHOLE,
            100_000,
            0,
            PRICE,
            settlement.split(deal, 0, WHOLE, 0),
            uint40(block.timestamp)
        );
        accepted(number, deal, 0, 100_000);
        assertShared(deal, WHOLE);

        (number, deal) = aDispute();
        ruled(arbiter, number, deal, 0, WHOLE);
        vm.prank(deal.milestones[0].member);
        settlement.giveUp(number, deal, 0);
        assertShared(deal, 0);
    }

    function test_a_dispute_comes_within_the_review_or_not_at_all() public {
        (uint256 number, Deal memory deal) = aDelivery();
        uint256 end = block.timestamp + deal.conditions.review;
        vm.warp(end);
        notNow(end);
        disputed(number, deal, 0);
        vm.warp(end - 1);
        disputed(number, deal, 0);
    }

    function test_only_named_arbiters_with_their_role_rule_and_only_parties_appeal() public {
        (uint256 number, Deal memory deal) = aDispute();
        bytes32 role = settlement.ARBITER_ROLE();
        refusedWithout(role, stranger);
        ruled(stranger, number, deal, 0, 0);
        notYours(secondArbiter, arbiter);
        ruled(secondArbiter, number, deal, 0, 0);
        refused(abi.encodeWithSelector(ISettlement.MoreThanAll.selector, WHOLE + 1));
        ruled(arbiter, number, deal, 0, WHOLE + 1);
        vm.prank(admin);
        settlement.revokeRole(role, arbiter);
        refusedWithout(role, arbiter);
        ruled(arbiter, number, deal, 0, 0);
        vm.prank(admin);
        settlement.grantRole(role, arbiter);
        ruled(arbiter, number, deal, 0, 0);
        address other = deal.milestones[1].member;
        refused(abi.encodeWithSelector(ISettlement.NoParty.selector, other));
        appealed(other, number, deal, 0);
        refused(abi.encodeWithSelector(ISettlement.NoParty.selector, coordinator));
        appealed(coordinator, number, deal, 0);
    }

    function test_lateness_counts_beside_a_ruling() public {
        (uint256 number, Deal memory deal) = anAgreement();
        started(number, deal, 0);
        vm.warp(deal.milestones[0].due + 120);
        delivered(number, deal, 0);
        _before = purses(deal);
        disputed(number, deal, 0);
        ruled(arbiter, number, deal, 0, 500_000);
        vm.warp(block.timestamp + deal.conditions.appeal);
        settled(number, deal, 0);
        assertPaid(_before, deal, settlement.split(deal, 0, 500_000, 120));
        assertEq(settlement.free(deal.milestones[0].member), 495_00 + 20_00 + 30_00, "half of 990.00, of 40.00 and of 60.01");
    }
}
