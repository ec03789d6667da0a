// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Climb} from "../src/challenge/Climb.sol";
import {IChallenge} from "../src/interfaces/IChallenge.sol";
import {Test} from "./Test.sol";

/// @notice Climbs for whoever calls, since siblings are read from a transaction's data.
contract Climber {
    struct Node {
        uint256 position;
        bytes32 digest;
        uint192 sums;
    }

    function climb(Node[] calldata nodes, uint256 depth, uint256 sums, uint256 width, bytes calldata siblings)
        external
        pure
        returns (bytes32 digest, uint192 total, uint256 taken)
    {
        uint256 at = _laid(nodes);
        uint256 next;
        assembly ("memory-safe") {
            next := siblings.offset
        }
        taken = Climb.climb(at, at + 64 * nodes.length, depth, next, sums, width) - next;
        assembly ("memory-safe") {
            digest := mload(at)
            total := mload(add(at, 0x20))
        }
    }

    /// @dev The nodes where a climb wants them.
    function _laid(Node[] calldata nodes) private pure returns (uint256 at) {
        assembly ("memory-safe") {
            at := add(mload(0x40), 192)
        }
        for (uint256 i = 0; i < nodes.length; ++i) {
            bytes32 digest = nodes[i].digest;
            uint256 beside = (nodes[i].position << 192) | nodes[i].sums;
            assembly ("memory-safe") {
                mstore(add(at, shl(6, i)), digest)
                mstore(add(at, add(shl(6, i), 0x20)), beside)
            }
        }
    }
}

