// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {ICharter} from "./interfaces/ICharter.sol";
import {Switchable} from "./Switchable.sol";

/// @title Ruled: a contract that looks at the league's charter before anything begins
/// @notice What it is: a base of Rounds, Agreements and Offers.
///
/// Who may do what: the admin says which charter; zero, as at first, is none.
///
/// How it is switched off: by following none.
abstract contract Ruled is Switchable {
    /// @notice The contract follows this charter from now on.
    event Follows(ICharter charter);

    /// @notice Whose parameters hold here; zero for nobody's.
    ICharter public charter;

    /// @notice Follows a charter. DEFAULT_ADMIN_ROLE.
    function follow(ICharter charter_) public virtual onlyRole(DEFAULT_ADMIN_ROLE) {
        charter = charter_;
        emit Follows(charter_);
    }
}
