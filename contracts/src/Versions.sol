// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IVersions} from "./interfaces/IVersions.sol";
import {Switchable} from "./Switchable.sol";

/// @title Versions: the register of switches to other contracts
/// @notice What it is: no contract of a league can be changed; what changes is which address book people use. A soft switch says that another
/// one is there and this one goes on; a hard one says that from a block on nothing is to be written here. Clients follow; contracts that must
/// stand still are paused by the same decision.
///
/// Who may do what: anyone reads; DEFAULT_ADMIN_ROLE announces, and takes back what does not hold yet.
///
/// How it is switched off: `pause()` stops announcing. What was announced comes.
contract Versions is IVersions, Switchable {
    Version[] private _all;

    /// @param admin Receives DEFAULT_ADMIN_ROLE and PAUSER_ROLE.
    constructor(address admin) Switchable(admin) {}

    /// @inheritdoc IVersions
    function announce(address book, uint64 from, bool hard, bytes32 why)
        external
        onlyRole(DEFAULT_ADMIN_ROLE)
        whenNotPaused
    {
        if (book.code.length == 0) revert NoBook(book);
        if (from <= block.number) revert TooSoon(from, block.number);
        Version memory last = latest();
        if (last.hard && last.from <= block.number) revert HasMoved(last.book);
        _all.push(Version(book, from, hard, why));
        emit Announced(_all.length, book, from, hard, why);
    }

    /// @inheritdoc IVersions
    function takeBack() external onlyRole(DEFAULT_ADMIN_ROLE) {
        if (_all.length == 0) revert NothingAnnounced();
        Version memory last = latest();
        if (last.from <= block.number) revert HasMoved(last.book);
        emit TakenBack(_all.length);
        _all.pop();
    }

    /// @inheritdoc IVersions
    function count() external view returns (uint256) {
        return _all.length;
    }

    /// @inheritdoc IVersions
    function latest() public view returns (Version memory last) {
        if (_all.length != 0) last = _all[_all.length - 1];
    }
}
