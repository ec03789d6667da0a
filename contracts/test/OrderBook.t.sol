// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IOrderBook} from "../src/interfaces/IOrderBook.sol";
import {OrderBook} from "../src/OrderBook.sol";
import {LeagueTest} from "./LeagueTest.sol";
import {permitDigest} from "./Permits.sol";

/// @notice A token that refuses by answering false instead of reverting.
contract RefusingToken {
    bool public refuses;

    function refuse(bool yes) external {
        refuses = yes;
    }

    function transferFrom(address, address, uint256) external view returns (bool) {
        return !refuses;
    }

    function transfer(address, uint256) external view returns (bool) {
        return !refuses;
    }
}

/// @notice A token that calls back while it pays out, as LeagueToken never does.
contract CallingToken {
    OrderBook private _orders;
    bool public refusedTheSecond;

    function meet(OrderBook orders) external {
        _orders = orders;
    }

    function place() external returns (uint256) {
        return _orders.place(1, 1, 0, 0, 5);
    }

    function cancel(uint256 id) external {
        _orders.cancel(id);
    }

    function transferFrom(address, address, uint256) external pure returns (bool) {
        return true;
    }

    function transfer(address, uint256) external returns (bool) {
        try _orders.cancel(1) {}
        catch {
            refusedTheSecond = true;
        }
        return true;
    }
}

