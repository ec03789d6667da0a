// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title Clock: the one place where agreements and their settlement look at the time
abstract contract Clock {
    /// @notice This is possible from `from` on and before `until`; now it is `at`.
    error NotNow(uint256 at, uint256 from, uint256 until);

    // slither-disable-start timestamp
    /// @dev Whoever makes the block may bend the time by seconds; windows are to be long against that.
    function _passed(uint256 time) internal view returns (bool) {
        // forge-lint: disable-next-line(block-timestamp)
        return block.timestamp >= time;
    }

    function _within(uint256 from, uint256 until) internal view {
        if (!_passed(from) || _passed(until)) revert NotNow(block.timestamp, from, until);
    }
    // slither-disable-end timestamp
}
