// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IQuotations} from "../src/interfaces/IQuotations.sol";
import {LeagueTest} from "./LeagueTest.sol";

/// @notice A requester, three bidders with money, and the short sentences of their stories.
abstract contract QuotationsStories is LeagueTest {
    uint256 internal constant STAKE = 10_000_00;
    uint96 internal constant BUDGET = 1_000_00;
    uint96 internal constant BOND = 50_00;
    uint40 internal constant BEGIN = 1_740_000_000;
    uint40 internal constant COMMIT_END = BEGIN + 2 days;
    uint40 internal constant REVEAL_END = BEGIN + 3 days;
    uint40 internal constant READY = BEGIN + 10 days;
    uint32 internal constant WHOLE = 1_000_000;
    uint32 internal constant UNRATED = type(uint32).max;
    bytes32 internal constant SALT = keccak256("salt");

    address internal requester = vm.addr(0x4E);
    address internal first = vm.addr(0xB1);
    address internal second = vm.addr(0xB2);
    address internal third = vm.addr(0xB3);

    function setUp() public virtual override {
        super.setUp();
        vm.warp(BEGIN);
        rich(requester);
        rich(first);
        rich(second);
        rich(third);
    }

    function rich(address account) internal {
        give(account, STAKE);
        vm.startPrank(account);
        token.approve(address(quotations), type(uint256).max);
        quotations.deposit(STAKE);
        vm.stopPrank();
    }

    /// @dev Lowest price; whoever fails in quality bears all, in transport half, by breakdown a tenth.
    function terms() internal view returns (IQuotations.Terms memory) {
        return IQuotations.Terms({
            parent: 0,
            commitEnd: COMMIT_END,
            revealEnd: REVEAL_END,
            earliest: READY,
            latest: READY + 5 days,
            leastQuality: 800_000,
            budget: BUDGET,
            bond: BOND,
            review: 3 days,
            patience: 7 days,
            perDay: 0,
            perQuality: 0,
            arbiter: arbiter,
            services: 0,
            document: SPECIFICATION,
            liability: IQuotations.Liability({
                quality: WHOLE, breakdown: WHOLE / 10, transport: WHOLE / 2, perDay: 20_000, cap: 200_000
            })
        });
    }

    function priced(uint96 price) internal pure returns (IQuotations.Bid memory) {
        return IQuotations.Bid({price: price, ready: READY, quality: 900_000, document: 0, salt: SALT});
    }

    function posted(IQuotations.Terms memory some) internal returns (uint64) {
        vm.prank(requester);
        return quotations.post(some);
    }

    function sealedFor(uint64 number, address bidder, IQuotations.Bid memory shown) internal {
        bytes32 seal = quotations.sealOf(number, bidder, shown);
        vm.prank(bidder);
        quotations.bid(number, seal);
    }

    function opened(uint64 number, address bidder, IQuotations.Bid memory shown) internal {
        vm.prank(bidder);
        quotations.open(number, shown);
    }

    /// @dev The first asks 900.00, the second 700.00, the third 800.00.
    function bids(uint64 number) internal {
        sealedFor(number, first, priced(900_00));
        sealedFor(number, second, priced(700_00));
        sealedFor(number, third, priced(800_00));
        vm.warp(COMMIT_END);
        opened(number, first, priced(900_00));
        opened(number, second, priced(700_00));
        opened(number, third, priced(800_00));
        vm.warp(REVEAL_END);
    }

    /// @dev The second has won, at 700.00.
    function awarded() internal returns (uint64 number) {
        number = posted(terms());
        bids(number);
        quotations.award(number);
    }

    function deliveredAt(uint40 time) internal returns (uint64 number) {
        number = awarded();
        vm.warp(time);
        vm.prank(second);
        quotations.deliver(number, METADATA);
    }

    function stage(uint64 number) internal view returns (uint256) {
        return uint256(quotations.requestOf(number).stage);
    }

    function leaves(address account, uint256 amount, string memory why) internal view {
        assertEq(quotations.free(account), amount, why);
    }
}
