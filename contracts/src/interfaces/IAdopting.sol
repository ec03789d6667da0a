// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title IAdopting: keeps a copy of what a charter says, so that nobody pays for asking it
interface IAdopting {
    /// @notice Takes over what the charter that it follows says now. Anyone, as it can say nothing else.
    function adopt() external;
}
