// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {TimelockController} from "@openzeppelin/contracts/governance/TimelockController.sol";

/// @title Hands: makes what acts for a community
/// @notice What it is: the code of a timelock, kept apart because no contract may have more than 24,576 bytes. The council makes it and asks it.
///
/// Who may do what: anyone may have a timelock made, which whoever asks moves alone.
///
/// How it is switched off: not at all. It remembers nothing.
contract Hands {
    /// @notice Makes a timelock that the caller alone moves.
    /// @param delay Seconds between a decision and what it does.
    function make(uint256 delay) external returns (address) {
        address[] memory mover = new address[](1);
        mover[0] = msg.sender;
        // Without an admin: its roles and its delay are changed by decisions alone.
        return address(new TimelockController(delay, mover, mover, address(0)));
    }
}
