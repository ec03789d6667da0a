// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Calldata} from "./Calldata.sol";
import {Claim} from "./Claim.sol";
import {ScheduleRules} from "./ScheduleRules.sol";
import {MACHINE, NONE64, PLAN, Shown, USES, Witness} from "./Witness.sol";
import {IChallenge} from "../interfaces/IChallenge.sol";

/// @title Conflict: whether claims overbook a machine together
/// @notice What it is: the twin of `hanse/ledger/certificates/conflicts.py`, on the bytes of its witness: version, kind, u32 machine, the
/// machine's row, and of every claim leaves of its uses (kind 1: the budget) or of its plan (kind 2: the capacity).
///
/// Arithmetic is unchecked: a few fields of at most 64 bits are added or multiplied.
///
/// Who may do what: nothing to do, nothing to switch off: it has no state.
library Conflict {
    using Calldata for uint256;
    using Witness for Shown;

    uint256 private constant VERSION = 1;
    uint256 private constant BUDGET = 1;
    uint256 private constant CAPACITY = 2;

    /// @notice Whether the witness shows it. Reverts for claims that are no set, and for what is not shown.
    function judge(bytes[] calldata claims, bytes calldata witness) internal pure returns (bool) {
        unchecked {
            _separate(claims);
            uint256 at = Witness.begin(witness);
            uint256 end = at + witness.length;
            if (at + 6 > end || at.u8() != VERSION) revert IChallenge.NotAWitness(at);
            uint256 kind = (at + 1).u8();
            if (kind != BUDGET && kind != CAPACITY) revert IChallenge.NotAWitness(at);
            uint256 machine = (at + 2).u32();
            Shown[] memory shown = new Shown[](claims.length);
            shown[0].claim = Witness.begin(claims[0]);
            at = shown[0].openRows(at + 6, end);
            for (uint256 i = 0; i < claims.length; ++i) {
                shown[i].claim = Witness.begin(claims[i]);
                at = shown[i].openTree(kind == BUDGET ? USES : PLAN, at, end);
            }
            if (at != end) revert IChallenge.NotAWitness(at);
            uint256 row = shown[0].row(MACHINE, machine);
            return kind == BUDGET ? _budget(shown, machine, row) : _capacity(shown, machine, row);
        }
    }

    /// @dev One use of each claim, the last of the machine to convince, and together more than its budget.
    function _budget(Shown[] memory shown, uint256 machine, uint256 row) private pure returns (bool) {
        unchecked {
            uint256 given = 0;
            for (uint256 i = 0; i < shown.length; ++i) {
                if (shown[i].count[USES] != 1) revert IChallenge.LeafNotShown(USES, i);
                uint256 use = shown[i].first[USES] + 4;
                if (use.u32() != machine) return false;
                given += (use + 8).u64() + (use + 16).u64();
            }
            uint256 most = (row + 21).u64();
            return most != NONE64 && given > most;
        }
    }

    /// @dev Operations of every claim, together one more than the machine can run at once.
    function _capacity(Shown[] memory shown, uint256 machine, uint256 row) private pure returns (bool) {
        unchecked {
            uint256 width = Witness.entryBytes(PLAN);
            ScheduleRules.Held memory held = ScheduleRules.none((row + 13).u64());
            for (uint256 i = 0; i < shown.length; ++i) {
                uint256 count = shown[i].count[PLAN];
                if (count == 0) revert IChallenge.LeafNotShown(PLAN, i);
                for (uint256 k = 0; k < count; ++k) {
                    uint256 leaf = shown[i].planned((shown[i].first[PLAN] + k * width).u32());
                    if ((leaf + 8).u32() != machine) return false;
                    ScheduleRules.add(held, leaf);
                }
            }
            return held.most != NONE64 && held.count == held.most + 1 && ScheduleRules.together(held);
        }
    }

    /// @dev Two claims or more, of one problem, that share no demand.
    function _separate(bytes[] calldata claims) private pure {
        unchecked {
            if (claims.length < 2) revert IChallenge.NotASet();
            uint256 words = claims[0].length;
            for (uint256 i = 0; i < claims.length; ++i) {
                if (claims[i].length < Claim.SIZE + 32 || claims[i].length != words) revert IChallenge.NotASet();
                uint256 claim = Claim.open(claims[i][:Claim.SIZE]);
                bytes calldata covered = claims[i][Claim.SIZE:];
                if (uint256(keccak256(covered)) != Claim.hashOfCovered(claim)) revert IChallenge.NotAClaim();
                if (Claim.problem(claim) != Claim.problem(Witness.begin(claims[0]))) revert IChallenge.NotASet();
            }
            for (uint256 at = Claim.SIZE; at < words; at += 32) {
                uint256 taken = 0;
                for (uint256 i = 0; i < claims.length; ++i) {
                    uint256 word = (Witness.begin(claims[i]) + at).word();
                    if (taken & word != 0) revert IChallenge.NotASet();
                    taken |= word;
                }
            }
        }
    }
}
