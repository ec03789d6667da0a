// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IClaims} from "./interfaces/IClaims.sol";
import {IRounds} from "./interfaces/IRounds.sol";
import {RewardCurve} from "./RewardCurve.sol";

/// @title RoundBook: what is written down about rounds and claims, and how it is read
/// @notice What it is: a base of Rounds, its storage, its questions and the guards that every step of a round begins
/// with. It changes nothing.
abstract contract RoundBook is IRounds, IClaims {
    /// @inheritdoc IRounds
    uint64 public count;

    mapping(uint256 round => Round) internal _rounds;
    mapping(uint256 round => mapping(uint256 index => Claim)) internal _claims;
    mapping(uint256 round => mapping(uint256 index => mapping(uint256 word => uint256))) internal _covered;
    /// @dev Demands of accepted claims.
    mapping(uint256 round => mapping(uint256 word => uint256)) internal _taken;
    /// @dev For each conflict in which a claim ranks last, the other claims as bits; no set is part of another.
    mapping(uint256 round => mapping(uint256 index => uint64[])) internal _conflicts;

    /// @inheritdoc IClaims
    function coveredWord(uint256 id, uint8 index, uint256 word) external view returns (uint256) {
        return _covered[id][index][word];
    }

    /// @inheritdoc IRounds
    function roundOf(uint256 id) external view returns (Round memory) {
        return _rounds[id];
    }

    /// @inheritdoc IRounds
    function claimOf(uint256 id, uint8 index) external view returns (Claim memory) {
        return _claims[id][index];
    }

    /// @inheritdoc IRounds
    function conflictsOf(uint256 id, uint8 index) external view returns (uint64[] memory) {
        return _conflicts[id][index];
    }

    /// @inheritdoc IRounds
    function seal(uint256 id, address solver, bytes32 digest, bytes32 evidence, bytes32 salt)
        public
        view
        returns (bytes32)
    {
        return keccak256(abi.encode(address(this), block.chainid, id, solver, digest, evidence, salt));
    }

    /// @inheritdoc IRounds
    function reward(int128 value, int128 target, int128 baseline, uint256 most) external pure returns (uint256) {
        return RewardCurve.reward(value, target, baseline, most);
    }

    /// @dev A round, for its first steps; whether there is one is asked of the slot that they need.
    function _round(uint256 id) internal view returns (Round storage one) {
        one = _rounds[id];
        if (one.commitEnd == 0) revert NoSuchRound(id);
    }

    /// @dev The same for the later steps, and their slot.
    function _opened(uint256 id) private view returns (Round storage one) {
        one = _rounds[id];
        if (one.challengeEnd == 0) revert NoSuchRound(id);
    }

    /// @dev A round in its challenge window.
    function _challenged(uint256 id) internal view returns (Round storage one) {
        one = _opened(id);
        _within(one.revealEnd, one.challengeEnd);
    }

    /// @dev The same, for its judge alone.
    function _judging(uint256 id) internal view returns (Round storage one) {
        one = _challenged(id);
        if (msg.sender != one.judge) revert NotTheJudge(msg.sender, one.judge);
    }

    /// @dev A round after its last window, not yet finalised.
    function _ended(uint256 id) internal view returns (Round storage one) {
        one = _opened(id);
        _within(one.challengeEnd, type(uint256).max);
        if (one.finalised) revert Over(id);
    }

    function _within(uint256 from, uint256 until) internal view {
        if (!_isNow(from, until)) revert NotNow(block.timestamp, from, until);
    }

    // slither-disable-start timestamp
    /// @dev Whoever makes the block may bend the time by seconds; windows are to be long against that.
    function _isNow(uint256 from, uint256 until) internal view returns (bool) {
        // forge-lint: disable-next-line(block-timestamp)
        return block.timestamp >= from && block.timestamp < until;
    }
    // slither-disable-end timestamp

    function _standing(uint256 id, uint8 index) internal view returns (Claim storage claim) {
        claim = _claims[id][index];
        if (claim.status != Status.Standing) revert NotStanding(index, claim.status);
    }

    /// @dev The claim that stands there, if it is the one that was judged.
    function _judged(uint256 id, uint8 index, bytes32 digest) internal view returns (Claim storage claim) {
        claim = _standing(id, index);
        if (claim.digest != digest) revert NotTheClaim(claim.digest, digest);
    }

    function _bit(uint8 index) internal pure returns (uint64) {
        return uint64(1) << index;
    }
}
