// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Calldata} from "./Calldata.sol";
import {Claim} from "./Claim.sol";
import {JOB, MACHINE, NONE, NONE64, OPERATION, PLAN, Shown, WINDOW, Witness} from "./Witness.sol";

/// @title ScheduleRules: lies about time, machines and whole jobs: when operations run, on what, together with which others
/// @notice What it is: the twin of `hanse/ledger/certificates/rules/schedule.py`. Leaves of the plan and rows of operations as in
/// `LeafRules`. A machine's row, by byte: 21 budget, 37 first window, 41 windows. A window's: 9 start, 17 end. A job's: 37 budget,
/// 45 least quality, 49 single workpiece, 58 first operation, 62 operations.
///
/// Arithmetic is unchecked: a few fields of at most 64 bits are added or multiplied.
///
/// Who may do what: nothing to do, nothing to switch off: it has no state.
library ScheduleRules {
    using Calldata for uint256;
    using Witness for Shown;

    /// @notice A first operation starts before its material can be there.
    function release(Shown memory shown) internal pure returns (bool) {
        unchecked {
            uint256 leaf = shown.planned(shown.subject);
            uint256 operation = shown.row(OPERATION, shown.subject);
            if ((operation + 21).u32() != 0) return false;
            uint256 origin = (operation + 29).u32();
            uint256 time = origin == NONE ? 0 : shown.legTime(origin, (leaf + 12).u32());
            return (leaf + 16).u64() < (operation + 37).u64() + time;
        }
    }

    /// @notice The operation starts before the `other` one, which it waits for, has ended and arrived.
    function precedence(Shown memory shown) internal pure returns (bool) {
        unchecked {
            if (!_waitsFor(shown, shown.row(OPERATION, shown.subject), shown.other)) return false;
            uint256 leaf = shown.planned(shown.subject);
            uint256 earlier = shown.planned(shown.other);
            uint256 time = shown.legTime((earlier + 12).u32(), (leaf + 12).u32());
            return (leaf + 16).u64() < (earlier + 24).u64() + time;
        }
    }

    /// @notice Two operations of a job with a single workpiece overlap.
    function workpiece(Shown memory shown) internal pure returns (bool) {
        unchecked {
            uint256 job = (shown.row(OPERATION, shown.subject) + 5).u32();
            uint256 otherJob = (shown.row(OPERATION, shown.other) + 5).u32();
            if (shown.subject >= shown.other || job != otherJob || (shown.row(JOB, job) + 49).u8() == 0) return false;
            uint256 first = shown.planned(shown.subject);
            uint256 second = shown.planned(shown.other);
            return _max((first + 16).u64(), (second + 16).u64()) < _min((first + 24).u64(), (second + 24).u64());
        }
    }

    /// @notice The operation lies in no window of its machine; `other` windows begin before or with it.
    function calendar(Shown memory shown) internal pure returns (bool) {
        unchecked {
            uint256 leaf = shown.planned(shown.subject);
            uint256 machine = shown.row(MACHINE, (leaf + 8).u32());
            uint256 windows = (machine + 41).u32();
            uint256 begun = shown.other;
            if (windows == NONE || begun > windows) return false;
            uint256 start = (leaf + 16).u64();
            uint256 next = (machine + 37).u32() + begun;
            if (begun < windows && (shown.row(WINDOW, next) + 9).u64() <= start) return false;
            if (begun == 0) return true;
            uint256 window = shown.row(WINDOW, next - 1);
            return (window + 9).u64() <= start && (window + 17).u64() < (leaf + 24).u64();
        }
    }

    /// @notice A machine runs more operations at once than it can, or an instant one inside another on a unary machine.
    function capacity(Shown memory shown) internal pure returns (bool) {
        unchecked {
            uint256 count = shown.count[PLAN];
            uint256 width = Witness.entryBytes(PLAN);
            if (count == 0) return false;
            // All on one machine, so any of them says what it can run at once.
            uint256 most = (shown.first[PLAN] + 4 + 40).u64();
            if (most == NONE64 || count <= most) return false;
            Held memory held = none(most);
            for (uint256 i = 0; i < count; ++i) {
                uint256 leaf = shown.planned((shown.first[PLAN] + i * width).u32());
                if ((leaf + 8).u32() != shown.subject) return false;
                add(held, leaf);
            }
            return together(held);
        }
    }

    /// @notice A job costs more than its budget.
    function jobBudget(Shown memory shown) internal pure returns (bool) {
        unchecked {
            uint256 job = shown.row(JOB, shown.subject);
            uint256 budget = (job + 37).u64();
            (uint256 cost,,) = _wholeJob(shown, job);
            return budget != NONE64 && cost > budget;
        }
    }

    /// @notice A job's mean quality is below its least quality.
    function quality(Shown memory shown) internal pure returns (bool) {
        unchecked {
            uint256 job = shown.row(JOB, shown.subject);
            uint256 least = (job + 45).u32();
            (, uint256 reached, uint256 running) = _wholeJob(shown, job);
            return least != NONE && reached < least * running;
        }
    }

    /// @notice The operation ends, or its product arrives, after the claimed makespan.
    function late(Shown memory shown) internal pure returns (bool) {
        unchecked {
            uint256 leaf = shown.planned(shown.subject);
            uint256 end = (leaf + 24).u64();
            if (end > Claim.makespan(shown.claim)) return true;
            uint256 destination = (shown.row(OPERATION, shown.subject) + 33).u32();
            if (destination == NONE) return false;
            uint256 time = shown.legTime((leaf + 12).u32(), destination);
            return end + time > Claim.makespan(shown.claim);
        }
    }

    // --- operations that a machine holds at once -------------------------------------------------------------------------------------------

    /// @notice Operations of one machine, as far as overlaps ask. @param most How many it can run at once. @param count How many there are.
    /// @param lastStart Their latest start. @param firstEnd Their earliest end. @param firstStart, lastEnd, latestIsInstant For two: of the one
    /// that starts first, and ends last, and whether the other takes no time.
    struct Held {
        uint256 most;
        uint256 count;
        uint256 lastStart;
        uint256 firstEnd;
        uint256 firstStart;
        uint256 lastEnd;
        bool instant;
    }

    /// @notice No operations of a machine that can run so many at once.
    function none(uint256 most) internal pure returns (Held memory) {
        return Held(most, 0, 0, type(uint256).max, type(uint256).max, 0, false);
    }

    /// @notice One more operation, by its leaf.
    function add(Held memory held, uint256 leaf) internal pure {
        unchecked {
            uint256 start = (leaf + 16).u64();
            uint256 end = (leaf + 24).u64();
            ++held.count;
            held.lastStart = _max(held.lastStart, start);
            held.firstStart = _min(held.firstStart, start);
            held.firstEnd = _min(held.firstEnd, end);
            held.lastEnd = _max(held.lastEnd, end);
            if (start == end) held.instant = true;
        }
    }

    /// @notice Whether operations, more than the machine can run at once, get into each other's way: there is a moment at which all of them
    /// run; or of two on a unary machine one is an instant strictly inside the other.
    function together(Held memory held) internal pure returns (bool) {
        if (held.lastStart < held.firstEnd) return true;
        // Of two, an instant that starts last and ends first lies inside the other if that one starts before and ends after it.
        bool inside = held.firstStart < held.lastStart && held.lastStart == held.firstEnd && held.firstEnd < held.lastEnd;
        return held.most == 1 && held.count == 2 && held.instant && inside;
    }

    // --- helpers ---------------------------------------------------------------------------------------------------------------------------

    /// @dev Whether an operation (its row) waits for another.
    function _waitsFor(Shown memory shown, uint256 operation, uint256 other) private pure returns (bool) {
        unchecked {
            uint256 arcs = (operation + 21).u32();
            for (uint256 i = 0; i < arcs; ++i) {
                if (shown.before(operation, i) == other) return true;
            }
            return false;
        }
    }

    /// @dev Cost of a job, the qualities it reaches added up, and how many of its operations run.
    function _wholeJob(Shown memory shown, uint256 job)
        private
        pure
        returns (uint256 cost, uint256 reached, uint256 running)
    {
        unchecked {
            uint256 first = (job + 58).u32();
            uint256 last = first + (job + 62).u32();
            for (uint256 i = first; i < last; ++i) {
                uint256 leaf = shown.leaf(PLAN, i);
                cost += (leaf + 48).u64() + (leaf + 56).u64();
                if ((leaf + 4).u32() != NONE) {
                    reached += (leaf + 32).u32();
                    ++running;
                }
            }
        }
    }

    function _max(uint256 a, uint256 b) private pure returns (uint256) {
        return a > b ? a : b;
    }

    function _min(uint256 a, uint256 b) private pure returns (uint256) {
        return a < b ? a : b;
    }
}
