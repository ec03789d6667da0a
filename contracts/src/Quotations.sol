// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Clock} from "./Clock.sol";
import {IMemberRegistry} from "./interfaces/IMemberRegistry.sol";
import {IQuotations} from "./interfaces/IQuotations.sol";
import {QuotationRule} from "./QuotationRule.sol";
import {Stakes} from "./Stakes.sol";
import {Switchable} from "./Switchable.sol";

/// @title Quotations: requests for quotation with sealed bids
/// @notice What it is: the free market of a league. Whoever asks locks its budget and says beforehand how bids are compared; whoever bids
/// locks a bond and seals; the rule awards, whoever calls it. Its balance of the token is what is free, the budgets of open requests, prices
/// of work that has not ended, and the bonds of sealed bids, of who leads and of who works.
///
/// Who may do what: anyone asks and bids (a request can want a certified bidder); each opens, works and accepts its own; the arbiter
/// that a request names, as long as it holds ARBITER_ROLE, says what went wrong; anyone awards and ends what is out of time.
///
/// How it is switched off: `pause()` stops asking and bidding. All else goes on, so no money is kept by a pause.
contract Quotations is IQuotations, Stakes, Clock, Switchable {
    /// @notice May be named as an arbiter, and decide.
    bytes32 public constant ARBITER_ROLE = keccak256("ARBITER_ROLE");
    /// @notice Bids are sealed and opened, deliveries reviewed, and the late waited for so long at most.
    uint256 public constant LONGEST_WINDOW = 90 days;
    /// @notice Work is promised for so long after the last opening at most.
    uint256 public constant LONGEST_WORK = 1000 days;
    /// @notice How long an arbiter has.
    uint256 public constant DECISION = 14 days;
    /// @notice So many hands at most between whoever asked first and whoever works.
    uint8 public constant DEEPEST = 8;
    /// @notice The rating of a requester that gave none.
    uint32 public constant UNRATED = type(uint32).max;

    uint256 private constant WHOLE = QuotationRule.WHOLE;

    struct Sealed {
        bytes32 seal;
        uint32 place;
    }

    /// @notice Who is certified for what.
    IMemberRegistry public immutable registry;

    /// @inheritdoc IQuotations
    uint64 public count;

    mapping(uint64 number => Request) private _requests;
    mapping(uint64 number => Terms) private _terms;
    mapping(uint64 number => mapping(address bidder => Sealed)) private _sealed;

    /// @param admin Receives DEFAULT_ADMIN_ROLE and PAUSER_ROLE.
    /// @param token_ The league's money. @param registry_ Its members.
    constructor(address admin, IERC20 token_, IMemberRegistry registry_) Switchable(admin) Stakes(token_) {
        registry = registry_;
    }

    // ── Asking ─────────────────────────────────────────────────────────────────────────────────────────────────────

    /// @inheritdoc IQuotations
    function post(Terms calldata terms) external whenNotPaused returns (uint64 number) {
        _check(terms);
        if (terms.arbiter == msg.sender || !hasRole(ARBITER_ROLE, terms.arbiter)) revert NotAnArbiter(terms.arbiter);
        uint8 depth = 0;
        if (terms.parent != 0) {
            Request storage above = _requests[terms.parent];
            if (above.stage != Stage.Awarded || above.winner != msg.sender) revert NotYourWork(terms.parent);
            depth = above.depth + 1;
            _range("depth", depth, 1, DEEPEST);
        }
        number = ++count;
        Request storage one = _requests[number];
        (one.requester, one.depth, one.stage) = (msg.sender, depth, Stage.Open);
        _terms[number] = terms;
        _lock(msg.sender, terms.budget);
        emit Posted(number, msg.sender, terms.parent, depth, terms);
    }

    /// @inheritdoc IQuotations
    function cancel(uint64 number) external {
        Request storage one = _in(number, Stage.Open);
        if (msg.sender != one.requester) revert NotTheRequester(msg.sender);
        _within(0, _terms[number].commitEnd);
        _void(number, one);
    }

    // ── Bidding ────────────────────────────────────────────────────────────────────────────────────────────────────

    /// @inheritdoc IQuotations
    function bid(uint64 number, bytes32 seal) external whenNotPaused {
        Request storage one = _in(number, Stage.Open);
        Terms storage terms = _terms[number];
        _within(0, terms.commitEnd);
        if (seal == 0) revert NoSeal();
        if (msg.sender == terms.arbiter) revert NotAnArbiter(msg.sender);
        if (!_certified(terms.services, msg.sender)) revert NotCertified(msg.sender, terms.services);
        _checkChain(number);
        Sealed storage its = _sealed[number][msg.sender];
        uint256 locked = its.seal == 0 ? terms.bond : 0;
        uint32 place = ++one.bids;
        (its.seal, its.place) = (seal, place);
        if (locked != 0) _lock(msg.sender, locked);
        emit Committed(number, msg.sender, place, seal, locked);
    }

    /// @inheritdoc IQuotations
    function open(uint64 number, Bid calldata shown) external {
        Request storage one = _in(number, Stage.Open);
        Terms memory terms = _terms[number];
        _within(terms.commitEnd, terms.revealEnd);
        Sealed memory its = _sealed[number][msg.sender];
        bytes32 given = sealOf(number, msg.sender, shown);
        if (given != its.seal) revert NotWhatWasSealed(given, its.seal);
        delete _sealed[number][msg.sender];
        uint128 value = type(uint128).max;
        bool leads = false;
        if (QuotationRule.fits(terms, shown) && _certified(terms.services, msg.sender)) {
            value = QuotationRule.valueOf(terms, shown);
            leads = one.winner == address(0) || value < one.value || (value == one.value && its.place < one.place);
        }
        // The bond of whoever leads stays; whoever does not has its own back at once.
        address freed = leads ? one.winner : msg.sender;
        if (leads) {
            (one.winner, one.price, one.value) = (msg.sender, shown.price, value);
            (one.ready, one.place) = (shown.ready, its.place);
        }
        if (freed != address(0)) _credit(freed, terms.bond);
        emit Opened(number, msg.sender, shown, value, leads, freed);
    }

    /// @inheritdoc IQuotations
    function release(uint64 number, address bidder) external {
        Request storage one = _requests[number];
        Terms storage terms = _terms[number];
        if (_sealed[number][bidder].seal == 0) revert NothingSealed(number, bidder);
        // A request that is void before its bids can be opened was cancelled.
        bool cancelled = one.stage == Stage.Void && one.place == type(uint32).max;
        if (!cancelled) _within(terms.revealEnd, type(uint40).max);
        address to = cancelled ? bidder : one.requester;
        delete _sealed[number][bidder];
        _credit(to, terms.bond);
        emit Released(number, bidder, to);
    }

    /// @inheritdoc IQuotations
    function award(uint64 number) external {
        Request storage one = _in(number, Stage.Open);
        Terms storage terms = _terms[number];
        _within(terms.revealEnd, type(uint40).max);
        if (one.winner == address(0)) {
            one.stage = Stage.Void;
            _credit(one.requester, terms.budget);
            emit Voided(number, terms.budget);
            return;
        }
        one.stage = Stage.Awarded;
        uint256 back = terms.budget - one.price;
        _credit(one.requester, back);
        emit Awarded(number, one.winner, one.price, back);
    }

    // ── Working ────────────────────────────────────────────────────────────────────────────────────────────────────

    /// @inheritdoc IQuotations
    function deliver(uint64 number, bytes32 evidence) external {
        Request storage one = _in(number, Stage.Awarded);
        _onlyWinner(one);
        _within(0, _overdue(number, one));
        (one.stage, one.delivered) = (Stage.Delivered, uint40(block.timestamp));
        emit Delivered(number, evidence);
    }

    /// @inheritdoc IQuotations
    function giveUp(uint64 number) external {
        Request storage one = _requests[number];
        if (one.stage < Stage.Awarded || one.stage == Stage.Done) revert WrongStage(number, one.stage);
        _onlyWinner(one);
        _end(number, one, End.GivenUp, Cause.None, WHOLE, UNRATED);
    }

    /// @inheritdoc IQuotations
    function report(uint64 number, Cause cause, bytes32 evidence) external {
        Request storage one = _requests[number];
        if (one.stage == Stage.Awarded) {
            _onlyWinner(one);
            if (cause != Cause.Breakdown && cause != Cause.Transport) revert NotItsCause(cause);
            _within(0, _overdue(number, one));
        } else if (one.stage == Stage.Delivered) {
            if (msg.sender != one.requester) revert NotTheRequester(msg.sender);
            if (cause != Cause.Quality && cause != Cause.Transport) revert NotItsCause(cause);
            _within(0, uint256(one.delivered) + _terms[number].review);
        } else {
            revert WrongStage(number, one.stage);
        }
        (one.stage, one.disputed, one.cause) = (Stage.Disputed, uint40(block.timestamp), cause);
        emit Disputed(number, msg.sender, cause, evidence);
    }

    /// @inheritdoc IQuotations
    function accept(uint64 number, uint32 rating) external {
        Request storage one = _requests[number];
        if (one.stage != Stage.Delivered && one.stage != Stage.Disputed) revert WrongStage(number, one.stage);
        if (msg.sender != one.requester) revert NotTheRequester(msg.sender);
        if (rating > WHOLE && rating != UNRATED) revert MoreThanAll(rating);
        _end(number, one, End.Accepted, Cause.None, 0, rating);
    }

    // ── The arbiter, and anyone ────────────────────────────────────────────────────────────────────────────────────

    /// @inheritdoc IQuotations
    function decide(uint64 number, Cause cause) external onlyRole(ARBITER_ROLE) {
        Request storage one = _in(number, Stage.Disputed);
        if (msg.sender != _keyOf(_terms[number].arbiter)) revert NotAnArbiter(msg.sender);
        _within(0, one.disputed + DECISION);
        uint256 share = QuotationRule.borne(_terms[number].liability, cause, one.delivered != 0);
        _end(number, one, End.Decided, cause, share, UNRATED);
    }

    /// @inheritdoc IQuotations
    function settle(uint64 number) external {
        Request storage one = _requests[number];
        if (one.stage == Stage.Awarded) {
            _within(_overdue(number, one), type(uint256).max);
            _end(number, one, End.Overdue, Cause.None, WHOLE, UNRATED);
        } else if (one.stage == Stage.Delivered) {
            _within(uint256(one.delivered) + _terms[number].review, type(uint256).max);
            _end(number, one, End.Silent, Cause.None, 0, UNRATED);
        } else if (one.stage == Stage.Disputed) {
            _within(one.disputed + DECISION, type(uint256).max);
            // Half of what was delivered; nothing for what never came, or reporting would pay.
            uint256 share = one.delivered == 0 ? WHOLE : WHOLE / 2;
            _end(number, one, End.Undecided, one.cause, share, UNRATED);
        } else {
            revert WrongStage(number, one.stage);
        }
    }

    // ── Reading ────────────────────────────────────────────────────────────────────────────────────────────────────

    /// @inheritdoc IQuotations
    function requestOf(uint64 number) external view returns (Request memory) {
        return _requests[number];
    }

    /// @inheritdoc IQuotations
    function termsOf(uint64 number) external view returns (Terms memory) {
        return _terms[number];
    }

    /// @inheritdoc IQuotations
    function sealedBy(uint64 number, address bidder) external view returns (bytes32) {
        return _sealed[number][bidder].seal;
    }

    /// @inheritdoc IQuotations
    function sealOf(uint64 number, address bidder, Bid calldata shown) public view returns (bytes32) {
        return keccak256(abi.encode(block.chainid, address(this), number, bidder, shown));
    }

    // ── Inside ─────────────────────────────────────────────────────────────────────────────────────────────────────

    function _check(Terms calldata terms) private view {
        _range("commitEnd", terms.commitEnd, block.timestamp + 1, block.timestamp + LONGEST_WINDOW);
        _range("revealEnd", terms.revealEnd, uint256(terms.commitEnd) + 1, terms.commitEnd + LONGEST_WINDOW);
        _range("latest", terms.latest, terms.revealEnd, terms.revealEnd + LONGEST_WORK);
        _range("budget", terms.budget, 1, type(uint96).max);
        _range("bond", terms.bond, 1, type(uint96).max);
        _range("leastQuality", terms.leastQuality, 0, WHOLE);
        _range("review", terms.review, 1, LONGEST_WINDOW);
        _range("patience", terms.patience, 1, LONGEST_WINDOW);
        _range("quality", terms.liability.quality, 0, WHOLE);
        _range("breakdown", terms.liability.breakdown, 0, WHOLE);
        _range("transport", terms.liability.transport, 0, WHOLE);
        _range("cap", terms.liability.cap, 0, WHOLE);
        _range("document", uint256(terms.document), 1, type(uint256).max);
    }

    /// @dev Nobody answers for its own work to itself: not for this request, and for none above it.
    function _checkChain(uint64 number) private view {
        for (uint64 at = number; at != 0; at = _terms[at].parent) {
            if (_requests[at].requester == msg.sender) revert AsksForItself(at);
        }
    }

    function _certified(uint256 services, address bidder) private view returns (bool) {
        return services == 0 || registry.offered(bidder) & services == services;
    }

    function _in(uint64 number, Stage stage) private view returns (Request storage one) {
        one = _requests[number];
        if (one.stage != stage) revert WrongStage(number, one.stage);
    }

    function _onlyWinner(Request storage one) private view {
        if (msg.sender != one.winner) revert NotTheWinner(msg.sender);
    }

    function _overdue(uint64 number, Request storage one) private view returns (uint256) {
        return uint256(one.ready) + _terms[number].patience;
    }

    function _void(uint64 number, Request storage one) private {
        // No bid can have this place, so it says that the request was cancelled.
        (one.stage, one.place) = (Stage.Void, type(uint32).max);
        uint256 back = _terms[number].budget;
        _credit(one.requester, back);
        emit Voided(number, back);
    }

    function _end(uint64 number, Request storage one, End end, Cause cause, uint256 share, uint32 rating) private {
        one.stage = Stage.Done;
        uint256 whole = uint256(one.price) + _terms[number].bond;
        uint256 its =
            QuotationRule.toWinner(_terms[number].liability, one.price, _terms[number].bond, _late(one), share);
        _credit(one.winner, its);
        _credit(one.requester, whole - its);
        emit Settled(
            number,
            one.requester,
            one.winner,
            end,
            cause,
            rating,
            _late(one),
            its,
            whole - its,
            // forge-lint: disable-next-line(block-timestamp)
            uint40(block.timestamp)
        );
    }

    /// @dev Seconds after the promised time.
    function _late(Request storage one) private view returns (uint40) {
        return one.delivered > one.ready ? one.delivered - one.ready : 0;
    }

    function _range(string memory term, uint256 given, uint256 least, uint256 most) private pure {
        // Some of what is compared is the time; windows are to be hours or more.
        // slither-disable-next-line timestamp
        if (given < least || given > most) revert OutOfRange(term, given, least, most);
    }
}
