// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title IQuotations: work is asked for, bid for under seal, awarded by the rule that was asked with, done and paid
/// @notice Times are seconds since 1970, money is cents, shares are millionths.
///
///     Open ──award──▶ Awarded ──deliver──▶ Delivered ──accept, settle──▶ Done      giveUp: Done, from any of the three
///      │ └─award──▶ Void │ └─settle──▶ Done    │ report
///      └─cancel──▶ Void  └──report──▶ Disputed ◀┘ ──decide, accept, settle──▶ Done
interface IQuotations {
    /// @notice Why work was not as agreed. None: the arbiter found no such failure.
    enum Cause {
        None,
        Quality,
        Breakdown,
        Transport
    }

    enum Stage {
        None,
        Open,
        Void,
        Awarded,
        Delivered,
        Disputed,
        Done
    }

    /// @notice How work ended.
    enum End {
        Accepted,
        Silent,
        Decided,
        Undecided,
        GivenUp,
        Overdue
    }

    /// @notice Who bears which failure: what the winner loses of its price and of its bond, in millionths; the requester bears the rest.
    /// @param quality The work is not what was promised. @param breakdown A machine of the winner failed.
    /// @param transport It was lost or damaged on the way. @param perDay Of the price, for each day of lateness.
    /// @param cap Most that lateness costs, of the price.
    struct Liability {
        uint32 quality;
        uint32 breakdown;
        uint32 transport;
        uint32 perDay;
        uint32 cap;
    }

    /// @notice What is asked for, and the rule of the award: of the bids that fit, the lowest value wins, the earlier sealed of equals.
    ///
    ///     value = price + perDay · days after `earliest` + perQuality · (1 − quality)
    ///
    /// @param parent The request whose work this is a part of; zero for none. @param commitEnd Until when bids are sealed.
    /// @param revealEnd Until when they are opened. @param earliest Before this nobody needs it. @param latest Ready by then, or no bid.
    /// @param leastQuality Promised at least. @param budget Locked; no bid is higher. @param bond Of each bidder, against not opening;
    /// of the winner, against not delivering. @param review A delivery that is not disputed for so long is accepted.
    /// @param patience Work that is not delivered so long after it was promised is not paid. @param perDay Cents of value.
    /// @param perQuality Cents of value. @param arbiter Who decides disputes. @param services That a bidder is certified for.
    /// @param document Content hash: the work in words.
    struct Terms {
        uint64 parent;
        uint40 commitEnd;
        uint40 revealEnd;
        uint40 earliest;
        uint40 latest;
        uint32 leastQuality;
        uint96 budget;
        uint96 bond;
        uint32 review;
        uint32 patience;
        uint96 perDay;
        uint96 perQuality;
        address arbiter;
        uint256 services;
        bytes32 document;
        Liability liability;
    }

    /// @notice What is under a seal. @param ready When the work is there. @param quality Promised. @param document Content hash, may be
    /// zero. @param salt Chance, so that nobody can guess.
    struct Bid {
        uint96 price;
        uint40 ready;
        uint32 quality;
        bytes32 document;
        bytes32 salt;
    }

    /// @notice A request as it stands. @param depth Of sub-contracts above it. @param bids How many were sealed. @param disputed When.
    /// @param cause As reported. @param winner Who leads, or won. @param delivered When; zero before.
    struct Request {
        address requester;
        uint8 depth;
        Stage stage;
        uint32 bids;
        uint40 disputed;
        Cause cause;
        address winner;
        uint96 price;
        uint128 value;
        uint40 ready;
        uint40 delivered;
        uint32 place;
    }

