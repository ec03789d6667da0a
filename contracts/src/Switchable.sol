// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Pausable} from "@openzeppelin/contracts/utils/Pausable.sol";
import {Offices} from "./Offices.sol";

/// @title Switchable: roles and the off switch that every contract of a league shares
/// @notice What it is: the common base. It holds no money and knows no orders.
///
/// Who may do what: the admin grants and takes roles and restarts; a pauser stops. Stopping is one key away,
/// starting again needs the admin, so that a stolen pauser key can only stop.
///
/// How it is switched off: `pause()`. What then stands still is said by each contract that builds on this one.
abstract contract Switchable is Offices, Pausable {
    /// @notice May stop the contract.
    bytes32 public constant PAUSER_ROLE = keccak256("PAUSER_ROLE");

    /// @notice A contract without an admin could never be given its roles.
    error NoAdmin();

    /// @param admin Receives DEFAULT_ADMIN_ROLE and PAUSER_ROLE.
    constructor(address admin) {
        if (admin == address(0)) revert NoAdmin();
        _grantRole(DEFAULT_ADMIN_ROLE, admin);
        _grantRole(PAUSER_ROLE, admin);
    }

    /// @notice Stops the contract. PAUSER_ROLE.
    function pause() external onlyRole(PAUSER_ROLE) {
        _pause();
    }

    /// @notice Starts the contract again. DEFAULT_ADMIN_ROLE.
    function unpause() external onlyRole(DEFAULT_ADMIN_ROLE) {
        _unpause();
    }
}
