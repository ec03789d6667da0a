// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IQuotations} from "./interfaces/IQuotations.sol";

/// @title QuotationRule: which bid is best, and who bears what went wrong
/// @notice What it is: pure functions, the twins of `hanse.market.quotation`, equal to the last cent. What the winner gets is rounded down and
/// the requester gets the rest, so price and bond are paid out exactly.
library QuotationRule {
    /// @notice The whole, in millionths.
    uint256 internal constant WHOLE = 1_000_000;

    /// @notice What a bid is worth to the requester; less is better. Below 2^122.
    function valueOf(IQuotations.Terms memory terms, IQuotations.Bid calldata shown) internal pure returns (uint128) {
        uint256 later = shown.ready > terms.earliest ? shown.ready - terms.earliest : 0;
        uint256 value = shown.price + terms.perDay * later / 1 days;
        // forge-lint: disable-next-line(unsafe-typecast)
        return uint128(value + terms.perQuality * (WHOLE - shown.quality) / WHOLE);
    }

    /// @notice Whether a bid is one at all.
    function fits(IQuotations.Terms memory terms, IQuotations.Bid calldata shown) internal pure returns (bool) {
        return shown.price <= terms.budget && shown.ready >= terms.revealEnd && shown.ready <= terms.latest
            && shown.quality >= terms.leastQuality && shown.quality <= WHOLE;
    }

    /// @notice What lateness costs, of the price: so much a day, at most the cap. Rounded down.
    function penalty(IQuotations.Liability memory table, uint256 price, uint256 late) internal pure returns (uint256) {
        uint256 line = price * table.perDay * late / (WHOLE * 1 days);
        uint256 most = price * table.cap / WHOLE;
        return line < most ? line : most;
    }

    /// @notice What the winner bears of a failure, in millionths. No failure of work that never came is its own.
    function borne(IQuotations.Liability memory table, IQuotations.Cause cause, bool delivered)
        internal
        pure
        returns (uint256)
    {
        if (cause == IQuotations.Cause.Quality) return table.quality;
        if (cause == IQuotations.Cause.Breakdown) return table.breakdown;
        if (cause == IQuotations.Cause.Transport) return table.transport;
        return delivered ? 0 : WHOLE;
    }

    /// @notice What the winner gets of price and bond. @param late Seconds. @param share What it bears, millionths.
    function toWinner(IQuotations.Liability memory table, uint256 price, uint256 bond, uint256 late, uint256 share)
        internal
        pure
        returns (uint256)
    {
        return (price - penalty(table, price, late) + bond) * (WHOLE - share) / WHOLE;
    }
}
