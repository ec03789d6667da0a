// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Escrow} from "./Escrow.sol";
import {Financing} from "./Financing.sol";
import {Deal, Milestone} from "./interfaces/Deal.sol";
import {IOrderBook} from "./interfaces/IOrderBook.sol";
import {ISettlement} from "./interfaces/ISettlement.sol";
import {IStakes} from "./interfaces/IStakes.sol";
import {SettlementRule} from "./SettlementRule.sol";
import {Stakes} from "./Stakes.sol";
import {LiabilityRule} from "./LiabilityRule.sol";
import {Switchable} from "./Switchable.sol";

/// @title Settlement: work is reported, accepted or disputed, and paid
/// @notice What it is: the steps of a milestone from its start to its end. Of a deal it keeps the hash; whoever acts sends the deal
/// along. Its balance of the token is what is free plus the escrows of milestones that have not ended.
///
/// Who may do what: AGREEMENTS_ROLE (the Agreements contract) begins what all have signed; the member of a milestone starts, delivers,
/// gives up and asks advances; the customer pays instalments in, accepts and disputes; financiers give advances; both appeal, once, and may waive the clause; the two arbiters that the deal names rule, each once
/// and as long as it holds ARBITER_ROLE; anyone settles what is due by the clock, and deposits and withdraws its own.
///
/// How it is switched off: `pause()` stops `begin`. All else goes on: a pause in a window would decide what people have to decide,
/// and one later would keep money. An arbiter is switched off by taking its role: then it is silent.
contract Settlement is Financing, Switchable {
    /// @notice May begin agreements. Held by Agreements.
    bytes32 public constant AGREEMENTS_ROLE = keccak256("AGREEMENTS_ROLE");
    /// @notice May be named as an arbiter, and rule.
    bytes32 public constant ARBITER_ROLE = keccak256("ARBITER_ROLE");

    uint256 private constant WHOLE = SettlementRule.WHOLE;
    /// @dev Customer and member have waived the clause.
    uint8 private constant BOTH = 3;

    /// @notice Whose orders are settled.
    IOrderBook public immutable orders;

    /// @param admin Receives DEFAULT_ADMIN_ROLE and PAUSER_ROLE.
    /// @param token_ The league's money.
    /// @param orders_ Whose orders are settled, in this money. Its admin grants SETTLEMENT_ROLE to this contract.
    /// @param treasury_ Who gets the fees.
    constructor(address admin, IERC20 token_, IOrderBook orders_, address treasury_)
        Switchable(admin)
        Stakes(token_)
        Escrow(treasury_)
    {
        orders = orders_;
    }

    // The order book and the token are the league's own, and what they are asked comes before anything depends on the answer.
    // slither-disable-start reentrancy-benign,reentrancy-events
    /// @inheritdoc ISettlement
    function begin(uint256 agreement, Deal calldata deal, bytes32 digest)
        external
        onlyRole(AGREEMENTS_ROLE)
        whenNotPaused
    {
        if (digestOf[agreement] != 0) revert AlreadyBegun(agreement);
        _checkArbiter(deal.conditions.arbiter);
        _checkArbiter(deal.conditions.secondArbiter);
        digestOf[agreement] = digest;
        uint256 before = _purse();
        (address customer, uint96 handed) = orders.handOver(deal.order);
        if (customer != deal.customer) revert NotTheCustomer(deal.order, customer);
        _checkReceived(before, handed);
        (uint256 fromCustomer, uint256 fromProposer) = _escrow(deal);
        // The deposit counts towards the escrow; whichever is more, the difference is the customer's free money.
        if (handed >= fromCustomer) _credit(customer, handed - fromCustomer);
        else _lock(customer, fromCustomer - handed);
        if (fromProposer != 0) _lock(deal.proposer, fromProposer);
        emit Begun(agreement, deal.order, digest, handed, fromCustomer, fromProposer, treasury);
    }
    // slither-disable-end reentrancy-benign,reentrancy-events

    // ── The member ─────────────────────────────────────────────────────────────────────────────────────────────────

    /// @inheritdoc ISettlement
    function start(uint256 agreement, Deal calldata deal, uint8 milestone) external {
        (Milestone calldata one, Progress storage its) = _of(agreement, deal, milestone);
        _only(one.member);
        _in(agreement, milestone, its, Stage.Agreed);
        if (!_funded(one, its)) revert NotFunded(agreement, milestone);
        _within(0, one.startBy);
        its.stage = Stage.Started;
        emit Started(agreement, milestone);
    }

    /// @inheritdoc ISettlement
    function deliver(uint256 agreement, Deal calldata deal, uint8 milestone, bytes32 evidence) external {
        (Milestone calldata one, Progress storage its) = _of(agreement, deal, milestone);
        _only(one.member);
        _in(agreement, milestone, its, Stage.Started);
        _within(0, uint256(one.due) + deal.conditions.patience);
        (its.stage, its.delivered) = (Stage.Delivered, uint40(block.timestamp));
        emit Delivered(agreement, milestone, evidence);
    }

    /// @inheritdoc ISettlement
    function giveUp(uint256 agreement, Deal calldata deal, uint8 milestone) external {
        (Milestone calldata one, Progress storage its) = _of(agreement, deal, milestone);
        _only(one.member);
        if (its.stage == Stage.Settled) revert WrongStage(agreement, milestone, its.stage);
        _end(agreement, deal, milestone, its, Ending.GivenUp, 0, UNRATED);
    }

    // ── The customer ───────────────────────────────────────────────────────────────────────────────────────────────

    /// @inheritdoc ISettlement
    function accept(uint256 agreement, Deal calldata deal, uint8[] calldata milestones, uint32[] calldata ratings)
        external
    {
        _checkDeal(agreement, deal);
        _only(deal.customer);
        if (ratings.length != milestones.length) revert NotAsManyRatings(ratings.length, milestones.length);
        for (uint256 i = 0; i < milestones.length; ++i) {
            _accept(agreement, deal, milestones[i], ratings[i]);
        }
    }

    /// @inheritdoc ISettlement
    function dispute(uint256 agreement, Deal calldata deal, uint8 milestone, bytes32 evidence) external {
        (, Progress storage its) = _of(agreement, deal, milestone);
        _only(deal.customer);
        _in(agreement, milestone, its, Stage.Delivered);
        _within(0, uint256(its.delivered) + deal.conditions.review);
        (its.stage, its.since, its.share) = (Stage.Disputed, uint40(block.timestamp), deal.conditions.fallbackShare);
        emit Disputed(agreement, milestone, evidence);
    }

    // ── Arbiters, and whoever appeals ──────────────────────────────────────────────────────────────────────────────

    /// @inheritdoc ISettlement
    function rule(uint256 agreement, Deal calldata deal, uint8 milestone, uint32 share, bytes32 reason)
        external
        onlyRole(ARBITER_ROLE)
    {
        if (share > WHOLE) revert MoreThanAll(share);
        if (deal.conditions.liability != 0 && _progress[agreement][milestone].waived != BOTH) {
            revert ClauseStands(agreement, milestone);
        }
        _rule(agreement, deal, milestone, share, reason);
    }

    /// @inheritdoc ISettlement
    function ruleByCause(uint256 agreement, Deal calldata deal, uint8 milestone, Cause cause, bytes32 reason)
        external
        onlyRole(ARBITER_ROLE)
    {
        if (deal.conditions.liability == 0) revert NoClause(agreement);
        emit CauseFound(agreement, milestone, cause);
        _rule(agreement, deal, milestone, LiabilityRule.share(deal.conditions.liability, cause), reason);
    }

    /// @inheritdoc ISettlement
    function waive(uint256 agreement, Deal calldata deal, uint8 milestone) external {
        (Milestone calldata one, Progress storage its) = _of(agreement, deal, milestone);
        if (msg.sender != deal.customer && msg.sender != one.member) revert NoParty(msg.sender);
        if (deal.conditions.liability == 0) revert NoClause(agreement);
        if (its.stage < Stage.Disputed || its.stage == Stage.Settled) revert WrongStage(agreement, milestone, its.stage);
        its.waived |= msg.sender == deal.customer ? 1 : 2;
        emit ClauseWaived(agreement, milestone, msg.sender);
    }

    /// @inheritdoc ISettlement
    function appeal(uint256 agreement, Deal calldata deal, uint8 milestone, bytes32 evidence) external {
        (Milestone calldata one, Progress storage its) = _of(agreement, deal, milestone);
        if (msg.sender != deal.customer && msg.sender != one.member) revert NoParty(msg.sender);
        // A silent arbiter has ruled what the deal says, in the moment its time was over.
        uint256 ruled = its.since;
        if (its.stage != Stage.Ruled) {
            _in(agreement, milestone, its, Stage.Disputed);
            ruled += deal.conditions.ruling;
        }
        _within(ruled, ruled + deal.conditions.appeal);
        (its.stage, its.since) = (Stage.Appealed, uint40(block.timestamp));
        emit Appealed(agreement, milestone, msg.sender, its.share, evidence);
    }

    // ── Anyone ─────────────────────────────────────────────────────────────────────────────────────────────────────

    /// @inheritdoc ISettlement
    function settle(uint256 agreement, Deal calldata deal, uint8[] calldata milestones) external {
        _checkDeal(agreement, deal);
        for (uint256 i = 0; i < milestones.length; ++i) {
            if (!_settle(agreement, deal, milestones[i])) {
                revert NotYet(agreement, milestones[i], _progress[agreement][milestones[i]].stage);
            }
        }
    }

    /// @inheritdoc ISettlement
    function settleMany(Batch[] calldata batches) external returns (uint256 done) {
        for (uint256 i = 0; i < batches.length; ++i) {
            Batch calldata one = batches[i];
            _checkDeal(one.agreement, one.deal);
            for (uint256 j = 0; j < one.milestones.length; ++j) {
                if (_settle(one.agreement, one.deal, one.milestones[j])) ++done;
            }
        }
    }

    // ── Inside ─────────────────────────────────────────────────────────────────────────────────────────────────────

    function _rule(uint256 agreement, Deal calldata deal, uint8 milestone, uint32 share, bytes32 reason) private {
        (, Progress storage its) = _of(agreement, deal, milestone);
        bool last = its.stage == Stage.Appealed;
        if (!last) _in(agreement, milestone, its, Stage.Disputed);
        _only(_keyOf(last ? deal.conditions.secondArbiter : deal.conditions.arbiter));
        _within(0, uint256(its.since) + deal.conditions.ruling);
        if (last) {
            emit FinallyRuled(agreement, milestone, share, reason);
            _end(agreement, deal, milestone, its, Ending.Ruled, share, UNRATED);
        } else {
            (its.stage, its.since, its.share, its.ruled) = (Stage.Ruled, uint40(block.timestamp), share, true);
            emit RuledOn(agreement, milestone, share, reason);
        }
    }

    function _accept(uint256 agreement, Deal calldata deal, uint8 milestone, uint32 rating) private {
        Progress storage its = _progress[agreement][milestone];
        Stage stage = its.stage;
        if (stage < Stage.Delivered || stage == Stage.Settled) revert WrongStage(agreement, milestone, stage);
        if (rating > WHOLE && rating != UNRATED) revert MoreThanAll(rating);
        _end(agreement, deal, milestone, its, Ending.Accepted, WHOLE, rating);
    }

    /// @dev Ends a milestone if the clock says so; whether it did.
    function _settle(uint256 agreement, Deal calldata deal, uint8 milestone) private returns (bool) {
        Milestone calldata one = deal.milestones[milestone];
        Progress storage its = _progress[agreement][milestone];
        Stage stage = its.stage;
        Ending ending = its.ruled ? Ending.Ruled : Ending.Undecided;
        (uint256 share, uint256 from) = (its.share, its.since);
        if (stage == Stage.Agreed) {
            (ending, from) =
                _funded(one, its) ? (Ending.NeverStarted, one.startBy) : (Ending.Unfunded, one.fundBy);
        } else if (stage == Stage.Started) {
            (ending, from) = (Ending.NeverDelivered, uint256(one.due) + deal.conditions.patience);
        } else if (stage == Stage.Delivered) {
            (ending, share, from) = (Ending.Silent, WHOLE, uint256(its.delivered) + deal.conditions.review);
        } else if (stage == Stage.Disputed) {
            from += uint256(deal.conditions.ruling) + deal.conditions.appeal;
        } else if (stage == Stage.Ruled) {
            from += deal.conditions.appeal;
        } else if (stage == Stage.Appealed) {
            from += deal.conditions.ruling;
        } else {
            return false;
        }
        if (!_passed(from)) return false;
        _end(agreement, deal, milestone, its, ending, share, UNRATED);
        return true;
    }

    function _checkArbiter(address account) private view {
        if (!hasRole(ARBITER_ROLE, account)) revert NotAnArbiter(account);
    }
}
