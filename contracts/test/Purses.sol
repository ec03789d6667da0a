// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IStakes} from "../src/interfaces/IStakes.sol";
import {Test} from "./Test.sol";

/// @notice What people of an invariant suite do with their free money, in every contract that keeps some.
abstract contract Purses is Test {
    /// @dev Puts some down or takes some out, if it is there.
    function moved(IStakes purse, address person, uint256 amount, bool out) internal {
        vm.prank(person);
        if (out) {
            try purse.withdraw(amount) {} catch {}
        } else {
            try purse.deposit(amount) {} catch {}
        }
    }

    function freeOf(IStakes purse, address[] memory people) internal view returns (uint256 sum) {
        for (uint256 i = 0; i < people.length; ++i) {
            sum += purse.free(people[i]);
        }
    }

    /// @dev Everybody takes everything out, and nothing stays behind.
    function emptied(IStakes purse, IERC20 token, address[] memory people) internal {
        for (uint256 i = 0; i < people.length; ++i) {
            uint256 all = purse.free(people[i]);
            vm.prank(people[i]);
            purse.withdraw(all);
        }
        assertEq(token.balanceOf(address(purse)), 0, "nothing stays behind");
    }
}
