// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Window} from "../WindowWord.sol";

/// @title IOffers: idle time of machines, offered and taken
/// @notice Times are minutes since 1970, money is cents. A window is known by its host's address and a number of 64 bits: of one published by
/// itself the host chooses the lower 32, of one in a book the upper 32 are the book's number and the lower its place.
///
///     free ──claim──▶ held ──confirm──▶ confirmed ──accept, collect──▶ over          takeBack: over, at any time before
///       ◀── expire, release ──┘            │ └──release──▶ free                      that, with a penalty once confirmed
///                                          └──dispute──▶ disputed ──decide, lapse──▶ over
interface IOffers {
    /// @notice What a guest's job needs.
    /// @param service Which service. @param release When its material is ready, at the guest. @param due When it must be back there.
    /// @param there, back Minutes of transport to the host and from it.
    struct Need {
        uint8 service;
        uint32 release;
        uint32 due;
        uint32 there;
        uint32 back;
    }

    /// @notice How a confirmed window ended.
    enum End {
        Accepted,
        Collected,
        Decided,
        Lapsed
    }

    /// @notice A host offers a window; `word` is the whole of it (WindowWord).
    event Published(address indexed host, uint64 indexed id, uint256 word);
    /// @notice A host offers any number of windows at once; the content store has them.
    event BookPublished(address indexed host, uint32 indexed book, bytes32 root);
    /// @notice Nothing more can be claimed from a book. What was stays.
    event BookClosed(address indexed host, uint32 indexed book);
    /// @notice A guest holds a window, or a part of one, and its price is locked.
    event Claimed(address indexed host, uint64 indexed id, address indexed guest, uint256 word, uint256 price);
    /// @notice The host confirms, and puts down what it pays if it withdraws. until: the rules by which it ends (WindowWord).
    event Confirmed(address indexed host, uint64 indexed id, uint256 guarantee, uint32 until);
    /// @notice The guest gives a window back; `kept` of its price is the host's.
    event Released(address indexed host, uint64 indexed id, address indexed guest, uint256 kept);
    /// @notice The host did not confirm in time.
    event Expired(address indexed host, uint64 indexed id, address indexed guest);
    /// @notice The host takes a window back; the guest gets its price again, and the penalty.
    event TakenBack(address indexed host, uint64 indexed id, address indexed guest, uint256 penalty);
    /// @notice The guest says that the work was not done as agreed; `evidence` is a content hash.
    event Disputed(address indexed host, uint64 indexed id, address indexed guest, bytes32 evidence);
    /// @notice Price and guarantee were divided.
    event Settled(
        address indexed host, uint64 indexed id, address indexed guest, End end, uint256 toHost, uint256 toGuest
    );

    /// @notice Windows that are claimed from now on go by these rules. hold: minutes; review, decision: hours; penalty: per cent.
    event Adopted(uint8 number, uint16 hold, uint16 review, uint16 decision, uint8 penalty);

    /// @notice Only members offer and take; only a host that is certified for the service is taken from.
    error NotAMember(address account);
    error NotCertified(address host, uint8 service);
    /// @notice This number was used, is a book's, or is zero.
    error NumberTaken(uint64 id);
    error EmptyWindow(uint32 start, uint32 end);
    error NoRoot();
    error NoSuchBook(address host, uint32 book);
    /// @notice The siblings do not lead from this window to the book's root.
    error NotInBook(bytes32 root);
    /// @notice Somebody has it, or nobody can have it any more. The caller's transaction was too late.
    error NotFree(address host, uint64 id);
    /// @notice The window, as it is now, does not allow this.
    error NotNow(address host, uint64 id, uint32 until);
    /// @notice The job does not fit: which of its needs is broken.
    error DoesNotFit(string need);
    error NotTheGuest(address caller);
    /// @notice It was claimed by other rules than those of now: the guest has not agreed to these.
    error OtherRules(address host, uint64 id);
    error MoreThanThere(uint256 asked, uint256 there);

    /// @notice Offers a window. @param number Chosen by the host, above zero, never used before.
    function publish(uint32 number, uint16 machine, uint8 service, uint32 start, uint32 end, uint40 price) external;

    /// @notice Offers the windows of a Merkle tree. @param book Chosen by the host, above zero, never used before.
    function publishBook(uint32 book, bytes32 root) external;

    /// @notice Lets nothing more be claimed from a book for the first time.
    function closeBook(uint32 book) external;

    /// @notice Takes [from, from + length) of a window that has a slot of its own.
    function claim(address host, uint64 id, uint32 from, uint16 length, Need calldata need) external;

    /// @notice Takes a part of a window that stands in a book at this place.
    /// @param terms The leaf: the window with nobody in it.
    function claimFromBook(
        address host,
        uint32 book,
        uint32 place,
        uint256 terms,
        bytes32[] calldata siblings,
        uint32 from,
        uint16 length,
        Need calldata need
    ) external;

    /// @notice The host agrees, before the hold is over and the guest's time begins.
    function confirm(uint64 id) external;

    /// @notice The guest gives it back: for nothing before it is confirmed, for the penalty after that, until its time begins.
    function release(address host, uint64 id) external;

    /// @notice Ends a hold that the host did not confirm. Anyone.
    function expire(address host, uint64 id, address guest) external;

    /// @notice The host withdraws a window for ever. @param guest Who has it; zero if nobody has.
    function takeBack(uint64 id, address guest) external;

    /// @notice The guest is content: the host is paid.
    function accept(address host, uint64 id) external;

    /// @notice The host is paid after the guest was silent for the review.
    function collect(uint64 id, address guest) external;

    /// @notice The guest is not content, from the beginning of its time to the end of the review.
    function dispute(address host, uint64 id, bytes32 evidence) external;

    /// @notice ARBITER_ROLE divides price and guarantee. @param toHost Its part; the rest is the guest's.
    function decide(address host, uint64 id, address guest, uint256 toHost) external;

    /// @notice No arbiter decided in time: the price is halved, the guarantee is the host's. Anyone.
    function lapse(address host, uint64 id, address guest) external;

    /// @notice The rules of now.
    /// @return number Of them, grows with every change; the last eight bits.
    /// @return hold Minutes in which a host confirms.
    /// @return review Hours in which a guest looks.
    /// @return decision Hours in which an arbiter decides.
    /// @return penalty Per cent of the price, rounded up to a cent: what withdrawing from a confirmed window costs either side.
    function rules()
        external
        view
        returns (uint8 number, uint16 hold, uint16 review, uint16 decision, uint8 penalty);

    /// @notice A window as it is; all zeros if it has no slot (a free one in a book has none).
    function windowOf(address host, uint64 id) external view returns (Window memory);

    /// @notice The root of a book; zero if there is none, one if it is closed.
    function bookOf(address host, uint32 book) external view returns (bytes32);
}
