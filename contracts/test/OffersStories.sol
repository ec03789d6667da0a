// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IOffers} from "../src/interfaces/IOffers.sol";
import {Window, WindowWord} from "../src/WindowWord.sol";
import {LeagueTest} from "./LeagueTest.sol";

/// @notice Two members with money, one of them with a window of ten hours tomorrow, and the short sentences of their stories.
abstract contract OffersStories is LeagueTest {
    uint8 internal constant MILLS = 0;
    uint32 internal constant NOW = 29_000_000;
    uint32 internal constant START = NOW + 1_440;
    uint32 internal constant END = START + 600;
    uint40 internal constant CENTS = 150;
    uint16 internal constant LENGTH = 90;
    uint256 internal constant PRICE = uint256(CENTS) * LENGTH;
    uint256 internal constant PENALTY = PRICE / 5;
    uint256 internal constant STAKE = 1_000_000;
    uint32 internal constant HOLD = 60;
    uint32 internal constant REVIEW = 3 days / 1 minutes;
    uint32 internal constant DECISION = 14 days / 1 minutes;
    /// @dev What stands in place of `until` by the rules at first.
    uint32 internal constant CONFIRMED = WindowWord.CONFIRMED | 20 << 22 | 72 << 11 | 336;
    uint32 internal constant DISPUTED = CONFIRMED | WindowWord.DISPUTED;

    address internal host = vm.addr(0x3E);
    address internal guest = vm.addr(0x3F);
    address internal third = vm.addr(0x60);

    function setUp() public virtual override {
        super.setUp();
        vm.warp(uint256(NOW) * 60);
        richMember(host, MILLING);
        richMember(guest, TURNING);
        richMember(third, TURNING);
    }

    function richMember(address account, uint256 services) internal {
        aMember(account, services);
        give(account, 2 * STAKE);
        vm.startPrank(account);
        token.approve(address(offers), type(uint256).max);
        offers.deposit(STAKE);
        vm.stopPrank();
    }

    function need() internal pure returns (IOffers.Need memory) {
        return IOffers.Need({service: MILLS, release: NOW, due: END + 100, there: 30, back: 30});
    }

    function aWindow(uint32 number) internal returns (uint64) {
        vm.prank(host);
        offers.publish(number, 7, MILLS, START, END, CENTS);
        return number;
    }

    function aHold() internal returns (uint64 id) {
        id = aWindow(1);
        vm.prank(guest);
        offers.claim(host, id, START + 10, LENGTH, need());
    }

    function aConfirmed() internal returns (uint64 id) {
        id = aHold();
        vm.prank(host);
        offers.confirm(id);
    }

    function aDisputed() internal returns (uint64 id) {
        id = aConfirmed();
        at(START + 10);
        vm.prank(guest);
        offers.dispute(host, id, METADATA);
    }

    function at(uint32 minute) internal {
        vm.warp(uint256(minute) * 60);
    }

    function afterReview() internal {
        at(START + 10 + LENGTH + REVIEW);
    }

    /// @dev The leaf of a window of this host with nobody in it.
    function leaf(address whose, uint32 start, uint32 end) internal view returns (uint256) {
        // forge-lint: disable-next-line(unsafe-typecast)
        return WindowWord.pack(Window(uint24(registry.number(whose)), 7, MILLS, start, end, CENTS, 0, 0, 0, 0));
    }

    /// @dev Any siblings make a tree in which a leaf stands.
    function siblings(uint256 depth) internal pure returns (bytes32[] memory all) {
        all = new bytes32[](depth);
        for (uint256 i = 0; i < depth; ++i) {
            all[i] = keccak256(abi.encode("sibling", i));
        }
    }
}
