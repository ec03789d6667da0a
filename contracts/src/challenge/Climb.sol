// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title Climb: from leaves to the root of a Merkle sum tree, several at once
/// @notice What it is: the twin of `hanse.model.merkle.climb` with the nodes of `hanse.ledger.sumtree`. A node is a digest and up to three sums
/// of 64 bits; a tree without sums is the same with none.
///
///     leaf = keccak(0x00 ‖ content) ‖ sums        node(l, r) = keccak(0x01 ‖ l ‖ r) ‖ (sums of l + sums of r)
///
/// Two nothings (all zeros) make nothing. In memory a node is two words: its digest, and its position (64 bits) before its sums (192 bits, the
/// last ones; packed as they are in a node's bytes).
///
/// Who may do what: nothing to do, nothing to switch off: it has no state.
// slither-disable-start assembly
library Climb {
    /// @notice Bytes from the free memory on that are used as scratch: the preimage of a leaf or a parent.
    uint256 internal constant SCRATCH = 192;

    /// @notice The digest of a leaf.
    /// @param at Where its content begins in the transaction's data.
    /// @param length Bytes of it, at most 160.
    function leaf(uint256 at, uint256 length) internal pure returns (uint256 digest) {
        assembly ("memory-safe") {
            let image := mload(0x40)
            mstore8(image, 0)
            calldatacopy(add(image, 1), at, length)
            digest := keccak256(image, add(length, 1))
        }
    }

    /// @notice Leaves the root that nodes lead to where the first of them was. Siblings come level by level from the bottom, left to right,
    /// each used once.
    /// @dev Every round of the inner loop takes at least one node, and no level has more nodes than the one below: the work is bounded by depth
    /// times nodes, and the caller has counted both in the data. It compares where the siblings ended; reading beyond that gives a root that
    /// nobody asked for. Some of what would be variables lies in memory, or the stack would be too deep.
    /// @param nodes Memory with the nodes, two words each, by strictly increasing position, SCRATCH bytes after the free memory begins.
    /// @param last Where they end; there is at least one, and the last position is below 2^depth.
    /// @param depth Levels to climb.
    /// @param next Where the siblings begin in the transaction's data.
    /// @param sums How many sums a node has, 0 to 3.
    /// @return end Where the siblings end that were taken.
    function climb(uint256 nodes, uint256 last, uint256 depth, uint256 next, uint256 sums) internal pure returns (uint256 end) {
        assembly ("memory-safe") {
            // Bits to shift packed sums by, bytes of a node, and the byte before the two children.
            mstore(0x00, sub(256, shl(6, sums)))
            mstore(0x20, add(32, shl(3, sums)))
            mstore8(mload(0x40), 1)
            for {} depth { depth := sub(depth, 1) } {
                let to := nodes
                let from := nodes
                for {} lt(from, last) {} {
                    let left := mload(from)
                    let leftSums := mload(add(from, 0x20))
                    let position := shr(192, leftSums)
                    let right := 0
                    let rightSums := 0
                    leftSums := shr(64, shl(64, leftSums))
                    from := add(from, 0x40)
                    switch and(position, 1)
                    case 0 {
                        if lt(from, last) { rightSums := mload(add(from, 0x20)) }
                        // Position zero has no number after it that zero could be mistaken for.
                        switch eq(shr(192, rightSums), add(position, 1))
                        case 0 {
                            right := calldataload(next)
                            rightSums := shr(mload(0x00), calldataload(add(next, 0x20)))
                            next := add(next, mload(0x20))
                        }
                        default {
                            right := mload(from)
                            rightSums := shr(64, shl(64, rightSums))
                            from := add(from, 0x40)
                        }
                    }
                    default {
                        right := left
                        rightSums := leftSums
                        left := calldataload(next)
                        leftSums := shr(mload(0x00), calldataload(add(next, 0x20)))
                        next := add(next, mload(0x20))
                    }
                    {
                        let image := mload(0x40)
                        mstore(add(image, 0x01), left)
                        mstore(add(image, 0x21), shl(mload(0x00), leftSums))
                        image := add(image, mload(0x20))
                        mstore(add(image, 0x01), right)
                        mstore(add(image, 0x21), shl(mload(0x00), rightSums))
                    }
                    left := or(left, right)
                    right := add(leftSums, rightSums)
                    // A carry into bit 64, 128 or 192 is a sum that left its 64 bits.
                    if and(xor(right, xor(leftSums, rightSums)), 0x1000000000000000100000000000000010000000000000000) {
                        mstore(0x00, 0x10f5e70700000000000000000000000000000000000000000000000000000000) // IChallenge.SumTooLarge()
                        revert(0x00, 0x04)
                    }
                    if or(left, right) { left := keccak256(mload(0x40), add(0x01, shl(1, mload(0x20)))) }
                    mstore(to, left)
                    mstore(add(to, 0x20), or(shl(192, shr(1, position)), right))
                    to := add(to, 0x40)
                }
                last := to
            }
            end := next
        }
    }
}
// slither-disable-end assembly
