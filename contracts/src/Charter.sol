// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IAdopting} from "./interfaces/IAdopting.sol";
import {ICharter} from "./interfaces/ICharter.sol";
import {Switchable} from "./Switchable.sol";

/// @title Charter: the league's parameters
/// @notice What it is: a list of numbers with bounds. Rounds and Agreements look here before anything begins, Offers are told of every change;
/// what has begun goes on by what its people have seen.
///
/// Who may do what: anyone reads; DEFAULT_ADMIN_ROLE changes, within bounds that nobody can change.
///
/// How it is switched off: `pause()` stops changing. What stands, stands.
contract Charter is ICharter, Switchable {
    uint64 private constant ALL = type(uint64).max;
    uint64 private constant WHOLE = 1_000_000;

    /// @dev Four to a slot, so that a deal costs one read and a round two.
    uint64[18] private _values;

    /// @notice Who keeps a copy of its own terms, and is told when they change; may be nobody.
    IAdopting public immutable offers;

    /// @param admin Receives DEFAULT_ADMIN_ROLE and PAUSER_ROLE.
    /// @param offers_ The idle time that goes by this charter. Its admin has it `follow` this contract.
    constructor(address admin, IAdopting offers_) Switchable(admin) {
        // Zero is allowed, and means nobody.
        offers = offers_;
        uint64[18] memory first =
            [1, 0, 1, ALL, 1, 1, 1, WHOLE, 0, 0, WHOLE, 0, 0, 0, 1 hours, 3 days, 14 days, WHOLE / 5];
        _values = first;
    }

    /// @inheritdoc ICharter
    function set(Term term, uint64 value) external onlyRole(DEFAULT_ADMIN_ROLE) whenNotPaused {
        (uint64 least, uint64 most) = boundsOf(term);
        if (value < least || value > most) revert BeyondBounds(term, value, least, most);
        emit TermSet(term, _values[uint256(term)], value);
        _values[uint256(term)] = value;
        if (term >= Term.OfferHold && address(offers) != address(0)) offers.adopt();
    }

    /// @inheritdoc ICharter
    function valueOf(Term term) external view returns (uint64) {
        return _values[uint256(term)];
    }

    /// @inheritdoc ICharter
    function values() external view returns (uint64[] memory all) {
        all = new uint64[](_values.length);
        for (uint256 i = 0; i < all.length; ++i) {
            all[i] = _values[i];
        }
    }

    /// @inheritdoc ICharter
    function boundsOf(Term term) public pure returns (uint64 least, uint64 most) {
        if (term == Term.RoundWindowLeast) return (1, 30 days);
        if (term == Term.RoundChallengeLeast) return (0, 30 days);
        if (term == Term.RoundBondLeast) return (0, 100 * WHOLE);
        if (term == Term.RoundImprovementLeast) return (1, ALL);
        if (term == Term.RoundPotMost) return (1, ALL);
        // The longest windows that a deal may have at all.
        if (term <= Term.DealAppealLeast) return (1, 90 days);
        if (term == Term.OrderDepositLeast || term == Term.AdmissionTrial) return (0, ALL);
        if (term == Term.RoundReachMost) return (1, WHOLE);
        if (term == Term.NotaryCredentials) return (0, 8);
        if (term == Term.OfferHold) return (1 minutes, 30 days);
        // What fits into a window's word, and is long enough for somebody to look.
        if (term == Term.OfferReview || term == Term.OfferDecision) return (1 hours, 80 days);
        // Parts of a whole: fee, admission, penalty.
        return (0, WHOLE);
    }

    /// @inheritdoc ICharter
    function checkRound(
        uint256 window, uint256 challenge, uint256 bond, uint256 improvement, uint256 pot, uint256 baseline
    ) external view {
        _least(Term.RoundWindowLeast, window);
        _least(Term.RoundChallengeLeast, challenge);
        _least(Term.RoundImprovementLeast, improvement);
        uint256 least = pot * _values[uint256(Term.RoundBondLeast)] / WHOLE;
        if (bond < least) revert AgainstCharter(Term.RoundBondLeast, bond, least);
        uint256 share = _values[uint256(Term.RoundPotMost)];
        uint256 most = baseline * share / WHOLE;
        if (share != ALL && pot > most && pot > 1) revert AgainstCharter(Term.RoundPotMost, pot, most);
    }

    /// @inheritdoc ICharter
    function checkDeal(uint256 review, uint256 ruling, uint256 appeal, uint256 fee) external view {
        _least(Term.DealReviewLeast, review);
        _least(Term.DealRulingLeast, ruling);
        _least(Term.DealAppealLeast, appeal);
        uint64 most = _values[uint256(Term.DealFeeMost)];
        if (fee > most) revert AgainstCharter(Term.DealFeeMost, fee, most);
    }

    function _least(Term term, uint256 given) private view {
        uint64 needed = _values[uint256(term)];
        if (given < needed) revert AgainstCharter(term, given, needed);
    }
}
