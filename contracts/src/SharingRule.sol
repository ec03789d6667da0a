// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title SharingRule: an amount divided to the cent, and the quorum
/// @notice `hanse.governance.rules` is its twin.
library SharingRule {
    /// @notice All, in millionths.
    uint256 internal constant WHOLE = 1_000_000;

    /// @notice Divides by measures: each gets what brings the sum of the first so many to its part of all, rounded down. So the shares add up
    /// to the amount, none is further than a cent from its exact part, and whoever measures nothing gets nothing.
    /// @param amount Below 2^128. @param measures Their sum is below 2^128.
    /// @return shares As many as measures; all zero if the measures are. @return total Sum of the measures.
    function divide(uint256 amount, uint256[] memory measures)
        internal
        pure
        returns (uint256[] memory shares, uint256 total)
    {
        shares = new uint256[](measures.length);
        for (uint256 i = 0; i < measures.length; ++i) {
            total += measures[i];
        }
        if (total == 0) return (shares, 0);
        uint256 sum = 0;
        uint256 given = 0;
        for (uint256 i = 0; i < measures.length; ++i) {
            sum += measures[i];
            uint256 upTo = amount * sum / total;
            (shares[i], given) = (upTo - given, upTo);
        }
    }

    /// @notice How much weight must take part: millionths of all, rounded up, at least one.
    function quorum(uint256 total, uint256 millionths) internal pure returns (uint256) {
        uint256 needed = (total * millionths + WHOLE - 1) / WHOLE;
        return needed == 0 ? 1 : needed;
    }
}
