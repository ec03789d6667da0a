// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Measured} from "./Measured.sol";
import {OffersStories} from "./OffersStories.sol";
import {Roots} from "./Offers.t.sol";
import {Offers} from "../src/Offers.sol";

/// @notice What idle time costs on chain, whole transactions, the books of 2^20 windows.
contract OffersGasTest is OffersStories, Measured {
    function test_publishing() public {
        aWindow(1);
        measured("publish an idle window", 60_000);
        vm.prank(host);
        offers.publishBook(20_000, METADATA);
        measured("publish a day's windows, any number", 50_000);
    }

    function test_taking_to_the_end() public {
        uint64 id = aHold();
        measured("claim a window", 55_000);
        vm.prank(host);
        offers.confirm(id);
        measured("confirm a window", 0);
        vm.prank(guest);
        offers.accept(host, id);
        measured("accept the work in a window", 0);
    }

    function test_taking_and_giving_back() public {
        uint64 id = aHold();
        vm.prank(host);
        offers.confirm(id);
        vm.prank(guest);
        offers.release(host, id);
        measured("release a confirmed window", 0);
        vm.prank(host);
        offers.takeBack(id, address(0));
        measured("take back a window that nobody has", 0);
    }

    function test_taking_back_from_a_guest() public {
        uint64 id = aHold();
        vm.prank(host);
        offers.confirm(id);
        vm.prank(host);
        offers.takeBack(id, guest);
        measured("take back a confirmed window", 0);
    }

    function test_claiming_in_vain() public {
        uint64 id = aHold();
        vm.prank(third);
        (bool taken,) = address(offers).call(abi.encodeCall(Offers.claim, (host, id, START + 10, LENGTH, need())));
        assertTrue(!taken, "somebody has it");
        measured("claim a window in vain", 0);
    }

    function test_taking_from_a_book() public {
        (uint256 terms, bytes32[] memory path) = (leaf(host, START, END), siblings(20));
        uint32 place = 0x9ABCD;
        bytes32 root = new Roots().root(terms, place, path);
        vm.prank(host);
        offers.publishBook(20_000, root);
        bytes memory data =
            abi.encodeCall(Offers.claimFromBook, (host, 20_000, place, terms, path, START + 10, LENGTH, need()));
        vm.prank(guest);
        offers.claimFromBook(host, 20_000, place, terms, path, START + 10, LENGTH, need());
        measuredWithFloor("claim a window with proof, of 2^20", data, 90_000);
    }
}
