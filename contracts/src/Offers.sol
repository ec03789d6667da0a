// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IAdopting} from "./interfaces/IAdopting.sol";
import {ICharter} from "./interfaces/ICharter.sol";
import {IMemberRegistry} from "./interfaces/IMemberRegistry.sol";
import {IOffers} from "./interfaces/IOffers.sol";
import {OfferRules} from "./OfferRules.sol";
import {Ruled} from "./Ruled.sol";
import {Stakes} from "./Stakes.sol";
import {Switchable} from "./Switchable.sol";
import {Window, WindowWord} from "./WindowWord.sol";

/// @title Offers: late jobs find free machines elsewhere
/// @notice What it is: the book of idle windows (Ramakurthi 2023), and the only one who moves the money in it. Its balance of the token is what
/// is free, the prices of windows that are held, confirmed or disputed, and the guarantees of those that are confirmed or disputed.
///
/// Who may do what: members offer their own windows and take others'; ARBITER_ROLE divides what is disputed; anyone ends what is out of time.
/// Whoever comes first has a window: the second is told that it is not free.
///
/// How it is switched off: `pause()` stops publishing and claiming. All else goes on, so no money is kept by a pause.
contract Offers is IOffers, IAdopting, Stakes, OfferRules, Ruled {
    // slither-disable-start timestamp
    using WindowWord for Window;
    using WindowWord for uint256;

    /// @notice May decide disputes.
    bytes32 public constant ARBITER_ROLE = keccak256("ARBITER_ROLE");

    /// @notice Who the members are.
    IMemberRegistry public immutable registry;

    bytes32 private constant CLOSED = bytes32(uint256(1));

    mapping(address host => mapping(uint64 id => uint256)) private _windows;
    mapping(address host => mapping(uint32 book => bytes32)) private _books;

    /// @param admin Receives DEFAULT_ADMIN_ROLE and PAUSER_ROLE.
    /// @param token_ The league's money. @param registry_ Its members.
    constructor(address admin, IERC20 token_, IMemberRegistry registry_) Switchable(admin) Stakes(token_) {
        registry = registry_;
    }

    // ── The rules ──────────────────────────────────────────────────────────────────────────────────────────────────

    /// @inheritdoc Ruled
    function follow(ICharter charter_) public override {
        super.follow(charter_);
        adopt();
    }

    /// @inheritdoc IAdopting
    function adopt() public {
        ICharter law = charter;
        if (address(law) == address(0)) return;
        _adopt(
            law.valueOf(ICharter.Term.OfferHold),
            law.valueOf(ICharter.Term.OfferReview),
            law.valueOf(ICharter.Term.OfferDecision),
            law.valueOf(ICharter.Term.OfferPenalty)
        );
    }

    // ── Offering ───────────────────────────────────────────────────────────────────────────────────────────────────

    /// @inheritdoc IOffers
    function publish(uint32 number, uint16 machine, uint8 service, uint32 start, uint32 end, uint40 price)
        external
        whenNotPaused
    {
        if (start >= end) revert EmptyWindow(start, end);
        if (number == 0 || _windows[msg.sender][number] != 0) revert NumberTaken(number);
        uint256 word = Window(_memberNumber(msg.sender), machine, service, start, end, price, 0, 0, 0, 0).pack();
        _windows[msg.sender][number] = word;
        emit Published(msg.sender, number, word);
    }

    /// @inheritdoc IOffers
    function publishBook(uint32 book, bytes32 root) external whenNotPaused {
        if (root == 0 || root == CLOSED) revert NoRoot();
        if (book == 0 || _books[msg.sender][book] != 0) revert NumberTaken(uint64(book) << 32);
        _books[msg.sender][book] = root;
        emit BookPublished(msg.sender, book, root);
    }

    /// @inheritdoc IOffers
    function closeBook(uint32 book) external {
        if (_books[msg.sender][book] == 0) revert NoSuchBook(msg.sender, book);
        _books[msg.sender][book] = CLOSED;
        emit BookClosed(msg.sender, book);
    }

    // ── Taking ─────────────────────────────────────────────────────────────────────────────────────────────────────

    /// @inheritdoc IOffers
    function claim(address host, uint64 id, uint32 from, uint16 length, Need calldata need) external whenNotPaused {
        Window memory one = _windows[host][id].unpack();
        if (one.host == 0 || one.guest != 0 || one.until != 0) revert NotFree(host, id);
        _take(host, id, one, from, length, need);
    }

    /// @inheritdoc IOffers
    function claimFromBook(
        address host,
        uint32 book,
        uint32 place,
        uint256 terms,
        bytes32[] calldata siblings,
        uint32 from,
        uint16 length,
        Need calldata need
    ) external whenNotPaused {
        uint64 id = (uint64(book) << 32) | place;
        if (_windows[host][id] != 0) revert NotFree(host, id);
        bytes32 root = _books[host][book];
        if (root == 0 || root == CLOSED) revert NoSuchBook(host, book);
        // One leaf, one number: a place beyond the tree's width would be another name of a window that is taken.
        bool stands = siblings.length <= 32 && uint256(place) >> siblings.length == 0;
        if (!stands || terms.root(place, siblings) != root) revert NotInBook(root);
        Window memory one = terms.unpack();
        bool clean = terms << (256 - WindowWord.TAKEN_BITS) == 0 && one.start < one.end;
        // Nobody sells another member's time.
        if (!clean || one.host != registry.number(host)) revert NotInBook(root);
        _take(host, id, one, from, length, need);
    }

    /// @inheritdoc IOffers
    function release(address host, uint64 id) external {
        Window memory one = _of(host, id);
        if (one.guest != _memberNumber(msg.sender)) revert NotTheGuest(msg.sender);
        uint256 price = _price(one);
        uint256 kept = 0;
        if (one.isConfirmed()) {
            if (_minute() >= one.from) revert NotNow(host, id, one.until);
            kept = _penalty(one);
            _credit(host, 2 * kept); // the penalty, and its own guarantee
        } else if (!one.isHeld()) {
            revert NotNow(host, id, one.until);
        }
        _credit(msg.sender, price - kept);
        _free(host, id, one);
        emit Released(host, id, msg.sender, kept);
    }

    /// @inheritdoc IOffers
    function accept(address host, uint64 id) external {
        Window memory one = _of(host, id);
        if (one.guest != _memberNumber(msg.sender)) revert NotTheGuest(msg.sender);
        if (!one.isConfirmed() && !one.isDisputed()) revert NotNow(host, id, one.until);
        _settle(host, id, one, msg.sender, End.Accepted, _price(one) + _penalty(one));
    }

    /// @inheritdoc IOffers
    function dispute(address host, uint64 id, bytes32 evidence) external {
        Window memory one = _of(host, id);
        if (one.guest != _memberNumber(msg.sender)) revert NotTheGuest(msg.sender);
        bool now_ = _minute() >= one.from && _minute() < _reviewed(one);
        if (!one.isConfirmed() || !now_) revert NotNow(host, id, one.until);
        one.until |= WindowWord.DISPUTED;
        _windows[host][id] = one.pack();
        emit Disputed(host, id, msg.sender, evidence);
    }

    // ── The host ───────────────────────────────────────────────────────────────────────────────────────────────────

    /// @inheritdoc IOffers
    function confirm(uint64 id) external {
        Window memory one = _of(msg.sender, id);
        if (!one.isHeld() || _minute() > one.heldUntil()) revert NotNow(msg.sender, id, one.until);
        // A penalty or a review that the guest has not seen would bind it.
        if (!one.claimedBy(_number)) revert OtherRules(msg.sender, id);
        one.until = WindowWord.confirmed(_penaltyRate, _review, _decision);
        _windows[msg.sender][id] = one.pack();
        uint256 guarantee = _penalty(one);
        _lock(msg.sender, guarantee);
        emit Confirmed(msg.sender, id, guarantee, one.until);
    }

    /// @inheritdoc IOffers
    function takeBack(uint64 id, address guest) external {
        Window memory one = _of(msg.sender, id);
        if (one.until >= WindowWord.OVER) revert NotNow(msg.sender, id, one.until);
        uint256 penalty = 0;
        if (one.guest == 0) {
            if (guest != address(0)) revert NotTheGuest(guest);
        } else {
            _checkGuest(one, guest);
            if (!one.isHeld()) penalty = _penalty(one);
            _credit(guest, _price(one) + penalty);
        }
        _finish(msg.sender, id, one);
        emit TakenBack(msg.sender, id, guest, penalty);
    }

    /// @inheritdoc IOffers
    function collect(uint64 id, address guest) external {
        Window memory one = _of(msg.sender, id);
        _checkGuest(one, guest);
        if (!one.isConfirmed() || _minute() < _reviewed(one)) revert NotNow(msg.sender, id, one.until);
        _settle(msg.sender, id, one, guest, End.Collected, _price(one) + _penalty(one));
    }

    // ── The arbiter, and anyone ────────────────────────────────────────────────────────────────────────────────────

    /// @inheritdoc IOffers
    function decide(address host, uint64 id, address guest, uint256 toHost) external onlyRole(ARBITER_ROLE) {
        Window memory one = _of(host, id);
        _checkGuest(one, guest);
        if (!one.isDisputed()) revert NotNow(host, id, one.until);
        _settle(host, id, one, guest, End.Decided, toHost);
    }

    /// @inheritdoc IOffers
    function lapse(address host, uint64 id, address guest) external {
        Window memory one = _of(host, id);
        _checkGuest(one, guest);
        if (!one.isDisputed() || _minute() < _lapsed(one)) revert NotNow(host, id, one.until);
        _settle(host, id, one, guest, End.Lapsed, _price(one) / 2 + _penalty(one));
    }

    /// @inheritdoc IOffers
    function expire(address host, uint64 id, address guest) external {
        Window memory one = _of(host, id);
        _checkGuest(one, guest);
        if (!one.isHeld() || _minute() <= one.heldUntil()) revert NotNow(host, id, one.until);
        _credit(guest, _price(one));
        _free(host, id, one);
        emit Expired(host, id, guest);
    }

    /// @inheritdoc IOffers
    function windowOf(address host, uint64 id) external view returns (Window memory) {
        return _windows[host][id].unpack();
    }

    /// @inheritdoc IOffers
    function bookOf(address host, uint32 book) external view returns (bytes32) {
        return _books[host][book];
    }

    // ── Inside ─────────────────────────────────────────────────────────────────────────────────────────────────────

    function _take(address host, uint64 id, Window memory one, uint32 from, uint16 length, Need calldata need) private {
        uint32 now_ = _minute();
        _checkFit(one, from, length, need, now_);
        one.guest = _memberNumber(msg.sender);
        // Who sells to itself would make prices and history out of nothing.
        if (one.guest == one.host) revert NotFree(host, id);
        if ((registry.offered(host) >> one.service) & 1 == 0) revert NotCertified(host, one.service);
        (one.from, one.length) = (from, length);
        one.until = WindowWord.held(now_ + _hold < from ? now_ + _hold : from - 1, _number);
        uint256 word = one.pack();
        _windows[host][id] = word;
        uint256 price = _price(one);
        _lock(msg.sender, price);
        emit Claimed(host, id, msg.sender, word, price);
    }

    function _checkFit(Window memory one, uint32 from, uint16 length, Need calldata need, uint32 now_) private pure {
        uint256 end = uint256(from) + length;
        if (one.service != need.service) revert DoesNotFit("service");
        if (length == 0 || end > one.end) revert DoesNotFit("length");
        if (from < one.start || from <= now_) revert DoesNotFit("start");
        if (from < uint256(need.release) + need.there) revert DoesNotFit("release");
        if (end + need.back > need.due) revert DoesNotFit("due");
    }

    /// @dev A window that has a slot.
    function _of(address host, uint64 id) private view returns (Window memory one) {
        one = _windows[host][id].unpack();
        if (one.host == 0) revert NotNow(host, id, 0);
    }

    function _checkGuest(Window memory one, address guest) private view {
        if (one.guest == 0 || registry.number(guest) != one.guest) revert NotTheGuest(guest);
    }

    /// @dev Members' numbers begin at one. A league of more than sixteen million needs wider windows.
    function _memberNumber(address account) private view returns (uint24) {
        uint32 number = registry.number(account);
        if (number == 0 || number > type(uint24).max) revert NotAMember(account);
        // forge-lint: disable-next-line(unsafe-typecast)
        return uint24(number);
    }

    function _settle(address host, uint64 id, Window memory one, address guest, End end, uint256 toHost) private {
        uint256 there = _price(one) + _penalty(one);
        if (toHost > there) revert MoreThanThere(toHost, there);
        _credit(host, toHost);
        _credit(guest, there - toHost);
        _finish(host, id, one);
        emit Settled(host, id, guest, end, toHost, there - toHost);
    }

    function _free(address host, uint64 id, Window memory one) private {
        (one.guest, one.from, one.length, one.until) = (0, 0, 0, 0);
        _windows[host][id] = one.pack();
    }

    /// @dev Keeps the slot, so that neither the number nor the leaf can be used again.
    function _finish(address host, uint64 id, Window memory one) private {
        one.until = WindowWord.over(one.until);
        _windows[host][id] = one.pack();
    }

    function _price(Window memory one) private pure returns (uint256) {
        return uint256(one.price) * one.length;
    }

    /// @dev Of a window that is confirmed or disputed: its own rules say how much, rounded up.
    function _penalty(Window memory one) private pure returns (uint256) {
        return (_price(one) * one.penalty() + 99) / 100;
    }

    /// @dev The minute in which the review is over.
    function _reviewed(Window memory one) private pure returns (uint256) {
        return uint256(one.from) + one.length + one.review();
    }

    /// @dev The minute from which nobody waits for an arbiter any more.
    function _lapsed(Window memory one) private pure returns (uint256) {
        return _reviewed(one) + one.decision();
    }

    /// @dev Whoever makes the block may bend the time by seconds; windows are minutes.
    function _minute() private view returns (uint32) {
        // forge-lint: disable-next-line(block-timestamp, unsafe-typecast)
        return uint32(block.timestamp / 1 minutes);
    }
    // slither-disable-end timestamp
}
