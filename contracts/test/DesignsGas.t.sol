// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Deal} from "../src/interfaces/Deal.sol";
import {DesignStories} from "./DesignStories.sol";
import {Measured} from "./Measured.sol";

/// @notice What rights cost on chain, whole transactions.
contract DesignsGasTest is DesignStories, Measured {
    function test_a_design_from_its_seal_to_its_royalty() public {
        bytes32 seal = designs.sealOf(DRAWING, author, SALT);
        vm.prank(author);
        designs.seal(seal);
        measured("seal a design", 50_000);
        vm.roll(block.number + 1);
        vm.prank(author);
        designs.register(DRAWING, none(), SALT);
        measured("register a design", 0);
        uint64 licence = aLicence(terms());
        measured("give a licence", 0);
        uint256 order = aPlannedOrder();
        used(licence, order);
        measured("use a licence for an order", 0);
        Deal memory deal = dealFor(order);
        uint256 number = proposed(deal);
        activated(number, deal);
        made(number, deal, 0);
        made(number, deal, 1);
        designs.collect(number, deal, DRAWING);
        measured("pay an order's royalty", 0);
    }
}
