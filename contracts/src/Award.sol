// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title Award: who wins a round
/// @notice What it is: the greedy rule, a few pure functions; the twin of `hanse.market.award`. Claims are taken in the
/// order of their rank, each that fits with those accepted before. Claims are numbered in the order of their
/// commitments, from zero, below 64, so a set of claims is one uint64. The rule has two settings: the first valid claim
/// wins, or the largest improvement does.
library Award {
    /// @notice How many sets of conflicting claims one claim may rank last in. A claim that has so many is not
    /// accepted.
    uint256 internal constant MOST_SETS = 16;

    /// @notice Claims with larger keys are taken first; no two claims have the same.
    /// @param firstWins The order of commitments alone decides; otherwise the improvement, and among equals that order.
    /// @param improvement Baseline minus cost of the claim.
    /// @param index The claim's number.
    function key(bool firstWins, uint64 improvement, uint256 index) internal pure returns (uint256) {
        return ((firstWins ? 0 : uint256(improvement)) << 8) | (0xFF - index);
    }

    /// @notice Whether a claim stands back: all the others of one of its sets are accepted, or it has too many sets.
    /// @param sets For each set in which the claim ranks last, the others of the set.
    /// @param accepted The claims accepted so far.
    function blocked(uint64[] memory sets, uint64 accepted) internal pure returns (bool) {
        if (sets.length >= MOST_SETS) return true;
        for (uint256 i = 0; i < sets.length; ++i) {
            if (sets[i] & ~accepted == 0) return true;
        }
        return false;
    }

    /// @notice Whether one of the known sets is part of `set`, so that `set` says nothing new.
    function known(uint64[] memory sets, uint64 set) internal pure returns (bool) {
        for (uint256 i = 0; i < sets.length; ++i) {
            if (sets[i] & ~set == 0) return true;
        }
        return false;
    }
}
