// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IAnchors} from "./interfaces/IAnchors.sol";

/// @title Anchors: roots of what is kept elsewhere
/// @notice What it is: a place where anyone says once and for ever that a root is its own, of readings of machines for example. Who later shows
/// something with a path to that root shows that it was so at that time.
///
/// Who may do what: everyone its own.
///
/// How it is switched off: not at all. It holds no money, and gives nobody a right.
contract Anchors is IAnchors {
    /// @inheritdoc IAnchors
    mapping(address account => mapping(bytes32 topic => mapping(uint64 number => bytes32))) public rootOf;

    /// @inheritdoc IAnchors
    function anchor(bytes32 topic, uint64 number, bytes32 root) external {
        if (root == 0) revert NoRoot();
        bytes32 there = rootOf[msg.sender][topic][number];
        if (there != 0) revert AlreadyAnchored(topic, number, there);
        rootOf[msg.sender][topic][number] = root;
        emit Anchored(msg.sender, topic, number, root);
    }
}
