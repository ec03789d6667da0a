// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Milestone} from "./interfaces/Deal.sol";
import {SettlementRule} from "./SettlementRule.sol";

/// @title RoyaltyRule: how much of a royalty an order has earned its design's owner
/// @notice What it is: a pure function, the twin of `hanse.rights.royalty`, equal to the last cent.
library RoyaltyRule {
    /// @notice The owner's part of `amount`, rounded down: milestones count by price and compensation, each for the share that
    /// was paid. Nothing if no work was paid; all if work for nothing was.
    /// @param amount Below 2^128: with amounts below 2^97, shares of at most a million and 32 milestones no product reaches 2^250.
    /// @param shares Of each milestone, in millionths.
    function due(uint256 amount, Milestone[] calldata milestones, uint256[] memory shares)
        internal
        pure
        returns (uint256)
    {
        (uint256 worth, uint256 total, uint256 any) = (0, 0, 0);
        for (uint256 i = 0; i < milestones.length; ++i) {
            // With the price alone, a deal that pays by compensation would pay no royalty.
            uint256 pay = uint256(milestones[i].price) + milestones[i].compensation;
            worth += pay * shares[i];
            total += pay;
            any += shares[i];
        }
        if (total == 0) return any == 0 ? 0 : amount;
        return amount * worth / (total * SettlementRule.WHOLE);
    }
}
