// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Clock} from "./Clock.sol";
import {Deals} from "./Deals.sol";
import {Deal, Milestone} from "./interfaces/Deal.sol";
import {ISettlement} from "./interfaces/ISettlement.sol";
import {SettlementRule} from "./SettlementRule.sol";
import {Stakes} from "./Stakes.sol";

/// @title Escrow: what a settlement remembers of agreements, and how a milestone is paid out
/// @notice What it is: a base of Settlement, with its storage and its questions. A milestone is paid in one place, `_end`, and once.
abstract contract Escrow is ISettlement, Stakes, Clock {
    using Deals for Deal;

    /// @notice The rating of a customer that gave none.
    uint32 public constant UNRATED = type(uint32).max;

    /// @inheritdoc ISettlement
    mapping(uint256 agreement => bytes32) public digestOf;

    mapping(uint256 agreement => mapping(uint256 milestone => Progress)) internal _progress;
    mapping(uint256 agreement => mapping(uint256 milestone => Owed)) internal _owed;

    /// @notice Who gets the league's fees.
    address public immutable treasury;

    /// @param treasury_ Who gets the league's fees.
    constructor(address treasury_) {
        if (treasury_ == address(0)) revert NoTreasury();
        treasury = treasury_;
    }

    /// @inheritdoc ISettlement
    function progressOf(uint256 agreement, uint8 milestone) external view returns (Progress memory) {
        return _progress[agreement][milestone];
    }

    /// @inheritdoc ISettlement
    function penalty(Deal calldata deal, uint8 milestone, uint40 late) external pure returns (uint256) {
        return SettlementRule.penalty(deal.milestones[milestone].price, late, deal.conditions);
    }

    /// @inheritdoc ISettlement
    function split(Deal calldata deal, uint8 milestone, uint32 share, uint40 late)
        external
        pure
        returns (SettlementRule.Parts memory)
    {
        if (share > SettlementRule.WHOLE) revert MoreThanAll(share);
        return SettlementRule.split(deal.milestones[milestone], deal.conditions, share, late);
    }

    /// @inheritdoc ISettlement
    function escrow(Deal calldata deal) external pure returns (uint256 fromCustomer, uint256 fromProposer) {
        return _escrow(deal);
    }

    function _escrow(Deal calldata deal) internal pure returns (uint256 fromCustomer, uint256 fromProposer) {
        for (uint256 i = 0; i < deal.milestones.length; ++i) {
            (uint256 customer, uint256 proposer) = SettlementRule.escrow(deal.milestones[i], deal.conditions);
            if (deal.milestones[i].fundBy == 0) fromCustomer += customer;
            fromProposer += proposer;
        }
    }

    /// @dev The deal of a begun agreement, in the form that everybody signed.
    function _checkDeal(uint256 agreement, Deal calldata deal) internal view {
        bytes32 given = deal.digest(agreement);
        if (given != digestOf[agreement]) revert WrongDeal(agreement, given, digestOf[agreement]);
    }

    function _of(uint256 agreement, Deal calldata deal, uint8 milestone)
        internal
        view
        returns (Milestone calldata one, Progress storage its)
    {
        _checkDeal(agreement, deal);
        return (deal.milestones[milestone], _progress[agreement][milestone]);
    }

    /// @dev Pays a milestone out. The caller has made sure that it has not ended.
    function _end(
        uint256 agreement,
        Deal calldata deal,
        uint8 milestone,
        Progress storage its,
        Ending ending,
        uint256 share,
        uint32 rating
    ) internal {
        Milestone calldata one = deal.milestones[milestone];
        uint40 lateness = its.delivered > one.due ? its.delivered - one.due : 0;
        // forge-lint: disable-next-line(unsafe-typecast)
        (its.stage, its.share) = (Stage.Settled, uint32(share));
        SettlementRule.Parts memory parts = _pay(deal, one, its, share, lateness);
        if (its.advanced) _repay(agreement, milestone, one.member, parts.member);
        emit Settled(
            agreement,
            deal.customer,
            one.member,
            deal.order,
            milestone,
            ending,
            its.since != 0,
            // forge-lint: disable-next-line(unsafe-typecast)
            uint32(share),
            rating,
            lateness,
            one.price,
            parts,
            uint40(block.timestamp)
        );
    }

    function _pay(Deal calldata deal, Milestone calldata one, Progress storage its, uint256 share, uint256 lateness)
        private
        returns (SettlementRule.Parts memory parts)
    {
        parts = SettlementRule.split(one, deal.conditions, share, lateness);
        // Work that was not paid in never began, so that nobody has a share of it, and nothing of the customer's is here.
        if (share == 0 && !_funded(one, its)) parts.customer = 0;
        _give(one.member, parts.member);
        _give(deal.conditions.solver, parts.solver);
        _give(treasury, parts.treasury);
        _give(deal.customer, parts.customer);
        _give(deal.proposer, parts.proposer);
    }

    /// @dev The financier first, and at most what the member was paid this moment.
    function _repay(uint256 agreement, uint8 milestone, address member, uint256 paid) private {
        Owed memory owed = _owed[agreement][milestone];
        uint256 amount = paid < owed.amount ? paid : owed.amount;
        _lock(member, amount);
        _give(owed.financier, amount);
        emit Repaid(agreement, milestone, owed.financier, member, amount);
    }

    function _fromCustomer(Deal calldata deal, Milestone calldata one) internal pure returns (uint256 amount) {
        // What the proposer pays was locked with the agreement.
        // slither-disable-next-line unused-return
        (amount,) = SettlementRule.escrow(one, deal.conditions);
    }

    /// @dev Whether the customer's money for it is here.
    function _funded(Milestone calldata one, Progress storage its) internal view returns (bool) {
        return one.fundBy == 0 || its.funded;
    }

    /// @dev The stage it is in.
    function _in(uint256 agreement, uint8 milestone, Progress storage its, Stage stage) internal view {
        if (its.stage != stage) revert WrongStage(agreement, milestone, its.stage);
    }

    function _only(address needed) internal view {
        if (msg.sender != needed) revert NotYours(msg.sender, needed);
    }

    function _give(address account, uint256 amount) private {
        if (amount != 0) _credit(account, amount);
    }
}
