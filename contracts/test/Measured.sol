// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Test} from "./Test.sol";

/// @notice Tells gas.mjs what was measured, and holds it to its limit.
abstract contract Measured is Test {
    /// @dev Where forge listens for lines to print.
    address private constant CONSOLE = 0x000000000000000000636F6e736F6c652e6c6f67;

    /// @dev The last call, as a whole transaction.
    function measured(string memory what, uint256 limit) internal view returns (uint256 gas) {
        gas = vm.lastCallGas().gasTotalUsed;
        assertTrue(gas > 21_000, "whole transactions are measured, with their base");
        report(what, gas, limit);
    }

    /// @dev Prints a line for gas.mjs: the sentence, the gas, and the limit it must keep (zero: none was promised).
    function report(string memory what, uint256 gas, uint256 limit) internal view {
        string memory line = string.concat("gas|", what, "|", vm.toString(gas), "|", vm.toString(limit));
        (bool printed,) = CONSOLE.staticcall(abi.encodeWithSignature("log(string)", line));
        assertTrue(printed, "printed");
        if (limit != 0) assertLe(gas, limit, what);
    }
}
