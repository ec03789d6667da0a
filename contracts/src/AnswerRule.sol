// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @notice What a member answers to an order. None: it was not asked.
enum Answer {
    None,
    Accept,
    Partial,
    Reject
}

// The masks of popcount: the lower half of every pair, nibble, byte and 16 bits, and the lowest bit of every 16.
uint256 constant PAIRS = 0x5555555555555555555555555555555555555555555555555555555555555555;
uint256 constant NIBBLES = 0x3333333333333333333333333333333333333333333333333333333333333333;
uint256 constant BYTES = 0x0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f;
uint256 constant WORDS = 0x00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff;
uint256 constant GATHER = 0x0001000100010001000100010001000100010001000100010001000100010001;

/// @title AnswerRule: the answer of a member to an order, from two bit sets
/// @notice What it is: pure arithmetic (Ramakurthi 2022). oc = |required|, ec = |required and offered|: Accept if ec = oc > 0, Partial if
/// 0 < ec < oc, Reject if ec = 0.
///
/// Who may do what: nothing to do, nothing to switch off: it has no state.
library AnswerRule {
    /// @notice The answer, with both counts.
    function answer(uint256 required, uint256 offered) internal pure returns (Answer given, uint16 oc, uint16 ec) {
        oc = popcount(required);
        ec = popcount(required & offered);
        given = judge(oc, ec);
    }

    /// @notice The answer from the counts, ec <= oc.
    function judge(uint16 oc, uint16 ec) internal pure returns (Answer) {
        if (ec == 0) return Answer.Reject;
        return ec == oc ? Answer.Accept : Answer.Partial;
    }

    /// @notice How many bits of a set are one, 0 to 256, in the same gas for every set.
    /// @dev Adds neighbours: bits to pairs, pairs to nibbles, nibbles to bytes, bytes to 16 bits, where a sum of 256 fits; the multiplication
    /// gathers the sixteen sums in the upper one.
    function popcount(uint256 set) internal pure returns (uint16) {
        unchecked {
            set -= (set >> 1) & PAIRS;
            set = (set & NIBBLES) + ((set >> 2) & NIBBLES);
            set = (set + (set >> 4)) & BYTES;
            set = (set + (set >> 8)) & WORDS;
            // What is left after the shift is at most 256.
            // forge-lint: disable-next-line(unsafe-typecast)
            return uint16((set * GATHER) >> 240);
        }
    }
}
