// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title IAnchors: roots of what is kept elsewhere
interface IAnchors {
    /// @notice An account says that this is the root of what it has under this topic and number.
    event Anchored(address indexed account, bytes32 indexed topic, uint64 indexed number, bytes32 root);

    error NoRoot();
    /// @notice What was said stays said.
    error AlreadyAnchored(bytes32 topic, uint64 number, bytes32 root);

    /// @notice Keeps a root for ever. @param topic Hash of what it is about. @param number Which one, chosen by the caller.
    function anchor(bytes32 topic, uint64 number, bytes32 root) external;

    /// @notice The root, zero if there is none.
    function rootOf(address account, bytes32 topic, uint64 number) external view returns (bytes32);
}
