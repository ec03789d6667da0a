// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Calldata} from "./Calldata.sol";

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
// slither-disable-start assembly,cyclomatic-complexity,naming-convention,too-many-digits
library Climb {
    using Calldata for uint256;

    /// @notice Bytes from the free memory on that are used as scratch: the preimage of a leaf or a parent.
    uint256 internal constant SCRATCH = 192;
    /// @dev A carry into bit 64, 128 or 192 is a sum that left its 64 bits.
    uint256 internal constant CARRIES = 0x1000000000000000100000000000000010000000000000000;

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
    /// nobody asked for.
    /// @param nodes Memory with the nodes, two words each, by strictly increasing position, SCRATCH bytes after the free memory begins.
    /// @param last Where they end; there is at least one, and the last position is below 2^depth.
    /// @param depth Levels to climb.
    /// @param next Where the siblings begin in the transaction's data.
    /// @param sums How many sums a node has, 0 to 3.
    /// @param width Bytes of a sum of a sibling, 0 to 8.
    /// @return end Where the siblings end that were taken.
    function climb(uint256 nodes, uint256 last, uint256 depth, uint256 next, uint256 sums, uint256 width)
        internal
        pure
        returns (uint256 end)
    {
        return sums == 0 ? _climbPlain(nodes, last, depth, next) : _climbSums(nodes, last, depth, next, sums, 8 * width);
    }

    /// @dev The climb of a tree without sums: most of what a judge does, so it is by itself.
    function _climbPlain(uint256 nodes, uint256 last, uint256 depth, uint256 next) private pure returns (uint256 end) {
        assembly ("memory-safe") {
            // The preimage: a byte that is 1 before two whole words.
            let image := mload(0x40)
            mstore(image, 1)
            for {} mul(depth, gt(last, add(nodes, 0x40))) { depth := sub(depth, 1) } {
                let to := nodes
                let from := nodes
                for {} lt(from, last) {} {
                    let digest := mload(from)
                    let position := mload(add(from, 0x20))
                    from := add(from, 0x40)
                    switch and(shr(192, position), 1)
                    case 0 {
                        let right := 0
                        // The node after this one stands beside it if its position is one more.
                        switch and(lt(from, last), eq(mload(add(from, 0x20)), add(position, shl(192, 1))))
                        case 0 {
                            right := calldataload(next)
                            next := add(next, 0x20)
                        }
                        default {
                            right := mload(from)
                            from := add(from, 0x40)
                        }
                        mstore(add(image, 0x20), digest)
                        mstore(add(image, 0x40), right)
                        digest := or(digest, right)
                    }
                    default {
                        let left := calldataload(next)
                        next := add(next, 0x20)
                        mstore(add(image, 0x20), left)
                        mstore(add(image, 0x40), digest)
                        digest := or(digest, left)
                    }
                    if digest { digest := keccak256(add(image, 0x1f), 0x41) }
                    mstore(to, digest)
                    mstore(add(to, 0x20), shl(192, shr(193, position)))
                    to := add(to, 0x40)
                }
                last := to
            }
            // One node is left, and it goes up by itself.
            let digest := mload(nodes)
            let position := shr(192, mload(add(nodes, 0x20)))
            for {} depth { depth := sub(depth, 1) } {
                let sibling := calldataload(next)
                let side := shl(5, and(position, 1))
                mstore(add(add(image, 0x20), side), digest)
                mstore(sub(add(image, 0x40), side), sibling)
                digest := or(digest, sibling)
                if digest { digest := keccak256(add(image, 0x1f), 0x41) }
                position := shr(1, position)
                next := add(next, 0x20)
            }
            mstore(nodes, digest)
            mstore(add(nodes, 0x20), 0)
            end := next
        }
    }

    /// @dev The climb of a tree with sums. `bits` of a sibling's sum. The stack is full: what does not change lies in the scratch space.
    function _climbSums(uint256 nodes, uint256 last, uint256 depth, uint256 next, uint256 sums, uint256 bits)
        private
        pure
        returns (uint256 end)
    {
        assembly ("memory-safe") {
            // One to three sums of some bits each as so many of 64 bits.
            function widened(at) -> wide {
                let narrow := mload(0x00)
                wide := shr(mload(0x20), calldataload(at))
                if lt(narrow, 64) {
                    let mask := sub(shl(narrow, 1), 1)
                    let middle := shr(narrow, wide)
                    wide := or(or(and(wide, mask), shl(64, and(middle, mask))), shl(128, shr(narrow, middle)))
                }
            }
            mstore(0x00, bits)
            mstore(0x20, sub(256, mul(sums, bits)))
            mstore8(mload(0x40), 1)
            bits := add(0x20, shr(3, mul(sums, bits)))
            // From here on `bits` are the bytes of a sibling, and `sums` what packed sums are shifted by.
            sums := sub(256, shl(6, sums))
            for {} mul(depth, gt(last, add(nodes, 0x40))) { depth := sub(depth, 1) } {
                let to := nodes
                let from := nodes
                for {} lt(from, last) {} {
                    let left := mload(from)
                    let leftSums := mload(add(from, 0x20))
                    let position := shr(192, leftSums)
                    let right := 0
                    let rightSums := 0
                    leftSums := and(leftSums, 0xffffffffffffffffffffffffffffffffffffffffffffffff)
                    from := add(from, 0x40)
                    switch and(position, 1)
                    case 0 {
                        if lt(from, last) { rightSums := mload(add(from, 0x20)) }
                        // No position is one less than zero, which stands there if there is no other node.
                        switch eq(shr(192, rightSums), add(position, 1))
                        case 0 {
                            right := calldataload(next)
                            rightSums := widened(add(next, 0x20))
                            next := add(next, bits)
                        }
                        default {
                            right := mload(from)
                            rightSums := and(rightSums, 0xffffffffffffffffffffffffffffffffffffffffffffffff)
                            from := add(from, 0x40)
                        }
                    }
                    default {
                        right := left
                        rightSums := leftSums
                        left := calldataload(next)
                        leftSums := widened(add(next, 0x20))
                        next := add(next, bits)
                    }
                    {
                        // A node has 64 bytes less an eighth of the shift.
                        let image := mload(0x40)
                        mstore(add(image, 0x01), left)
                        mstore(add(image, 0x21), shl(sums, leftSums))
                        image := add(image, sub(0x40, shr(3, sums)))
                        mstore(add(image, 0x01), right)
                        mstore(add(image, 0x21), shl(sums, rightSums))
                    }
                    left := or(left, right)
                    right := add(leftSums, rightSums)
                    if and(xor(right, xor(leftSums, rightSums)), CARRIES) {
                        mstore(0x00, 0x10f5e70700000000000000000000000000000000000000000000000000000000) // IChallenge.SumTooLarge()
                        revert(0x00, 0x04)
                    }
                    if or(left, right) { left := keccak256(mload(0x40), sub(0x81, shr(2, sums))) }
                    mstore(to, left)
                    mstore(add(to, 0x20), or(shl(192, shr(1, position)), right))
                    to := add(to, 0x40)
                }
                last := to
            }
            // One node is left, and it goes up by itself. `last` is its position from here on.
            let digest := mload(nodes)
            let own := mload(add(nodes, 0x20))
            last := shr(192, own)
            own := and(own, 0xffffffffffffffffffffffffffffffffffffffffffffffff)
            for {} depth { depth := sub(depth, 1) } {
                let sibling := calldataload(next)
                let its := widened(add(next, 0x20))
                let image := mload(0x40)
                // The left one first: what it writes too much is then written over.
                switch and(last, 1)
                case 0 {
                    mstore(add(image, 0x01), digest)
                    mstore(add(image, 0x21), shl(sums, own))
                    image := sub(add(image, 0x40), shr(3, sums))
                    mstore(add(image, 0x01), sibling)
                    mstore(add(image, 0x21), shl(sums, its))
                }
                default {
                    mstore(add(image, 0x01), sibling)
                    mstore(add(image, 0x21), shl(sums, its))
                    image := sub(add(image, 0x40), shr(3, sums))
                    mstore(add(image, 0x01), digest)
                    mstore(add(image, 0x21), shl(sums, own))
                }
                digest := or(digest, sibling)
                sibling := add(own, its)
                if and(xor(sibling, xor(own, its)), CARRIES) {
                    mstore(0x00, 0x10f5e70700000000000000000000000000000000000000000000000000000000) // IChallenge.SumTooLarge()
                    revert(0x00, 0x04)
                }
                own := sibling
                if or(digest, own) { digest := keccak256(mload(0x40), sub(0x81, shr(2, sums))) }
                last := shr(1, last)
                next := add(next, bits)
            }
            mstore(nodes, digest)
            mstore(add(nodes, 0x20), own)
            end := next
        }
    }

    /// @notice The digest of the node above two nodes, nothing above two nothings.
    function above(uint256 left, uint256 leftSums, uint256 right, uint256 rightSums, uint256 sums)
        internal
        pure
        returns (uint256 digest)
    {
        assembly ("memory-safe") {
            let image := mload(0x40)
            let size := add(32, shl(3, sums))
            let shift := sub(256, shl(6, sums))
            mstore8(image, 1)
            mstore(add(image, 0x01), left)
            mstore(add(image, 0x21), shl(shift, leftSums))
            mstore(add(add(image, size), 0x01), right)
            mstore(add(add(image, size), 0x21), shl(shift, rightSums))
            if or(or(left, right), or(leftSums, rightSums)) { digest := keccak256(image, add(0x01, shl(1, size))) }
        }
    }

    /// @notice A node as it is written: packed sums of `width` bytes each, after its digest or by themselves.
    /// @param at Where the sums begin in the transaction's data.
    function sumsAt(uint256 at, uint256 sums, uint256 width) internal pure returns (uint256 wide) {
        unchecked {
            for (uint256 i = 0; i < sums; ++i) {
                uint256 sum = width == 0 ? 0 : at.word() >> (256 - 8 * width);
                wide = (wide << 64) | sum;
                at += width;
            }
        }
    }
}
// slither-disable-end assembly,cyclomatic-complexity,naming-convention,too-many-digits
