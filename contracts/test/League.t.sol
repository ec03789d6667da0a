// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {League} from "../src/League.sol";
import {LeagueToken} from "../src/LeagueToken.sol";
import {MemberRegistry} from "../src/MemberRegistry.sol";
import {OrderBook} from "../src/OrderBook.sol";
import {Rounds} from "../src/Rounds.sol";
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
        assertEq(address(league.rounds()), address(rounds), "rounds");
        assertEq(league.challenge(), judge, "challenge");
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
            address(blocks),
            address(rounds),
            judge
        );
        new League("Second league", token, registry, catalogue, orders, matching, blocks, rounds, judge);
    }

    function test_parts_of_another_league_are_refused() public {
        LeagueToken otherToken = new LeagueToken("Other", "OTH", admin);
        refused(abi.encodeWithSelector(League.PartsDoNotFit.selector));
        new League("Wrong money", otherToken, registry, catalogue, orders, matching, blocks, rounds, judge);

        MemberRegistry otherRegistry = new MemberRegistry(admin);
        refused(abi.encodeWithSelector(League.PartsDoNotFit.selector));
        new League("Wrong members", token, otherRegistry, catalogue, orders, matching, blocks, rounds, judge);

        OrderBook otherOrders = new OrderBook(admin, token);
        refused(abi.encodeWithSelector(League.PartsDoNotFit.selector));
        new League("Wrong orders", token, registry, catalogue, otherOrders, matching, blocks, rounds, judge);

        Rounds otherRounds = new Rounds(admin, otherToken);
        refused(abi.encodeWithSelector(League.PartsDoNotFit.selector));
        new League("Wrong stakes", token, registry, catalogue, orders, matching, blocks, otherRounds, address(0));
    }

    function test_a_judge_that_the_rounds_do_not_know_is_refused_but_there_need_be_none() public {
        refused(abi.encodeWithSelector(League.PartsDoNotFit.selector));
        new League("Wrong judge", token, registry, catalogue, orders, matching, blocks, rounds, stranger);

        League without = new League("No judge", token, registry, catalogue, orders, matching, blocks, rounds, address(0));
        assertEq(without.challenge(), address(0), "nobody");
    }

    function test_every_contract_fits_the_size_that_every_chain_allows() public view {
        address[8] memory parts = [
            address(token),
            address(registry),
            address(catalogue),
            address(orders),
            address(matching),
            address(blocks),
            address(rounds),
            address(league)
        ];
        for (uint256 i = 0; i < parts.length; ++i) {
            assertLe(parts[i].code.length, 24_576, "size");
        }
    }
}
