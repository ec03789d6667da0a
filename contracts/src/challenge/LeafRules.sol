// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Calldata} from "./Calldata.sol";
import {MACHINE, NONE, OPERATION, PLAN, Shown, Witness} from "./Witness.sol";

/// @title LeafRules: lies that one operation's leaf tells about itself: its plan, mode, machine, times, amounts
/// @notice What it is: the twin of `hanse/ledger/certificates/rules/leaf.py`. A leaf of the plan, by byte: 0 plan, 4 mode, 8 machine,
/// 12 site, 16 start, 24 end, 32 quality, 36 place, 40 capacity; its sums: 48 work, 56 transport, 64 energy. An operation's row: 5 job, 9 plan, 13 modes,
/// 21 arcs, 29 origin, 33 destination, 37 release, 45 first plan, 49 plans. A mode: 0 machine, 4 site, 8 duration, 16 cost, 24 energy,
/// 32 quality.
///
/// Arithmetic is unchecked: a few fields of at most 64 bits are added or multiplied.
///
/// Who may do what: nothing to do, nothing to switch off: it has no state.
library LeafRules {
    using Calldata for uint256;
    using Witness for Shown;

    /// @dev Moments are before it, so that no sum of two quantities can overflow.
    uint256 private constant NO_TIME = 1 << 62;

    /// @notice The operation's job is said to follow a process plan it does not have.
    function foreignPlan(Shown memory shown) internal pure returns (bool) {
        unchecked {
            uint256 plan = shown.leaf(PLAN, shown.subject).u32();
            uint256 operation = shown.row(OPERATION, shown.subject);
            uint256 first = (operation + 45).u32();
            return plan < first || plan >= first + (operation + 49).u32();
        }
    }

    /// @notice Two operations of one job name different process plans for it.
    function torn(Shown memory shown) internal pure returns (bool) {
        unchecked {
            uint256 first = shown.row(OPERATION, shown.subject);
            uint256 second = shown.row(OPERATION, shown.other);
            return (first + 5).u32() == (second + 5).u32()
                && shown.leaf(PLAN, shown.subject).u32() != shown.leaf(PLAN, shown.other).u32();
        }
    }

    /// @notice An operation of the plan its job follows does not run.
    function missing(Shown memory shown) internal pure returns (bool) {
        unchecked {
            uint256 leaf = shown.leaf(PLAN, shown.subject);
            return (shown.row(OPERATION, shown.subject) + 9).u32() == leaf.u32() && (leaf + 4).u32() == NONE;
        }
    }

    /// @notice An operation of a plan its job does not follow runs, or is paid for.
    function doubled(Shown memory shown) internal pure returns (bool) {
        unchecked {
            uint256 leaf = shown.leaf(PLAN, shown.subject);
            bool told = (leaf + 4).u32() != NONE || (leaf + 48).word() >> 64 != 0;
            return (shown.row(OPERATION, shown.subject) + 9).u32() != leaf.u32() && told;
        }
    }

    /// @notice The operation has no such mode.
    function ineligible(Shown memory shown) internal pure returns (bool) {
        unchecked {
            uint256 leaf = shown.planned(shown.subject);
            return (leaf + 4).u32() >= (shown.row(OPERATION, shown.subject) + 13).u32();
        }
    }

    /// @notice Machine, site or quality are not those of the mode.
    function machine(Shown memory shown) internal pure returns (bool) {
        unchecked {
            (uint256 leaf, uint256 mode) = _modeOf(shown);
            return (leaf + 8).u64() != mode.u64() || (leaf + 32).u32() != (mode + 32).u32();
        }
    }

    /// @notice The capacity is not that of the machine.
    function rated(Shown memory shown) internal pure returns (bool) {
        unchecked {
            uint256 leaf = shown.planned(shown.subject);
            return (leaf + 40).u64() != (shown.row(MACHINE, (leaf + 8).u32()) + 13).u64();
        }
    }

    /// @notice The operation takes another time than its mode, or runs beyond all time.
    function duration(Shown memory shown) internal pure returns (bool) {
        unchecked {
            uint256 leaf = shown.planned(shown.subject);
            uint256 end = (leaf + 24).u64();
            // A time beyond all time needs no mode to be wrong.
            return end >= NO_TIME || end != (leaf + 16).u64() + (shown.mode(shown.subject, (leaf + 4).u32()) + 8).u64();
        }
    }

    /// @notice The work costs another sum than its mode.
    function cost(Shown memory shown) internal pure returns (bool) {
        unchecked {
            (uint256 leaf, uint256 mode) = _modeOf(shown);
            return (leaf + 48).u64() != (mode + 16).u64();
        }
    }

    /// @notice The work takes another energy than its mode.
    function energy(Shown memory shown) internal pure returns (bool) {
        unchecked {
            (uint256 leaf, uint256 mode) = _modeOf(shown);
            return (leaf + 64).u64() != (mode + 24).u64();
        }
    }

    /// @notice The legs of the operation cost another sum.
    function transport(Shown memory shown) internal pure returns (bool) {
        unchecked {
            uint256 leaf = shown.planned(shown.subject);
            uint256 operation = shown.row(OPERATION, shown.subject);
            uint256 site = (leaf + 12).u32();
            uint256 arcs = (operation + 21).u32();
            uint256 total = outerLegs(shown, operation, site);
            for (uint256 i = 0; i < arcs; ++i) {
                total += shown.legCost((shown.planned(shown.before(operation, i)) + 12).u32(), site);
            }
            return (leaf + 56).u64() != total;
        }
    }

    /// @notice Cost of the legs from the origin and to the destination that belong to an operation.
    /// @param operation Its row. @param site Where it runs.
    function outerLegs(Shown memory shown, uint256 operation, uint256 site) internal pure returns (uint256 total) {
        unchecked {
            uint256 origin = (operation + 29).u32();
            uint256 destination = (operation + 33).u32();
            if (origin != NONE) total = shown.legCost(origin, site);
            if (destination != NONE) total += shown.legCost(site, destination);
        }
    }

    function _modeOf(Shown memory shown) private pure returns (uint256 leaf, uint256 mode) {
        unchecked {
            leaf = shown.planned(shown.subject);
            mode = shown.mode(shown.subject, (leaf + 4).u32());
        }
    }
}
