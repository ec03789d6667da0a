// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Deal} from "../src/interfaces/Deal.sol";
import {IDesigns} from "../src/interfaces/IDesigns.sol";
import {DealStories} from "./DealStories.sol";

/// @notice The short sentences of stories about designs: an author with a drawing, and a customer who has money for royalties.
abstract contract DesignStories is DealStories {
    bytes32 internal constant DRAWING = keccak256("drawing");
    bytes32 internal constant SALT = keccak256("salt");
    uint96 internal constant ROYALTY = 7_01;
    uint32 internal constant PIECES = 10;
    /// @dev What `LeagueTest.anOrder` orders.
    uint32 internal constant ORDERED = 3;

    address internal author = vm.addr(0xA07);

    function setUp() public virtual override {
        super.setUp();
        royaltyMoney(customer);
    }

    function royaltyMoney(address account) internal {
        give(account, 1000_00);
        vm.startPrank(account);
        token.approve(address(designs), type(uint256).max);
        designs.deposit(1000_00);
        vm.stopPrank();
    }

    function none() internal pure returns (bytes32[] memory parents) {
        parents = new bytes32[](0);
    }

    function sealedBy(address account, bytes32 design) internal {
        bytes32 seal = designs.sealOf(design, account, SALT);
        vm.prank(account);
        designs.seal(seal);
        vm.roll(block.number + 1);
    }

    function registered(address account, bytes32 design) internal {
        sealedBy(account, design);
        vm.prank(account);
        designs.register(design, none(), SALT);
    }

    /// @dev For ten pieces, of any order of the customer, for a day.
    function terms() internal view returns (IDesigns.Licence memory) {
        return IDesigns.Licence(DRAWING, customer, PIECES, 0, uint40(block.timestamp) + 1 days, ROYALTY);
    }

    function aLicence(IDesigns.Licence memory its) internal returns (uint64) {
        vm.prank(author);
        return designs.license(its);
    }

    function used(uint64 licence, uint256 order) internal {
        vm.prank(customer);
        designs.use(licence, uint64(order));
    }

    /// @dev An active agreement about an order that uses the drawing.
    function aLicensedAgreement() internal returns (uint256 number, Deal memory deal, uint64 licence) {
        registered(author, DRAWING);
        licence = aLicence(terms());
        uint256 order = aPlannedOrder();
        used(licence, order);
        deal = dealFor(order);
        number = proposed(deal);
        activated(number, deal);
    }

    function made(uint256 number, Deal memory deal, uint8 which) internal {
        started(number, deal, which);
        delivered(number, deal, which);
        accepted(number, deal, which, UNRATED);
    }

    function givenUp(uint256 number, Deal memory deal, uint8 which) internal {
        vm.prank(deal.milestones[which].member);
        settlement.giveUp(number, deal, which);
    }
}
