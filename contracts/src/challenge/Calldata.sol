// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title Calldata: numbers read where they lie
/// @notice What it is: a field of `width` bits that begins at a byte of the transaction's data, big endian. Whoever asks has checked that the
/// byte belongs to what is read; beyond the end there are zeros.
///
/// Who may do what: nothing to do, nothing to switch off: it has no state.
// slither-disable-start assembly
library Calldata {
    function word(uint256 at) internal pure returns (uint256 value) {
        assembly ("memory-safe") {
            value := calldataload(at)
        }
    }

    function u8(uint256 at) internal pure returns (uint256 value) {
        assembly ("memory-safe") {
            value := shr(248, calldataload(at))
        }
    }

    function u32(uint256 at) internal pure returns (uint256 value) {
        assembly ("memory-safe") {
            value := shr(224, calldataload(at))
        }
    }

    function u64(uint256 at) internal pure returns (uint256 value) {
        assembly ("memory-safe") {
            value := shr(192, calldataload(at))
        }
    }

    function i64(uint256 at) internal pure returns (int256 value) {
        assembly ("memory-safe") {
            value := sar(192, calldataload(at))
        }
    }
}
// slither-disable-end assembly
