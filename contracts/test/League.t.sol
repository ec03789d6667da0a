// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {League} from "../src/League.sol";
import {LeagueToken} from "../src/LeagueToken.sol";
import {MemberRegistry} from "../src/MemberRegistry.sol";
import {OrderBook} from "../src/OrderBook.sol";
import {LeagueTest} from "./LeagueTest.sol";

contract LeagueAddressBookTest is LeagueTest {
    function test_one_address_leads_to_every_part() public view {
        assertEq(league.name(), "Test league", "name");
        assertEq(address(league.token()), address(token), "token");
        assertEq(address(league.registry()), address(registry), "registry");
        assertEq(address(league.catalogue()), address(catalogue), "catalogue");
        assertEq(address(league.orders()), address(orders), "orders");
        assertEq(address(league.matching()), address(matching), "matching");
        assertEq(address(league.blocks()), address(blocks), "blocks");
    }

    function test_founding_says_so() public {
        vm.expectEmit();
        emit League.Founded(
            "Second league",
            address(token),
            address(registry),
            address(catalogue),
            address(orders),
            address(matching),
            address(blocks)
        );
        new League("Second league", token, registry, catalogue, orders, matching, blocks);
    }

    function test_parts_of_another_league_are_refused() public {
        LeagueToken otherToken = new LeagueToken("Other", "OTH", admin);
        refused(abi.encodeWithSelector(League.PartsDoNotFit.selector));
        new League("Wrong money", otherToken, registry, catalogue, orders, matching, blocks);

        MemberRegistry otherRegistry = new MemberRegistry(admin);
        refused(abi.encodeWithSelector(League.PartsDoNotFit.selector));
        new League("Wrong members", token, otherRegistry, catalogue, orders, matching, blocks);

        OrderBook otherOrders = new OrderBook(admin, token);
        refused(abi.encodeWithSelector(League.PartsDoNotFit.selector));
        new League("Wrong orders", token, registry, catalogue, otherOrders, matching, blocks);
    }

    function test_every_contract_fits_the_size_that_every_chain_allows() public view {
        address[7] memory parts = [
            address(token),
            address(registry),
            address(catalogue),
            address(orders),
            address(matching),
            address(blocks),
            address(league)
        ];
        for (uint256 i = 0; i < parts.length; ++i) {
            assertLe(parts[i].code.length, 24_576, "size");
        }
    }
}
