// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {AccessControl} from "@openzeppelin/contracts/access/AccessControl.sol";
import {IIdentities} from "./interfaces/IIdentities.sol";

/// @title Offices: roles that follow identities
/// @notice What it is: a base of Switchable. A role is an identity's: a key that gave its identity up has none any more, and the key that owns the
/// identity now uses its roles as soon as it sits there (`Identities.sit`), in every contract at once.
///
/// Who may do what: the admin grants and takes roles, and says where keys are looked up.
///
/// How it is switched off: by looking them up nowhere; then each account speaks for itself.
abstract contract Offices is AccessControl {
    /// @dev In a slot of its own, so that what lies beside the pause flag stays there.
    struct Book {
        IIdentities keys;
    }

    Book private _book;

    /// @notice Keys of offices are looked up there from now on.
    event Recognises(IIdentities keys);

    /// @notice Looks keys of offices up there; zero, as at first, for nowhere. DEFAULT_ADMIN_ROLE, which gains nothing by it: it grants
    /// every role.
    function recognise(IIdentities keys_) external onlyRole(DEFAULT_ADMIN_ROLE) {
        _book.keys = keys_;
        emit Recognises(keys_);
    }

    /// @notice Whose key speaks for whom in offices.
    function keys() public view returns (IIdentities) {
        return _book.keys;
    }

    /// @dev Every check of a caller's role passes here. `hasRole` tells whom a role was given, and not who uses it.
    function _checkRole(bytes32 role, address account) internal view override {
        (address own, address seat) = (account, address(0));
        if (address(keys()) != address(0)) (own, seat) = keys().seatsOf(account);
        bool its = own != address(0) && hasRole(role, own);
        if (!its && (seat == address(0) || !hasRole(role, seat))) {
            revert AccessControlUnauthorizedAccount(account, role);
        }
    }

    /// @dev The key that speaks for an identity in offices.
    function _keyOf(address identity) internal view returns (address) {
        return address(keys()) == address(0) ? identity : keys().identityOwner(identity);
    }
}
