// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Clock} from "./Clock.sol";
import {IIdentities} from "./interfaces/IIdentities.sol";

/// @title Guardians: who owns an identity, and who can give it another owner when its key is lost
/// @notice What it is: the part of Identities about owners, and who sits in an identity's offices. So many of an identity's guardians name the same new owner; after a delay the
/// change can be made, unless the owner objects.
///
/// Who may do what: the owner names guardians, gives the identity away and objects; a guardian speaks for itself, through its own owner.
abstract contract Guardians is IIdentities, Clock {
    /// @notice An identity has at most so many.
    uint256 public constant MOST_GUARDIANS = 16;
    /// @notice No owner has less time to object.
    uint256 public constant SHORTEST_DELAY = 1 hours;
    /// @notice No recovery waits longer.
    uint256 public constant LONGEST_DELAY = 90 days;

    /// @inheritdoc IIdentities
    mapping(address identity => uint256) public changed;

    mapping(address identity => address) private _owners;
    mapping(address key => address identity) private _seats;
    mapping(address identity => address[]) private _guardians;
    mapping(address identity => Guard) private _guards;

    /// @dev By identity, round and candidate: bit i for guardian i.
    mapping(address identity => mapping(uint256 round => mapping(address candidate => uint256))) private _supporters;

    modifier onlyOwner(address identity) {
        address owner = identityOwner(identity);
        if (msg.sender != owner) revert NotTheOwner(identity, msg.sender, owner);
        _;
    }

    /// @inheritdoc IIdentities
    function sit(address identity) external onlyOwner(identity) {
        _seats[msg.sender] = identity;
        emit Seated(msg.sender, identity);
    }

    /// @inheritdoc IIdentities
    function seatsOf(address key) external view returns (address own, address other) {
        if (identityOwner(key) == key) own = key;
        other = _seats[key];
        if (other != address(0) && identityOwner(other) != key) other = address(0);
    }

    /// @inheritdoc IIdentities
    function guard(address identity, address[] calldata guardians, uint8 threshold, uint40 delay)
        external
        onlyOwner(identity)
    {
        uint256 number = guardians.length;
        _range("guardians", number, 0, MOST_GUARDIANS);
        _range("threshold", threshold, number == 0 ? 0 : 1, number);
        if (number != 0) _range("delay", delay, SHORTEST_DELAY, LONGEST_DELAY);
        address before = address(0);
        for (uint256 i = 0; i < number; ++i) {
            if (guardians[i] <= before || guardians[i] == msg.sender) revert NotInOrder(i);
            before = guardians[i];
        }
        _guardians[identity] = guardians;
        Guard storage one = _guards[identity];
        (one.threshold, one.delay) = (threshold, delay);
        _void(one);
        emit Guarded(identity, guardians, threshold, delay);
    }

    /// @inheritdoc IIdentities
    function support(address identity, address guardian, address candidate) external onlyOwner(guardian) {
        if (candidate == address(0)) revert Nobody();
        Guard storage one = _guards[identity];
        uint40 round = one.round;
        uint256 all = _supporters[identity][round][candidate] | 2 ** _numberOf(identity, guardian);
        _supporters[identity][round][candidate] = all;
        uint256 count = 0;
        for (uint256 rest = all; rest != 0; rest &= rest - 1) {
            ++count;
        }
        emit RecoverySupported(identity, guardian, candidate, round, count);
        if (count >= one.threshold && one.candidate == address(0)) {
            uint40 readyAt = uint40(block.timestamp) + one.delay;
            (one.candidate, one.readyAt) = (candidate, readyAt);
            emit RecoveryBegun(identity, candidate, readyAt);
        }
    }

    /// @inheritdoc IIdentities
    function cancelRecovery(address identity) external onlyOwner(identity) {
        Guard storage one = _guards[identity];
        emit RecoveryCancelled(identity, one.round);
        _void(one);
    }

    /// @inheritdoc IIdentities
    function recover(address identity) external {
        Guard storage one = _guards[identity];
        address candidate = one.candidate;
        if (candidate == address(0)) revert NotRecoverable(identity, 0);
        if (!_passed(one.readyAt)) revert NotRecoverable(identity, one.readyAt);
        _changeOwner(identity, candidate);
    }

    /// @inheritdoc IIdentities
    function guardiansOf(address identity) external view returns (address[] memory) {
        return _guardians[identity];
    }

    /// @inheritdoc IIdentities
    function guardOf(address identity) external view returns (Guard memory) {
        return _guards[identity];
    }

    /// @inheritdoc IIdentities
    function identityOwner(address identity) public view returns (address) {
        address owner = _owners[identity];
        return owner == address(0) ? identity : owner;
    }

    /// @dev Never to the zero address: that would give it back to the key it began with.
    function _changeOwner(address identity, address newOwner) internal {
        if (newOwner == address(0)) revert Nobody();
        _owners[identity] = newOwner;
        _void(_guards[identity]);
        emit DIDOwnerChanged(identity, newOwner, _touch(identity));
    }

    /// @dev Marks a change, and returns the block of the one before.
    function _touch(address identity) internal returns (uint256 previous) {
        previous = changed[identity];
        changed[identity] = block.number;
    }

    function _range(string memory term, uint256 given, uint256 least, uint256 most) internal pure {
        if (given < least || given > most) revert OutOfRange(term, given, least, most);
    }

    function _numberOf(address identity, address guardian) private view returns (uint256) {
        address[] storage all = _guardians[identity];
        for (uint256 i = 0; i < all.length; ++i) {
            if (all[i] == guardian) return i;
        }
        revert NotAGuardian(identity, guardian);
    }

    function _void(Guard storage one) private {
        ++one.round;
        (one.candidate, one.readyAt) = (address(0), 0);
    }
}
