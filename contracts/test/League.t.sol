// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Agreements} from "../src/Agreements.sol";
import {Identities} from "../src/Identities.sol";
import {Charter} from "../src/Charter.sol";
import {Communities} from "../src/Communities.sol";
import {Council} from "../src/Council.sol";
import {Designs} from "../src/Designs.sol";
import {League} from "../src/League.sol";
import {LeagueToken} from "../src/LeagueToken.sol";
import {MemberRegistry} from "../src/MemberRegistry.sol";
import {Offers} from "../src/Offers.sol";
import {OrderBook} from "../src/OrderBook.sol";
import {Quotations} from "../src/Quotations.sol";
import {Rounds} from "../src/Rounds.sol";
import {Settlement} from "../src/Settlement.sol";
import {Versions} from "../src/Versions.sol";
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
        assertEq(address(league.agreements()), address(agreements), "agreements");
        assertEq(address(league.settlement()), address(settlement), "settlement");
        assertEq(address(league.offers()), address(offers), "offers");
        assertEq(address(league.anchors()), address(anchors), "anchors");
        assertEq(address(league.identities()), address(identities), "identities");
        assertEq(address(league.communities()), address(communities), "communities");
        assertEq(address(league.council()), address(council), "council");
        assertEq(address(league.charter()), address(charter), "charter");
        assertEq(address(league.versions()), address(versions), "versions");
        assertEq(address(league.designs()), address(designs), "designs");
        assertEq(address(league.quotations()), address(quotations), "quotations");
    }

    function test_founding_says_so() public {
        vm.expectEmit();
        emit League.Founded("Second league", parts());
        new League("Second league", parts());
    }

    function doNotFit(string memory why, League.Parts memory some) internal {
        refused(abi.encodeWithSelector(League.PartsDoNotFit.selector));
        new League(why, some);
    }

    function test_parts_of_another_league_are_refused() public {
        LeagueToken otherToken = new LeagueToken("Other", "OTH", admin);
        OrderBook otherOrders = new OrderBook(admin, token);
        Rounds otherRounds = new Rounds(admin, token);
        League.Parts memory some = parts();

        some.token = otherToken;
        doNotFit("Wrong money", some);

        some = parts();
        some.registry = new MemberRegistry(admin);
        doNotFit("Wrong members", some);

        some = parts();
        some.orders = otherOrders;
        doNotFit("Wrong orders", some);

        some = parts();
        (some.rounds, some.challenge) = (new Rounds(admin, otherToken), address(0));
        doNotFit("Wrong stakes", some);

        some = parts();
        some.settlement = new Settlement(admin, token, orders, treasury);
        doNotFit("Agreements of another settlement", some);

        some = parts();
        some.settlement = new Settlement(admin, token, otherOrders, treasury);
        some.agreements = new Agreements(admin, some.settlement, rounds, identities);
        doNotFit("Settlement of other orders", some);

        some = parts();
        some.settlement = new Settlement(admin, otherToken, orders, treasury);
        some.agreements = new Agreements(admin, some.settlement, rounds, identities);
        doNotFit("Settlement in other money", some);

        some = parts();
        some.designs = new Designs(admin, token, otherOrders, settlement);
        doNotFit("Designs of other orders", some);

        some = parts();
        some.agreements = new Agreements(admin, settlement, otherRounds, identities);
        doNotFit("Agreements for solvers of other rounds", some);

        some = parts();
        some.identities = new Identities();
        doNotFit("Agreements by other identities", some);

        some = parts();
        some.offers = new Offers(admin, otherToken, registry);
        doNotFit("Offers in other money", some);

        some = parts();
        some.offers = new Offers(admin, token, new MemberRegistry(admin));
        doNotFit("Offers of other members", some);

        some = parts();
        some.council = new Council(admin, token, registry);
        doNotFit("Council of other communities", some);

        some.communities = Communities(address(some.council.communities()));
        some.registry = new MemberRegistry(admin);
        doNotFit("Communities of other members", some);

        some = parts();
        some.charter = new Charter(admin, offers);
        doNotFit("A charter that nobody follows", some);

        some = parts();
        some.offers = new Offers(admin, token, registry);
        doNotFit("Offers that follow no charter", some);
        vm.startPrank(admin);
        some.offers.follow(charter);
        some.offers.recognise(identities);
        vm.stopPrank();
        doNotFit("Offers that the charter does not tell", some);

        some = parts();
        some.versions = new Versions(admin);
        doNotFit("An office that old keys hold", some);

        some = parts();
        some.quotations = new Quotations(admin, otherToken, registry);
        doNotFit("Quotations in other money", some);

        some = parts();
        some.quotations = new Quotations(admin, token, new MemberRegistry(admin));
        doNotFit("Quotations of other members", some);
    }

    function test_a_judge_that_the_rounds_do_not_know_is_refused_but_there_need_be_none() public {
        League.Parts memory some = parts();
        some.challenge = stranger;
        doNotFit("Wrong judge", some);

        some.challenge = address(0);
        League without = new League("No judge", some);
        assertEq(without.challenge(), address(0), "nobody");
    }

    function test_every_contract_fits_the_size_that_every_chain_allows() public view {
        address[18] memory all = [
            address(token),
            address(registry),
            address(catalogue),
            address(orders),
            address(matching),
            address(blocks),
            address(rounds),
            address(agreements),
            address(settlement),
            address(offers),
            address(communities),
            address(council),
            address(charter),
            address(versions),
            address(identities),
            address(designs),
            address(quotations),
            address(league)
        ];
        for (uint256 i = 0; i < all.length; ++i) {
            assertLe(all[i].code.length, 24_576, "size");
        }
    }
}
