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
// slither-disable-start assembly,cyclomatic-complexity,incorrect-shift,naming-convention,too-many-digits
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
    /// @dev As long as there are several nodes, every round of the inner loop takes at least one, and no level has more nodes than the one
    /// below: the work is bounded by depth times nodes, and the caller has counted both in the data. Then the one that is left goes up alone.
    /// The caller compares where the siblings ended; reading beyond that gives a root that nobody asked for.
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
        if (sums == 0) {
            (depth, next) = _together(nodes, last, depth, next);
            return _alone(nodes, depth, next);
        }
        (depth, next) = _togetherWithSums(nodes, last, depth, next, sums, 8 * width);
        return _aloneWithSums(nodes, depth, next, sums, 8 * width);
    }

    /// @dev Several nodes of a tree without sums, until one is left. @return left Levels above it. @return end Where the siblings end.
    function _together(uint256 nodes, uint256 last, uint256 depth, uint256 next)
        private
        pure
        returns (uint256 left, uint256 end)
    {
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
                        let sibling := calldataload(next)
                        next := add(next, 0x20)
                        mstore(add(image, 0x20), sibling)
                        mstore(add(image, 0x40), digest)
                        digest := or(digest, sibling)
                    }
                    if digest { digest := keccak256(add(image, 0x1f), 0x41) }
                    mstore(to, digest)
                    mstore(add(to, 0x20), shl(192, shr(193, position)))
                    to := add(to, 0x40)
                }
                last := to
            }
            left := depth
            end := next
        }
    }

    /// @dev One node of a tree without sums, to the root. @return end Where the siblings end.
    function _alone(uint256 node, uint256 depth, uint256 next) private pure returns (uint256 end) {
        assembly ("memory-safe") {
            let image := mload(0x40)
            mstore(image, 1)
            let digest := mload(node)
            let position := shr(192, mload(add(node, 0x20)))
            end := add(next, shl(5, depth))
            for {} lt(next, end) { next := add(next, 0x20) } {
                let sibling := calldataload(next)
                let side := shl(5, and(position, 1))
                mstore(add(add(image, 0x20), side), digest)
                mstore(sub(add(image, 0x40), side), sibling)
                digest := or(digest, sibling)
                if digest { digest := keccak256(add(image, 0x1f), 0x41) }
                position := shr(1, position)
            }
            mstore(node, digest)
            mstore(add(node, 0x20), 0)
        }
    }

    /// @dev Several nodes of a tree with sums, until one is left. `bits` of a sibling's sum. The stack is full: what does not change lies in
    /// the scratch space. @return left Levels above it. @return end Where the siblings end.
    function _togetherWithSums(uint256 nodes, uint256 last, uint256 depth, uint256 next, uint256 sums, uint256 bits)
        private
        pure
        returns (uint256 left, uint256 end)
    {
        assembly ("memory-safe") {
            mstore(0x00, bits)
            mstore(0x20, sub(256, mul(sums, bits)))
            mstore(mload(0x40), 1)
            bits := add(0x20, shr(3, mul(sums, bits)))
            sums := shl(3, sums)
            // From here on `bits` are the bytes of a sibling, and `sums` those of a node's sums.
            for {} mul(depth, gt(last, add(nodes, 0x40))) { depth := sub(depth, 1) } {
                let to := nodes
                let from := nodes
                for {} lt(from, last) {} {
                    let digest := mload(from)
                    let own := mload(add(from, 0x20))
                    let position := shr(192, own)
                    let sibling := 0
                    let its := 0
                    own := and(own, 0xffffffffffffffffffffffffffffffffffffffffffffffff)
                    from := add(from, 0x40)
                    if lt(from, last) { its := mload(add(from, 0x20)) }
                    // The node after this one stands beside it if its position is the odd one of the two.
                    switch eq(shr(192, its), or(position, 1))
                    case 0 {
                        let narrow := mload(0x00)
                        let mask := sub(shl(narrow, 1), 1)
                        sibling := shr(mload(0x20), calldataload(add(next, 0x20)))
                        its := shr(narrow, sibling)
                        its := or(or(and(sibling, mask), shl(64, and(its, mask))), shl(128, shr(narrow, its)))
                        sibling := calldataload(next)
                        next := add(next, bits)
                    }
                    default {
                        sibling := mload(from)
                        its := and(its, 0xffffffffffffffffffffffffffffffffffffffffffffffff)
                        from := add(from, 0x40)
                    }
                    {
                        // A node's sums first: what they write too much is then written over by its digest.
                        let side := mul(and(position, 1), add(0x20, sums))
                        let image := add(mload(0x40), add(0x20, side))
                        mstore(add(image, sums), own)
                        mstore(image, digest)
                        image := sub(add(image, add(0x20, sums)), shl(1, side))
                        mstore(add(image, sums), its)
                        mstore(image, sibling)
                    }
                    digest := or(digest, sibling)
                    sibling := add(own, its)
                    if and(xor(sibling, xor(own, its)), CARRIES) {
                        mstore(0x00, 0x10f5e70700000000000000000000000000000000000000000000000000000000) // IChallenge.SumTooLarge()
                        revert(0x00, 0x04)
                    }
                    if or(digest, sibling) { digest := keccak256(add(mload(0x40), 0x1f), add(0x41, shl(1, sums))) }
                    mstore(to, digest)
                    mstore(add(to, 0x20), or(shl(192, shr(1, position)), sibling))
                    to := add(to, 0x40)
                }
                last := to
            }
            left := depth
            end := next
        }
    }

    /// @dev One node of a tree with sums, to the root; `bits` of a sibling's sum. Most of what it takes to show a bare node or a single leaf.
    /// @return end Where the siblings end.
    function _aloneWithSums(uint256 node, uint256 depth, uint256 next, uint256 sums, uint256 bits)
        private
        pure
        returns (uint256 end)
    {
        assembly ("memory-safe") {
            let digest := mload(node)
            let own := mload(add(node, 0x20))
            // Its position, below a one that comes down to the last place when the root is reached.
            let path := or(shr(192, own), shl(depth, 1))
            own := and(own, 0xffffffffffffffffffffffffffffffffffffffffffffffff)
            let carried := 0
            mstore(0x00, sub(256, mul(sums, bits)))
            mstore(0x20, add(0x20, shr(3, mul(sums, bits))))
            let mask := sub(shl(bits, 1), 1)
            let image := add(mload(0x40), 0x20)
            mstore(mload(0x40), 1)
            sums := shl(3, sums)
            let size := add(0x20, sums)
            // From here on `sums` are the bytes of a node's sums; the scratch space has what a sibling's are shifted by, and its bytes.
            end := next
            if iszero(or(digest, own)) {
                // Nothing beside nothing is nothing.
                for {} gt(path, 1) { path := shr(1, path) } {
                    if or(calldataload(end), shr(mload(0x00), calldataload(add(end, 0x20)))) { break }
                    end := add(end, mload(0x20))
                }
            }
            for {} gt(path, 1) { path := shr(1, path) } {
                // A node's sums first: what they write too much is then written over by its digest.
                let side := mul(and(path, 1), size)
                let place := add(image, side)
                mstore(add(place, sums), own)
                mstore(place, digest)
                place := add(image, sub(size, side))
                // One to three sums of some bits each as so many of 64 bits.
                let narrow := shr(mload(0x00), calldataload(add(end, 0x20)))
                let its := shr(bits, narrow)
                its := or(or(and(narrow, mask), shl(64, and(its, mask))), shl(128, shr(bits, its)))
                mstore(add(place, sums), its)
                mstore(place, calldataload(end))
                digest := keccak256(sub(image, 1), add(shl(1, size), 1))
                let total := add(own, its)
                carried := or(carried, xor(total, xor(own, its)))
                own := total
                end := add(end, mload(0x20))
            }
            if and(carried, CARRIES) {
                mstore(0x00, 0x10f5e70700000000000000000000000000000000000000000000000000000000) // IChallenge.SumTooLarge()
                revert(0x00, 0x04)
            }
            mstore(node, digest)
            mstore(add(node, 0x20), own)
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

    /// @notice Packed sums of 64 bits, one to three, from sums of `width` bytes each.
    /// @param at Where they begin in the transaction's data.
    function sumsAt(uint256 at, uint256 sums, uint256 width) internal pure returns (uint256 wide) {
        unchecked {
            uint256 bits = 8 * width;
            uint256 mask = type(uint256).max >> (256 - bits);
            uint256 narrow = at.word() >> (256 - sums * bits);
            wide = narrow >> bits;
            wide = (narrow & mask) | ((wide & mask) << 64) | ((wide >> bits) << 128);
        }
    }
}
// slither-disable-end assembly,cyclomatic-complexity,incorrect-shift,naming-convention,too-many-digits
