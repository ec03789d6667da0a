// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @notice An idle window of a machine, and who has it.
/// @param host, guest Numbers of members; no guest: free.
/// @param machine The host's own number of the machine. @param service The one service that is offered.
/// @param start, end In minutes since 1970, the end not in it. @param price Cents a minute.
/// @param from, length The part that the guest has, in minutes.
/// @param until The last minute in which the host can confirm; or one of the marks below.
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
    /// @dev In place of `until`: the host has confirmed; the guest disputes; over, whatever the end was.
    uint32 internal constant CONFIRMED = type(uint32).max;
    uint32 internal constant DISPUTED = CONFIRMED - 1;
    uint32 internal constant OVER = CONFIRMED - 2;

    /// @dev Bits of what changes: guest, from, length, until.
    uint256 internal constant TAKEN_BITS = 104;

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
