// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IOrderBook} from "../src/interfaces/IOrderBook.sol";
import {IProductCatalogue} from "../src/interfaces/IProductCatalogue.sol";
import {LeagueTest} from "./LeagueTest.sol";

contract ProductCatalogueTest is LeagueTest {
    function test_products_are_numbered_from_one_and_can_be_ordered_at_once() public {
        vm.expectEmit(address(catalogue));
        emit IProductCatalogue.Added(1, MILLING, PLANS);
        vm.expectEmit(address(orders));
        emit IOrderBook.Orderable(1, true);
        assertEq(aProduct(MILLING), 1, "first");
        assertEq(aProduct(TURNING), 2, "second");
        assertEq(catalogue.count(), 2, "count");
        IProductCatalogue.Product memory first = catalogue.product(1);
        assertEq(first.required, MILLING, "required");
        assertEq(first.plans, PLANS, "plans");
        assertTrue(first.active && catalogue.active(1) && orders.orderable(1), "active");
        assertEq(catalogue.required(2), TURNING, "required of the second");
    }

    function test_what_was_never_added_is_nothing() public view {
        assertEq(catalogue.required(0), 0, "zero is no product");
        assertTrue(!catalogue.active(0) && !catalogue.active(1), "not active");
        assertTrue(!catalogue.product(1).active, "not active");
    }

    function test_a_product_requires_something() public {
        refused(abi.encodeWithSelector(IProductCatalogue.NothingRequired.selector));
        vm.prank(coordinator);
        catalogue.add(0, PLANS);
    }

    function test_only_the_coordinator_adds_and_retires() public {
        bytes32 role = catalogue.COORDINATOR_ROLE();
        refusedWithout(role, stranger);
        vm.prank(stranger);
        catalogue.add(MILLING, PLANS);
        aProduct(MILLING);
        refusedWithout(role, admin);
        vm.prank(admin);
        catalogue.retire(1);
    }

    function test_a_retired_product_stays_readable_and_is_not_ordered() public {
        aProduct(MILLING);
        vm.expectEmit(address(catalogue));
        emit IProductCatalogue.Retired(1);
        vm.expectEmit(address(orders));
        emit IOrderBook.Orderable(1, false);
        vm.prank(coordinator);
        catalogue.retire(1);
        assertTrue(!catalogue.active(1), "retired");
        assertEq(catalogue.required(1), MILLING, "still readable");
        refused(abi.encodeWithSelector(IOrderBook.ProductNotActive.selector, 1));
        anOrder(1);
    }

    function test_nothing_retires_twice_or_before_it_exists() public {
        refused(abi.encodeWithSelector(IProductCatalogue.NotActive.selector, 1));
        vm.prank(coordinator);
        catalogue.retire(1);
        aProduct(MILLING);
        vm.prank(coordinator);
        catalogue.retire(1);
        refused(abi.encodeWithSelector(IProductCatalogue.NotActive.selector, 1));
        vm.prank(coordinator);
        catalogue.retire(1);
    }

    function test_while_paused_nothing_is_added_but_products_still_retire() public {
        aProduct(MILLING);
        vm.prank(pauser);
        catalogue.pause();
        refusedWhilePaused();
        vm.prank(coordinator);
        catalogue.add(MILLING, PLANS);
        vm.prank(coordinator);
        catalogue.retire(1);
        assertTrue(!catalogue.active(1), "retired while paused");
    }

    function test_only_the_catalogue_says_what_can_be_ordered() public {
        bytes32 role = orders.CATALOGUE_ROLE();
        refusedWithout(role, coordinator);
        vm.prank(coordinator);
        orders.setOrderable(1, true);
        refusedWithout(role, stranger);
        vm.prank(stranger);
        orders.setOrderable(1, true);
    }

    function test_without_its_role_in_the_order_book_nothing_is_added() public {
        bytes32 role = orders.CATALOGUE_ROLE();
        vm.prank(admin);
        orders.revokeRole(role, address(catalogue));
        refusedWithout(role, address(catalogue));
        vm.prank(coordinator);
        catalogue.add(MILLING, PLANS);
        assertEq(catalogue.count(), 0, "nothing was added");
    }
}
