// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Deal} from "./Deal.sol";
import {IStakes} from "./IStakes.sol";
import {SettlementRule} from "../SettlementRule.sol";

/// @title ISettlement: the escrow of active agreements, and how it is paid out
/// @notice Each milestone ends on its own: Agreed -> Started -> Delivered -> Settled, with Disputed, Ruled and Appealed between, and a
/// way out of every stage that opens by the clock to anyone. What is paid can be withdrawn at any time.
interface ISettlement is IStakes {
    /// @notice Where a milestone stands.
    enum Stage {
        Agreed,
        Started,
        Delivered,
        Disputed,
        Ruled,
        Appealed,
        Settled
    }

    /// @notice How it ended. Accepted: by the customer. Silent: nobody disputed the delivery. Ruled: by an arbiter.
    /// NeverStarted, NeverDelivered: by its time. GivenUp: by the member. Undecided: by what the deal says for silent arbiters.
    /// Unfunded: the customer has not paid an instalment in time.
    enum Ending {
        Accepted,
        Silent,
        Ruled,
        NeverStarted,
        NeverDelivered,
        GivenUp,
        Undecided,
        Unfunded
    }

    /// @notice Why a delivery is not what was promised, as an arbiter finds it. None: it is.
    enum Cause {
        None,
        Quality,
        Breakdown,
        Transport
    }

    /// @notice A milestone, in one slot; zeros until work begins.
    /// @param stage Where it stands.
    /// @param delivered Seconds since 1970.
    /// @param since When it was disputed, ruled or appealed, whichever was last.
    /// @param share What the member gets of it by the ruling, or without one, in millionths; once it is settled, what it got.
    /// @param ruled Whether an arbiter has ruled.
    /// @param funded Whether its instalment was paid in; false if it has none.
    /// @param advanced Whether a financier has advanced a part of what the member will get.
    /// @param waived Who lets the arbiter rule by share in spite of the clause: 1 the customer, 2 the member, 3 both.
    struct Progress {
        Stage stage;
        uint40 delivered;
        uint40 since;
        uint32 share;
        bool ruled;
        bool funded;
        bool advanced;
        uint8 waived;
    }

    /// @notice What a member asks: money now for a part of what it will be paid.
    /// @param financier Who may give it; zero for anyone.
    /// @param amount Cents that the member gets at once.
    /// @param repay Cents that the financier gets first of what the member is paid, if it is paid so much.
    /// @param until Seconds since 1970: nobody gives it from then on.
    struct Advance {
        address financier;
        uint96 amount;
        uint96 repay;
        uint40 until;
    }

    /// @notice What a milestone owes a financier, in one slot; zeros if nothing.
    struct Owed {
        address financier;
        uint96 amount;
    }

    /// @notice Milestones of one agreement to be settled.
    struct Batch {
        uint256 agreement;
        uint8[] milestones;
        Deal deal;
    }

