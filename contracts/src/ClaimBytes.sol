// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title ClaimBytes: the fields of an encoded claim
/// @notice What it is: a few pure functions over the 305 bytes that `hanse.ledger.certificates.claim` writes. Integers
/// are big endian. Callers look at `wellFormed` first: the others read without checking the length again. Casts cut off
/// on purpose what stands before a field in its word.
library ClaimBytes {
    /// @notice Length of every claim.
    uint256 internal constant LENGTH = 305;
    /// @notice The first byte of every claim.
    uint8 internal constant VERSION = 1;

    function wellFormed(bytes calldata claim) internal pure returns (bool) {
        return claim.length == LENGTH && uint8(claim[0]) == VERSION;
    }

    /// @notice Hash of the problem's and the targets' roots: what the claim is about, and measured by.
    function subject(bytes calldata claim) internal pure returns (bytes32) {
        return keccak256(claim[1:65]);
    }

    /// @notice Hash of the words of the bitmap of covered demands.
    function covered(bytes calldata claim) internal pure returns (bytes32) {
        return bytes32(claim[65:97]);
    }

    /// @notice Root of the plan's tree.
    function plan(bytes calldata claim) internal pure returns (bytes32) {
        return bytes32(claim[97:129]);
    }

    /// @notice What the plan costs: work and transport, which may need 65 bits.
    function value(bytes calldata claim) internal pure returns (uint256) {
        uint256 sums = uint256(bytes32(claim[129:161])); // work, transport, energy, makespan
        // forge-lint: disable-next-line(unsafe-typecast)
        return (sums >> 192) + uint64(sums >> 128);
    }

    /// @notice Sums over the covered demands: of the bounds times scale, of the baselines and of the targets.
    function jobs(bytes calldata claim) internal pure returns (uint64 bounds, uint64 baseline, uint64 target) {
        uint256 sums = uint256(bytes32(claim[229:261])); // the three, and eight bytes that follow
        // forge-lint: disable-next-line(unsafe-typecast)
        return (uint64(sums >> 192), uint64(sums >> 128), uint64(sums >> 64));
    }

    /// @notice The end of the claim: the sum of prices times budgets, the scale of prices and bounds, and the bound: no
    /// plan for the covered demands costs less.
    function dual(bytes calldata claim) internal pure returns (uint64 prices, uint32 scale, uint64 bound) {
        uint256 end = uint256(bytes32(claim[273:305])); // twelve bytes before them, and the three
        // forge-lint: disable-next-line(unsafe-typecast)
        return (uint64(end >> 96), uint32(end >> 64), uint64(end));
    }

    /// @notice The largest bound that the sums prove: (bounds - prices) / scale, rounded up, at least zero. Without a
    /// scale they prove none.
    function proved(uint64 bounds, uint64 prices, uint32 scale) internal pure returns (uint256) {
        if (bounds <= prices || scale == 0) return 0;
        return (uint256(bounds - prices) + scale - 1) / scale;
    }
}
