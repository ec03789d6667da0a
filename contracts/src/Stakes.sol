// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IStakes} from "./interfaces/IStakes.sol";

/// @title Stakes: the money side of rounds and of settlement
/// @notice What it is: a base of Rounds and of Settlement. Money comes in and goes out here (and, to the settlement, from
/// the order book); everything between is a transfer inside the book: `_lock` takes from what is free, `_credit` gives
/// to it. So the token is asked to move money in two places, each time after everything is written.
///
/// Who may do what: everyone its own.
///
/// How it is switched off: not at all. To freeze money, pause the token.
abstract contract Stakes is IStakes {
    /// @inheritdoc IStakes
    mapping(address account => uint256) public free;

    /// @notice The league's money.
    IERC20 public immutable token;

    /// @param token_ It must take and give exactly the amounts asked for, as LeagueToken does.
    constructor(IERC20 token_) {
        token = token_;
    }

    /// @inheritdoc IStakes
    function deposit(uint256 amount) external {
        uint256 before = _purse();
        _credit(msg.sender, amount);
        emit Deposited(msg.sender, amount);
        if (!token.transferFrom(msg.sender, address(this), amount)) revert TransferRefused();
        _checkReceived(before, amount);
    }

    /// @inheritdoc IStakes
    function withdraw(uint256 amount) external {
        _lock(msg.sender, amount);
        emit Withdrawn(msg.sender, amount);
        if (!token.transfer(msg.sender, amount)) revert TransferRefused();
    }

    function _purse() internal view returns (uint256) {
        return token.balanceOf(address(this));
    }

    /// @dev A token that keeps a part of what it moves would leave somebody unpaid in the end.
    function _checkReceived(uint256 before, uint256 amount) internal view {
        uint256 received = _purse() - before;
        if (received < amount) revert NotAllReceived(received, amount);
    }

    function _lock(address account, uint256 amount) internal {
        uint256 there = free[account];
        if (there < amount) revert StakeTooSmall(account, there, amount);
        unchecked {
            free[account] = there - amount; // just compared
        }
    }

    function _credit(address account, uint256 amount) internal {
        free[account] += amount;
    }
}
