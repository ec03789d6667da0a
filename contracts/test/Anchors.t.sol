// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Anchors} from "../src/Anchors.sol";
import {IAnchors} from "../src/interfaces/IAnchors.sol";
import {Measured} from "./Measured.sol";

/// @notice What was said stays said, and is only ever one's own.
contract AnchorsTest is Measured {
    bytes32 private constant TOPIC = keccak256("telemetry");
    Anchors private anchors = new Anchors();

    function test_a_root_is_kept_under_its_sayer() public {
        anchors.anchor(TOPIC, 7, keccak256("root"));
        assertEq(anchors.rootOf(address(this), TOPIC, 7), keccak256("root"), "kept");
        assertEq(anchors.rootOf(vm.addr(1), TOPIC, 7), 0, "nobody else's");
        vm.prank(vm.addr(1));
        anchors.anchor(TOPIC, 7, keccak256("another"));
        assertEq(anchors.rootOf(address(this), TOPIC, 7), keccak256("root"), "still");
    }

    function test_nothing_is_said_twice_and_nothing_is_no_root() public {
        anchors.anchor(TOPIC, 7, keccak256("root"));
        refused(abi.encodeWithSelector(IAnchors.AlreadyAnchored.selector, TOPIC, 7, keccak256("root")));
        anchors.anchor(TOPIC, 7, keccak256("another"));
        refused(abi.encodeWithSelector(IAnchors.NoRoot.selector));
        anchors.anchor(TOPIC, 8, 0);
    }
}

/// @notice Gas, for the table.
contract AnchorsGasTest is Measured {
    function test_anchoring() public {
        new Anchors().anchor(keccak256("telemetry"), 7, keccak256("root"));
        measured("anchor a root", 50_000);
    }
}
