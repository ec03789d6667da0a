// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Deal} from "../src/interfaces/Deal.sol";
import {IOrderBook} from "../src/interfaces/IOrderBook.sol";
import {ISettlement} from "../src/interfaces/ISettlement.sol";
import {IStakes} from "../src/interfaces/IStakes.sol";
import {Settlement} from "../src/Settlement.sol";
import {SettlementRule} from "../src/SettlementRule.sol";
import {DealStories} from "./DealStories.sol";

/// @notice A token that keeps one cent of everything it moves, or calls back while it pays out.
contract BadToken {
    mapping(address holder => uint256) public balanceOf;
    bool public keeps;
    bool public calls;
    bool public refusedTheSecond;

    function behave(bool keeps_, bool calls_) external {
        (keeps, calls) = (keeps_, calls_);
    }

    function mint(address to, uint256 amount) external {
        balanceOf[to] += amount;
    }

    function transferFrom(address from, address to, uint256 amount) external returns (bool) {
        balanceOf[from] -= amount;
        balanceOf[to] += keeps ? amount - 1 : amount;
        return true;
    }

    function transfer(address to, uint256 amount) external returns (bool) {
        if (calls) {
            (bool again,) = msg.sender.call(abi.encodeWithSelector(IStakes.withdraw.selector, amount));
            refusedTheSecond = !again;
        }
        balanceOf[msg.sender] -= amount;
        balanceOf[to] += amount;
        return true;
    }

    function putDown(Settlement there, uint256 amount) external {
        there.deposit(amount);
    }

    function takeOut(Settlement there, uint256 amount) external {
        there.withdraw(amount);
    }
}

/// @notice An order book in a token that keeps a cent of what it moves: it says 50, and 49 arrive.
contract StingyBook {
    IERC20 private immutable token;
    address private immutable customer;

    constructor(IERC20 token_, address customer_) {
        (token, customer) = (token_, customer_);
    }

    function handOver(uint256) external returns (address, uint96) {
        token.transfer(msg.sender, 49);
        return (customer, 50);
    }
}

