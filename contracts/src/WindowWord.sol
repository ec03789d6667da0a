// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @notice An idle window of a machine, and who has it.
/// @param host, guest Numbers of members; no guest: free.
/// @param machine The host's own number of the machine. @param service The one service that is offered.
/// @param start, end In minutes since 1970, the end not in it. @param price Cents a minute.
/// @param from, length The part that the guest has, in minutes.
/// @param until The last minute in which the host can confirm, and by which rules; or one of the marks below.
struct Window {
    uint24 host;
    uint16 machine;
    uint8 service;
    uint32 start;
    uint32 end;
    uint40 price;
    uint24 guest;
    uint32 from;
    uint16 length;
    uint32 until;
}

/// @title WindowWord: a window in one slot
/// @notice What it is: the ten numbers of a window side by side in 256 bits, from the left in their order. The first six, with zeros after them,
/// are the leaf of a book (32 bytes). The twin of hanse/market/offers.py.
///
/// Who may do what: nothing to do, nothing to switch off: it has no state.
library WindowWord {
    /// @dev From here on `until` is a mark: the host has confirmed, the guest disputes, or it is over, whatever the end was. A mark carries the
    /// rules by which the window ends, so that no later rule changes them: 7 bits of penalty in per cent, 11 of hours of
    /// review, 11 of hours of decision. Below it there are four bits of the number of the rules by which it is held, and 27 of
    /// the minute in which that ends, which is enough until the year 2225.
    uint32 internal constant CONFIRMED = 1 << 31;
    uint32 internal constant DISPUTED = CONFIRMED | 1 << 29;
    uint32 internal constant OVER = CONFIRMED | 2 << 29;

    uint256 private constant MINUTE_BITS = 27;
    uint32 private constant MINUTES = (1 << 27) - 1;
    uint32 private constant HOURS = (1 << 11) - 1;

    /// @dev Bits of what changes: guest, from, length, until.
    uint256 internal constant TAKEN_BITS = 104;

    /// @notice `until` of a window that is held by these rules to the end of a minute.
    function held(uint256 minute, uint8 rules) internal pure returns (uint32) {
        // forge-lint: disable-next-line(unsafe-typecast)
        return uint32(uint256(rules % 16) << MINUTE_BITS | minute);
    }

    /// @notice `until` of a window that is confirmed, by a penalty in per cent and hours of review and decision, below 2^11.
    function confirmed(uint32 penalty_, uint32 review_, uint32 decision_) internal pure returns (uint32) {
        return CONFIRMED | penalty_ << 22 | review_ << 11 | decision_;
    }

    /// @notice `until` of a window that is over: what is known of its rules stays.
    function over(uint32 until) internal pure returns (uint32) {
        return until < CONFIRMED ? OVER : until | OVER;
    }

    /// @notice Whether somebody has it, and the host has not said yes yet.
    function isHeld(Window memory one) internal pure returns (bool) {
        return one.guest != 0 && one.until < CONFIRMED;
    }

    /// @notice Whether it goes on by its rules: confirmed, and not disputed.
    function isConfirmed(Window memory one) internal pure returns (bool) {
        return one.until >= CONFIRMED && one.until < DISPUTED;
    }

    function isDisputed(Window memory one) internal pure returns (bool) {
        return one.until >= DISPUTED && one.until < OVER;
    }

    /// @notice The last minute of a hold.
    function heldUntil(Window memory one) internal pure returns (uint32) {
        return one.until & MINUTES;
    }

    /// @notice Whether a hold goes by these rules.
    function claimedBy(Window memory one, uint8 rules) internal pure returns (bool) {
        return one.until >> MINUTE_BITS == rules % 16;
    }

    /// @notice Of a confirmed window: per cent of its price.
    function penalty(Window memory one) internal pure returns (uint256) {
        return one.until >> 22 & 127;
    }

    /// @notice Of a confirmed window: minutes.
    function review(Window memory one) internal pure returns (uint256) {
        return (one.until >> 11 & HOURS) * 60;
    }

    /// @notice Of a confirmed window: minutes.
    function decision(Window memory one) internal pure returns (uint256) {
        return (one.until & HOURS) * 60;
    }

    function pack(Window memory one) internal pure returns (uint256 word) {
        word = one.host;
        word = (word << 16) | one.machine;
        word = (word << 8) | one.service;
        word = (word << 32) | one.start;
        word = (word << 32) | one.end;
        word = (word << 40) | one.price;
        word = (word << 24) | one.guest;
        word = (word << 32) | one.from;
        word = (word << 16) | one.length;
        word = (word << 32) | one.until;
    }

    // Each cast takes the bits that the field before it left.
    // forge-lint: disable-start(unsafe-typecast)
    function unpack(uint256 word) internal pure returns (Window memory one) {
        one.until = uint32(word);
        one.length = uint16(word >> 32);
        one.from = uint32(word >> 48);
        one.guest = uint24(word >> 80);
        one.price = uint40(word >> 104);
        one.end = uint32(word >> 144);
        one.start = uint32(word >> 176);
        one.service = uint8(word >> 208);
        one.machine = uint16(word >> 216);
        one.host = uint24(word >> 232);
    }

    // forge-lint: disable-end(unsafe-typecast)

    /// @notice The root of the book in which this word stands at this place.
    /// @dev leaf = keccak(0x00 ‖ word); node = keccak(0x01 ‖ left ‖ right). A place beyond the book's width must be refused by the caller, or
    /// one leaf would have many numbers.
    // slither-disable-next-line assembly
    function root(uint256 word, uint256 place, bytes32[] calldata siblings) internal pure returns (bytes32 digest) {
        assembly ("memory-safe") {
            // The preimage of a node: a byte that is 1 before two whole words.
            let image := mload(0x40)
            mstore(image, 0)
            mstore(add(image, 0x20), word)
            digest := keccak256(add(image, 0x1f), 0x21)
            mstore(image, 1)
            let next := siblings.offset
            for { let end := add(next, shl(5, siblings.length)) } lt(next, end) { next := add(next, 0x20) } {
                let side := shl(5, and(place, 1))
                mstore(add(add(image, 0x20), side), digest)
                mstore(sub(add(image, 0x40), side), calldataload(next))
                digest := keccak256(add(image, 0x1f), 0x41)
                place := shr(1, place)
            }
        }
    }
}
