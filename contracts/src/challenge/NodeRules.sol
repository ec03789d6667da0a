// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Calldata} from "./Calldata.sol";
import {Climb} from "./Climb.sol";
import {Claim, Coverage} from "./Claim.sol";
import {HEADER, JOBS, OPERATION, PLAN, PRICES, Shown, USES, Witness} from "./Witness.sol";
import {IChallenge} from "../interfaces/IChallenge.sol";

/// @title NodeRules: lies about the claim's own numbers and about bare nodes of its trees
/// @notice What it is: the twin of `hanse/ledger/certificates/rules/nodes.py`.
///
/// Who may do what: nothing to do, nothing to switch off: it has no state.
library NodeRules {
    using Calldata for uint256;
    using Witness for Shown;

    /// @notice The bound is above what its sums prove.
    function bound(Shown memory shown) internal pure returns (bool) {
        uint256 claim = shown.claim;
        return Claim.scale(claim) == 0 || Claim.bound(claim) > Claim.proved(claim);
    }

    /// @notice A node's sums are not those of the two children its digest covers.
    function sum(Shown memory shown) internal pure returns (bool) {
        if (shown.nodeTree == 0) revert IChallenge.NodeNotShown();
        if (!shown.children) return false;
        uint256 total = shown.leftSums + shown.rightSums;
        return shown.nodeSums != total || (total ^ shown.leftSums ^ shown.rightSums) & Climb.CARRIES != 0;
    }

    /// @notice Something stands where no leaf belongs.
    function stray(Shown memory shown, Coverage memory coverage) internal view returns (bool) {
        return !_belongs(shown, coverage) && (shown.nodeDigest != 0 || shown.nodeSums != 0);
    }

    /// @notice Nothing stands where a leaf belongs.
    function blank(Shown memory shown, Coverage memory coverage) internal view returns (bool) {
        if (!_belongs(shown, coverage) || shown.nodeDigest != 0) return false;
        // No tree of prices: no machine has one.
        uint256 root = shown.claim + Witness.rootAt(PRICES);
        return shown.nodeTree != PRICES || root.word() != 0 || (root + 32).u64() != 0;
    }

    /// @dev Whether a leaf belongs where the node stands, which must be at the bottom of its tree: the depth is compared with that of a tree
    /// over so many leaves, since a bare node has no prefix that tells leaves from inner nodes.
    function _belongs(Shown memory shown, Coverage memory coverage) private view returns (bool) {
        uint256 tree = shown.nodeTree;
        if (tree == 0) revert IChallenge.NodeNotShown();
        uint256 due = _due(shown, tree);
        if (shown.children || shown.nodeDepth != _depthOf(due)) revert IChallenge.NodeNotShown();
        if (shown.nodePosition >= due) return false;
        if (tree == PLAN) return Claim.covers(coverage, (shown.row(OPERATION, shown.nodePosition) + 5).u32());
        return tree != JOBS || Claim.covers(coverage, shown.nodePosition);
    }

    /// @dev How many places of a tree are numbered; not all need have a leaf.
    function _due(Shown memory shown, uint256 tree) private pure returns (uint256) {
        if (tree == USES) return Claim.useCount(shown.claim);
        uint256 header = shown.row(HEADER, 0);
        if (tree == PLAN) return (header + 33).u32();
        return tree == JOBS ? (header + 25).u32() : (header + 17).u32();
    }

    /// @dev Depth of a tree over so many leaves.
    function _depthOf(uint256 count) private pure returns (uint256 depth) {
        while (uint256(1) << depth < count) ++depth;
    }
}