contract SettlementTest is DealStories {
    function notNow(uint256 from, uint256 until) internal {
        refused(abi.encodeWithSignature("NotNow(uint256,uint256,uint256)", block.timestamp, from, until));
    }

    function parts(uint256 member, uint256 solver_, uint256 treasury_, uint256 customer_, uint256 proposer)
        internal
        pure
        returns (SettlementRule.Parts memory)
    {
        return SettlementRule.Parts(member, solver_, treasury_, customer_, proposer);
    }

    // The way it should go.

    function test_started_delivered_accepted_and_everybody_paid() public {
        (uint256 number, Deal memory deal) = anAgreement();
        uint256[5] memory before = purses(deal);
        vm.expectEmit(address(settlement));
        emit ISettlement.Started(number, 0);
        started(number, deal, 0);
        vm.expectEmit(address(settlement));
        emit ISettlement.Delivered(number, 0, EVIDENCE);
        delivered(number, deal, 0);
        SettlementRule.Parts memory paid = parts(PRICE + COMPENSATION, 20_00, 10_00, 0, 0);
        vm.expectEmit(address(settlement));
        emit ISettlement.Settled(
            number, customer, vm.addr(keys[0]), deal.order, 0, ISettlement.Ending.Accepted, false, WHOLE, 950_000, 0, PRICE, paid, uint40(block.timestamp)
        );
        accepted(number, deal, 0, 950_000);
        assertPaid(before, deal, paid);
        assertStage(number, 0, ISettlement.Stage.Settled, "settled");
        assertStage(number, 1, ISettlement.Stage.Agreed, "the other has not begun");
        vm.prank(vm.addr(keys[0]));
        settlement.withdraw(PRICE + COMPENSATION);
        assertEq(token.balanceOf(vm.addr(keys[0])), PRICE + COMPENSATION, "the member has its money");
    }

    function test_silence_accepts_after_the_review_and_anyone_may_say_so() public {
        (uint256 number, Deal memory deal) = aDelivery();
        uint256[5] memory before = purses(deal);
        vm.warp(block.timestamp + deal.conditions.review - 1);
        notYet(number, 0, ISettlement.Stage.Delivered);
        settled(number, deal, 0);
        vm.warp(block.timestamp + 1);
        settled(number, deal, 0);
        assertPaid(before, deal, parts(PRICE + COMPENSATION, 20_00, 10_00, 0, 0));
    }

    function test_many_are_settled_at_once_and_what_is_not_due_is_passed_over() public {
        (uint256 number, Deal memory deal) = aDelivery();
        (uint256 second, Deal memory other) = aDelivery();
        vm.warp(block.timestamp + deal.conditions.review);
        settled(second, other, 0);
        ISettlement.Batch[] memory all = new ISettlement.Batch[](2);
        uint8[] memory both = new uint8[](2);
        both[1] = 1;
        all[0] = ISettlement.Batch(number, both, deal);
        all[1] = ISettlement.Batch(second, both, other);
        vm.prank(stranger);
        assertEq(settlement.settleMany(all), 1, "one of four was due");
        assertStage(number, 0, ISettlement.Stage.Settled, "that one");
    }

    // Money that goes back.

    function test_work_that_never_starts_is_refunded_by_its_time() public {
        (uint256 number, Deal memory deal) = anAgreement();
        uint256[5] memory before = purses(deal);
        vm.warp(deal.milestones[0].startBy - 1);
        notYet(number, 0, ISettlement.Stage.Agreed);
        settled(number, deal, 0);
        vm.warp(deal.milestones[0].startBy);
        notNow(0, deal.milestones[0].startBy);
        started(number, deal, 0);
        settled(number, deal, 0);
        assertPaid(before, deal, parts(0, 0, 0, PRICE + COMPENSATION - SUBSIDY + 30_00, SUBSIDY));
    }

    function test_work_that_is_never_delivered_is_refunded_when_patience_is_over() public {
        (uint256 number, Deal memory deal) = anAgreement();
        uint256[5] memory before = purses(deal);
        started(number, deal, 0);
        uint256 end = deal.milestones[0].due + deal.conditions.patience;
        vm.warp(end - 1);
        notYet(number, 0, ISettlement.Stage.Started);
        settled(number, deal, 0);
        vm.warp(end);
        notNow(0, end);
        delivered(number, deal, 0);
        settled(number, deal, 0);
        assertPaid(before, deal, parts(0, 0, 0, PRICE + COMPENSATION - SUBSIDY + 30_00, SUBSIDY));
    }

    function test_a_member_may_give_up_at_any_stage_before_the_end() public {
        (uint256 number, Deal memory deal) = anAgreement();
        uint256[5] memory before = purses(deal);
        vm.prank(vm.addr(keys[0]));
        settlement.giveUp(number, deal, 0);
        assertPaid(before, deal, parts(0, 0, 0, PRICE + COMPENSATION - SUBSIDY + 30_00, SUBSIDY));
        wrongStage(number, 0, ISettlement.Stage.Settled);
        vm.prank(vm.addr(keys[0]));
        settlement.giveUp(number, deal, 0);
    }

    // Lateness.

    function test_lateness_costs_by_the_agreed_curve_and_the_customer_gets_it() public {
        (uint256 number, Deal memory deal) = anAgreement();
        started(number, deal, 0);
        uint256[5] memory before = purses(deal);
        vm.warp(deal.milestones[0].due + 60 + 90);
        delivered(number, deal, 0);
        accepted(number, deal, 0, UNRATED);
        // A minute and a half beyond grace, at one percent a minute: 15.00; reward and fee are of what is paid.
        assertPaid(before, deal, parts(PRICE - 15_00 + COMPENSATION, 19_70, 9_85, 15_00 + 45, 0));
    }

    function test_the_penalty_is_nothing_within_grace_a_line_after_it_and_never_above_the_cap() public view {
        Deal memory deal = dealFor(1);
        assertEq(settlement.penalty(deal, 0, 0), 0, "in time");
        assertEq(settlement.penalty(deal, 0, 60), 0, "grace");
        assertEq(settlement.penalty(deal, 0, 61), 16, "a second: 16.67 cents, rounded down");
        assertEq(settlement.penalty(deal, 0, 120), 10_00, "a minute");
        assertEq(settlement.penalty(deal, 0, 60 + 25 * 60), 250_00, "the cap");
        assertEq(settlement.penalty(deal, 0, type(uint40).max), 250_00, "for ever");
    }

    function testFuzz_every_split_is_exact_and_more_share_or_less_lateness_never_hurts_the_member(
        uint96[3] calldata money,
        uint32[6] calldata rates,
        uint40[2] calldata late,
        uint32[2] calldata shares
    ) public view {
        Deal memory deal = dealFor(1);
        (deal.milestones[0].price, deal.milestones[0].compensation) = (money[0], money[1]);
        deal.milestones[0].subsidy = uint96(bound(money[2], 0, money[1]));
        deal.conditions.grace = rates[0];
        deal.conditions.unit = rates[1] == 0 ? 1 : rates[1];
        deal.conditions.perUnit = rates[2];
        deal.conditions.cap = uint32(bound(rates[3], 0, WHOLE));
        deal.conditions.reward = uint32(bound(rates[4], 0, WHOLE));
        deal.conditions.fee = uint32(bound(rates[5], 0, WHOLE));
        (uint32 less, uint32 more) = (uint32(bound(shares[0], 0, WHOLE)), uint32(bound(shares[1], 0, WHOLE)));
        if (less > more) (less, more) = (more, less);
        (uint40 early, uint40 tardy) = late[0] < late[1] ? (late[0], late[1]) : (late[1], late[0]);

        SettlementRule.Parts memory one = settlement.split(deal, 0, less, tardy);
        SettlementRule.Parts memory two = settlement.split(deal, 0, more, early);
        assertLe(one.member, two.member, "monotone");
        assertLe(settlement.penalty(deal, 0, tardy), uint256(money[0]) * deal.conditions.cap / WHOLE, "cap");
        assertEq(settlement.split(deal, 0, WHOLE, 0).member, uint256(money[0]) + money[1], "in full to the cent");

        (deal.milestones[1].price, deal.milestones[1].compensation, deal.milestones[1].subsidy) = (0, 0, 0);
        (uint256 first, uint256 second) = settlement.escrow(deal);
        assertEq(one.member + one.solver + one.treasury + one.customer + one.proposer, first + second, "conserved");
        assertLe(one.proposer, second, "the proposer gets no more than it put there");
    }

    // Whose step it is.

    function test_each_step_is_for_whom_it_belongs_to_and_in_its_stage() public {
        (uint256 number, Deal memory deal) = anAgreement();
        address one = vm.addr(keys[0]);
        address other = vm.addr(keys[1]);
        notYours(other, one);
        vm.prank(other);
        settlement.start(number, deal, 0);
        wrongStage(number, 0, ISettlement.Stage.Agreed);
        delivered(number, deal, 0);
        wrongStage(number, 0, ISettlement.Stage.Agreed);
        accepted(number, deal, 0, UNRATED);
        wrongStage(number, 0, ISettlement.Stage.Agreed);
        disputed(number, deal, 0);

        started(number, deal, 0);
        wrongStage(number, 0, ISettlement.Stage.Started);
        started(number, deal, 0);
        notYours(other, one);
        vm.prank(other);
        settlement.deliver(number, deal, 0, EVIDENCE);
        delivered(number, deal, 0);

        notYours(one, customer);
        vm.prank(one);
        settlement.accept(number, deal, one8(0), one32(UNRATED));
        notYours(stranger, customer);
        vm.prank(stranger);
        settlement.dispute(number, deal, 0, EVIDENCE);
        notYours(customer, one);
        vm.prank(customer);
        settlement.giveUp(number, deal, 0);

        accepted(number, deal, 0, UNRATED);
        wrongStage(number, 0, ISettlement.Stage.Settled);
        accepted(number, deal, 0, UNRATED);
        notYet(number, 0, ISettlement.Stage.Settled);
        settled(number, deal, 0);
    }

    function test_a_rating_is_a_share_and_there_is_one_for_each_milestone() public {
        (uint256 number, Deal memory deal) = aDelivery();
        refused(abi.encodeWithSelector(ISettlement.MoreThanAll.selector, WHOLE + 1));
        accepted(number, deal, 0, WHOLE + 1);
        refused(abi.encodeWithSelector(ISettlement.NotAsManyRatings.selector, 0, 1));
        vm.prank(customer);
        settlement.accept(number, deal, one8(0), new uint32[](0));
        accepted(number, deal, 0, 0);
    }

    function test_a_milestone_named_twice_is_paid_once() public {
        (uint256 number, Deal memory deal) = aDelivery();
        uint8[] memory twice = new uint8[](2);
        uint32[] memory ratings = new uint32[](2);
        wrongStage(number, 0, ISettlement.Stage.Settled);
        vm.prank(customer);
        settlement.accept(number, deal, twice, ratings);
        vm.warp(block.timestamp + deal.conditions.review);
        notYet(number, 0, ISettlement.Stage.Settled);
        vm.prank(stranger);
        settlement.settle(number, deal, twice);
    }

    function test_a_deal_that_was_not_signed_moves_nothing() public {
        (uint256 number, Deal memory deal) = aDelivery();
        bytes32 signed = settlement.digestOf(number);
        deal.milestones[0].price *= 2;
        bytes32 given = agreements.digestOf(number, deal);
        refused(abi.encodeWithSelector(ISettlement.WrongDeal.selector, number, given, signed));
        accepted(number, deal, 0, UNRATED);
        deal.milestones[0].price /= 2;
        given = agreements.digestOf(number + 1, deal);
        refused(abi.encodeWithSelector(ISettlement.WrongDeal.selector, number + 1, given, bytes32(0)));
        accepted(number + 1, deal, 0, UNRATED);
        vm.expectRevert();
        accepted(number, deal, 2, UNRATED);
    }

    function test_nor_does_the_clock_settle_a_deal_that_was_not_signed() public {
        (uint256 number, Deal memory deal) = aDelivery();
        vm.warp(block.timestamp + deal.conditions.review);
        deal.milestones[0].member = stranger;
        bytes memory wrong = abi.encodeWithSelector(
            ISettlement.WrongDeal.selector, number, agreements.digestOf(number, deal), settlement.digestOf(number)
        );
        refused(wrong);
        settled(number, deal, 0);
        ISettlement.Batch[] memory all = new ISettlement.Batch[](1);
        all[0] = ISettlement.Batch(number, one8(0), deal);
        refused(wrong);
        settlement.settleMany(all);
    }

    // The switch, and tokens that misbehave.

    function test_a_pause_keeps_new_escrows_out_and_nobodys_money_in() public {
        Deal memory waiting = dealFor(aPlannedOrder());
        uint256 other = proposed(waiting);
        bytes[] memory all = signatures(other, waiting);
        (uint256 number, Deal memory deal) = anAgreement();
        vm.prank(pauser);
        settlement.pause();
        refusedWhilePaused();
        agreements.activate(other, waiting, all);
        started(number, deal, 0);
        delivered(number, deal, 0);
        accepted(number, deal, 0, UNRATED);
        vm.prank(vm.addr(keys[0]));
        settlement.withdraw(PRICE);
        putDown(customer, 1);
        vm.warp(deal.milestones[1].startBy);
        settled(number, deal, 1);
    }

    function test_nobody_can_take_what_is_locked() public {
        anAgreement();
        uint256 there = settlement.free(customer);
        refused(abi.encodeWithSelector(IStakes.StakeTooSmall.selector, customer, there, there + 1));
        vm.prank(customer);
        settlement.withdraw(there + 1);
    }

    function test_a_token_that_keeps_a_part_is_refused_and_one_that_calls_back_is_harmless() public {
        BadToken bad = new BadToken();
        Settlement there = new Settlement(admin, IERC20(address(bad)), orders, treasury);
        bad.mint(address(bad), 100);
        bad.mint(customer, 100);
        bad.behave(true, false);
        refused(abi.encodeWithSelector(IStakes.NotAllReceived.selector, 49, 50));
        bad.putDown(there, 50);
        bad.behave(false, true);
        vm.prank(customer);
        there.deposit(100);
        bad.putDown(there, 50);
        bad.takeOut(there, 50);
        assertTrue(bad.refusedTheSecond(), "paid once");
        assertEq(bad.balanceOf(address(there)), 100, "the other's money is still there");
    }

    function test_a_deposit_that_does_not_come_over_in_full_begins_nothing() public {
        StingyBook book = new StingyBook(token, customer);
        Settlement there = new Settlement(admin, token, IOrderBook(address(book)), treasury);
        give(address(book), 50);
        bytes32[2] memory roles = [there.AGREEMENTS_ROLE(), there.ARBITER_ROLE()];
        vm.startPrank(admin);
        there.grantRole(roles[0], address(this));
        there.grantRole(roles[1], arbiter);
        there.grantRole(roles[1], secondArbiter);
        vm.stopPrank();
        Deal memory deal = dealFor(aPlannedOrder());
        deal.milestones[0].price = deal.milestones[1].price = 0;
        deal.milestones[0].compensation = deal.milestones[1].compensation = 0;
        deal.milestones[0].subsidy = deal.milestones[1].subsidy = 0;
        refused(abi.encodeWithSelector(IStakes.NotAllReceived.selector, 49, 50));
        there.begin(1, deal, PLAN);
        assertEq(there.free(customer), 0, "nothing was credited");
    }

    function test_fees_go_to_somebody() public {
        refused(abi.encodeWithSelector(ISettlement.NoTreasury.selector));
        new Settlement(admin, token, orders, address(0));
    }
}
