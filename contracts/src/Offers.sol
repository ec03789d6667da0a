// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IMemberRegistry} from "./interfaces/IMemberRegistry.sol";
import {IOffers} from "./interfaces/IOffers.sol";
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
contract Offers is IOffers, Stakes, Switchable {
    // slither-disable-start timestamp
    using WindowWord for Window;
    using WindowWord for uint256;

    /// @notice May decide disputes.
    bytes32 public constant ARBITER_ROLE = keccak256("ARBITER_ROLE");

    /// @notice Minutes in which a host confirms, a guest reviews, an arbiter decides.
    uint32 public constant HOLD = 60;
    uint32 public constant REVIEW = 3 days / 1 minutes;
    uint32 public constant DECISION = 14 days / 1 minutes;
    /// @notice Of the price, in per cent, rounded up: what withdrawing from a confirmed window costs either side.
    uint256 public constant PENALTY = 20;

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

    // ── Offering ───────────────────────────────────────────────────────────────────────────────────────────────────

    /// @inheritdoc IOffers
    function publish(uint32 number, uint16 machine, uint8 service, uint32 start, uint32 end, uint40 price)
        external
        whenNotPaused
    {
        if (start >= end) revert EmptyWindow(start, end);
        if (number == 0 || _windows[msg.sender][number] != 0) revert NumberTaken(number);
        uint256 word = Window(_number(msg.sender), machine, service, start, end, price, 0, 0, 0, 0).pack();
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
        if (one.guest != _number(msg.sender)) revert NotTheGuest(msg.sender);
        uint256 price = _price(one);
        uint256 kept = 0;
        if (one.until == WindowWord.CONFIRMED) {
            if (_minute() >= one.from) revert NotNow(host, id, one.until);
            kept = _penalty(price);
            _credit(host, 2 * kept); // the penalty, and its own guarantee
        } else if (one.until >= WindowWord.OVER) {
            revert NotNow(host, id, one.until);
        }
        _credit(msg.sender, price - kept);
        _free(host, id, one);
        emit Released(host, id, msg.sender, kept);
    }

    /// @inheritdoc IOffers
    function accept(address host, uint64 id) external {
        Window memory one = _of(host, id);
        if (one.guest != _number(msg.sender)) revert NotTheGuest(msg.sender);
        if (one.until != WindowWord.CONFIRMED && one.until != WindowWord.DISPUTED) revert NotNow(host, id, one.until);
        uint256 price = _price(one);
        _settle(host, id, one, msg.sender, End.Accepted, price + _penalty(price));
    }

    /// @inheritdoc IOffers
    function dispute(address host, uint64 id, bytes32 evidence) external {
        Window memory one = _of(host, id);
        if (one.guest != _number(msg.sender)) revert NotTheGuest(msg.sender);
        bool now_ = _minute() >= one.from && _minute() < _reviewed(one);
        if (one.until != WindowWord.CONFIRMED || !now_) revert NotNow(host, id, one.until);
        one.until = WindowWord.DISPUTED;
        _windows[host][id] = one.pack();
        emit Disputed(host, id, msg.sender, evidence);
    }

    // ── The host ───────────────────────────────────────────────────────────────────────────────────────────────────

    /// @inheritdoc IOffers
    function confirm(uint64 id) external {
        Window memory one = _of(msg.sender, id);
        if (one.guest == 0 || _minute() > one.until || one.until >= WindowWord.OVER) {
            revert NotNow(msg.sender, id, one.until);
        }
        one.until = WindowWord.CONFIRMED;
        _windows[msg.sender][id] = one.pack();
        uint256 guarantee = _penalty(_price(one));
        _lock(msg.sender, guarantee);
        emit Confirmed(msg.sender, id, guarantee);
    }

    /// @inheritdoc IOffers
    function takeBack(uint64 id, address guest) external {
        Window memory one = _of(msg.sender, id);
        if (one.until == WindowWord.OVER) revert NotNow(msg.sender, id, one.until);
        uint256 penalty = 0;
        if (one.guest == 0) {
            if (guest != address(0)) revert NotTheGuest(guest);
        } else {
            _checkGuest(one, guest);
            uint256 price = _price(one);
            if (one.until >= WindowWord.DISPUTED) penalty = _penalty(price);
            _credit(guest, price + penalty);
        }
        _finish(msg.sender, id, one);
        emit TakenBack(msg.sender, id, guest, penalty);
    }

    /// @inheritdoc IOffers
    function collect(uint64 id, address guest) external {
        Window memory one = _of(msg.sender, id);
        _checkGuest(one, guest);
        if (one.until != WindowWord.CONFIRMED || _minute() < _reviewed(one)) revert NotNow(msg.sender, id, one.until);
        uint256 price = _price(one);
        _settle(msg.sender, id, one, guest, End.Collected, price + _penalty(price));
    }

    // ── The arbiter, and anyone ────────────────────────────────────────────────────────────────────────────────────

    /// @inheritdoc IOffers
    function decide(address host, uint64 id, address guest, uint256 toHost) external onlyRole(ARBITER_ROLE) {
        Window memory one = _of(host, id);
        _checkGuest(one, guest);
        if (one.until != WindowWord.DISPUTED) revert NotNow(host, id, one.until);
        _settle(host, id, one, guest, End.Decided, toHost);
    }

    /// @inheritdoc IOffers
    function lapse(address host, uint64 id, address guest) external {
        Window memory one = _of(host, id);
        _checkGuest(one, guest);
        bool late = _minute() >= _reviewed(one) + DECISION;
        if (one.until != WindowWord.DISPUTED || !late) revert NotNow(host, id, one.until);
        uint256 price = _price(one);
        _settle(host, id, one, guest, End.Lapsed, price / 2 + _penalty(price));
    }

    /// @inheritdoc IOffers
    function expire(address host, uint64 id, address guest) external {
        Window memory one = _of(host, id);
        _checkGuest(one, guest);
        if (one.until >= WindowWord.OVER || _minute() <= one.until) revert NotNow(host, id, one.until);
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
        one.guest = _number(msg.sender);
        // Who sells to itself would make prices and history out of nothing.
        if (one.guest == one.host) revert NotFree(host, id);
        if ((registry.offered(host) >> one.service) & 1 == 0) revert NotCertified(host, one.service);
        (one.from, one.length) = (from, length);
        one.until = now_ + HOLD < from ? now_ + HOLD : from - 1;
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
    function _number(address account) private view returns (uint24) {
        uint32 number = registry.number(account);
        if (number == 0 || number > type(uint24).max) revert NotAMember(account);
        // forge-lint: disable-next-line(unsafe-typecast)
        return uint24(number);
    }

    function _settle(address host, uint64 id, Window memory one, address guest, End end, uint256 toHost) private {
        uint256 price = _price(one);
        uint256 there = price + _penalty(price);
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
        one.until = WindowWord.OVER;
        _windows[host][id] = one.pack();
    }

    function _price(Window memory one) private pure returns (uint256) {
        return uint256(one.price) * one.length;
    }

    function _penalty(uint256 price) private pure returns (uint256) {
        return (price * PENALTY + 99) / 100;
    }

    /// @dev The minute in which the review is over.
    function _reviewed(Window memory one) private pure returns (uint256) {
        return uint256(one.from) + one.length + REVIEW;
    }

    /// @dev Whoever makes the block may bend the time by seconds; windows are minutes.
    function _minute() private view returns (uint32) {
        // forge-lint: disable-next-line(block-timestamp, unsafe-typecast)
        return uint32(block.timestamp / 1 minutes);
    }
    // slither-disable-end timestamp
}
