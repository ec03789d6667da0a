// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import {Agreements} from "../src/Agreements.sol";
import {Deal, Milestone} from "../src/interfaces/Deal.sol";
import {IAgreements} from "../src/interfaces/IAgreements.sol";
import {IOrderBook} from "../src/interfaces/IOrderBook.sol";
import {ISettlement} from "../src/interfaces/ISettlement.sol";
import {IStakes} from "../src/interfaces/IStakes.sol";
import {DealStories} from "./DealStories.sol";

/// @notice A wallet that signs whatever its owner has told it to.
contract Wallet is IERC1271 {
    mapping(bytes32 digest => bool) private _signed;

    function sign(bytes32 digest) external {
        _signed[digest] = true;
    }

    function isValidSignature(bytes32 digest, bytes memory) external view returns (bytes4) {
        return _signed[digest] ? IERC1271.isValidSignature.selector : bytes4(0xffffffff);
    }
}

contract AgreementsTest is DealStories {
    function outOfRange(string memory term, uint256 given, uint256 least, uint256 most) internal {
        refused(abi.encodeWithSelector(IAgreements.OutOfRange.selector, term, given, least, most));
    }

    function notOpen(uint256 number, IAgreements.Status status) internal {
        refused(abi.encodeWithSelector(IAgreements.NotNegotiated.selector, number, status));
    }

    function notSigned(address party, bytes32 digest) internal {
        refused(abi.encodeWithSelector(IAgreements.NotSigned.selector, party, digest));
    }

    function activate(uint256 number, Deal memory deal, bytes[] memory all) internal {
        vm.prank(stranger);
        agreements.activate(number, deal, all);
    }

    // Proposing.

    function test_a_proposal_gets_the_next_number_and_locks_nothing() public {
        Deal memory deal = dealFor(aPlannedOrder());
        vm.expectEmit(address(agreements));
        emit IAgreements.Proposed(1, coordinator, customer, deal);
        assertEq(proposed(deal), 1, "first");
        assertEq(proposed(deal), 2, "second");
        assertEq(agreements.count(), 2, "count");
        IAgreements.Agreement memory one = agreements.agreementOf(1);
        assertEq(one.digest, keccak256(abi.encode(uint256(1), deal)), "digest");
        assertEq(one.digest, agreements.digestOf(1, deal), "digest, told");
        assertEq(one.proposer, coordinator, "proposer");
        assertEq(one.deadline, deal.deadline, "deadline");
        assertEq(one.version, 1, "version");
        assertEq(one.rounds, 3, "rounds");
        assertStatus(1, IAgreements.Status.Open, "open");
        assertStatus(3, IAgreements.Status.None, "none");
        assertEq(settlement.free(customer), PUT_DOWN, "the customer's money is free");
        assertEq(settlement.free(coordinator), PUT_DOWN, "the proposer's, too");
    }

    function test_only_the_coordinator_and_a_winning_solver_propose_and_only_in_their_own_name() public {
        Deal memory deal = dealFor(1);
        refusedWithout(agreements.COORDINATOR_ROLE(), stranger);
        vm.prank(stranger);
        agreements.propose(deal);

        refused(abi.encodeWithSelector(IAgreements.NotYourPlan.selector, 1, 0));
        vm.prank(solver);
        agreements.proposeAsSolver(deal, 1, 0, "");

        deal.proposer = customer;
        refused(abi.encodeWithSelector(IAgreements.NotTheProposer.selector, coordinator, customer));
        proposed(deal);
    }

    function test_a_deal_that_could_hang_overflow_or_never_end_is_refused() public {
        Deal memory deal = dealFor(1);
        deal.plan = 0;
        refused(abi.encodeWithSelector(IAgreements.Missing.selector, "plan"));
        proposed(deal);

        deal = dealFor(1);
        deal.deadline = uint40(block.timestamp);
        outOfRange("deadline", block.timestamp, block.timestamp + 1, block.timestamp + 90 days);
        proposed(deal);

        deal = dealFor(1);
        deal.deadline = uint40(block.timestamp + 90 days + 1);
        outOfRange("deadline", deal.deadline, block.timestamp + 1, block.timestamp + 90 days);
        proposed(deal);

        deal = dealFor(1);
        deal.rounds = 0;
        outOfRange("version", 1, 1, 0);
        proposed(deal);

        deal = dealFor(1);
        deal.version = 2;
        outOfRange("version", 2, 1, 1);
        proposed(deal);

        deal = dealFor(1);
        deal.milestones = new Milestone[](0);
        outOfRange("milestones", 0, 1, 32);
        proposed(deal);

        deal = dealFor(1);
        deal.conditions.unit = 0;
        outOfRange("unit", 0, 1, type(uint32).max);
        proposed(deal);

        deal = dealFor(1);
        deal.conditions.review = 90 days + 1;
        outOfRange("review", 90 days + 1, 1, 90 days);
        proposed(deal);

        deal = dealFor(1);
        deal.conditions.cap = WHOLE + 1;
        outOfRange("cap", WHOLE + 1, 0, WHOLE);
        proposed(deal);

        deal = dealFor(1);
        deal.conditions.solver = address(0);
        refused(abi.encodeWithSelector(IAgreements.Missing.selector, "solver"));
        proposed(deal);
    }

    function test_a_milestone_that_could_hang_or_is_out_of_order_is_refused() public {
        Deal memory deal = dealFor(1);
        deal.milestones[0].startBy = deal.deadline - 1;
        outOfRange("startBy", deal.deadline - 1, deal.deadline, deal.milestones[0].due);
        proposed(deal);

        deal = dealFor(1);
        deal.milestones[1].due = uint40(deal.deadline + 1000 days + 1);
        outOfRange("due", deal.milestones[1].due, deal.milestones[1].startBy, deal.deadline + 1000 days);
        proposed(deal);

        deal = dealFor(1);
        deal.milestones[1].subsidy = COMPENSATION + 1;
        outOfRange("subsidy", COMPENSATION + 1, 0, COMPENSATION);
        proposed(deal);

        deal = dealFor(1);
        (deal.milestones[0], deal.milestones[1]) = (deal.milestones[1], deal.milestones[0]);
        refused(abi.encodeWithSelector(IAgreements.NotInOrder.selector, 1));
        proposed(deal);

        deal = dealFor(1);
        deal.customer = deal.milestones[1].member;
        refused(abi.encodeWithSelector(IAgreements.WorksForItself.selector, deal.customer));
        proposed(deal);
    }

    function test_nobody_decides_about_itself_and_nobody_twice() public {
        address[3] memory parties = [customer, coordinator, vm.addr(keys[1])];
        for (uint256 i = 0; i < 6; ++i) {
            Deal memory deal = dealFor(1);
            if (i < 3) deal.conditions.arbiter = parties[i];
            else deal.conditions.secondArbiter = parties[i - 3];
            refused(abi.encodeWithSelector(IAgreements.NotImpartial.selector, parties[i % 3]));
            proposed(deal);
        }
        Deal memory same = dealFor(1);
        same.conditions.secondArbiter = arbiter;
        refused(abi.encodeWithSelector(IAgreements.NotImpartial.selector, arbiter));
        proposed(same);
    }

    // Signing.

    function test_with_the_last_signature_the_escrow_is_funded_and_the_order_handed_over() public {
        Deal memory deal = dealFor(aPlannedOrder());
        uint256 number = proposed(deal);
        bytes[] memory all = signatures(number, deal);
        (uint256 fromCustomer, uint256 fromProposer) = settlement.escrow(deal);
        assertEq(fromCustomer, 2 * (PRICE + COMPENSATION - SUBSIDY + 20_00 + 10_00), "price, compensation, reward, fee");
        assertEq(fromProposer, 2 * uint256(SUBSIDY), "subsidies");
        bytes32 digest = agreements.digestOf(number, deal);
        vm.expectEmit(address(agreements));
        emit IAgreements.Activated(number, 1, digest);
        vm.expectEmit(address(orders));
        emit IOrderBook.HandedOver(deal.order, customer, DEPOSIT);
        vm.expectEmit(address(settlement));
        emit ISettlement.Begun(number, deal.order, digest, DEPOSIT, fromCustomer, fromProposer, treasury);
        activate(number, deal, all);
        assertStatus(number, IAgreements.Status.Active, "active");
        assertEq(settlement.digestOf(number), digest, "the settlement has it");
        assertEq(settlement.free(customer), PUT_DOWN + DEPOSIT - fromCustomer, "the deposit counts");
        assertEq(settlement.free(coordinator), PUT_DOWN - fromProposer, "the proposer pays its part");
        assertEq(uint256(orders.order(deal.order).status), uint256(IOrderBook.Status.Agreed), "order");
        assertEq(orders.held(), 0, "held by the book");
        assertEq(token.balanceOf(address(settlement)), 2 * PUT_DOWN + DEPOSIT, "balance of the settlement");
    }

    function test_a_deposit_above_the_escrow_leaves_free_money() public {
        uint256 order = anOrderBy(customer, product, 3_000_00);
        planned(order);
        Deal memory deal = dealFor(order);
        uint256 number = proposed(deal);
        activated(number, deal);
        (uint256 fromCustomer,) = settlement.escrow(deal);
        assertEq(settlement.free(customer), PUT_DOWN + 3_000_00 - fromCustomer, "the rest of the deposit is free");
    }

    function test_what_the_contract_asks_to_sign_is_what_the_words_say() public {
        Deal memory deal = dealFor(aPlannedOrder());
        uint256 number = proposed(deal);
        assertEq(agreements.acceptance(number, deal, customer), toSign(number, deal, customer, 0), "customer");
        for (uint256 i = 0; i < keys.length; ++i) {
            address one = vm.addr(keys[i]);
            assertEq(agreements.acceptance(number, deal, one), toSign(number, deal, one, 0), "member");
        }
        refused(abi.encodeWithSelector(IAgreements.NotAParty.selector, stranger));
        agreements.acceptance(number, deal, stranger);
    }

    function test_a_member_signs_once_for_all_its_milestones() public {
        Deal memory deal = dealFor(aPlannedOrder());
        Milestone memory last = deal.milestones[1];
        deal.milestones = new Milestone[](3);
        (deal.milestones[0], deal.milestones[1], deal.milestones[2]) = (milestone(keys[0]), milestone(keys[0]), last);
        deal.milestones[1].operations = keccak256("more operations");
        uint256 number = proposed(deal);
        bytes[] memory all = signatures(number, deal);
        assertEq(all.length, 3, "customer and two members");
        activate(number, deal, all);
        assertStatus(number, IAgreements.Status.Active, "active");
    }

    function test_without_every_signature_nothing_happens() public {
        Deal memory deal = dealFor(aPlannedOrder());
        uint256 number = proposed(deal);
        bytes[] memory all = signatures(number, deal);
        for (uint256 i = 0; i < all.length; ++i) {
            bytes[] memory some = signatures(number, deal);
            some[i] = all[(i + 1) % all.length];
            address party = i == 0 ? customer : vm.addr(keys[i - 1]);
            notSigned(party, toSign(number, deal, party, 0));
            activate(number, deal, some);
        }
        bytes[] memory few = new bytes[](2);
        (few[0], few[1]) = (all[0], all[1]);
        refused(abi.encodeWithSelector(IAgreements.WrongNumberOfSignatures.selector, 2, 3));
        activate(number, deal, few);
        refused(abi.encodeWithSelector(IAgreements.WrongNumberOfSignatures.selector, 0, 3));
        activate(number, deal, new bytes[](0));
        bytes[] memory many = new bytes[](4);
        (many[0], many[1], many[2], many[3]) = (all[0], all[1], all[2], all[2]);
        refused(abi.encodeWithSelector(IAgreements.WrongNumberOfSignatures.selector, 4, 3));
        activate(number, deal, many);
        assertEq(settlement.free(customer), PUT_DOWN, "nothing is locked");
        assertEq(uint256(orders.order(deal.order).status), uint256(IOrderBook.Status.Planned), "nor handed over");
    }

    function test_a_changed_deal_is_another_deal() public {
        Deal memory deal = dealFor(aPlannedOrder());
        uint256 number = proposed(deal);
        bytes[] memory all = signatures(number, deal);
        bytes32 expected = agreements.digestOf(number, deal);
        deal.milestones[0].price += 1;
        bytes32 given = agreements.digestOf(number, deal);
        refused(abi.encodeWithSelector(IAgreements.AnotherDeal.selector, number, given, expected));
        activate(number, deal, all);
    }

    function test_a_wallet_that_is_a_contract_signs_for_its_owner() public {
        Wallet wallet = new Wallet();
        Deal memory deal = dealFor(aPlannedOrder());
        delete keys;
        deal.milestones = new Milestone[](1);
        deal.milestones[0] = milestone(1);
        deal.milestones[0].member = address(wallet);
        uint256 number = proposed(deal);
        bytes[] memory all = new bytes[](2);
        all[0] = signature(CUSTOMER_KEY, toSign(number, deal, customer, 0));
        notSigned(address(wallet), toSign(number, deal, address(wallet), 0));
        activate(number, deal, all);
        wallet.sign(toSign(number, deal, address(wallet), 0));
        activate(number, deal, all);
        assertStatus(number, IAgreements.Status.Active, "active");
    }

    function test_signatures_of_another_agreement_chain_or_contract_are_worth_nothing() public {
        Deal memory deal = dealFor(aPlannedOrder());
        uint256 first = proposed(deal);
        uint256 second = proposed(deal);
        bytes[] memory all = signatures(first, deal);
        notSigned(customer, toSign(second, deal, customer, 0));
        activate(second, deal, all);

        Agreements others = new Agreements(admin, settlement, rounds, identities);
        vm.startPrank(admin);
        others.grantRole(others.COORDINATOR_ROLE(), coordinator);
        settlement.grantRole(settlement.AGREEMENTS_ROLE(), address(others));
        vm.stopPrank();
        vm.prank(coordinator);
        others.propose(deal);
        notSigned(customer, others.acceptance(1, deal, customer));
        others.activate(1, deal, all);

        uint256 here = block.chainid;
        vm.chainId(here + 1);
        notSigned(customer, agreements.acceptance(first, deal, customer));
        activate(first, deal, all);
        vm.chainId(here);
        activate(first, deal, all);
        assertStatus(first, IAgreements.Status.Active, "here they count");
    }

    function test_an_agreement_is_active_once_and_an_order_agreed_once() public {
        Deal memory deal = dealFor(aPlannedOrder());
        (uint256 first, uint256 second) = (proposed(deal), proposed(deal));
        bytes[] memory all = signatures(first, deal);
        bytes[] memory others = signatures(second, deal);
        activate(first, deal, all);
        notOpen(first, IAgreements.Status.Active);
        activate(first, deal, all);
        refused(abi.encodeWithSelector(IOrderBook.NotPlanned.selector, deal.order, IOrderBook.Status.Agreed));
        activate(second, deal, others);
    }

    function test_withdrawn_signatures_are_void_and_new_ones_count() public {
        Deal memory deal = dealFor(aPlannedOrder());
        uint256 number = proposed(deal);
        bytes[] memory old = signatures(number, deal);
        address one = vm.addr(keys[1]);
        vm.expectEmit(address(agreements));
        emit IAgreements.SignaturesWithdrawn(one, 1);
        vm.prank(one);
        agreements.withdrawSignatures();
        notSigned(one, toSign(number, deal, one, 1));
        activate(number, deal, old);
        activate(number, deal, signatures(number, deal));
        assertStatus(number, IAgreements.Status.Active, "active");
    }

    function test_too_little_money_keeps_an_agreement_from_being_active() public {
        Deal memory deal = dealFor(aPlannedOrder());
        uint256 number = proposed(deal);
        bytes[] memory all = signatures(number, deal);
        (uint256 fromCustomer, uint256 fromProposer) = settlement.escrow(deal);
        vm.prank(customer);
        settlement.withdraw(PUT_DOWN - fromCustomer + DEPOSIT + 1);
        uint256 needed = fromCustomer - DEPOSIT;
        refused(abi.encodeWithSelector(IStakes.StakeTooSmall.selector, customer, needed - 1, needed));
        activate(number, deal, all);
        putDown(customer, 1);
        vm.prank(coordinator);
        settlement.withdraw(PUT_DOWN - fromProposer + 1);
        refused(abi.encodeWithSelector(IStakes.StakeTooSmall.selector, coordinator, fromProposer - 1, fromProposer));
        activate(number, deal, all);
        putDown(coordinator, 1);
        activate(number, deal, all);
        assertEq(settlement.free(customer), 0, "all of it is locked");
    }

    function test_only_a_planned_order_of_this_customer_can_be_agreed() public {
        Deal memory deal = dealFor(anOrder(product));
        uint256 number = proposed(deal);
        bytes[] memory all = signatures(number, deal);
        refused(abi.encodeWithSelector(IOrderBook.NotPlanned.selector, deal.order, IOrderBook.Status.Open));
        activate(number, deal, all);
        planned(deal.order);
        vm.prank(coordinator);
        orders.refund(deal.order);
        refused(abi.encodeWithSelector(IOrderBook.NotPlanned.selector, deal.order, IOrderBook.Status.Refunded));
        activate(number, deal, all);

        uint256 others = anOrderBy(otherCustomer, product, DEPOSIT);
        planned(others);
        deal = dealFor(others);
        number = proposed(deal);
        all = signatures(number, deal);
        refused(abi.encodeWithSelector(ISettlement.NotTheCustomer.selector, others, otherCustomer));
        activate(number, deal, all);
        assertEq(orders.held(), DEPOSIT, "the deposit of the other stays where it was");
    }

    function test_an_arbiter_needs_its_role_when_the_agreement_begins() public {
        Deal memory deal = dealFor(aPlannedOrder());
        uint256 number = proposed(deal);
        bytes[] memory all = signatures(number, deal);
        bytes32 role = settlement.ARBITER_ROLE();
        vm.prank(admin);
        settlement.revokeRole(role, secondArbiter);
        refused(abi.encodeWithSelector(ISettlement.NotAnArbiter.selector, secondArbiter));
        activate(number, deal, all);

        vm.startPrank(admin);
        settlement.grantRole(role, secondArbiter);
        settlement.revokeRole(role, arbiter);
        vm.stopPrank();
        refused(abi.encodeWithSelector(ISettlement.NotAnArbiter.selector, arbiter));
        activate(number, deal, all);
    }

    // Declining, countering, revising.

    function test_a_party_declines_with_a_reason_and_the_proposer_revises() public {
        Deal memory deal = dealFor(aPlannedOrder());
        uint256 number = proposed(deal);
        bytes[] memory old = signatures(number, deal);
        address one = vm.addr(keys[0]);
        vm.expectEmit(address(agreements));
        emit IAgreements.Declined(number, one, 1, IAgreements.Reason.Price);
        vm.prank(one);
        agreements.decline(number, deal, IAgreements.Reason.Price);
        assertStatus(number, IAgreements.Status.Declined, "declined");
        notOpen(number, IAgreements.Status.Declined);
        activate(number, deal, old);

        deal.version = 2;
        deal.milestones[0].compensation += 50_00;
        vm.prank(coordinator);
        agreements.revise(number, deal);
        assertEq(agreements.agreementOf(number).version, 2, "second version");
        notSigned(customer, toSign(number, deal, customer, 0));
        activate(number, deal, old);
        activate(number, deal, signatures(number, deal));
        assertStatus(number, IAgreements.Status.Active, "active");
    }

    function test_the_same_words_in_a_later_version_need_new_signatures() public {
        Deal memory deal = dealFor(aPlannedOrder());
        uint256 number = proposed(deal);
        bytes[] memory old = signatures(number, deal);
        deal.version = 2;
        vm.prank(coordinator);
        agreements.revise(number, deal);
        notSigned(customer, toSign(number, deal, customer, 0));
        activate(number, deal, old);
    }

    function test_a_party_says_what_it_would_sign_and_others_may_sign_still() public {
        Deal memory deal = dealFor(aPlannedOrder());
        uint256 number = proposed(deal);
        IAgreements.Wish memory wish = IAgreements.Wish(1, PRICE, COMPENSATION + 10_00, deal.deadline, deal.deadline + 9);
        address other = vm.addr(keys[0]);
        refused(abi.encodeWithSelector(IAgreements.NotAParty.selector, other));
        vm.prank(other);
        agreements.counter(number, deal, wish, REASON);
        vm.expectEmit(address(agreements));
        emit IAgreements.Countered(number, vm.addr(keys[1]), 1, wish, REASON);
        vm.prank(vm.addr(keys[1]));
        agreements.counter(number, deal, wish, REASON);
        vm.prank(customer);
        agreements.counter(number, deal, wish, REASON);
        activated(number, deal);
        notOpen(number, IAgreements.Status.Active);
        vm.prank(customer);
        agreements.counter(number, deal, wish, REASON);
    }

    function test_strangers_cannot_decline_and_the_proposer_takes_back() public {
        Deal memory deal = dealFor(aPlannedOrder());
        uint256 number = proposed(deal);
        refused(abi.encodeWithSelector(IAgreements.NotAParty.selector, stranger));
        vm.prank(stranger);
        agreements.decline(number, deal, IAgreements.Reason.Unsaid);
        vm.prank(coordinator);
        agreements.decline(number, deal, IAgreements.Reason.Withdrawn);
        assertStatus(number, IAgreements.Status.Declined, "taken back");
        notOpen(number, IAgreements.Status.Declined);
        vm.prank(customer);
        agreements.decline(number, deal, IAgreements.Reason.Unsaid);
    }

    function test_there_are_k_versions_and_only_the_proposer_makes_them_in_the_frame_it_set() public {
        Deal memory deal = dealFor(aPlannedOrder());
        uint256 number = proposed(deal);
        deal.version = 2;
        refused(abi.encodeWithSelector(IAgreements.NotTheProposer.selector, customer, coordinator));
        vm.prank(customer);
        agreements.revise(number, deal);
        deal.proposer = stranger; // in its own name, it would take the agreement over
        refused(abi.encodeWithSelector(IAgreements.NotTheProposer.selector, stranger, coordinator));
        vm.prank(stranger);
        agreements.revise(number, deal);
        deal.proposer = coordinator;

        vm.startPrank(coordinator);
        deal.version = 3;
        outOfRange("version", 3, 2, 2);
        agreements.revise(number, deal);
        (deal.version, deal.deadline) = (2, deal.deadline + 1);
        outOfRange("deadline", deal.deadline, deal.deadline - 1, deal.deadline - 1);
        agreements.revise(number, deal);
        (deal.rounds, deal.deadline) = (4, deal.deadline - 1);
        outOfRange("rounds", 4, 3, 3);
        agreements.revise(number, deal);
        deal.rounds = 3;
        agreements.revise(number, deal);
        deal.version = 3;
        agreements.revise(number, deal);
        deal.version = 4;
        refused(abi.encodeWithSelector(IAgreements.NoMoreRounds.selector, number, 3));
        agreements.revise(number, deal);
        vm.stopPrank();
    }

    function test_after_the_deadline_nothing_can_become_of_it_and_all_money_is_free() public {
        Deal memory deal = dealFor(aPlannedOrder());
        uint256 number = proposed(deal);
        bytes[] memory all = signatures(number, deal);
        vm.warp(deal.deadline);
        refused(abi.encodeWithSignature("NotNow(uint256,uint256,uint256)", deal.deadline, 0, deal.deadline));
        activate(number, deal, all);
        deal.version = 2;
        refused(abi.encodeWithSignature("NotNow(uint256,uint256,uint256)", deal.deadline, 0, deal.deadline));
        vm.prank(coordinator);
        agreements.revise(number, deal);
        vm.prank(customer);
        settlement.withdraw(PUT_DOWN);
        vm.prank(coordinator);
        orders.refund(deal.order);
        assertEq(token.balanceOf(customer), PURSE + PUT_DOWN, "the customer has everything back");
    }

    function test_a_pause_stops_what_is_new_and_lets_people_say_no() public {
        Deal memory deal = dealFor(aPlannedOrder());
        uint256 number = proposed(deal);
        bytes[] memory all = signatures(number, deal);
        vm.prank(pauser);
        agreements.pause();
        refusedWhilePaused();
        proposed(deal);
        refusedWhilePaused();
        activate(number, deal, all);
        refusedWhilePaused();
        vm.prank(coordinator);
        agreements.revise(number, deal);
        vm.prank(customer);
        agreements.withdrawSignatures();
        vm.prank(customer);
        agreements.decline(number, deal, IAgreements.Reason.Unsaid);
        assertStatus(number, IAgreements.Status.Declined, "said no");
    }

    function test_only_agreements_begins_an_escrow_and_only_the_settlement_takes_orders_over() public {
        Deal memory deal = dealFor(aPlannedOrder());
        bytes32 digest = agreements.digestOf(1, deal);
        refusedWithout(settlement.AGREEMENTS_ROLE(), coordinator);
        vm.prank(coordinator);
        settlement.begin(1, deal, digest);
        refusedWithout(orders.SETTLEMENT_ROLE(), coordinator);
        vm.prank(coordinator);
        orders.handOver(deal.order);
    }

    function testFuzz_no_bytes_but_the_signature_make_an_agreement_active(bytes calldata rubbish, uint256 which) public {
        Deal memory deal = dealFor(aPlannedOrder());
        uint256 number = proposed(deal);
        bytes[] memory all = signatures(number, deal);
        all[which % all.length] = rubbish;
        vm.expectRevert();
        activate(number, deal, all);
        assertEq(settlement.free(customer), PUT_DOWN, "nothing is locked");
    }

    // The digest, which is read by hand.

    function testFuzz_the_digest_is_that_of_the_plain_encoding(uint256 number, uint8 size, bytes32 seed) public view {
        Deal memory deal = dealFor(uint256(seed) >> 192);
        deal.milestones = new Milestone[](bound(size, 1, 32));
        for (uint256 i = 0; i < deal.milestones.length; ++i) {
            deal.milestones[i] = milestone(keys[i % 2]);
            deal.milestones[i].operations = keccak256(abi.encode(seed, i));
        }
        assertEq(agreements.digestOf(number, deal), keccak256(abi.encode(number, deal)), "digest");
    }

    /// @dev Words of a call of `digestOf`: selector, number, where the deal begins (0x40), the deal.
    function test_a_deal_that_is_written_otherwise_is_refused_or_another_one() public {
        Deal memory deal = dealFor(1);
        bytes memory data = abi.encodeCall(agreements.digestOf, (1, deal));
        uint256 milestonesAt = 4 + 0x40 + 0x2e0;
        assertEq(word(data, milestonesAt), 0x300, "where the milestones are");
        (bool told, bytes memory answer) =
            address(agreements).call(bytes.concat(changed(data, milestonesAt, 0x520), new bytes(3200)));
        assertTrue(!told, "elsewhere");
        assertEq(keccak256(answer), keccak256(abi.encodeWithSelector(IAgreements.NotInPlace.selector)), "why");

        (told, answer) = address(agreements).call(changed(data, 4 + 0x40 + 2 * 32, 1 + (1 << 64)));
        assertTrue(told && abi.decode(answer, (bytes32)) != agreements.digestOf(1, deal), "bits beyond the order");
        (told,) = address(agreements).call(changed(data, 4 + 0x40 + 0x300, 33));
        assertTrue(!told, "more milestones than there are");
    }

    function word(bytes memory data, uint256 at) private pure returns (uint256 value) {
        for (uint256 i = 0; i < 32; ++i) {
            value = value << 8 | uint8(data[at + i]);
        }
    }

    function changed(bytes memory data, uint256 at, uint256 value) private pure returns (bytes memory copy) {
        copy = bytes.concat(data);
        for (uint256 i = 0; i < 32; ++i) {
            copy[at + i] = bytes32(value)[i];
        }
    }
}