    /// @notice An agreement is active: its escrow is locked. deposit: what the order book handed over; treasury: who gets the fees.
    event Begun(
        uint256 indexed agreement,
        uint64 indexed order,
        bytes32 digest,
        uint256 deposit,
        uint256 fromCustomer,
        uint256 fromProposer,
        address treasury
    );
    /// @notice The customer has paid an instalment in.
    event Funded(uint256 indexed agreement, uint8 indexed milestone, uint256 amount);
    /// @notice A member asks money now for a part of what it will be paid; zeros take that back.
    event AdvanceAsked(uint256 indexed agreement, uint8 indexed milestone, address indexed member, Advance terms);
    /// @notice A financier has given it.
    event AdvanceGiven(
        uint256 indexed agreement,
        uint8 indexed milestone,
        address indexed financier,
        address member,
        uint96 amount,
        uint96 repay
    );
    /// @notice A milestone has ended, and its financier got so much of what its member was paid: less than it is owed if that was less.
    event Repaid(uint256 indexed agreement, uint8 indexed milestone, address indexed financier, address member, uint256 amount);
    /// @notice A member has begun.
    event Started(uint256 indexed agreement, uint8 indexed milestone);
    /// @notice A member says it has delivered. evidence: content hash.
    event Delivered(uint256 indexed agreement, uint8 indexed milestone, bytes32 evidence);
    /// @notice The customer does not agree. evidence: content hash.
    event Disputed(uint256 indexed agreement, uint8 indexed milestone, bytes32 evidence);
    /// @notice The first arbiter has spoken. reason: content hash.
    event RuledOn(uint256 indexed agreement, uint8 indexed milestone, uint32 share, bytes32 reason);
    /// @notice An arbiter has found what went wrong; the clause says what follows, and the ruling that comes with this says the share.
    event CauseFound(uint256 indexed agreement, uint8 indexed milestone, Cause cause);
    /// @notice A party lets arbiters rule by share, in spite of the clause; if both do, they may.
    event ClauseWaived(uint256 indexed agreement, uint8 indexed milestone, address indexed party);
    /// @notice A party does not agree with the ruling; until the second arbiter speaks, or is silent, nothing moves.
    event Appealed(uint256 indexed agreement, uint8 indexed milestone, address indexed party, uint32 share, bytes32 evidence);
    /// @notice The second arbiter has spoken; that is final. reason: content hash.
    event FinallyRuled(uint256 indexed agreement, uint8 indexed milestone, uint32 share, bytes32 reason);
    /// @notice A milestone has ended and is paid: all that a reputation is made of.
    /// @param order Number in the order book.
    /// @param customer Who ordered.
    /// @param member Who worked, or did not.
    /// @param milestone Its number in the agreement.
    /// @param ending How it ended.
    /// @param disputed Whether it ever was disputed.
    /// @param share What the member got of what it earned, in millionths.
    /// @param rating The customer's, in millionths; UNRATED if it gave none.
    /// @param lateness Seconds after the due time; zero if it was delivered before, or never.
    /// @param price As agreed.
    /// @param parts Who got how much.
    /// @param time Seconds since 1970: when it ended.
    event Settled(
        uint256 indexed agreement,
        address indexed customer,
        address indexed member,
        uint64 order,
        uint8 milestone,
        Ending ending,
        bool disputed,
        uint32 share,
        uint32 rating,
        uint40 lateness,
        uint96 price,
        SettlementRule.Parts parts,
        uint40 time
    );

    /// @notice The league's fees go to somebody.
    error NoTreasury();
    /// @notice There already is an agreement of this number.
    error AlreadyBegun(uint256 agreement);
    /// @notice The order is another customer's.
    error NotTheCustomer(uint256 order, address customer);
    /// @notice This account decides no disputes here, or is a party, or should decide both times.
    error NotAnArbiter(address account);
    /// @notice This is not the deal of the agreement.
    error WrongDeal(uint256 agreement, bytes32 digest, bytes32 expected);
    /// @notice The milestone is not in a stage for this.
    error WrongStage(uint256 agreement, uint8 milestone, Stage stage);
    /// @notice This is for `needed` to do.
    error NotYours(address caller, address needed);
    /// @notice Only the customer and the member appeal, and waive.
    error NoParty(address caller);
    /// @notice All have signed who bears what: rulings name a cause, unless customer and member both let the arbiter rule by share.
    error ClauseStands(uint256 agreement, uint8 milestone);
    /// @notice Nobody has signed who bears what: rulings name a share.
    error NoClause(uint256 agreement);
    /// @notice A share or a rating is at most a million millionths.
    error MoreThanAll(uint256 given);
    /// @notice One rating for each milestone.
    error NotAsManyRatings(uint256 ratings, uint256 milestones);
    /// @notice Its instalment has not been paid in.
    error NotFunded(uint256 agreement, uint8 milestone);
    /// @notice It needs no instalment, or that is paid in.
    error NothingToFund(uint256 agreement, uint8 milestone);
    /// @notice This milestone's member has had its advance, of which there is one.
    error AlreadyAdvanced(uint256 agreement, uint8 milestone, address financier);
    /// @notice The member does not ask this, or no longer.
    error NotAsked(uint256 agreement, uint8 milestone);
    /// @notice An advance is above nothing and at most what is repaid, and that at most what the milestone can pay.
    error NoSuchAdvance(uint96 amount, uint96 repay, uint256 most);
    /// @notice The member, and the arbiters of the deal, advance nothing of it.
    error NotAFinancier(address account);
    /// @notice Nothing is due for this milestone yet.
    error NotYet(uint256 agreement, uint8 milestone, Stage stage);

    /// @notice Locks the escrow of an agreement that all have signed. AGREEMENTS_ROLE.
    function begin(uint256 agreement, Deal calldata deal, bytes32 digest) external;