contract OrderBookTest is LeagueTest {
    uint32 internal product;

    function setUp() public override {
        super.setUp();
        product = aProduct(MILLING | TURNING);
    }

    function status(uint256 id) internal view returns (uint256) {
        return uint256(orders.order(id).status);
    }

    function assertStatus(uint256 id, IOrderBook.Status wanted) internal view {
        assertEq(status(id), uint256(wanted), "status");
    }

    function test_an_order_gets_the_next_number_and_its_deposit_is_held() public {
        vm.expectEmit(address(orders));
        emit IOrderBook.Placed(1, customer, product, 3, SPECIFICATION, DUE, DEPOSIT);
        assertEq(anOrder(product), 1, "first");
        assertEq(anOrder(product), 2, "second");
        assertEq(orders.count(), 2, "count");
        assertEq(orders.held(), 2 * uint256(DEPOSIT), "held");
        assertEq(token.balanceOf(address(orders)), 2 * uint256(DEPOSIT), "balance of the book");
        assertEq(token.balanceOf(customer), PURSE - 2 * uint256(DEPOSIT), "balance of the customer");
        IOrderBook.Order memory one = orders.order(1);
        assertEq(one.customer, customer, "customer");
        assertEq(one.deposit, DEPOSIT, "deposit");
        assertEq(one.specification, SPECIFICATION, "specification");
        assertEq(one.product, product, "product");
        assertEq(one.quantity, 3, "quantity");
        assertEq(one.due, DUE, "due");
        assertEq(one.block_, 0, "no block yet");
        assertStatus(1, IOrderBook.Status.Open);
        (uint32 what, IOrderBook.Status where) = orders.productAndStatus(1);
        assertEq(what, product, "product, short");
        assertTrue(where == IOrderBook.Status.Open, "status, short");
    }

    function test_an_order_takes_exactly_three_slots() public {
        anOrder(product);
        vm.record();
        anOrder(product);
        (, bytes32[] memory writes) = vm.accesses(address(orders));
        uint256 different;
        for (uint256 i = 0; i < writes.length; ++i) {
            bool seen;
            for (uint256 j = 0; j < i; ++j) {
                if (writes[j] == writes[i]) seen = true;
            }
            if (!seen) ++different;
        }
        assertEq(different, 4, "three slots of the order and one of the counters");
    }

    function test_an_order_without_deposit_moves_no_money() public {
        anOrderBy(stranger, product, 0);
        assertEq(orders.held(), 0, "held");
        vm.prank(stranger);
        orders.cancel(1);
        assertStatus(1, IOrderBook.Status.Cancelled);
    }

    function test_unknown_and_empty_orders_are_refused() public {
        refused(abi.encodeWithSelector(IOrderBook.ProductNotActive.selector, 99));
        anOrder(99);
        refused(abi.encodeWithSelector(IOrderBook.ProductNotActive.selector, 0));
        anOrder(0);
        refused(abi.encodeWithSelector(IOrderBook.NothingOrdered.selector));
        vm.prank(customer);
        orders.place(product, 0, SPECIFICATION, DUE, DEPOSIT);
    }

    function test_an_order_without_money_or_allowance_leaves_no_trace() public {
        refused(
            abi.encodeWithSelector(
                IERC20Errors.ERC20InsufficientAllowance.selector, address(orders), 0, DEPOSIT
            )
        );
        anOrderBy(stranger, product, DEPOSIT);
        vm.prank(stranger);
        token.approve(address(orders), DEPOSIT);
        refused(abi.encodeWithSelector(IERC20Errors.ERC20InsufficientBalance.selector, stranger, 0, DEPOSIT));
        anOrderBy(stranger, product, DEPOSIT);
        assertEq(orders.count(), 0, "count");
        assertEq(orders.held(), 0, "held");
    }

    function test_placing_means_the_same_at_any_time() public {
        vm.warp(uint256(DUE) + 1);
        assertEq(anOrder(product), 1, "after its due date: the contract only remembers it");
        vm.warp(type(uint64).max);
        vm.prank(customer);
        assertEq(orders.place(product, 1, SPECIFICATION, 0, DEPOSIT), 2, "due at zero, far in the future");
    }

    function test_a_customer_cancels_and_has_its_deposit_back() public {
        anOrder(product);
        vm.expectEmit(address(orders));
        emit IOrderBook.Cancelled(1, customer, DEPOSIT);
        vm.prank(customer);
        orders.cancel(1);
        assertStatus(1, IOrderBook.Status.Cancelled);
        assertEq(token.balanceOf(customer), PURSE, "all back");
        assertEq(orders.held(), 0, "nothing held");
    }

    function test_a_stranger_cancels_nothing() public {
        anOrder(product);
        refused(abi.encodeWithSelector(IOrderBook.NotYourOrder.selector, 1, stranger));
        vm.prank(stranger);
        orders.cancel(1);
        refused(abi.encodeWithSelector(IOrderBook.NotYourOrder.selector, 1, coordinator));
        vm.prank(coordinator);
        orders.cancel(1);
    }

    function test_nothing_is_cancelled_twice_or_before_it_exists() public {
        refused(abi.encodeWithSelector(IOrderBook.NotOpen.selector, 1, IOrderBook.Status.None));
        vm.prank(customer);
        orders.cancel(1);
        anOrder(product);
        vm.prank(customer);
        orders.cancel(1);
        refused(abi.encodeWithSelector(IOrderBook.NotOpen.selector, 1, IOrderBook.Status.Cancelled));
        vm.prank(customer);
        orders.cancel(1);
    }

    function test_a_planned_order_is_no_longer_cancelled() public {
        anOrder(product);
        planned(1);
        refused(abi.encodeWithSelector(IOrderBook.NotOpen.selector, 1, IOrderBook.Status.Planned));
        vm.prank(customer);
        orders.cancel(1);
    }

    function test_a_block_plans_all_of_its_orders_or_none() public {
        anOrder(product);
        anOrder(product);
        vm.prank(customer);
        orders.cancel(2);
        refused(abi.encodeWithSelector(IOrderBook.NotOpen.selector, 2, IOrderBook.Status.Cancelled));
        vm.prank(address(blocks));
        orders.commit(list(1, 2), 1);
        assertStatus(1, IOrderBook.Status.Open);
        vm.expectEmit(address(orders));
        emit IOrderBook.Planned(1, 7);
        vm.prank(address(blocks));
        orders.commit(list(1), 7);
        assertStatus(1, IOrderBook.Status.Planned);
        assertEq(orders.order(1).block_, 7, "its block");
        assertEq(orders.held(), DEPOSIT, "still held");
    }

    function test_an_order_named_twice_or_planned_already_is_refused() public {
        anOrder(product);
        refused(abi.encodeWithSelector(IOrderBook.NotOpen.selector, 1, IOrderBook.Status.Planned));
        vm.prank(address(blocks));
        orders.commit(list(1, 1), 1);
        assertStatus(1, IOrderBook.Status.Open);
        planned(1);
        refused(abi.encodeWithSelector(IOrderBook.NotOpen.selector, 1, IOrderBook.Status.Planned));
        vm.prank(address(blocks));
        orders.commit(list(1), 2);
        refused(abi.encodeWithSelector(IOrderBook.NotOpen.selector, 99, IOrderBook.Status.None));
        vm.prank(address(blocks));
        orders.commit(list(99), 2);
    }

    function test_only_the_scheduler_plans() public {
        bytes32 role = orders.SCHEDULER_ROLE();
        anOrder(product);
        refusedWithout(role, coordinator);
        vm.prank(coordinator);
        orders.commit(list(1), 1);
        refusedWithout(role, customer);
        vm.prank(customer);
        orders.commit(list(1), 1);
    }

    function test_the_coordinator_refunds_a_planned_order_to_its_customer() public {
        anOrder(product);
        planned(1);
        vm.expectEmit(address(orders));
        emit IOrderBook.Refunded(1, customer, DEPOSIT);
        vm.prank(coordinator);
        orders.refund(1);
        assertStatus(1, IOrderBook.Status.Refunded);
        assertEq(token.balanceOf(customer), PURSE, "all back to the customer");
        assertEq(token.balanceOf(coordinator), 0, "nothing for the coordinator");
        refused(abi.encodeWithSelector(IOrderBook.NotPlanned.selector, 1, IOrderBook.Status.Refunded));
        vm.prank(coordinator);
        orders.refund(1);
    }

    function test_only_planned_orders_are_refunded_and_only_by_the_coordinator() public {
        bytes32 role = orders.COORDINATOR_ROLE();
        anOrder(product);
        refused(abi.encodeWithSelector(IOrderBook.NotPlanned.selector, 1, IOrderBook.Status.Open));
        vm.prank(coordinator);
        orders.refund(1);
        planned(1);
        refusedWithout(role, customer);
        vm.prank(customer);
        orders.refund(1);
    }

    function test_while_paused_nothing_comes_in_but_money_goes_out() public {
        anOrder(product);
        anOrder(product);
        planned(2);
        vm.prank(pauser);
        orders.pause();
        refusedWhilePaused();
        anOrder(product);
        refusedWhilePaused();
        vm.prank(address(blocks));
        orders.commit(list(1), 2);
        vm.prank(customer);
        orders.cancel(1);
        vm.prank(coordinator);
        orders.refund(2);
        assertEq(token.balanceOf(customer), PURSE, "all back");
        vm.prank(admin);
        orders.unpause();
        assertEq(anOrder(product), 3, "the count survived the pause in its slot");
        assertEq(orders.held(), DEPOSIT, "so did the sum");
    }

    function test_with_the_token_paused_an_order_can_neither_be_paid_nor_paid_back() public {
        anOrder(product);
        vm.prank(pauser);
        token.pause();
        refusedWhilePaused();
        anOrder(product);
        refusedWhilePaused();
        vm.prank(customer);
        orders.cancel(1);
        assertStatus(1, IOrderBook.Status.Open);
    }

    function placeWithPermit(uint96 deposit, uint8 v, bytes32 r, bytes32 s) internal returns (uint256) {
        vm.prank(customer);
        return orders.placeWithPermit(product, 3, SPECIFICATION, DUE, deposit, type(uint256).max, v, r, s);
    }

    function signed(uint96 deposit) internal returns (uint8 v, bytes32 r, bytes32 s) {
        vm.prank(customer);
        token.approve(address(orders), 0);
        return vm.sign(
            CUSTOMER_KEY, permitDigest(token, customer, address(orders), deposit, type(uint256).max)
        );
    }

    function test_an_order_is_placed_with_a_signature_instead_of_an_allowance() public {
        (uint8 v, bytes32 r, bytes32 s) = signed(DEPOSIT);
        assertEq(placeWithPermit(DEPOSIT, v, r, s), 1, "placed");
        assertEq(token.allowance(customer, address(orders)), 0, "the whole allowance was used");
        assertEq(orders.held(), DEPOSIT, "held");
    }

    function test_a_signature_used_first_by_a_stranger_spoils_nothing() public {
        (uint8 v, bytes32 r, bytes32 s) = signed(DEPOSIT);
        vm.prank(stranger);
        token.permit(customer, address(orders), DEPOSIT, type(uint256).max, v, r, s);
        assertEq(placeWithPermit(DEPOSIT, v, r, s), 1, "placed all the same");
    }

    function test_a_signature_pays_once() public {
        (uint8 v, bytes32 r, bytes32 s) = signed(DEPOSIT);
        placeWithPermit(DEPOSIT, v, r, s);
        refused(
            abi.encodeWithSelector(
                IERC20Errors.ERC20InsufficientAllowance.selector, address(orders), 0, DEPOSIT
            )
        );
        placeWithPermit(DEPOSIT, v, r, s);
    }

    function test_a_copied_signature_pays_no_order_of_the_copier() public {
        (uint8 v, bytes32 r, bytes32 s) = signed(DEPOSIT);
        refused(
            abi.encodeWithSelector(
                IERC20Errors.ERC20InsufficientAllowance.selector, address(orders), 0, DEPOSIT
            )
        );
        vm.prank(stranger);
        orders.placeWithPermit(product, 3, SPECIFICATION, DUE, DEPOSIT, type(uint256).max, v, r, s);
    }

    function testFuzz_a_signature_pays_its_deposit_and_no_other(uint96 deposit, uint96 other) public {
        deposit = uint96(bound(deposit, 1, PURSE));
        other = uint96(bound(other, 1, PURSE));
        (uint8 v, bytes32 r, bytes32 s) = signed(deposit);
        if (other != deposit) {
            vm.expectRevert();
            placeWithPermit(other, v, r, s);
        }
        placeWithPermit(deposit, v, r, s);
        assertEq(orders.order(1).deposit, deposit, "deposit");
    }

    function testFuzz_what_is_placed_is_what_is_stored_and_cancelling_gives_all_back(
        uint32 quantity,
        bytes32 specification,
        uint48 due,
        uint96 deposit
    ) public {
        vm.assume(quantity != 0);
        deposit = uint96(bound(deposit, 0, PURSE));
        vm.prank(customer);
        uint256 id = orders.place(product, quantity, specification, due, deposit);
        IOrderBook.Order memory one = orders.order(id);
        assertEq(one.quantity, quantity, "quantity");
        assertEq(one.specification, specification, "specification");
        assertEq(one.due, due, "due");
        assertEq(one.deposit, deposit, "deposit");
        assertEq(orders.held(), deposit, "held");
        vm.prank(customer);
        orders.cancel(id);
        assertEq(token.balanceOf(customer), PURSE, "all back");
        assertEq(orders.held(), 0, "nothing held");
    }

    function test_a_token_that_answers_no_moves_no_order() public {
        RefusingToken refusing = new RefusingToken();
        OrderBook other = new OrderBook(admin, IERC20(address(refusing)));
        vm.startPrank(admin);
        other.grantRole(other.CATALOGUE_ROLE(), admin);
        other.setOrderable(1, true);
        vm.stopPrank();
        refusing.refuse(true);
        refused(abi.encodeWithSelector(IOrderBook.TransferRefused.selector));
        other.place(1, 1, SPECIFICATION, DUE, DEPOSIT);
        refusing.refuse(false);
        other.place(1, 1, SPECIFICATION, DUE, DEPOSIT);
        refusing.refuse(true);
        refused(abi.encodeWithSelector(IOrderBook.TransferRefused.selector));
        other.cancel(1);
        assertEq(other.held(), DEPOSIT, "still held");
    }

    function test_even_a_token_that_calls_back_is_paid_once() public {
        CallingToken calling = new CallingToken();
        OrderBook other = new OrderBook(admin, IERC20(address(calling)));
        calling.meet(other);
        vm.startPrank(admin);
        other.grantRole(other.CATALOGUE_ROLE(), admin);
        other.setOrderable(1, true);
        vm.stopPrank();
        calling.cancel(calling.place());
        assertTrue(calling.refusedTheSecond(), "the second cancel found the order cancelled");
        assertEq(other.held(), 0, "counted once");
    }
}
