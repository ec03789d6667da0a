// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {BoundRules} from "./challenge/BoundRules.sol";
import {Claim, Coverage} from "./challenge/Claim.sol";
import {Conflict} from "./challenge/Conflict.sol";
import {LeafRules} from "./challenge/LeafRules.sol";
import {NodeRules} from "./challenge/NodeRules.sol";
import {ScheduleRules} from "./challenge/ScheduleRules.sol";
import {Shown, Witness} from "./challenge/Witness.sol";
import {IChallenge} from "./interfaces/IChallenge.sol";
import {IClaims} from "./interfaces/IClaims.sol";

/// @title Challenge: the judge of claims
/// @notice What it is: the twin of `check_witness` in hanse/ledger/certificates. It climbs from the few rows and leaves a witness shows to the
/// roots of problem and claim, and asks the rule of one lie whether they contradict each other. It solves, searches and stores nothing.
///
/// Who may do what: anyone refutes a claim or shows a conflict. The verdict is about bytes; the host carries it out only against the very claim
/// that stands in its window. A true claim is never refuted; what is not shown reverts and says so.
///
/// How it is switched off: it has no state and no roles. The host strikes only for its judge: take that role away there.
contract Challenge is IChallenge {
    using Witness for Shown;

    /// @notice Who keeps the claims.
    IClaims public immutable claims;

    /// @param claims_ Who keeps the claims, and lets this contract strike them.
    constructor(IClaims claims_) {
        claims = claims_;
    }

    /// @inheritdoc IChallenge
    function refute(uint256 round, uint8 index, bytes calldata claim, bytes calldata witness) external {
        Shown memory shown = Witness.open(Claim.open(claim), witness);
        // It was read from one byte.
        // forge-lint: disable-next-line(unsafe-typecast)
        uint8 lie = uint8(shown.lie);
        if (!_judge(shown, Coverage(claims, round, index, 0, 0))) revert NoContradiction(lie);
        claims.strike(round, index, keccak256(claim), msg.sender, lie);
    }

    /// @inheritdoc IChallenge
    function conflict(uint256 round, uint8[] calldata indices, bytes[] calldata claims_, bytes calldata witness) external {
        if (indices.length != claims_.length) revert NotASet();
        for (uint256 i = 1; i < indices.length; ++i) {
            if (indices[i] <= indices[i - 1]) revert NotASet();
        }
        if (!Conflict.judge(claims_, witness)) revert NoContradiction(0);
        bytes32[] memory digests = new bytes32[](claims_.length);
        for (uint256 i = 0; i < claims_.length; ++i) {
            digests[i] = keccak256(claims_[i][:Claim.SIZE]);
        }
        claims.conflict(round, indices, digests);
    }

    /// @inheritdoc IChallenge
    function judge(bytes calldata claim, bytes calldata covered, bytes calldata witness) external view returns (bool) {
        uint256 at = Claim.open(claim);
        if (uint256(keccak256(covered)) != Claim.hashOfCovered(at)) revert NotAClaim();
        Coverage memory coverage = Coverage(IClaims(address(0)), 0, 0, Witness.begin(covered), covered.length);
        return _judge(Witness.open(at, witness), coverage);
    }

    /// @inheritdoc IChallenge
    function clash(bytes[] calldata claims_, bytes calldata witness) external pure returns (bool) {
        return Conflict.judge(claims_, witness);
    }

    /// @dev Asks the rule of the lie.
    function _judge(Shown memory shown, Coverage memory coverage) private view returns (bool) {
        uint256 lie = shown.lie;
        _takes(shown, lie);
        if (lie == 1) return NodeRules.bound(shown);
        if (lie == 2) return NodeRules.sum(shown);
        if (lie == 3) return NodeRules.stray(shown, coverage);
        if (lie == 4) return NodeRules.blank(shown, coverage);
        if (lie == 5) return LeafRules.foreignPlan(shown);
        if (lie == 6) return LeafRules.torn(shown);
        if (lie == 7) return LeafRules.missing(shown);
        if (lie == 8) return LeafRules.doubled(shown);
        if (lie == 9) return LeafRules.ineligible(shown);
        if (lie == 10) return LeafRules.machine(shown);
        if (lie == 11) return LeafRules.duration(shown);
        if (lie == 12) return LeafRules.cost(shown);
        if (lie == 13) return LeafRules.energy(shown);
        if (lie == 14) return LeafRules.transport(shown);
        if (lie == 15) return ScheduleRules.release(shown);
        if (lie == 16) return ScheduleRules.precedence(shown);
        if (lie == 17) return ScheduleRules.workpiece(shown);
        if (lie == 18) return ScheduleRules.calendar(shown);
        if (lie == 19) return ScheduleRules.capacity(shown);
        if (lie == 20) return BoundRules.place(shown);
        if (lie == 21) return BoundRules.running(shown);
        if (lie == 22) return BoundRules.budget(shown);
        if (lie == 23) return ScheduleRules.jobBudget(shown);
        if (lie == 24) return ScheduleRules.quality(shown);
        if (lie == 25) return ScheduleRules.late(shown);
        if (lie == 26) return BoundRules.price(shown);
        if (lie == 27) return BoundRules.cheaper(shown);
        if (lie == 28) return BoundRules.target(shown);
        if (lie == 29) return LeafRules.rated(shown);
        revert NotOfThisLie(lie);
    }

    // Bit by lie: whose rules read neither `subject` nor `other`, and whose read both.
    uint256 private constant NEITHER = (1 << 1) | (1 << 2) | (1 << 3) | (1 << 4);
    uint256 private constant BOTH = (1 << 6) | (1 << 16) | (1 << 17) | (1 << 18) | (1 << 27);
    uint256 private constant OF_NODES = (1 << 2) | (1 << 3) | (1 << 4);
    uint256 private constant CHEAPER = 27;

    /// @dev What a rule does not read must be zero or missing, so that a lie has one spelling.
    function _takes(Shown memory shown, uint256 lie) private pure {
        bool spare = (shown.subject != 0 && (NEITHER >> lie) & 1 == 1) || (shown.other != 0 && (BOTH >> lie) & 1 == 0);
        spare = spare || (shown.pickCount != 0 && lie != CHEAPER) || (shown.nodeTree != 0 && (OF_NODES >> lie) & 1 == 0);
        if (spare) revert NotOfThisLie(lie);
    }
}
