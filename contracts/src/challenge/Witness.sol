// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Calldata} from "./Calldata.sol";
import {Climb} from "./Climb.sol";
import {IChallenge} from "../interfaces/IChallenge.sol";

// "None" in a field of 32 and of 64 bits.
uint256 constant NONE = type(uint32).max;
uint256 constant NONE64 = type(uint64).max;

// The trees by number; zero are the rows of the problem.
uint256 constant ROWS = 0;
uint256 constant PLAN = 1;
uint256 constant USES = 2;
uint256 constant JOBS = 3;
uint256 constant PRICES = 4;
uint256 constant TARGETS = 5;

// Kinds of rows by tag.
uint256 constant HEADER = 1;
uint256 constant LEGS = 3;
uint256 constant MACHINE = 5;
uint256 constant WINDOW = 6;
uint256 constant JOB = 7;
uint256 constant PROCESS_PLAN = 8;
uint256 constant OPERATION = 9;
uint256 constant ARC = 10;
uint256 constant MODES = 11;

// A byte each, from the right by number: bytes of a row by tag, with it; of a leaf's content, its sums, and of where the tree's root stands in
// a claim, by tree.
uint256 constant ROW_BYTES = 0x750d351142192d0d49164d00;
uint256 constant CONTENT_BYTES = 0x100800183000;
uint256 constant SUMS = 0x000103000300;
uint256 constant ROOT_AT = 0x21fdc5a16101;

/// @notice What a claim and a witness show. All positions are of bytes in the transaction's data.
/// @param claim Where the claim begins.
/// @param lie Which lie is said to be shown.
/// @param subject, other Numbers, as the rule says.
/// @param picks Where the picks begin.
/// @param pickCount How many, 4 bytes each.
/// @param rows Memory with a word for each row, increasing: what it is looked up by (tag, number, part: 72 bits) and its position (64 bits).
/// @param likely By tag, where among them the one after the last that was found is: rules mostly go through the rows of a kind in their order.
/// @param first Where a tree's entries begin. @param count How many there are. By tree.
/// @param nodeTree Of which tree a node is shown, zero for none. @param nodePosition, nodeDepth Where it stands.
/// @param nodeDigest, nodeSums The node itself. @param children Whether its children are shown too. @param leftSums, rightSums Their sums.
struct Shown {
    uint256 claim;
    uint256 lie;
    uint256 subject;
    uint256 other;
    uint256 picks;
    uint256 pickCount;
    uint256[] rows;
    uint256[12] likely;
    uint256[6] first;
    uint256[6] count;
    uint256 nodeTree;
    uint256 nodePosition;
    uint256 nodeDepth;
    uint256 nodeDigest;
    uint256 nodeSums;
    bool children;
    uint256 leftSums;
    uint256 rightSums;
}

