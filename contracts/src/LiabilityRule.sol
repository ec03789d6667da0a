// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {ISettlement} from "./interfaces/ISettlement.sol";

/// @title LiabilityRule: what a clause that all have signed makes of a cause that an arbiter finds
/// @notice What it is: pure functions, the twins of `hanse.value.liability`. A clause is one number, so that a deal without one costs next to
/// nothing: four times 32 bits, from the left a one, then what the member bears of bad quality, of a breakdown, and of
/// transport, in millionths of what it earned. Zero is no clause.
library LiabilityRule {
    uint32 private constant WHOLE = 1_000_000;

    /// @notice Whether this is a clause, or none.
    function wellFormed(uint128 clause) internal pure returns (bool) {
        return clause == 0
            || (clause >> 96 == 1 && _part(clause, 64) <= WHOLE && _part(clause, 32) <= WHOLE && _part(clause, 0) <= WHOLE);
    }

    /// @notice What the member gets of what it earned, in millionths: all, if nothing was wrong.
    function share(uint128 clause, ISettlement.Cause cause) internal pure returns (uint32) {
        if (cause == ISettlement.Cause.Quality) return WHOLE - _part(clause, 64);
        if (cause == ISettlement.Cause.Breakdown) return WHOLE - _part(clause, 32);
        if (cause == ISettlement.Cause.Transport) return WHOLE - _part(clause, 0);
        return WHOLE;
    }

    function _part(uint128 clause, uint256 from) private pure returns (uint32) {
        // forge-lint: disable-next-line(unsafe-typecast)
        return uint32(clause >> from);
    }
}
