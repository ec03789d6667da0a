// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Escrow} from "./Escrow.sol";
import {Deal, Milestone} from "./interfaces/Deal.sol";
import {ISettlement} from "./interfaces/ISettlement.sol";

/// @title Financing: the customer pays in instalments, and a member has a part of its pay before the work is done
/// @notice What it is: a base of Settlement. Both are moves inside its book: an instalment locks the customer's free money, an advance
/// makes a financier's free money the member's. It is repaid where milestones end (`Escrow`), so that no way of ending goes round it.
///
/// Who may do what: the customer funds, the member asks, whom it asks gives.
///
/// How it is switched off: not at all, like the settlement of what has begun.
abstract contract Financing is Escrow {
    /// @inheritdoc ISettlement
    mapping(uint256 agreement => mapping(uint8 milestone => bytes32)) public askedOf;

    /// @inheritdoc ISettlement
    function fund(uint256 agreement, Deal calldata deal, uint8[] calldata milestones) external {
        _checkDeal(agreement, deal);
        _only(deal.customer);
        for (uint256 i = 0; i < milestones.length; ++i) {
            uint8 at = milestones[i];
            Milestone calldata one = deal.milestones[at];
            Progress storage its = _progress[agreement][at];
            if (_funded(one, its)) revert NothingToFund(agreement, at);
            _in(agreement, at, its, Stage.Agreed);
            _within(0, one.fundBy);
            its.funded = true;
            uint256 amount = _fromCustomer(deal, one);
            _lock(deal.customer, amount);
            emit Funded(agreement, at, amount);
        }
    }

    /// @inheritdoc ISettlement
    function askAdvance(uint256 agreement, Deal calldata deal, uint8 milestone, Advance calldata terms) external {
        Milestone calldata one = _advanceable(agreement, deal, milestone);
        _only(one.member);
        bool back = terms.financier == address(0) && terms.amount == 0 && terms.repay == 0 && terms.until == 0;
        if (!back) {
            uint256 most = uint256(one.price) + one.compensation;
            if (terms.amount == 0 || terms.amount > terms.repay || terms.repay > most) {
                revert NoSuchAdvance(terms.amount, terms.repay, most);
            }
            _within(0, terms.until);
            if (terms.financier != address(0)) _checkFinancier(deal, one, terms.financier);
        }
        askedOf[agreement][milestone] = back ? bytes32(0) : keccak256(abi.encode(terms));
        emit AdvanceAsked(agreement, milestone, msg.sender, terms);
    }

    /// @inheritdoc ISettlement
    function giveAdvance(uint256 agreement, Deal calldata deal, uint8 milestone, Advance calldata terms) external {
        Milestone calldata one = _advanceable(agreement, deal, milestone);
        if (askedOf[agreement][milestone] != keccak256(abi.encode(terms))) revert NotAsked(agreement, milestone);
        _within(0, terms.until);
        if (terms.financier != address(0)) _only(terms.financier);
        _checkFinancier(deal, one, msg.sender);
        delete askedOf[agreement][milestone];
        _progress[agreement][milestone].advanced = true;
        _owed[agreement][milestone] = Owed(msg.sender, terms.repay);
        _lock(msg.sender, terms.amount);
        _credit(one.member, terms.amount);
        emit AdvanceGiven(agreement, milestone, msg.sender, one.member, terms.amount, terms.repay);
    }

    /// @inheritdoc ISettlement
    function owedOf(uint256 agreement, uint8 milestone) external view returns (Owed memory) {
        return _owed[agreement][milestone];
    }

    /// @dev Money for it is here, nothing of it is advanced, and it can still be begun or delivered in time. After a delivery its worth hangs on
    /// what the customer says next, which a member may know sooner than a financier.
    function _advanceable(uint256 agreement, Deal calldata deal, uint8 milestone)
        private
        view
        returns (Milestone calldata one)
    {
        Progress storage its;
        (one, its) = _of(agreement, deal, milestone);
        if (its.advanced) revert AlreadyAdvanced(agreement, milestone, _owed[agreement][milestone].financier);
        if (!_funded(one, its)) revert NotFunded(agreement, milestone);
        if (its.stage == Stage.Agreed) {
            _within(0, one.startBy);
        } else {
            _in(agreement, milestone, its, Stage.Started);
            _within(0, uint256(one.due) + deal.conditions.patience);
        }
    }

    /// @dev Whoever decides about the work must not earn by it, and nobody owes itself.
    function _checkFinancier(Deal calldata deal, Milestone calldata one, address account) private pure {
        if (
            account == one.member || account == deal.conditions.arbiter || account == deal.conditions.secondArbiter
        ) revert NotAFinancier(account);
    }
}