/// @title Witness: reads a witness, climbs from everything in it to the roots of its claim, and finds what rules ask for
/// @notice What it is: the twin of `Seen` in `hanse/ledger/certificates/view.py`, on the bytes of `witness.py`. What it returns was verified.
///
/// Positions of leaves are not compared with the depth their tree must have. They need not be: all leaves of a true claim's tree stand at one
/// depth, and the prefixes keep leaves and inner nodes apart, so only a real leaf opens, and only where it stands. Rows say their number
/// themselves. Whoever makes a claim has grown the trees of problem and targets from what the round published. Bare nodes have no prefix: their
/// rules do compare the depth (`NodeRules`).
///
/// Arithmetic is unchecked: numbers are positions in the data, and fields of at most 64 bits, of which a few are added or multiplied.
///
/// Who may do what: nothing to do, nothing to switch off: it has no state.
library Witness {
    using Calldata for uint256;

    uint256 private constant VERSION = 1;
    /// @dev The bit that says a node follows.
    uint256 private constant NODE = 6;
    /// @dev The bits that say which trees follow.
    uint256 private constant TREES = 0x3e;

    /// @notice Everything a witness shows against a claim. Reverts for bytes that are none, and for what does not lead to its root.
    /// @param claim Where the claim's 305 bytes begin.
    function open(uint256 claim, bytes calldata witness) internal pure returns (Shown memory shown) {
        unchecked {
            uint256 at = begin(witness);
            uint256 end = at + witness.length;
            if (at + 15 > end || at.u8() != VERSION) revert IChallenge.NotAWitness(at);
            shown.claim = claim;
            shown.lie = (at + 1).u8();
            shown.subject = (at + 2).u32();
            shown.other = (at + 6).u32();
            uint256 follows = (at + 10).u8();
            shown.pickCount = (at + 11).u32();
            shown.picks = at + 15;
            if (follows >> NODE > 1 || shown.picks + 4 * shown.pickCount > end) revert IChallenge.NotAWitness(at);
            at = shown.picks + 4 * shown.pickCount;
            if (follows & 1 == 1) at = openRows(shown, at, end);
            uint256 trees = follows & TREES;
            for (uint256 tree = PLAN; trees >> tree != 0; ++tree) {
                if ((trees >> tree) & 1 == 1) at = openTree(shown, tree, at, end);
            }
            if (follows >> NODE == 1) at = _openNode(shown, at, end);
            if (at != end) revert IChallenge.NotAWitness(at);
        }
    }

    /// @notice Where bytes begin in the transaction's data.
    // slither-disable-next-line assembly
    function begin(bytes calldata data) internal pure returns (uint256 at) {
        assembly ("memory-safe") {
            at := data.offset
        }
    }

    // --- reading ---------------------------------------------------------------------------------------------------------------------------

    /// @notice Reads the rows of the problem. @return Where they end.
    function openRows(Shown memory shown, uint256 at, uint256 end) internal pure returns (uint256) {
        unchecked {
            uint256 count = _count(at, end, 5);
            uint256 next = at + 4;
            uint256[] memory rows = new uint256[](count);
            shown.rows = rows;
            uint256 nodes = _free();
            uint256 last = 0;
            for (uint256 i = 0; i < count; ++i) {
                (uint256 key, uint256 length) = _row(next + 4, end);
                if (key <= last) revert IChallenge.OutOfOrder(ROWS);
                last = key;
                _remember(rows, i, (key << 64) | (next + 4));
                if (_put(nodes, i, Climb.leaf(next + 4, length), next.u32(), 0)) revert IChallenge.OutOfOrder(ROWS);
                next += 4 + length;
            }
            return _climb(shown, ROWS, nodes, count, next, end);
        }
    }

    /// @dev What a row is looked up by, and its bytes: one number tells rows of a kind apart, two the parts of legs and modes, none the header.
    function _row(uint256 at, uint256 end) private pure returns (uint256 key, uint256 length) {
        unchecked {
            uint256 tag = at.u8();
            if (tag <= MODES) length = (ROW_BYTES >> (8 * tag)) & 0xff;
            if (length == 0 || at + length > end) revert IChallenge.NotAWitness(at);
            if (tag == HEADER) return (HEADER << 64, length);
            key = at.word() >> 184;
            if (tag != LEGS && tag != MODES) key = (key >> 32) << 32;
        }
    }

    /// @notice Reads leaves of a tree. @return Where they end.
    function openTree(Shown memory shown, uint256 tree, uint256 at, uint256 end) internal pure returns (uint256) {
        unchecked {
            uint256 content = contentBytes(tree);
            uint256 sums = sumsOf(tree);
            uint256 count = _count(at, end, 4 + content + 8 * sums);
            uint256 next = at + 4;
            shown.first[tree] = next;
            shown.count[tree] = count;
            uint256 nodes = _free();
            for (uint256 i = 0; i < count; ++i) {
                uint256 digest = Climb.leaf(next + 4, content);
                uint256 own = (next + 4 + content).word() >> (256 - 64 * sums);
                if (_put(nodes, i, digest, next.u32(), own)) revert IChallenge.OutOfOrder(tree);
                next += 4 + content + 8 * sums;
            }
            return _climb(shown, tree, nodes, count, next, end);
        }
    }

    /// @dev A node by itself: u8 tree, u8 children (0 or 2), u32 position, u8 depth, u8 bytes of a sum; the node, only its sums if it has
    /// children, as its digest is theirs; as many siblings as it is deep; the children.
    function _openNode(Shown memory shown, uint256 at, uint256 end) private pure returns (uint256) {
        unchecked {
            uint256 tree = at.u8();
            // The round's targets are nobody's claim: there are no lies about their nodes.
            if (at + 8 > end || tree == 0 || tree > PRICES) revert IChallenge.NotAWitness(at);
            uint256 count = (at + 1).u8();
            uint256 width = (at + 7).u8();
            uint256 size = _nodeBytes(tree, width, 1, at);
            shown.nodeTree = tree;
            shown.nodePosition = (at + 2).u32();
            shown.nodeDepth = (at + 6).u8();
            shown.children = count == 2;
            uint256 own = shown.children ? size - 32 : size;
            uint256 stop = at + 8 + own + (shown.nodeDepth + count) * size;
            if ((count != 0 && count != 2) || shown.nodeDepth > 32 || stop > end) revert IChallenge.NotAWitness(at);
            at += 8;
            shown.nodeSums = Climb.sumsAt(at + own + 32 - size, sumsOf(tree), width);
            shown.nodeDigest = shown.children ? _children(shown, stop - 2 * size, size, width) : at.word();
            _climbFromNode(shown, at + own, width);
            return stop;
        }
    }

    function _climbFromNode(Shown memory shown, uint256 at, uint256 width) private pure {
        uint256 nodes = _free();
        _put(nodes, 0, shown.nodeDigest, shown.nodePosition, shown.nodeSums);
        _compare(shown, shown.nodeTree, nodes, 1, shown.nodeDepth, at, width);
    }

    /// @dev Reads the children of the node. @return The digest above them.
    function _children(Shown memory shown, uint256 at, uint256 size, uint256 width) private pure returns (uint256) {
        unchecked {
            uint256 sums = sumsOf(shown.nodeTree);
            shown.leftSums = Climb.sumsAt(at + 32, sums, width);
            shown.rightSums = Climb.sumsAt(at + size + 32, sums, width);
            return Climb.above(at.word(), shown.leftSums, (at + size).word(), shown.rightSums, sums);
        }
    }

    /// @dev How many entries follow, at least one and none shorter than `least` bytes.
    function _count(uint256 at, uint256 end, uint256 least) private pure returns (uint256 count) {
        unchecked {
            count = at.u32();
            if (count == 0 || at + 4 + count * least > end) revert IChallenge.NotAWitness(at);
        }
    }

    /// @dev Bytes of a node with sums of so many bytes, none of a tree without sums, nor where there are no nodes.
    function _nodeBytes(uint256 tree, uint256 width, uint256 count, uint256 at) private pure returns (uint256) {
        unchecked {
            uint256 sums = sumsOf(tree);
            if (width > (sums != 0 && count != 0 ? 8 : 0)) revert IChallenge.NotAWitness(at);
            return 32 + sums * width;
        }
    }

    /// @dev Reads u8 depth, u8 bytes of a sum, u32 siblings, climbs with them and compares. @return Where the siblings end.
    function _climb(Shown memory shown, uint256 tree, uint256 nodes, uint256 count, uint256 at, uint256 end)
        private
        pure
        returns (uint256 stop)
    {
        unchecked {
            if (at + 6 > end) revert IChallenge.NotAWitness(at);
            uint256 width = (at + 1).u8();
            uint256 siblings = (at + 2).u32();
            stop = at + 6 + siblings * _nodeBytes(tree, width, siblings, at);
            if (stop > end) revert IChallenge.NotAWitness(at);
            if (_compare(shown, tree, nodes, count, at.u8(), at + 6, width) != stop) revert IChallenge.NotUnderRoot(tree);
        }
    }

    /// @dev Climbs with the siblings at `at` and compares with the root in the claim. @return Where the siblings end that were taken.
    function _compare(Shown memory shown, uint256 tree, uint256 nodes, uint256 count, uint256 depth, uint256 at, uint256 width)
        private
        pure
        returns (uint256 taken)
    {
        unchecked {
            if (depth > 32 || _position(nodes + 64 * (count - 1)) >> depth != 0) revert IChallenge.NotUnderRoot(tree);
            uint256 sums = sumsOf(tree);
            taken = Climb.climb(nodes, nodes + 64 * count, depth, at, sums, width);
            uint256 root = shown.claim + rootAt(tree);
            (uint256 digest, uint256 total) = _get(nodes);
            if (digest != root.word() || total != (root + 32).word() >> (256 - 64 * sums)) revert IChallenge.NotUnderRoot(tree);
        }
    }

    /// @dev Memory that nobody holds, after the scratch. What is put there lives until the next allocation; nothing is allocated while it is used.
    // slither-disable-next-line assembly
    function _free() private pure returns (uint256 at) {
        assembly ("memory-safe") {
            at := mload(0x40)
        }
        at += Climb.SCRATCH;
    }

    /// @dev Puts a node after others. @return unordered Whether it does not stand after the one before it.
    // slither-disable-next-line assembly
    function _put(uint256 nodes, uint256 i, uint256 digest, uint256 position, uint256 sums) private pure returns (bool unordered) {
        assembly ("memory-safe") {
            let place := add(nodes, shl(6, i))
            mstore(place, digest)
            mstore(add(place, 0x20), or(shl(192, position), sums))
            if i { unordered := iszero(gt(position, shr(192, mload(sub(place, 0x20))))) }
        }
    }

    /// @dev rows[i] = word, of rows that were allocated for it.
    // slither-disable-next-line assembly
    function _remember(uint256[] memory rows, uint256 i, uint256 word) private pure {
        assembly ("memory-safe") {
            mstore(add(rows, shl(5, add(i, 1))), word)
        }
    }

    // slither-disable-next-line assembly
    function _get(uint256 place) private pure returns (uint256 digest, uint256 sums) {
        assembly ("memory-safe") {
            digest := mload(place)
            sums := shr(64, shl(64, mload(add(place, 0x20))))
        }
    }

    // slither-disable-next-line assembly
    function _position(uint256 place) private pure returns (uint256 position) {
        assembly ("memory-safe") {
            position := shr(192, mload(add(place, 0x20)))
        }
    }

    // --- layouts ---------------------------------------------------------------------------------------------------------------------------

    /// @notice Bytes of a leaf's content.
    function contentBytes(uint256 tree) internal pure returns (uint256) {
        unchecked {
            return (CONTENT_BYTES >> (8 * tree)) & 0xff;
        }
    }

    /// @notice Bytes of an entry of a tree: position, content and sums.
    function entryBytes(uint256 tree) internal pure returns (uint256) {
        unchecked {
            return 4 + contentBytes(tree) + 8 * sumsOf(tree);
        }
    }

    /// @notice How many sums stand beside a leaf.
    function sumsOf(uint256 tree) internal pure returns (uint256) {
        unchecked {
            return (SUMS >> (8 * tree)) & 0xff;
        }
    }

    /// @notice Where the root of a tree stands in a claim.
    function rootAt(uint256 tree) internal pure returns (uint256) {
        unchecked {
            return (ROOT_AT >> (8 * tree)) & 0xff;
        }
    }

    // --- finding ---------------------------------------------------------------------------------------------------------------------------

    /// @notice The row of a kind with one number.
    function row(Shown memory shown, uint256 tag, uint256 number) internal pure returns (uint256) {
        return row(shown, tag, number, 0);
    }

    /// @notice The row of a kind with a number and a part.
    // slither-disable-next-line assembly
    function row(Shown memory shown, uint256 tag, uint256 number, uint256 part) internal pure returns (uint256 at) {
        uint256[] memory rows = shown.rows;
        // Numbers are sums of numbers in rows and may leave 32 bits; no row has such a number.
        if (number <= NONE && part <= NONE) {
            uint256 key = (tag << 64) | (number << 32) | part;
            uint256[12] memory likely = shown.likely;
            assembly ("memory-safe") {
                // A word each, increasing: what comes before `low` is smaller, what comes from `high` on is larger.
                let low := add(rows, 0x20)
                let high := add(low, shl(5, mload(rows)))
                let hint := add(likely, shl(5, tag))
                let middle := mload(hint)
                if iszero(lt(middle, high)) { middle := low }
                for {} lt(low, high) { middle := add(low, shl(5, shr(6, sub(high, low)))) } {
                    let there := mload(middle)
                    let its := shr(64, there)
                    if eq(its, key) {
                        at := and(there, 0xffffffffffffffff)
                        mstore(hint, add(middle, 0x20))
                        break
                    }
                    switch lt(its, key)
                    case 0 { high := middle }
                    default { low := add(middle, 0x20) }
                }
            }
        }
        if (at == 0) revert IChallenge.RowNotShown(tag, number, part);
    }

    /// @notice The leaf of a tree at a position: where its content begins; its sums follow.
    // slither-disable-next-line assembly
    function leaf(Shown memory shown, uint256 tree, uint256 position) internal pure returns (uint256 at) {
        uint256 first = shown.first[tree];
        uint256 count = shown.count[tree];
        uint256 width = entryBytes(tree);
        assembly ("memory-safe") {
            // As above, with entries of one width in the data instead of words in memory. Often the leaves stand side by side.
            let low := 0
            let middle := sub(position, shr(224, calldataload(first)))
            if iszero(lt(middle, count)) { middle := 0 }
            for {} lt(low, count) { middle := shr(1, add(low, count)) } {
                let there := add(first, mul(middle, width))
                let its := shr(224, calldataload(there))
                if eq(its, position) {
                    at := add(there, 4)
                    break
                }
                switch lt(its, position)
                case 0 { count := middle }
                default { low := add(middle, 1) }
            }
        }
        if (at == 0) revert IChallenge.LeafNotShown(tree, position);
    }

    /// @notice The leaf of an operation that runs.
    function planned(Shown memory shown, uint256 operation) internal pure returns (uint256 at) {
        at = leaf(shown, PLAN, operation);
        if ((at + 4).u32() == NONE) revert IChallenge.DoesNotRun(operation);
    }

    /// @notice A mode of an operation, counted within it.
    function mode(Shown memory shown, uint256 operation, uint256 number) internal pure returns (uint256 at) {
        unchecked {
            at = row(shown, MODES, operation, number / 3) + 9 + 36 * (number % 3);
            if (at.u32() == NONE) revert IChallenge.NoSuchMode(operation, number);
        }
    }

    /// @notice What a leg between two sites costs.
    function legCost(Shown memory shown, uint256 origin, uint256 destination) internal pure returns (uint256) {
        uint256 at = _leg(shown, origin, destination);
        return at == 0 ? 0 : at.u64();
    }

    /// @notice How long a leg between two sites takes.
    function legTime(Shown memory shown, uint256 origin, uint256 destination) internal pure returns (uint256) {
        unchecked {
            uint256 at = _leg(shown, origin, destination);
            return at == 0 ? 0 : (at + 8).u64();
        }
    }

    /// @dev Where a leg stands; zero if the header counts no legs: all are free and instant.
    function _leg(Shown memory shown, uint256 origin, uint256 destination) private pure returns (uint256) {
        unchecked {
            if (shown.rows.length != 0) {
                // Rows stand in their order: the header is the first.
                uint256 header = shown.rows[0] & NONE64;
                if (header.u8() == HEADER && (header + 9).u32() == 0) return 0;
            }
            return row(shown, LEGS, origin, destination / 4) + 9 + 16 * (destination % 4);
        }
    }

    /// @notice Where the leaf of a machine's price stands; zero without a tree of prices: no machine has one.
    function price(Shown memory shown, uint256 machine) internal pure returns (uint256) {
        unchecked {
            uint256 root = shown.claim + rootAt(PRICES);
            if (root.word() == 0 && (root + 32).u64() == 0) return 0;
            return leaf(shown, PRICES, machine);
        }
    }

    /// @notice The operation that one waits for, by place among those it waits for.
    /// @param operation The row of the one that waits.
    function before(Shown memory shown, uint256 operation, uint256 place) internal pure returns (uint256) {
        unchecked {
            if ((operation + 21).u32() == 1) return (operation + 25).u32();
            return (row(shown, ARC, (operation + 17).u32() + place) + 9).u32();
        }
    }
}
