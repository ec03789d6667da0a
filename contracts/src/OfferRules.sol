// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IOffers} from "./interfaces/IOffers.sol";
import {Switchable} from "./Switchable.sol";

/// @title OfferRules: how long hosts, guests and arbiters of idle time have, and what withdrawing costs
/// @notice What it is: a base of Offers, which takes these from the charter. They lie beside the switch, which every claim reads anyhow, so that
/// asking them costs nothing. A window keeps those it was claimed by.
///
/// Who may do what: nobody anything; the contract that builds on this one decides when.
///
/// How it is switched off: not at all.
abstract contract OfferRules is IOffers, Switchable {
    uint8 internal _number;
    uint8 internal _penaltyRate = 20;
    uint16 internal _hold = 60;
    uint16 internal _review = 3 * 24;
    uint16 internal _decision = 14 * 24;

    /// @inheritdoc IOffers
    function rules()
        external
        view
        returns (uint8 number, uint16 hold, uint16 review, uint16 decision, uint8 penalty)
    {
        return (_number, _hold, _review, _decision, _penaltyRate);
    }

    /// @dev Takes these over, rounded up, if they are others. hold, review, decision: seconds; penalty: millionths.
    function _adopt(uint256 hold, uint256 review, uint256 decision, uint256 penalty) internal {
        hold = _upTo(hold, 1 minutes, type(uint16).max);
        (review, decision) = (_upTo(review, 1 hours, 2047), _upTo(decision, 1 hours, 2047));
        penalty = _upTo(penalty, 10_000, 100);
        if (hold == _hold && review == _review && decision == _decision && penalty == _penaltyRate) return;
        // The bounds above leave so many bits.
        // forge-lint: disable-start(unsafe-typecast)
        (_hold, _review, _decision, _penaltyRate) = (uint16(hold), uint16(review), uint16(decision), uint8(penalty));
        // forge-lint: disable-end(unsafe-typecast)
        unchecked {
            ++_number; // four bits of it tell rules apart that are minutes old
        }
        emit Adopted(_number, _hold, _review, _decision, _penaltyRate);
    }

    function _upTo(uint256 value, uint256 unit, uint256 most) private pure returns (uint256) {
        uint256 found = (value + unit - 1) / unit;
        return found < most ? found : most;
    }
}
