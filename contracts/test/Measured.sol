// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Test} from "./Test.sol";

/// @notice Gas of whole transactions, told to gas.mjs. Needs forge's isolation, which foundry.toml sets.
abstract contract Measured is Test {
    /// @dev Where forge listens for lines to print.
    address private constant CONSOLE = 0x000000000000000000636F6e736F6c652e6c6f67;

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

    /// @dev What the last transaction costs where its data has a price of its own (EIP-7623, Prague): at least 10 a token, a token being a
    /// zero byte or a quarter of another. forge measures by the rules of Paris, which are the same but for this floor.
    function measuredWithFloor(string memory what, bytes memory data, uint256 limit) internal view returns (uint256 gas) {
        gas = vm.lastCallGas().gasTotalUsed;
        uint256 tokens = 0;
        for (uint256 i = 0; i < data.length; ++i) {
            tokens += data[i] == 0 ? 1 : 4;
        }
        if (gas < 21_000 + 10 * tokens) gas = 21_000 + 10 * tokens;
        report(what, gas, limit);
    }
}