/// @notice The climb against trees grown here node by node, in plain Solidity.
contract ClimbTest is Test {
    Climber internal climber;

    struct Grown {
        bytes32 digest;
        uint64[3] sums;
    }

    function setUp() public {
        climber = new Climber();
    }

    /// @dev Any of the leaves of a tree of eight, shown together, lead to its root with the siblings they lack.
    function test_any_leaves_lead_to_the_root(uint256 seed, uint8 which, uint8 kind, uint8 width) public view {
        uint256 sums = kind % 4;
        vm.assume(which != 0);
        width = sums == 0 ? 0 : uint8(bound(width, 3, 8));
        Grown[][] memory levels = grow(seed, sums);
        (Climber.Node[] memory nodes, bytes memory siblings) = shown(levels, which, sums, width);
        (bytes32 digest, uint192 total, uint256 taken) = climber.climb(nodes, 3, sums, width, siblings);
        assertEq(digest, levels[3][0].digest, "the root");
        assertEq(total, packed(levels[3][0].sums, sums), "its sums");
        assertEq(taken, siblings.length, "every sibling once");
    }

    function test_another_leaf_leads_elsewhere(uint256 seed, uint8 which, uint8 kind, uint8 place, uint8 bit) public view {
        uint256 sums = kind % 4;
        vm.assume(which != 0);
        Grown[][] memory levels = grow(seed, sums);
        (Climber.Node[] memory nodes, bytes memory siblings) = shown(levels, which, sums, sums == 0 ? 0 : 8);
        place = uint8(place % nodes.length);
        nodes[place].digest ^= bytes32(uint256(1) << bit);
        (bytes32 digest,,) = climber.climb(nodes, 3, sums, sums == 0 ? 0 : 8, siblings);
        assertTrue(digest != levels[3][0].digest, "another root");
    }

    function test_two_nothings_make_nothing() public view {
        for (uint256 sums = 0; sums < 4; ++sums) {
            (bytes32 digest, uint192 total,) =
                climber.climb(one(5, 0, 0), 32, sums, sums == 0 ? 0 : 2, new bytes(32 * (32 + 2 * sums)));
            assertEq(digest, 0, "nothing");
            assertEq(total, 0, "no sums");
        }
    }

    /// @dev Beside nothing at first, and then beside something: a node with digest, or with sums alone.
    function test_nothing_beside_something_is_a_node(bytes32 digest, uint64 sum, bool left) public view {
        vm.assume(digest != 0 || sum != 0);
        bytes memory nothing = new bytes(40);
        bytes memory something = abi.encodePacked(digest, sum);
        bytes memory both = left ? abi.encodePacked(nothing, something) : abi.encodePacked(something, nothing);
        bytes memory siblings = abi.encodePacked(nothing, nothing, something);
        (bytes32 root, uint192 total,) = climber.climb(one(left ? 2 : 6, 0, 0), 3, 1, 8, siblings);
        assertEq(root, keccak256(abi.encodePacked(uint8(1), both)), "two nothings below");
        assertEq(total, sum, "its sum");
    }

    function test_a_sum_that_needs_more_than_64_bits_is_refused() public {
        uint192 most = type(uint64).max;
        for (uint256 lane = 0; lane < 3; ++lane) {
            bytes memory sibling = abi.encodePacked(bytes32(0), uint192(1) << uint192(64 * lane));
            refused(abi.encodeWithSelector(IChallenge.SumTooLarge.selector));
            climber.climb(one(0, bytes32(uint256(1)), most << uint192(64 * lane)), 1, 3, 8, sibling);
            climber.climb(one(0, bytes32(uint256(1)), (most - 1) << uint192(64 * lane)), 1, 3, 8, sibling);
        }
    }

    function test_a_leaf_and_a_node_have_other_prefixes(bytes32 left, bytes32 right) public view {
        vm.assume(left != 0 || right != 0);
        (bytes32 digest,,) = climber.climb(one(0, left, 0), 1, 0, 0, abi.encodePacked(right));
        assertEq(digest, keccak256(abi.encodePacked(uint8(1), left, right)), "a node");
        assertTrue(digest != keccak256(abi.encodePacked(uint8(0), left, right)), "no leaf of the same bytes");
    }

    // --- a tree, node by node ---------------------------------------------------------------------------------------------------------------

    function grow(uint256 seed, uint256 sums) private pure returns (Grown[][] memory levels) {
        levels = new Grown[][](4);
        levels[0] = new Grown[](8);
        for (uint256 i = 0; i < 8; ++i) {
            levels[0][i].digest = keccak256(abi.encode(seed, i));
            for (uint256 s = 0; s < sums; ++s) {
                levels[0][i].sums[s] = uint64(uint256(keccak256(abi.encode(seed, i, s)))) >> 44;
            }
        }
        for (uint256 level = 1; level < 4; ++level) {
            levels[level] = new Grown[](8 >> level);
            for (uint256 i = 0; i < levels[level].length; ++i) {
                Grown memory left = levels[level - 1][2 * i];
                Grown memory right = levels[level - 1][2 * i + 1];
                bytes memory both = abi.encodePacked(written(left, sums, 8), written(right, sums, 8));
                levels[level][i].digest = keccak256(abi.encodePacked(uint8(1), both));
                for (uint256 s = 0; s < sums; ++s) {
                    levels[level][i].sums[s] = left.sums[s] + right.sums[s];
                }
            }
        }
    }

    function shown(Grown[][] memory levels, uint8 which, uint256 sums, uint256 width)
        private
        pure
        returns (Climber.Node[] memory nodes, bytes memory siblings)
    {
        uint256 count = 0;
        for (uint256 i = 0; i < 8; ++i) {
            count += (which >> i) & 1;
        }
        nodes = new Climber.Node[](count);
        count = 0;
        for (uint256 i = 0; i < 8; ++i) {
            if ((which >> i) & 1 == 0) continue;
            nodes[count++] = Climber.Node(i, levels[0][i].digest, packed(levels[0][i].sums, sums));
        }
        for (uint256 level = 0; level < 3; ++level) {
            uint8 above = 0;
            for (uint256 i = 0; i < 8 >> level; ++i) {
                if ((which >> i) & 1 == 0) continue;
                above |= uint8(1 << (i / 2));
                if ((which >> (i ^ 1)) & 1 == 0) siblings = abi.encodePacked(siblings, written(levels[level][i ^ 1], sums, width));
            }
            which = above;
        }
    }

    function written(Grown memory node, uint256 sums, uint256 width) private pure returns (bytes memory data) {
        data = abi.encodePacked(node.digest);
        for (uint256 s = 0; s < sums; ++s) {
            for (uint256 i = width; i > 0; --i) {
                data = abi.encodePacked(data, uint8(node.sums[s] >> (8 * (i - 1))));
            }
        }
    }

    function packed(uint64[3] memory values, uint256 sums) private pure returns (uint192 all) {
        for (uint256 s = 0; s < sums; ++s) {
            all = (all << 64) | values[s];
        }
    }

    function one(uint256 position, bytes32 digest, uint192 sums) private pure returns (Climber.Node[] memory nodes) {
        nodes = new Climber.Node[](1);
        nodes[0] = Climber.Node(position, digest, sums);
    }
}
