// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title ClaimBytes: the fields of an encoded claim
/// @notice What it is: a few pure functions over the 305 bytes that `hanse.ledger.certificates.claim` writes. Integers are big endian.
/// Callers look at `wellFormed` first: the others read without checking the length again.
library ClaimBytes {
    /// @notice Length of every claim.
    uint256 internal constant LENGTH = 305;
    /// @notice The first byte of every claim.
    uint8 internal constant VERSION = 1;

    function wellFormed(bytes calldata claim) internal pure returns (bool) {
        return claim.length == LENGTH && uint8(claim[0]) == VERSION;
    }

    function problem(bytes calldata claim) internal pure returns (bytes32) {
        return bytes32(claim[1:33]);
    }

    function targets(bytes calldata claim) internal pure returns (bytes32) {
        return bytes32(claim[33:65]);
    }

    /// @notice Hash of the words of the bitmap of covered demands.
    function covered(bytes calldata claim) internal pure returns (bytes32) {
        return bytes32(claim[65:97]);
    }

    /// @notice What the plan costs: work and transport, which may need 65 bits.
    function value(bytes calldata claim) internal pure returns (uint256) {
        return uint256(_u64(claim, 129)) + _u64(claim, 137);
    }

    /// @notice Sum of the baselines of the covered demands.
    function baseline(bytes calldata claim) internal pure returns (uint64) {
        return _u64(claim, 237);
    }

    /// @notice Sum of their targets.
    function target(bytes calldata claim) internal pure returns (uint64) {
        return _u64(claim, 245);
    }

    /// @notice No plan for the covered demands costs less, says the claim.
    function bound(bytes calldata claim) internal pure returns (uint64) {
        return _u64(claim, 297);
    }

    /// @notice Whether the claim's sums prove its bound; a bound without a scale is none.
    /// @return yes Whether they do.
    /// @return most The largest bound they prove: (bounds of demands - prices · budgets) / scale, rounded up, at least zero.
    function proves(bytes calldata claim) internal pure returns (bool yes, uint256 most) {
        uint256 scale = uint32(bytes4(claim[293:297]));
        if (scale == 0) return (false, 0);
        (uint256 bounds, uint256 prices) = (_u64(claim, 229), _u64(claim, 285));
        if (bounds > prices) most = (bounds - prices + scale - 1) / scale;
        yes = bound(claim) <= most;
    }

    function _u64(bytes calldata claim, uint256 at) private pure returns (uint64) {
        return uint64(bytes8(claim[at:at + 8]));
    }
}
