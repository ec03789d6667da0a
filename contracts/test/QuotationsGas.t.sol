// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Measured} from "./Measured.sol";
import {QuotationsStories} from "./QuotationsStories.sol";

/// @notice What asking, bidding and working cost on chain, whole transactions.
contract QuotationsGasTest is QuotationsStories, Measured {
    function test_from_asking_to_the_end() public {
        uint64 number = posted(terms());
        measured("ask for quotations", 300_000);
        sealedFor(number, first, priced(900_00));
        measured("bid under seal", 110_000);
        vm.warp(COMMIT_END);
        opened(number, first, priced(900_00));
        measured("open a bid", 110_000);
        vm.warp(REVEAL_END);
        quotations.award(number);
        measured("award by the rule", 0);
        vm.prank(first);
        quotations.deliver(number, METADATA);
        measured("deliver what was bid for", 0);
        vm.prank(requester);
        quotations.accept(number, 900_000);
        measured("accept what was bid for", 0);
    }
}
