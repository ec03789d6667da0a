// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title IStakes: money put down beforehand
interface IStakes {
    /// @notice Someone put money down.
    event Deposited(address indexed account, uint256 amount);
    /// @notice Someone took its free money back.
    event Withdrawn(address indexed account, uint256 amount);

    /// @notice The account has less free than needed: put more down first.
    error StakeTooSmall(address account, uint256 free, uint256 needed);
    /// @notice The token did not move the money.
    error TransferRefused();
    /// @notice The token moved less than it was asked to.
    error NotAllReceived(uint256 received, uint256 expected);

    /// @notice Puts money down; the token must have been told to allow it.
    function deposit(uint256 amount) external;

    /// @notice Takes free money back. Always possible.
    function withdraw(uint256 amount) external;

    /// @notice What an account has down and not locked, in cents.
    function free(address account) external view returns (uint256);
}
