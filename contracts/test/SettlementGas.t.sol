// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Deal} from "../src/interfaces/Deal.sol";
import {IAgreements} from "../src/interfaces/IAgreements.sol";
import {ISettlement} from "../src/interfaces/ISettlement.sol";
import {DealStories} from "./DealStories.sol";
import {Measured} from "./Measured.sol";

/// @notice What agreements and their settlement cost, as whole transactions, like GasTest. Whoever is paid has nothing free before,
/// unless it says otherwise: each purse is a slot that was zero.
contract SettlementGasTest is DealStories, Measured {
    function test_propose_decline_revise_and_activate() public {
        members(5);
        Deal memory deal = dealFor(aPlannedOrder());
        uint256 number = proposed(deal);
        measured("propose an agreement of five milestones", 0);
        vm.prank(vm.addr(keys[2]));
        agreements.decline(number, deal, IAgreements.Reason.Price);
        measured("decline an agreement of five milestones", 0);
        deal.version = 2;
        vm.prank(coordinator);
        agreements.revise(number, deal);
        measured("revise an agreement of five milestones", 0);
        activated(number, deal);
        measured("activate an agreement of a customer and five members", 400_000);
    }

    function test_activate_an_agreement_of_five_parties() public {
        members(4);
        Deal memory deal = dealFor(aPlannedOrder());
        uint256 number = proposed(deal);
        activated(number, deal);
        measured("activate an agreement of five parties", 400_000);
    }

    function test_an_instalment_and_an_advance() public {
        members(2);
        Deal memory deal = dealFor(aPlannedOrder());
        deal.milestones[1].fundBy = deal.milestones[1].startBy;
        uint256 number = proposed(deal);
        activated(number, deal);
        vm.prank(customer);
        settlement.fund(number, deal, one8(1));
        measured("pay an instalment in", 0);
        ISettlement.Advance memory terms = ISettlement.Advance(address(0), 700_00, 800_00, uint40(block.timestamp) + 10);
        vm.prank(deal.milestones[1].member);
        settlement.askAdvance(number, deal, 1, terms);
        measured("ask an advance", 0);
        vm.prank(coordinator);
        settlement.giveAdvance(number, deal, 1, terms);
        measured("give an advance", 0);
        started(number, deal, 1);
        delivered(number, deal, 1);
        accepted(number, deal, 1, WHOLE);
        measured("accept work, and repay its advance", 0);
    }

    function test_accept_and_settle_an_order() public {
        members(4);
        orderAccepted();
        measured("accept and settle an order of five parties", 250_000);
        orderAccepted();
        measured("accept and settle an order of five parties, all paid before", 250_000);
        members(1);
        (uint256 number, Deal memory deal) = anAgreement();
        started(number, deal, 0);
        measured("start a milestone", 0);
        delivered(number, deal, 0);
        measured("deliver a milestone", 0);
        accepted(number, deal, 0, WHOLE);
        measured("accept and settle an order of two parties, all paid before", 0);
    }

    function orderAccepted() private {
        (uint256 number, Deal memory deal) = anAgreement();
        uint8[] memory all = new uint8[](keys.length);
        uint32[] memory ratings = new uint32[](keys.length);
        for (uint8 i = 0; i < keys.length; ++i) {
            (all[i], ratings[i]) = (i, 900_000 + i);
            started(number, deal, i);
            delivered(number, deal, i);
        }
        vm.prank(customer);
        settlement.accept(number, deal, all, ratings);
    }

    function test_dispute_rule_appeal_and_rule() public {
        (uint256 number, Deal memory deal) = aDelivery();
        disputed(number, deal, 0);
        measured("dispute a milestone", 0);
        ruled(arbiter, number, deal, 0, 0);
        measured("rule on a dispute", 0);
        appealed(vm.addr(keys[0]), number, deal, 0);
        measured("appeal a ruling", 0);
        ruled(secondArbiter, number, deal, 0, 500_000);
        measured("rule on an appeal", 0);
    }

    function test_settle_fifty_orders_of_members_that_are_paid_for_the_first_time() public {
        ISettlement.Batch[] memory all = fifty(50);
        vm.prank(stranger);
        assertEq(settlement.settleMany(all), 50, "all");
        report("settle, per order, of 50 in a batch, each of another new member", vm.lastCallGas().gasTotalUsed / 50, 60_000);
    }

    function test_settle_fifty_orders_of_ten_members() public {
        ISettlement.Batch[] memory all = fifty(10);
        vm.prank(stranger);
        assertEq(settlement.settleMany(all), 50, "all");
        report("settle, per order, of 50 in a batch, of ten members", vm.lastCallGas().gasTotalUsed / 50, 60_000);
    }

    /// @dev Fifty deliveries whose review is over, one milestone each.
    function fifty(uint256 workers) private returns (ISettlement.Batch[] memory all) {
        putDown(customer, 100_000_00);
        putDown(coordinator, 100_000_00);
        all = new ISettlement.Batch[](50);
        for (uint256 i = 0; i < 50; ++i) {
            delete keys;
            keys.push(0x5E00 + i % workers);
            (uint256 number, Deal memory deal) = aDelivery();
            all[i] = ISettlement.Batch(number, new uint8[](1), deal);
        }
        vm.warp(block.timestamp + conditions().review);
    }
}
