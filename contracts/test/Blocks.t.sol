// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Blocks} from "../src/Blocks.sol";
import {IBlocks} from "../src/interfaces/IBlocks.sol";
import {IOrderBook} from "../src/interfaces/IOrderBook.sol";
import {LeagueTest} from "./LeagueTest.sol";

contract BlocksTest is LeagueTest {
    function setUp() public override {
        super.setUp();
        aProduct(MILLING);
        anOrder(1);
        anOrder(1);
    }

    function append(IBlocks.AcceptedPlan memory plan, uint256[] memory ids) internal returns (uint64, bytes32) {
        vm.prank(coordinator);
        return blocks.append(plan, ids);
    }

    function test_a_block_plans_its_orders_and_becomes_the_head() public {
        IBlocks.AcceptedPlan memory plan = aPlan();
        assertEq(plan.previous, bytes32(0), "the first stands on nothing");
        bytes32 wanted = blocks.computeHash(1, plan, list(1, 2));
        vm.expectEmit(address(blocks));
        emit IBlocks.Appended(1, wanted, solver, plan, list(1, 2));
        (uint64 number, bytes32 hash) = append(plan, list(1, 2));
        assertEq(number, 1, "number");
        assertEq(hash, wanted, "hash");
        assertEq(blocks.head(), hash, "head");
        assertEq(blocks.hashOf(1), hash, "hash by number");
        assertEq(blocks.hashOf(0), bytes32(0), "there is no block zero");
        assertEq(blocks.count(), 1, "count");
        assertEq(orders.order(1).block_, 1, "the order knows its block");
        assertTrue(orders.order(2).status == IOrderBook.Status.Planned, "planned");
    }

    function test_each_block_stands_on_the_one_before() public {
        (, bytes32 first) = planned(1);
        IBlocks.AcceptedPlan memory plan = aPlan();
        assertEq(plan.previous, first, "previous");
        (uint64 number, bytes32 second) = append(plan, list(2));
        assertEq(number, 2, "number");
        assertEq(blocks.head(), second, "head");
        assertEq(blocks.hashOf(1), first, "the first stays");
    }

    function test_no_block_is_appended_twice() public {
        IBlocks.AcceptedPlan memory plan = aPlan();
        (, bytes32 hash) = append(plan, list(1));
        refused(abi.encodeWithSelector(IBlocks.NotTheHead.selector, bytes32(0), hash));
        append(plan, list(1));
        refused(abi.encodeWithSelector(IBlocks.NotTheHead.selector, bytes32(0), hash));
        append(plan, list(2));
    }

    function test_a_block_on_a_wrong_previous_is_refused() public {
        IBlocks.AcceptedPlan memory plan = aPlan();
        plan.previous = keccak256("another chain");
        refused(abi.encodeWithSelector(IBlocks.NotTheHead.selector, plan.previous, bytes32(0)));
        append(plan, list(1));
    }

    function test_a_block_plans_something() public {
        IBlocks.AcceptedPlan memory plan = aPlan();
        refused(abi.encodeWithSelector(IBlocks.NoOrders.selector));
        append(plan, new uint256[](0));
    }

    function test_a_block_names_problem_plan_and_evidence() public {
        bytes memory error = abi.encodeWithSelector(IBlocks.NoCommitment.selector);
        IBlocks.AcceptedPlan memory plan = aPlan();
        plan.problem = 0;
        refused(error);
        append(plan, list(1));
        plan = aPlan();
        plan.plan = 0;
        refused(error);
        append(plan, list(1));
        plan = aPlan();
        plan.evidence = 0;
        refused(error);
        append(plan, list(1));
    }

    function test_a_bound_lies_at_or_below_the_value() public {
        IBlocks.AcceptedPlan memory plan = aPlan();
        plan.bound = plan.value + 1;
        refused(abi.encodeWithSelector(IBlocks.BoundAboveValue.selector, plan.bound, plan.value));
        append(plan, list(1));
        plan.boundKind = IBlocks.BoundKind.Attested;
        refused(abi.encodeWithSelector(IBlocks.BoundAboveValue.selector, plan.bound, plan.value));
        append(plan, list(1));
        plan.bound = plan.value;
        append(plan, list(1));
    }

    function test_without_a_bound_nothing_is_compared() public {
        IBlocks.AcceptedPlan memory plan = aPlan();
        plan.boundKind = IBlocks.BoundKind.None;
        plan.bound = plan.value + 1;
        append(plan, list(1));
    }

    function test_a_maximised_objective_is_recorded_negated() public {
        IBlocks.AcceptedPlan memory plan = aPlan();
        (plan.objective, plan.value, plan.bound) = ("utility", -860_000, -870_000);
        append(plan, list(1));
        assertEq(blocks.count(), 1, "appended");
    }

    function test_a_bound_kind_that_does_not_exist_is_refused() public {
        bytes memory call_ = abi.encodeCall(blocks.append, (aPlan(), list(1)));
        call_[4 + 7 * 32 + 31] = 0x03;
        vm.prank(coordinator);
        (bool done,) = address(blocks).call(call_);
        assertTrue(!done, "refused");
        call_[4 + 7 * 32 + 31] = 0x02;
        vm.prank(coordinator);
        (done,) = address(blocks).call(call_);
        assertTrue(done, "the same with a kind that exists");
    }

    function test_an_order_that_cannot_be_planned_takes_the_block_with_it() public {
        vm.prank(customer);
        orders.cancel(2);
        IBlocks.AcceptedPlan memory plan = aPlan();
        refused(abi.encodeWithSelector(IOrderBook.NotOpen.selector, 2, IOrderBook.Status.Cancelled));
        append(plan, list(1, 2));
        refused(abi.encodeWithSelector(IOrderBook.NotOpen.selector, 1, IOrderBook.Status.Planned));
        append(plan, list(1, 1));
        assertEq(blocks.count(), 0, "nothing appended");
        assertEq(blocks.head(), bytes32(0), "no head");
        assertTrue(orders.order(1).status == IOrderBook.Status.Open, "still open");
    }

    function test_only_the_coordinator_appends() public {
        bytes32 role = blocks.COORDINATOR_ROLE();
        IBlocks.AcceptedPlan memory plan = aPlan();
        refusedWithout(role, solver);
        vm.prank(solver);
        blocks.append(plan, list(1));
        refusedWithout(role, admin);
        vm.prank(admin);
        blocks.append(plan, list(1));
    }

    function test_appending_stops_with_the_blocks_or_with_the_orders() public {
        vm.prank(pauser);
        blocks.pause();
        IBlocks.AcceptedPlan memory plan = aPlan();
        refusedWhilePaused();
        append(plan, list(1));
        vm.prank(admin);
        blocks.unpause();
        vm.prank(pauser);
        orders.pause();
        refusedWhilePaused();
        append(plan, list(1));
        assertEq(blocks.count(), 0, "nothing appended");
    }

    function test_the_hash_knows_no_time_but_its_chain_contract_number_and_orders() public {
        IBlocks.AcceptedPlan memory plan = aPlan();
        bytes32 hash = blocks.computeHash(1, plan, list(1));
        vm.warp(123_456_789);
        vm.roll(4_242);
        assertEq(blocks.computeHash(1, plan, list(1)), hash, "a replay gives the same hash");
        assertTrue(blocks.computeHash(2, plan, list(1)) != hash, "another number");
        assertTrue(blocks.computeHash(1, plan, list(2)) != hash, "another order");
        assertTrue(blocks.computeHash(1, plan, list(1, 2)) != hash, "more orders");
        assertTrue(new Blocks(admin, orders).computeHash(1, plan, list(1)) != hash, "another contract");
        vm.chainId(4242);
        assertTrue(blocks.computeHash(1, plan, list(1)) != hash, "another chain");
    }

    function test_the_hash_is_what_the_interface_says() public view {
        IBlocks.AcceptedPlan memory plan = aPlan();
        bytes memory head = abi.encode(block.chainid, address(blocks), uint64(1), keccak256(abi.encode(1, 2)));
        bytes memory first = abi.encode(plan.previous, plan.problem, plan.plan, plan.evidence, plan.objective);
        bytes memory second = abi.encode(plan.value, plan.bound, plan.boundKind, plan.cost);
        bytes memory third = abi.encode(plan.makespan, plan.tardiness, plan.energy, plan.solver);
        assertEq(
            blocks.computeHash(1, plan, list(1, 2)),
            keccak256(bytes.concat(head, first, second, third)),
            "seventeen words"
        );
    }

    function testFuzz_every_field_is_in_the_hash(uint256 field, bytes32 other) public view {
        bytes memory encoded = abi.encode(aPlan());
        bytes32 hash = blocks.computeHash(1, aPlan(), list(1));
        // The first five fields are words and take anything; of the others one bit changes, which every
        // type can hold (Certified, which is 2, becomes None).
        field = bound(field, 0, 12);
        assembly ("memory-safe") {
            let place := add(add(encoded, 0x20), shl(5, field))
            let before := mload(place)
            if or(gt(field, 4), eq(other, before)) { other := xor(before, add(1, eq(field, 7))) }
            mstore(place, other)
        }
        IBlocks.AcceptedPlan memory changed = abi.decode(encoded, (IBlocks.AcceptedPlan));
        assertTrue(blocks.computeHash(1, changed, list(1)) != hash, "another plan, another hash");
    }
}