    /// @notice Somebody asks for work, and its budget is locked.
    event Posted(uint64 indexed number, address indexed requester, uint64 indexed parent, uint8 depth, Terms terms);
    /// @notice A bid was sealed; a bidder's later one takes the place of its earlier. `place` decides between equals.
    event Committed(uint64 indexed number, address indexed bidder, uint32 place, bytes32 seal, uint256 locked);
    /// @notice A bid was opened. `value`: the largest number if it does not fit; `leads`: it is the best so far; `freed`: whose bond is
    /// free by that.
    event Opened(uint64 indexed number, address indexed bidder, Bid bid, uint128 value, bool leads, address freed);
    /// @notice A bond that was never asked for by an opening went to somebody.
    event Released(uint64 indexed number, address indexed bidder, address to);
    /// @notice The rule has spoken; `back` of the budget is the requester's again.
    event Awarded(uint64 indexed number, address indexed winner, uint96 price, uint256 back);
    /// @notice Nothing came of it; the budget is the requester's again.
    event Voided(uint64 indexed number, uint256 back);
    /// @notice The winner says that it is done.
    event Delivered(uint64 indexed number, bytes32 evidence);
    /// @notice A party says that it failed, and why.
    event Disputed(uint64 indexed number, address indexed by, Cause cause, bytes32 evidence);
    /// @notice Price and bond were divided.
    event Settled(
        uint64 indexed number,
        address indexed requester,
        address indexed winner,
        End end,
        Cause cause,
        uint32 rating,
        uint40 lateness,
        uint256 toWinner,
        uint256 toRequester,
        uint40 time
    );

    error OutOfRange(string term, uint256 given, uint256 least, uint256 most);
    /// @notice The request does not allow this as it stands.
    error WrongStage(uint64 number, Stage stage);
    error NotTheRequester(address caller);
    error NotTheWinner(address caller);
    /// @notice Nobody decides about itself, and an arbiter holds ARBITER_ROLE.
    error NotAnArbiter(address account);
    /// @notice Only the winner of awarded work hands parts of it on.
    error NotYourWork(uint64 parent);
    /// @notice Whoever asked for this work, or for what it is a part of, does not bid for it.
    error AsksForItself(uint64 number);
    error NotCertified(address bidder, uint256 services);
    error NoSeal();
    /// @notice What was shown is not what was sealed by this bidder for this request here.
    error NotWhatWasSealed(bytes32 given, bytes32 seal);
    /// @notice There is no bond of this bidder that can be released.
    error NothingSealed(uint64 number, address bidder);
    /// @notice This party cannot report this cause, as the work stands.
    error NotItsCause(Cause cause);
    error MoreThanAll(uint32 rating);

    /// @notice Asks for work. Locks the budget.
    function post(Terms calldata terms) external returns (uint64 number);

    /// @notice The requester takes it back, before the first seal can be opened.
    function cancel(uint64 number) external;

    /// @notice Bids under seal (`sealOf`). Locks the bond; a second bid takes the place of the first.
    function bid(uint64 number, bytes32 seal) external;

    /// @notice Opens one's bid.
    function open(uint64 number, Bid calldata shown) external;

    /// @notice Anyone: a bond under a seal that was never opened is the requester's; of a cancelled request, the bidder's.
    function release(uint64 number, address bidder) external;

    /// @notice Anyone: awards by the rule, when the time to open is over.
    function award(uint64 number) external;

    /// @notice The winner says that it is done. @param evidence Content hash.
    function deliver(uint64 number, bytes32 evidence) external;

    /// @notice The winner does not do it: price and bond are the requester's.
    function giveUp(uint64 number) external;

    /// @notice The winner of work that is not delivered reports Breakdown or Transport, the requester of delivered work Quality or Transport.
    function report(uint64 number, Cause cause, bytes32 evidence) external;

    /// @notice The requester is content. @param rating Millionths, or the largest number for none.
    function accept(uint64 number, uint32 rating) external;

    /// @notice The arbiter of the terms says what happened; who pays for it is in the terms.
    function decide(uint64 number, Cause cause) external;

    /// @notice Anyone: ends what is out of time.
    function settle(uint64 number) external;

    /// @notice How many requests there are.
    function count() external view returns (uint64);

    function requestOf(uint64 number) external view returns (Request memory);

    function termsOf(uint64 number) external view returns (Terms memory);

    /// @notice What a bidder has sealed and not opened; zero for nothing.
    function sealedBy(uint64 number, address bidder) external view returns (bytes32);

    /// @notice What this bidder has to seal: bound to it, to the request, to this contract and chain.
    function sealOf(uint64 number, address bidder, Bid calldata shown) external view returns (bytes32);
}