    /// @notice Pays instalments in, from the customer's free money, each before its `fundBy`. The customer.
    function fund(uint256 agreement, Deal calldata deal, uint8[] calldata milestones) external;

    /// @notice Asks money now for a part of what it will be paid, before it delivers; replaces what it asked before. The member.
    /// @dev The financier bears that the work fails: it is repaid out of what the member is paid, and nothing else.
    /// @param terms All zeros to ask no more.
    function askAdvance(uint256 agreement, Deal calldata deal, uint8 milestone, Advance calldata terms) external;

    /// @notice Gives what a member asks, from the caller's free money, which is the member's at once. Once for a milestone.
    /// @param terms Exactly what is asked, so that nobody gives for what has changed meanwhile.
    function giveAdvance(uint256 agreement, Deal calldata deal, uint8 milestone, Advance calldata terms) external;

    /// @notice Reports that work has begun, before `startBy`. The member.
    function start(uint256 agreement, Deal calldata deal, uint8 milestone) external;

    /// @notice Reports a delivery. The member, until `due + patience`.
    /// @param evidence Content hash.
    function deliver(uint256 agreement, Deal calldata deal, uint8 milestone, bytes32 evidence) external;

    /// @notice Accepts deliveries, which are paid at once. The customer, in every stage from Delivered on: that also ends a dispute.
    /// @param ratings One for each milestone, in millionths, or UNRATED.
    function accept(uint256 agreement, Deal calldata deal, uint8[] calldata milestones, uint32[] calldata ratings) external;

    /// @notice Gives a milestone back, unpaid. The member, in every stage before the end.
    function giveUp(uint256 agreement, Deal calldata deal, uint8 milestone) external;

    /// @notice Disputes a delivery, within its review. The customer.
    /// @param evidence Content hash.
    function dispute(uint256 agreement, Deal calldata deal, uint8 milestone, bytes32 evidence) external;

    /// @notice Decides a dispute, or an appeal, which is paid at once. The arbiter, or the second one, as long as it has
    /// ARBITER_ROLE and time; not against a clause that stands.
    /// @param share What the member gets of what it earned, in millionths.
    /// @param reason Content hash.
    function rule(uint256 agreement, Deal calldata deal, uint8 milestone, uint32 share, bytes32 reason) external;

    /// @notice The same by what went wrong, where all have signed who bears it: the clause says the share.
    /// @param reason Content hash.
    function ruleByCause(uint256 agreement, Deal calldata deal, uint8 milestone, Cause cause, bytes32 reason) external;

    /// @notice Lets arbiters rule by share in spite of the clause, in this dispute, if the other party does too. The customer or the member,
    /// before the end.
    function waive(uint256 agreement, Deal calldata deal, uint8 milestone) external;

    /// @notice Appeals a ruling, or what counts as one after the arbiter's silence. The customer or the member; once.
    /// @param evidence Content hash.
    function appeal(uint256 agreement, Deal calldata deal, uint8 milestone, bytes32 evidence) external;

    /// @notice Ends milestones whose time has come. Anyone.
    function settle(uint256 agreement, Deal calldata deal, uint8[] calldata milestones) external;

    /// @notice The same for many agreements; milestones that are not due, or are settled, are passed over, so that nobody can spoil a
    /// batch by settling one of them.
    /// @return done How many were settled.
    function settleMany(Batch[] calldata batches) external returns (uint256 done);

    /// @notice Hash of an active agreement; zero if there is none.
    function digestOf(uint256 agreement) external view returns (bytes32);

    /// @notice Where a milestone stands.
    function progressOf(uint256 agreement, uint8 milestone) external view returns (Progress memory);

    /// @notice What a milestone owes a financier.
    function owedOf(uint256 agreement, uint8 milestone) external view returns (Owed memory);

    /// @notice Hash of what a milestone's member asks; zero if nothing.
    function askedOf(uint256 agreement, uint8 milestone) external view returns (bytes32);

    /// @notice What lateness costs (see SettlementRule).
    function penalty(Deal calldata deal, uint8 milestone, uint40 late) external pure returns (uint256);

    /// @notice How a milestone's escrow is divided (see SettlementRule).
    function split(Deal calldata deal, uint8 milestone, uint32 share, uint40 late)
        external
        pure
        returns (SettlementRule.Parts memory);

    /// @notice What an agreement locks when it begins: all but the customer's instalments.
    function escrow(Deal calldata deal) external pure returns (uint256 fromCustomer, uint256 fromProposer);
}
