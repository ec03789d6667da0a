// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Clock} from "../src/Clock.sol";
import {Deal} from "../src/interfaces/Deal.sol";
import {IAgreements} from "../src/interfaces/IAgreements.sol";
import {ISettlement} from "../src/interfaces/ISettlement.sol";
import {IStakes} from "../src/interfaces/IStakes.sol";
import {SettlementRule} from "../src/SettlementRule.sol";
import {DealStories} from "./DealStories.sol";

/// @notice Instalments, and advances on what members will be paid: each success beside the ways to spoil it.
contract FinancingTest is DealStories {
    address internal financier = vm.addr(0xF1);
    address internal author = vm.addr(0xA07);
    uint96 internal constant NOW = 700_00;
    uint96 internal constant REPAY = 800_00;

    function setUp() public override {
        super.setUp();
        putDown(financier, PUT_DOWN);
        putDown(stranger, PUT_DOWN);
    }

    function notNow(uint256 from, uint256 until) internal {
        refused(abi.encodeWithSelector(Clock.NotNow.selector, block.timestamp, from, until));
    }

    function asked_() internal view returns (ISettlement.Advance memory) {
        return ISettlement.Advance(financier, NOW, REPAY, uint40(block.timestamp) + 1_000);
    }

    function asked(uint256 number, Deal memory deal, ISettlement.Advance memory its) internal {
        vm.prank(deal.milestones[0].member);
        settlement.askAdvance(number, deal, 0, its);
    }

    function given(address by, uint256 number, Deal memory deal, ISettlement.Advance memory its) internal {
        vm.prank(by);
        settlement.giveAdvance(number, deal, 0, its);
    }

    function anAdvance() internal returns (uint256 number, Deal memory deal) {
        (number, deal) = anAgreement();
        ISettlement.Advance memory its = asked_();
        asked(number, deal, its);
        given(financier, number, deal, its);
    }

    function done(uint256 number, Deal memory deal) internal {
        started(number, deal, 0);
        delivered(number, deal, 0);
    }

    // ── Advances ─────────────────────────────────────────────────────────────────────────────────────────────────────

    function test_a_member_has_money_at_once_and_the_financier_is_paid_first() public {
        (uint256 number, Deal memory deal) = anAdvance();
        address one = deal.milestones[0].member;
        assertEq(settlement.free(one), NOW, "at once");
        assertEq(settlement.free(financier), PUT_DOWN - NOW, "from the financier");
        assertEq(settlement.owedOf(number, 0).financier, financier, "whose");
        assertEq(settlement.owedOf(number, 0).amount, REPAY, "how much");
        done(number, deal);
        accepted(number, deal, 0, UNRATED);
        assertEq(settlement.free(financier), PUT_DOWN - NOW + REPAY, "repaid");
        assertEq(settlement.free(one), NOW + PRICE + COMPENSATION - REPAY, "the rest is the member's");
    }

    function test_whoever_ends_the_work_and_however_the_member_cannot_go_round_the_financier() public {
        (uint256 number, Deal memory deal) = anAdvance();
        done(number, deal);
        disputed(number, deal, 0);
        ruled(arbiter, number, deal, 0, 500_000);
        vm.warp(block.timestamp + 100);
        settled(number, deal, 0);
        uint256 earned = PRICE / 2 + uint256(COMPENSATION - SUBSIDY) / 2 + uint256(SUBSIDY) / 2;
        assertEq(settlement.free(financier), PUT_DOWN - NOW + earned, "all that the member was paid, as it is below what is owed");
        assertEq(settlement.free(deal.milestones[0].member), NOW, "nothing more");
    }

    function test_the_financier_bears_that_work_fails() public {
        (uint256 number, Deal memory deal) = anAdvance();
        uint256[5] memory before = purses(deal);
        vm.prank(deal.milestones[0].member);
        settlement.giveUp(number, deal, 0);
        SettlementRule.Parts memory parts = settlement.split(deal, 0, 0, 0);
        assertPaid(before, deal, parts);
        assertEq(parts.member, 0, "nothing was earned");
        assertEq(settlement.free(financier), PUT_DOWN - NOW, "and nothing came back");
    }

    function test_every_share_is_divided_between_the_two_to_the_cent(uint32 share, uint96 amount, uint96 repay) public {
        share = share % (WHOLE + 1);
        repay = 1 + repay % (PRICE + COMPENSATION);
        amount = 1 + amount % repay;
        (uint256 number, Deal memory deal) = anAgreement();
        ISettlement.Advance memory its = ISettlement.Advance(address(0), amount, repay, uint40(block.timestamp) + 1);
        asked(number, deal, its);
        given(financier, number, deal, its);
        done(number, deal);
        disputed(number, deal, 0);
        ruled(arbiter, number, deal, 0, share);
        vm.warp(block.timestamp + 100);
        settled(number, deal, 0);
        uint256 earned = settlement.split(deal, 0, share, 0).member;
        uint256 back = settlement.free(financier) + amount - PUT_DOWN;
        assertEq(back, earned < repay ? earned : repay, "what is owed, as far as it was earned");
        assertEq(settlement.free(deal.milestones[0].member) - amount + back, earned, "nothing lost");
    }

    function test_an_advance_is_given_once() public {
        (uint256 number, Deal memory deal) = anAdvance();
        bytes memory already = abi.encodeWithSelector(ISettlement.AlreadyAdvanced.selector, number, 0, financier);
        ISettlement.Advance memory again = ISettlement.Advance(stranger, 1, 2, uint40(block.timestamp) + 10);
        vm.prank(deal.milestones[0].member);
        refused(already);
        settlement.askAdvance(number, deal, 0, again);
        vm.prank(stranger);
        refused(already);
        settlement.giveAdvance(number, deal, 0, again);
    }

    function test_two_that_give_at_once_do_not_both_pay() public {
        (uint256 number, Deal memory deal) = anAgreement();
        ISettlement.Advance memory its = ISettlement.Advance(address(0), NOW, REPAY, uint40(block.timestamp) + 10);
        asked(number, deal, its);
        given(stranger, number, deal, its);
        refusedTo(financier, number, deal, its, abi.encodeWithSelector(ISettlement.AlreadyAdvanced.selector, number, 0, stranger));
        assertEq(settlement.free(financier), PUT_DOWN, "paid nothing");
    }

    function test_a_member_that_changes_what_it_asks_gets_nothing_for_it() public {
        (uint256 number, Deal memory deal) = anAgreement();
        ISettlement.Advance memory seen = asked_();
        asked(number, deal, seen);
        ISettlement.Advance memory worse = asked_();
        worse.repay = NOW;
        asked(number, deal, worse);
        bytes memory changed = abi.encodeWithSelector(ISettlement.NotAsked.selector, number, 0);
        refusedTo(financier, number, deal, seen, changed);
        asked(number, deal, ISettlement.Advance(address(0), 0, 0, 0));
        refusedTo(financier, number, deal, worse, changed);
        // What was taken back is not asked, and not one of nothing to anyone.
        refusedTo(financier, number, deal, ISettlement.Advance(address(0), 0, 0, 0), changed);
    }

    function test_nobody_gives_what_is_for_another_or_over() public {
        (uint256 number, Deal memory deal) = anAgreement();
        ISettlement.Advance memory its = asked_();
        asked(number, deal, its);
        refusedTo(
            stranger, number, deal, its, abi.encodeWithSelector(ISettlement.NotYours.selector, stranger, financier)
        );
        vm.warp(its.until);
        vm.prank(financier);
        notNow(0, its.until);
        settlement.giveAdvance(number, deal, 0, its);
    }

    function test_only_the_member_asks() public {
        (uint256 number, Deal memory deal) = anAgreement();
        ISettlement.Advance memory its = asked_();
        vm.prank(customer);
        notYours(customer, deal.milestones[0].member);
        settlement.askAdvance(number, deal, 0, its);
    }

    function test_nothing_is_advanced_after_the_delivery_or_when_it_is_too_late() public {
        (uint256 number, Deal memory deal) = anAgreement();
        ISettlement.Advance memory its = asked_();
        its.until = type(uint40).max;
        asked(number, deal, its);
        uint256 then = block.timestamp;
        vm.warp(deal.milestones[0].startBy);
        vm.prank(financier);
        notNow(0, deal.milestones[0].startBy);
        settlement.giveAdvance(number, deal, 0, its);
        vm.warp(then);
        started(number, deal, 0);
        vm.warp(deal.milestones[0].due + deal.conditions.patience);
        vm.prank(financier);
        notNow(0, deal.milestones[0].due + deal.conditions.patience);
        settlement.giveAdvance(number, deal, 0, its);
        vm.warp(then);
        delivered(number, deal, 0);
        bytes memory late =
            abi.encodeWithSelector(ISettlement.WrongStage.selector, number, 0, ISettlement.Stage.Delivered);
        refusedTo(financier, number, deal, its, late);
        vm.prank(deal.milestones[0].member);
        refused(late);
        settlement.askAdvance(number, deal, 0, its);
    }

    function test_members_and_arbiters_of_the_deal_advance_nothing_of_it() public {
        (uint256 number, Deal memory deal) = anAgreement();
        address one = deal.milestones[0].member;
        ISettlement.Advance memory its = ISettlement.Advance(address(0), NOW, REPAY, uint40(block.timestamp) + 10);
        asked(number, deal, its);
        address[3] memory people = [one, arbiter, secondArbiter];
        for (uint256 i = 0; i < 3; ++i) {
            putDown(people[i], NOW);
            bytes memory why = abi.encodeWithSelector(ISettlement.NotAFinancier.selector, people[i]);
            refusedTo(people[i], number, deal, its, why);
            its.financier = people[i];
            vm.prank(one);
            refused(why);
            settlement.askAdvance(number, deal, 0, its);
            its.financier = address(0);
        }
    }

    function test_no_more_is_repaid_than_the_work_can_pay_and_no_less_than_was_given() public {
        (uint256 number, Deal memory deal) = anAgreement();
        uint256 most = PRICE + COMPENSATION;
        uint96[2][3] memory wrong = [[NOW, uint96(most) + 1], [REPAY + 1, REPAY], [0, REPAY]];
        for (uint256 i = 0; i < 3; ++i) {
            ISettlement.Advance memory its = asked_();
            (its.amount, its.repay) = (wrong[i][0], wrong[i][1]);
            vm.prank(deal.milestones[0].member);
            refused(abi.encodeWithSelector(ISettlement.NoSuchAdvance.selector, its.amount, its.repay, most));
            settlement.askAdvance(number, deal, 0, its);
        }
    }

    function test_a_financier_without_money_gives_nothing() public {
        (uint256 number, Deal memory deal) = anAgreement();
        ISettlement.Advance memory its = asked_();
        its.financier = author;
        asked(number, deal, its);
        refusedTo(author, number, deal, its, abi.encodeWithSelector(IStakes.StakeTooSmall.selector, author, 0, NOW));
        assertEq(settlement.owedOf(number, 0).financier, address(0), "nobody's");
    }

    function refusedTo(address by, uint256 number, Deal memory deal, ISettlement.Advance memory its, bytes memory why)
        internal
    {
        vm.prank(by);
        refused(why);
        settlement.giveAdvance(number, deal, 0, its);
    }

    // ── Instalments ────────────────────────────────────────────────────────────────────────────────────────────────

    /// @dev Of the second milestone, 500 seconds before it has to be begun.
    function inInstalments() internal returns (uint256 number, Deal memory deal) {
        deal = dealFor(aPlannedOrder());
        deal.milestones[1].fundBy = deal.milestones[1].startBy - 500;
        number = proposed(deal);
        activated(number, deal);
    }

    function whole() internal pure returns (uint256) {
        return PRICE + (COMPENSATION - SUBSIDY) + PRICE * 20_000 / WHOLE + PRICE * 10_000 / WHOLE;
    }

    function paidIn(uint256 number, Deal memory deal) internal {
        vm.prank(customer);
        settlement.fund(number, deal, one8(1));
    }

    function test_the_agreement_locks_the_first_and_each_instalment_its_own() public {
        uint256 before = settlement.free(customer);
        (uint256 number, Deal memory deal) = inInstalments();
        assertEq(settlement.free(customer), before + DEPOSIT - whole(), "the first milestone");
        paidIn(number, deal);
        assertEq(settlement.free(customer), before + DEPOSIT - 2 * whole(), "and the second");
        for (uint8 i = 0; i < 2; ++i) {
            started(number, deal, i);
            delivered(number, deal, i);
            accepted(number, deal, i, UNRATED);
            assertEq(settlement.free(deal.milestones[i].member), PRICE + COMPENSATION, "paid in full");
        }
        assertEq(settlement.free(customer), before + DEPOSIT - 2 * whole(), "nothing left over");
    }

    function test_work_begins_only_when_its_instalment_is_there() public {
        (uint256 number, Deal memory deal) = inInstalments();
        bytes memory why = abi.encodeWithSelector(ISettlement.NotFunded.selector, number, 1);
        vm.prank(deal.milestones[1].member);
        refused(why);
        settlement.start(number, deal, 1);
        vm.prank(deal.milestones[1].member);
        refused(why);
        settlement.askAdvance(number, deal, 1, asked_());
        paidIn(number, deal);
        started(number, deal, 1);
    }

    function test_a_missed_instalment_ends_its_work_and_moves_nobody_elses_money() public {
        (uint256 number, Deal memory deal) = inInstalments();
        vm.warp(deal.milestones[1].fundBy - 1);
        vm.prank(stranger);
        notYet(number, 1, ISettlement.Stage.Agreed);
        settlement.settle(number, deal, one8(1));
        vm.warp(deal.milestones[1].fundBy);
        vm.prank(customer);
        notNow(0, deal.milestones[1].fundBy);
        settlement.fund(number, deal, one8(1));
        uint256[5] memory before = purses(deal);
        settled(number, deal, 1);
        assertPaid(before, deal, SettlementRule.Parts(0, 0, 0, 0, SUBSIDY));
        assertStage(number, 1, ISettlement.Stage.Settled, "ended");
        started(number, deal, 0);
    }

    function test_a_member_that_gives_up_unpaid_work_makes_no_money_for_the_customer() public {
        (uint256 number, Deal memory deal) = inInstalments();
        uint256[5] memory before = purses(deal);
        vm.prank(deal.milestones[1].member);
        settlement.giveUp(number, deal, 1);
        assertPaid(before, deal, SettlementRule.Parts(0, 0, 0, 0, SUBSIDY));
        vm.prank(customer);
        wrongStage(number, 1, ISettlement.Stage.Settled);
        settlement.fund(number, deal, one8(1));
    }

    function test_an_instalment_is_the_customers_and_paid_once() public {
        (uint256 number, Deal memory deal) = inInstalments();
        vm.prank(stranger);
        notYours(stranger, customer);
        settlement.fund(number, deal, one8(1));
        paidIn(number, deal);
        for (uint8 i = 0; i < 2; ++i) {
            vm.prank(customer);
            refused(abi.encodeWithSelector(ISettlement.NothingToFund.selector, number, i));
            settlement.fund(number, deal, one8(i));
        }
    }

    function test_something_is_paid_in_at_first_and_the_rest_before_it_is_begun() public {
        Deal memory deal = dealFor(aPlannedOrder());
        deal.milestones[0].fundBy = deal.milestones[0].startBy;
        deal.milestones[1].fundBy = deal.milestones[1].startBy;
        vm.prank(coordinator);
        refused(abi.encodeWithSelector(IAgreements.Missing.selector, "first instalment"));
        agreements.propose(deal);
        deal.milestones[0].fundBy = 0;
        uint40[2] memory wrong = [deal.deadline - 1, deal.milestones[1].startBy + 1];
        for (uint256 i = 0; i < 2; ++i) {
            deal.milestones[1].fundBy = wrong[i];
            vm.prank(coordinator);
            refused(
                abi.encodeWithSelector(
                    IAgreements.OutOfRange.selector, "fundBy", wrong[i], deal.deadline, deal.milestones[1].startBy
                )
            );
            agreements.propose(deal);
        }
    }
}
