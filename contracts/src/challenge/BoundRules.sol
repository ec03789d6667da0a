// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Calldata} from "./Calldata.sol";
import {Claim} from "./Claim.sol";
import {LeafRules} from "./LeafRules.sol";
import {JOBS, MACHINE, NONE, NONE64, OPERATION, PROCESS_PLAN, Shown, TARGETS, USES, Witness} from "./Witness.sol";
import {IChallenge} from "../interfaces/IChallenge.sol";

/// @title BoundRules: lies about the uses, by which a machine's budget is judged; about prices, the bounds of jobs, and their targets
/// @notice What it is: the twin of `hanse/ledger/certificates/rules/uses.py` and `bound.py`. A use, by byte: 0 machine, 4 operation,
/// 8 before, 16 duration. A job's sums: 0 bound, 8 baseline, 16 target; a target: 0 baseline, 8 target.
///
/// Arithmetic is unchecked: a few fields of at most 64 bits are added or multiplied.
///
/// Who may do what: nothing to do, nothing to switch off: it has no state.
library BoundRules {
    using Calldata for uint256;
    using Witness for Shown;

    /// @notice The tree of uses does not hold the operation where the plan says it does.
    function place(Shown memory shown) internal pure returns (bool) {
        unchecked {
            uint256 leaf = shown.planned(shown.subject);
            uint256 where = (leaf + 36).u32();
            uint256 machine = (leaf + 8).u32();
            if (where == NONE) return (shown.row(MACHINE, machine) + 21).u64() != NONE64;
            if (where >= Claim.useCount(shown.claim)) return true;
            uint256 use = shown.leaf(USES, where);
            if (use.u32() != machine || (use + 4).u32() != shown.subject) return true;
            return (leaf + 24).u64() != (leaf + 16).u64() + (use + 16).u64();
        }
    }

    /// @notice A use does not go on where the one before it ended, or stands before an earlier machine's.
    function running(Shown memory shown) internal pure returns (bool) {
        unchecked {
            uint256 use = shown.leaf(USES, shown.subject);
            uint256 given = (use + 8).u64();
            if (shown.subject == 0) return given != 0;
            uint256 last = shown.leaf(USES, shown.subject - 1);
            if (use.u32() == last.u32()) return given != (last + 8).u64() + (last + 16).u64();
            return use.u32() < last.u32() || given != 0;
        }
    }

    /// @notice With this use a machine has been given more than its budget.
    function budget(Shown memory shown) internal pure returns (bool) {
        unchecked {
            uint256 use = shown.leaf(USES, shown.subject);
            uint256 most = (shown.row(MACHINE, use.u32()) + 21).u64();
            return most != NONE64 && (use + 8).u64() + (use + 16).u64() > most;
        }
    }

    /// @notice A price is negative, stands on a machine without budget, or its product with the budget is wrong.
    function price(Shown memory shown) internal pure returns (bool) {
        unchecked {
            uint256 leaf = shown.price(shown.subject);
            int256 each = leaf == 0 ? int256(0) : leaf.i64();
            uint256 product = leaf == 0 ? 0 : (leaf + 8).u64();
            if (each < 0) return true;
            uint256 most = (shown.row(MACHINE, shown.subject) + 21).u64();
            if (most == NONE64) return product != 0 || each > 0;
            // It is not negative.
            // forge-lint: disable-next-line(unsafe-typecast)
            return product != uint256(each) * most;
        }
    }

    /// @notice A job's baseline or target is not that of the round, or there is one outside a round.
    function target(Shown memory shown) internal pure returns (bool) {
        unchecked {
            uint256 told = (shown.leaf(JOBS, shown.subject) + 8).word() >> 128;
            if (Claim.targets(shown.claim) == 0) return told != 0;
            return told != shown.leaf(TARGETS, shown.subject).word() >> 128;
        }
    }

    /// @notice A path through the process plan `other` costs less than the bound of its job, at the claimed prices.
    function cheaper(Shown memory shown) internal pure returns (bool) {
        unchecked {
            uint256 plan = shown.row(PROCESS_PLAN, shown.other);
            if ((plan + 5).u32() != shown.subject || (plan + 13).u32() != shown.pickCount) return false;
            Path memory path = Path((plan + 9).u32(), new uint256[](shown.pickCount), Claim.scale(shown.claim));
            for (uint256 i = 0; i < path.modes.length; ++i) {
                path.modes[i] = shown.mode(path.first + i, (shown.picks + 4 * i).u32());
            }
            int256 total = 0;
            for (uint256 i = 0; i < path.modes.length; ++i) {
                total += _cost(shown, path, i);
            }
            // A bound has 64 bits.
            // forge-lint: disable-next-line(unsafe-typecast)
            return total < int256(shown.leaf(JOBS, shown.subject).u64());
        }
    }

    /// @notice A mode for each operation of a process plan. @param first The first operation. @param modes Where the modes' bytes begin.
    /// @param scale What costs are multiplied with.
    struct Path {
        uint256 first;
        uint256[] modes;
        uint256 scale;
    }

    /// @dev What one operation of a path costs at the prices, with the legs that belong to it.
    function _cost(Shown memory shown, Path memory path, uint256 place_) private pure returns (int256) {
        unchecked {
            uint256 mode = path.modes[place_];
            uint256 operation = shown.row(OPERATION, path.first + place_);
            uint256 site = (mode + 4).u32();
            uint256 cost = (mode + 16).u64() + LeafRules.outerLegs(shown, operation, site);
            uint256 arcs = (operation + 21).u32();
            for (uint256 i = 0; i < arcs; ++i) {
                uint256 earlier = shown.before(operation, i);
                // A precedence that leaves the plan is none of the problem's.
                if (earlier < path.first || earlier - path.first >= path.modes.length) revert IChallenge.RowNotShown(OPERATION, earlier, 0);
                cost += shown.legCost((path.modes[earlier - path.first] + 4).u32(), site);
            }
            uint256 leaf = shown.price(mode.u32());
            int256 each = leaf == 0 ? int256(0) : leaf.i64();
            // Sums and products of a few numbers of 64 bits.
            // forge-lint: disable-next-line(unsafe-typecast)
            return int256(path.scale * cost) + each * int256((mode + 8).u64());
        }
    }
}
