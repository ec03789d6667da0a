// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IMemberRegistry} from "./interfaces/IMemberRegistry.sol";
import {Switchable} from "./Switchable.sol";

/// @title MemberRegistry: who the members are and what each may offer
/// @notice What it is: one claim per address (a bit set of services and the hash of a description) and, once a notary has
/// confirmed it, the certified set. Only certified services count in matching.
///
/// Who may do what: anyone registers itself and updates its own claim; NOTARY_ROLE certifies and revokes. A notary names the
/// services it has seen, so a claim that changed in between is not certified unseen.
///
/// How it is switched off: `pause()` stops registering, updating and certifying. Revoking and reading go on: a bad member can be
/// removed at any time. One member is switched off by `revoke`.
contract MemberRegistry is IMemberRegistry, Switchable {
    /// @notice May certify and revoke.
    bytes32 public constant NOTARY_ROLE = keccak256("NOTARY_ROLE");

    /// @dev Three slots. `offered` is either zero (not certified) or equal to `claimed`, so matching reads one slot.
    struct Member {
        uint256 offered;
        uint256 claimed;
        bytes32 metadata;
    }

    mapping(address account => Member) private _members;

    /// @param admin Receives DEFAULT_ADMIN_ROLE and PAUSER_ROLE.
    constructor(address admin) Switchable(admin) {}

    /// @inheritdoc IMemberRegistry
    function register(uint256 services, bytes32 metadata) external whenNotPaused {
        if (services == 0) revert NoServices();
        Member storage self = _members[msg.sender];
        if (self.claimed != 0) revert AlreadyRegistered(msg.sender);
        self.claimed = services;
        self.metadata = metadata;
        emit Registered(msg.sender, services, metadata);
    }

    /// @inheritdoc IMemberRegistry
    function update(uint256 services, bytes32 metadata) external whenNotPaused {
        if (services == 0) revert NoServices();
        Member storage self = _members[msg.sender];
        if (self.claimed == 0) revert NotRegistered(msg.sender);
        self.offered = 0;
        self.claimed = services;
        self.metadata = metadata;
        emit Updated(msg.sender, services, metadata);
    }

    /// @inheritdoc IMemberRegistry
    function certify(address account, uint256 services) external onlyRole(NOTARY_ROLE) whenNotPaused {
        Member storage candidate = _members[account];
        uint256 claimed = candidate.claimed;
        if (claimed == 0) revert NotRegistered(account);
        if (services != claimed) revert ClaimChanged(account, services, claimed);
        if (candidate.offered != 0) revert AlreadyCertified(account);
        candidate.offered = claimed;
        emit Certified(account, claimed, msg.sender);
    }

    /// @inheritdoc IMemberRegistry
    function revoke(address account, bytes32 reason) external onlyRole(NOTARY_ROLE) {
        Member storage certified = _members[account];
        if (certified.offered == 0) revert NotCertified(account);
        certified.offered = 0;
        emit Revoked(account, reason, msg.sender);
    }

    /// @inheritdoc IMemberRegistry
    function member(address account) external view returns (uint256 services, bool certified, bytes32 metadata) {
        Member storage one = _members[account];
        return (one.claimed, one.offered != 0, one.metadata);
    }

    /// @inheritdoc IMemberRegistry
    function offered(address account) external view returns (uint256) {
        return _members[account].offered;
    }

    /// @inheritdoc IMemberRegistry
    // slither-disable-next-line assembly
    function offeredByEach(address[] calldata accounts) external view returns (uint256[] memory) {
        // One slot read and little else per member: `offered` is a member's first slot, so its place is keccak256(account, _members.slot).
        // An account with dirty upper bits has no member there. The twin, account by account, is `offered`.
        assembly ("memory-safe") {
            let reply := mload(0x40)
            let to := add(reply, 0x40)
            let end := add(accounts.offset, shl(5, accounts.length))
            mstore(reply, 0x20)
            mstore(add(reply, 0x20), accounts.length)
            mstore(0x20, _members.slot)
            for { let from := accounts.offset } lt(from, end) { from := add(from, 0x20) } {
                mstore(0, calldataload(from))
                mstore(to, sload(keccak256(0, 0x40)))
                to := add(to, 0x20)
            }
            return(reply, sub(to, reply))
        }
    }
}
