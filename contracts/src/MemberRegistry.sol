// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IMemberRegistry} from "./interfaces/IMemberRegistry.sol";
import {Switchable} from "./Switchable.sol";

/// @title MemberRegistry: who the members are and what each may offer
/// @notice What it is: one number and one claim per address (a bit set of services and the hash of a description) and, once a notary has
/// confirmed it, the certified set. Only certified services count in matching.
///
/// Who may do what: anyone registers itself and updates its own claim; NOTARY_ROLE certifies and revokes. A notary names the claim
/// it has seen, services and description, so a claim that changed in between is not certified unseen.
///
/// How it is switched off: `pause()` stops registering, updating and certifying. Revoking and reading go on: a bad member can be
/// removed at any time. One member is switched off by `revoke`.
contract MemberRegistry is IMemberRegistry, Switchable {
    /// @notice May certify and revoke.
    bytes32 public constant NOTARY_ROLE = keccak256("NOTARY_ROLE");

    /// @dev The number of the next member. Shares one slot with the pause flag, which therefore is never zero: the first member pays no
    /// more than the others.
    uint32 private _next = 1;

    /// @dev Three slots.
    struct Member {
        uint32 number;
        uint256 claimed;
        bytes32 metadata;
    }

    mapping(address account => Member) private _members;

    /// @dev By number: the claimed services if they are certified, else zero. No hashing leads there, so matching reads one slot per
    /// member and little else. Nobody has number zero.
    uint256[1 << 32] private _offered;

    /// @param admin Receives DEFAULT_ADMIN_ROLE and PAUSER_ROLE.
    constructor(address admin) Switchable(admin) {}

    /// @inheritdoc IMemberRegistry
    function register(uint256 services, bytes32 metadata) external whenNotPaused {
        if (services == 0) revert NoServices();
        Member storage self = _members[msg.sender];
        if (self.claimed != 0) revert AlreadyRegistered(msg.sender);
        uint32 given = _next++;
        self.number = given;
        self.claimed = services;
        self.metadata = metadata;
        emit Registered(msg.sender, given, services, metadata);
    }

    /// @inheritdoc IMemberRegistry
    function update(uint256 services, bytes32 metadata) external whenNotPaused {
        if (services == 0) revert NoServices();
        Member storage self = _members[msg.sender];
        if (self.claimed == 0) revert NotRegistered(msg.sender);
        _offered[self.number] = 0;
        self.claimed = services;
        self.metadata = metadata;
        emit Updated(msg.sender, services, metadata);
    }

    /// @inheritdoc IMemberRegistry
    function certify(address account, uint256 services, bytes32 metadata) external onlyRole(NOTARY_ROLE) whenNotPaused {
        Member memory candidate = _members[account];
        if (candidate.number == 0) revert NotRegistered(account);
        if (services != candidate.claimed || metadata != candidate.metadata) {
            revert ClaimChanged(account, candidate.claimed, candidate.metadata);
        }
        if (_offered[candidate.number] != 0) revert AlreadyCertified(account);
        _offered[candidate.number] = services;
        emit Certified(account, services, metadata, msg.sender);
    }

    /// @inheritdoc IMemberRegistry
    function revoke(address account, bytes32 reason) external onlyRole(NOTARY_ROLE) {
        uint32 which = _members[account].number;
        if (_offered[which] == 0) revert NotCertified(account);
        _offered[which] = 0;
        emit Revoked(account, reason, msg.sender);
    }

    /// @inheritdoc IMemberRegistry
    function member(address account)
        external
        view
        returns (uint32 number_, uint256 services, bool certified, bytes32 metadata)
    {
        Member storage one = _members[account];
        number_ = one.number;
        return (number_, one.claimed, _offered[number_] != 0, one.metadata);
    }

    /// @inheritdoc IMemberRegistry
    function number(address account) external view returns (uint32) {
        return _members[account].number;
    }

    /// @inheritdoc IMemberRegistry
    function offered(address account) external view returns (uint256) {
        return _offered[_members[account].number];
    }

    /// @inheritdoc IMemberRegistry
    // slither-disable-next-line assembly
    function offeredByEach(uint32[] calldata numbers) external view returns (uint256[] memory) {
        // One slot read and little else per member: a set's place is _offered.slot + number. A number beyond 32 bits could reach
        // any slot, so all are checked, together, before anything is returned. The twin, member by member, is `offered`.
        assembly ("memory-safe") {
            let reply := mload(0x40)
            let to := add(reply, 0x40)
            let end := add(numbers.offset, shl(5, numbers.length))
            let all := 0
            mstore(reply, 0x20)
            mstore(add(reply, 0x20), numbers.length)
            for { let from := numbers.offset } lt(from, end) { from := add(from, 0x20) } {
                let one := calldataload(from)
                all := or(all, one)
                mstore(to, sload(add(_offered.slot, one)))
                to := add(to, 0x20)
            }
            if shr(32, all) { revert(0, 0) }
            return(reply, sub(to, reply))
        }
    }
}
